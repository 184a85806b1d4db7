"""A third opinion on a claim, in plain floats: sharing only the parser with what it checks.

The referee of `hwlib.mathcheck` works with mpmath at 50 digits and the second opinion with SymPy.
This one works with Python's own complex numbers, differentiates by Cauchy's formula, integrates
by Gauss and Legendre, and knows nothing of the others. It is less exact than they are, and measures
how much: it works everything out again with other roundings and other steps, and two sides differ
only if they do so by far more than that moves them. They are the same if they agree to twelve
digits, or to five past a derivative, an integral or a limit, at every point that could be tried.
Where they neither agree nor differ clearly, or where it does not know a construct, it says
"unsure", and the mutation test counts that and draws no conclusion.
"""

from tests.mutation.arbiter import algebra, calculus, conditions, functions  # their rules
from tests.mutation.arbiter.core import Opinion, UnsureError, Verdict, World, spelled
from tests.mutation.arbiter.implications import judge_implication
from tests.mutation.arbiter.verdict import judge, reason, world_of, worst

__all__ = [
    "Opinion", "UnsureError", "Verdict", "World", "algebra", "calculus", "conditions", "functions",
    "judge", "judge_implication", "reason", "spelled", "world_of", "worst",
]  # fmt: skip
