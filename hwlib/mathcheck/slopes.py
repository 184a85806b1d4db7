r"""A function's derivative taken at its arguments: `\frac{\partial f}{\partial x}(a, b)`.

Which argument is meant says the name below the line, which only the definition can explain.
"""

from __future__ import annotations

from typing import TypeVar

from hwlib.mathcheck import names
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.show import show_name
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

N = TypeVar("N", bound=Node)


def check_slopes(statement: Node, view: View) -> None:
    r"""Refuse `\frac{df}{d\epsilon}(x)`: below stands f's own argument, or x itself.

    Raises:
        AmbiguousError: At the variable below.
    """
    for node in ast.walk(statement):
        if isinstance(node, ast.Application) and isinstance(node.head, ast.Derivative):
            definition = view.find(node.head.operand)
            known = (node.argument, *(definition.parameters if definition else ()))
            for by in node.head.by:
                if by.variable not in known:
                    raise ast.AmbiguousError(
                        "a derivative by one variable, taken at another",
                        by.span.start,
                        "write \\frac{d}{dx} f(x), or f'(x)",
                    )


def taken_at(node: N, view: View) -> N:
    r"""Write `\frac{\partial f}{\partial x}(a, b)` out: the slope of `f(x, y)`, then a and b in it.

    Raises:
        AmbiguousError: If f is not known to have an argument of that name.
    """
    node = names.rebuild(node, lambda one: taken_at(one, view))
    if isinstance(node, ast.Call) and isinstance(node.function, ast.Derivative):
        return _written_out(node, node.function, view)  # type: ignore[return-value]
    return node


def _written_out(node: ast.Call, slope: ast.Derivative, view: View) -> Expr:
    definition = view.find(slope.operand)
    parameters = definition.parameters if definition is not None else node.arguments
    for by in slope.by:
        if by.variable not in parameters or len(parameters) != len(node.arguments):
            shown = ", ".join(show_name(one) for one in parameters)
            raise ast.AmbiguousError(
                f"which of its arguments? {show_name(slope.operand)} has {shown}",
                by.span.start,
                "differentiate by one of these, and write as many arguments",
            )
    value = ast.Call(slope.operand, parameters, span=node.span)
    whole = ast.Derivative(value, slope.by, slope.partial, span=node.span)
    if parameters == node.arguments:
        return whole
    return ast.Evaluated(whole, tuple(zip(parameters, node.arguments, strict=True)), span=node.span)
