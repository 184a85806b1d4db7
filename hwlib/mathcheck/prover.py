"""The second judge's own process: reads claims, answers "proved", "refuted" or "unknown".

`python -m hwlib.mathcheck.prover` reads pickled lists of `(left, right, view)` from its input, each
with its length before it, and writes one word and a newline for each claim.
"""

from __future__ import annotations

import pickle
import struct
import sys
from typing import BinaryIO

from hwlib.mathcheck.scope import View
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


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer until the input ends."""
    while head := source.read(4):
        size = struct.unpack("!I", head)[0]
        claims: list[Claim] = pickle.loads(source.read(size))
        for left, right, view in claims:
            sink.write(f"{opinion(left, right, view)}\n".encode())
            sink.flush()


if __name__ == "__main__":
    sys.setrecursionlimit(5000)
    serve(sys.stdin.buffer, sys.stdout.buffer)
