"""Plain text as LaTeX, with every letter and sign that LaTeX would take for something else."""

from __future__ import annotations

import unicodedata
from functools import cache

from pylatexenc.latexencode import (  # type: ignore[import-untyped]
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

# Primes of formulas in words; the library takes them for apostrophes.
_PRIMES = {0x2032: r"\ensuremath{'}", 0x2033: r"\ensuremath{''}"}


@cache
def _encoder() -> UnicodeToLatexEncoder:
    primes = UnicodeToLatexConversionRule(RULE_DICT, _PRIMES)
    return UnicodeToLatexEncoder(
        conversion_rules=[primes, "defaults"],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )


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
