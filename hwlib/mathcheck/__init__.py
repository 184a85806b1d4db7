r"""Is what the page says true? Every relation but `:=` is a claim, and every claim is judged.

```
formulas of a page ─ claims.py ─► jobs ─ judges.py ─┬─ referee.py   (numbers at many points)
      │ scope.py: what names mean here              └─ prover.py  (a proof, where there is one)
      ▼                                                     │
  definitions                                          verdict.py ─► report.py
```

`check_page(pieces) -> list[Result]` is all that a caller needs; `check_pages` takes many at once,
and `page_pieces(page, file)` makes the pieces from a Markdown source.
"""

from hwlib.mathcheck.pages import check_file, check_files, check_page, check_pages, page_pieces
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import Result

__all__ = [
    "Piece", "Result", "check_file", "check_files", "check_page", "check_pages", "page_pieces",
]  # fmt: skip
