"""What goes to the judges: one statement and all that it depends on.

It has a module of its own because it is all that a judge in another process knows of a page.
"""

from __future__ import annotations

from dataclasses import dataclass

from hwlib.mathcheck.scope import View
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition


@dataclass(frozen=True)
class Job:
    """One statement that has to be judged, with what it depends on.

    Attributes:
        what: "claim", "implication", "definition" or "condition".
        statement: Resolved, dots written out.
        conditions: What restricts the points.
        view: The definitions that it depends on, and no others.
    """

    what: str
    statement: ast.Statement
    conditions: tuple[Condition, ...]
    view: View

    def text(self) -> str:
        """Return all that the verdict depends on, as text: the same text, the same verdict."""
        known = [
            (one.key, one.parameters, one.indices, one.value)
            for one in self.view.definitions.values()
        ]
        declared = sorted(map(repr, self.view.declared))
        return repr((self.what, self.statement, self.conditions, known, declared))
