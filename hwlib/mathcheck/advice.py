r"""What the author of a claim that does not hold may have meant: words to go with the verdict."""

from __future__ import annotations

from hwlib.mathcheck import names
from hwlib.mathcheck.place import Relation
from hwlib.mathcheck.scope import View, definition_of
from hwlib.mathcheck.show import show_name
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

_IMAGINARY = "i is any real number here; complex numbers need “% unchecked: ” with a reason"


def undefined(relation: Relation, view: View) -> Outcome | None:
    r"""Say that a `P(A \mid B)` is defined nowhere, rather than that a claim about it is false.

    Nor is `du = 2x \, dx` false if it was not said what u is, or x, nor what is said of entries
    `A_{ij}` beside an `A` that is a number by its letter, nor of a layer that no definition
    reaches; a derivative is told that before (see `layers`).
    """
    nodes = [node for side in relation.sides for node in ast.walk(side)]
    for node in nodes:
        if isinstance(node, ast.Opaque) and view.find_opaque(node) is None:
            return _not_defined(node)
    unreached = _unreached(nodes, view)
    if unreached is not None:
        return _not_defined(unreached)
    moving = [node.variable for node in nodes if isinstance(node, ast.Differential)]
    if moving and all(definition_of(name, view) is None for name in moving):
        return _not_defined(moving[0])
    return _matrix_or_number(nodes, view)


def _unreached(nodes: list[ast.Node], view: View) -> Expr | None:
    """Return a layer that is not defined while others of its family are."""
    layers = {names.layered(one.key) for one in view.definitions.values() if one.layer is not None}
    if not layers or any(isinstance(node, ast.Derivative | ast.Gradient) for node in nodes):
        return None
    marked = (node for node in nodes if isinstance(node, ast.Marked))
    return next((n for n in marked if names.layered(n) in layers and not view.find(n)), None)


def counted(relation: Relation, view: View) -> Outcome | None:
    r"""Say that P is defined nowhere in `\sum_{i=1}^{2} P(X = i)`, which counts through its names.

    That names of one spelling are one quantity is all that is known of them; which ones a sum, an
    integral or a limit meets, and how many, is for their definition to say.
    """
    for binder in (one for side in relation.sides for one in ast.walk(side)):
        letters = {one.name for one in _bound(binder) if isinstance(one, ast.Symbol)}
        if not letters:
            continue
        for node in (one for one in ast.walk(binder) if isinstance(one, ast.Opaque)):
            if letters.isdisjoint(node.tokens) or view.find_opaque(node) is not None:
                continue
            if not isinstance(binder, ast.Reduction) or not any(view.members(node)):
                return _not_defined(node)
    return None


def _bound(node: ast.Node) -> tuple[Expr | None, ...]:
    """Return the names that take other values within a node than outside of it."""
    if isinstance(node, ast.Reduction):
        return node.indices
    if isinstance(node, ast.Integral | ast.Limit | ast.Between):
        return (node.variable,)
    return tuple(name for name, _ in node.at) if isinstance(node, ast.Evaluated) else ()


def _matrix_or_number(nodes: list[ast.Node], view: View) -> Outcome | None:
    occurrences = [node for node in nodes if isinstance(node, ast.Subscript)]
    entries = {node.base for node in occurrences if len(node.indices) == 2}
    inside = {id(node.base) for node in occurrences}
    for node in nodes:
        if not isinstance(node, ast.Symbol) or node not in entries or id(node) in inside:
            continue
        if not names.is_bold(node) and definition_of(node, view) is None:
            shown = show_name(node)
            return Outcome(
                "ambiguous",
                f"{shown} stands alone and with two indices: a number or a matrix? "
                f"Write \\mathbf{{{shown}}} for the matrix",
            )
    return None


def _not_defined(name: Expr) -> Outcome:
    return Outcome("undefined", f"{show_name(name)} is not defined; define it with := before this")


def check_opaque(node: ast.Node, view: View) -> None:
    r"""Refuse `\sigma(x = 2)` where σ is a function: what stands in its bracket is no value.

    Raises:
        TexError: At the function.
    """
    for one in ast.walk(node):
        if isinstance(one, ast.Opaque) and view.find_opaque(one) is None:
            definition = view.find(one.head)
            if definition is not None and definition.is_function:
                shown = show_name(one.head)
                raise ast.TexError(
                    f"{shown} is a function, and {show_name(one)} gives it no value",
                    one.span.start,
                    f"write the value alone: {shown}(2)",
                )


def hint(relation: Relation, conditions: tuple[Condition, ...], view: View) -> str:
    """Return why a false equality may be an oversight; empty if nothing speaks for it."""
    left, right = relation.sides
    found = [one for side in relation.sides for one in names.occurrences(side)]
    used = {one.name for one in found if one.role == "value"}
    used -= {one.name for one in found if one.role == "index"}
    if any(_is_imaginary(one) and definition_of(one, view) is None for one in used):
        return _IMAGINARY
    if relation.operator != "=" or not names.is_name(left) or names.is_constant(left):
        return ""
    elsewhere = {one.name for node in (right, *conditions) for one in names.occurrences(node)}
    if left in elsewhere or definition_of(left, view) is not None or names.is_delta(left):
        return ""
    return f"{show_name(left)} may be anything here; write := if this defines it"


def _is_imaginary(name: Expr) -> bool:
    return isinstance(name, ast.Symbol) and name.name == "i"
