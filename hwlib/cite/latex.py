"""Plain text as LaTeX, with every letter and sign that LaTeX would take for something else."""

from __future__ import annotations

import unicodedata
from functools import cache

from pylatexenc.latexencode import (  # type: ignore[import-untyped]
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

# Primes of formulas in words, which the library takes for apostrophes; a dot that Pandoc knows too.
_OURS = {0x2032: r"\ensuremath{'}", 0x2033: r"\ensuremath{''}", 0xB7: r"\ensuremath{\cdot}"}


@cache
def _encoder() -> UnicodeToLatexEncoder:
    ours = UnicodeToLatexConversionRule(RULE_DICT, _OURS)
    return UnicodeToLatexEncoder(
        conversion_rules=[ours, "defaults"],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )


@cache
def text(plain: str) -> str:
    r"""Return plain text as LaTeX: `50 % é σ` is `50 {\%} {\'e} {\ensuremath{\sigma}}`."""
    return str(_encoder().unicode_to_latex(plain))


def ascii_letters(plain: str) -> str:
    """Return a name without its accents, as far as it has letters without them."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", plain)
        if not unicodedata.combining(letter)
    )
