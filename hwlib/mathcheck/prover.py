"""The second judge, in a process of its own: is `(left, right, view)` an identity?

An alarm inside SymPy can leave mpmath at another precision, and SymPy may run for minutes or raise
what it likes: `python -m hwlib.mathcheck.prover` is asked through a `Service`, with a limit.
"""

from __future__ import annotations

from hwlib.mathcheck.names import number
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.service import serve
from hwlib.mathtex.ast import Expr

Claim = tuple[Expr, Expr, View]
PROVED, REFUTED, UNKNOWN = "proved", "refuted", "unknown"


def opinion(left: Expr, right: Expr, view: View) -> str:
    """Return whether two expressions are equal for every value of their free names.

    "refuted" is said only of fractions of polynomials, where the normal form settles it.
    """
    import sympy as sp  # type: ignore[import-untyped]  # late: half a second

    from hwlib.mathcheck.algebra import Normal, TooBig
    from hwlib.mathcheck.translate import Translator, Untranslated

    translate = Translator(view)
    try:
        one, two = translate(left), translate(right)
        matrices = isinstance(one, sp.MatrixBase), isinstance(two, sp.MatrixBase)
        if matrices == (False, False):
            found = [Normal().is_zero(one - two)]
        elif matrices == (True, True) and one.shape == two.shape:
            found = [Normal().is_zero(entry) for entry in one - two]
        else:
            return UNKNOWN
    except (Untranslated, TooBig, sp.PolynomialError, ArithmeticError, ValueError, TypeError,
            NotImplementedError, RecursionError, AttributeError):  # fmt: skip
        return UNKNOWN
    if all(found):
        return PROVED
    return REFUTED if False in found else UNKNOWN


if __name__ == "__main__":
    opinion(number(1), number(1), View())  # imports SymPy before it is ready
    serve(lambda claim: opinion(*claim))
