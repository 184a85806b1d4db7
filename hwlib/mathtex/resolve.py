r"""Calls or products? Settled here, when the page's scope says what each name is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Literal, TypeVar

from hwlib.mathtex.ast import (
    AmbiguousError,
    Application,
    Call,
    Derivative,
    Expr,
    Factorial,
    Inverse,
    Marked,
    Multiply,
    Negative,
    Node,
    NthDerivative,
    Number,
    Opaque,
    Power,
    Prime,
    Span,
    Subscript,
    Symbol,
    Transpose,
    Tuple,
    walk,
)

Role = Literal["function", "variable", "opaque", "unknown"]
_N = TypeVar("_N", bound=Node)


def resolve(node: _N, role: Callable[[Expr], Role]) -> _N:
    r"""The same tree with every Application made a call, a product or an opaque name.

    Args:
        node: A statement, condition or expression.
        role: What a name is where the node stands. It is asked with the name as it would be
            declared: `f`, `h_\theta`, `a^{[1]}`; for `f_i(x)` first with `f_i`, then with `f`.

    Raises:
        AmbiguousError: Where the role is "unknown", or neither reading is possible.
    """
    if not any(isinstance(found, Application) for found in walk(node)):
        return node
    rebuilt: _N = _rebuild(node, role)
    return rebuilt


def _rebuild(value: Any, role: Callable[[Expr], Role]) -> Any:
    if isinstance(value, tuple) and not isinstance(value, Span):
        return tuple(_rebuild(item, role) for item in value)
    if not isinstance(value, Node):
        return value
    changes = {}
    for part in fields(value):
        old = getattr(value, part.name)
        new = _rebuild(old, role)
        if new is not old and new != old:
            changes[part.name] = new
    changed = replace(value, **changes) if changes else value
    return _settle(changed, role) if isinstance(changed, Application) else changed


def _settle(found: Application, role: Callable[[Expr], Role]) -> Expr:
    name = _declared(found.head)
    kind = _role(name, role)
    if kind == "function":
        return _as_call(found)
    if kind == "opaque":
        return _hang(Opaque(found.head, found.tokens, span=found.span), found)
    if kind == "variable":
        return _as_product(found)
    raise AmbiguousError(
        "a product or a call? the name before the bracket is not declared",
        found.head.span.start,
        "define it, write \\cdot for a product, or add % functions: …",
    )


def _declared(head: Expr) -> Expr:
    """The name that would be declared: without primes, powers and derivative orders."""
    while isinstance(head, (Prime, Power, Derivative)):
        head = head.operand if isinstance(head, Derivative) else head.base
    return head


def _role(name: Expr, role: Callable[[Expr], Role]) -> Role:
    if not isinstance(name, (Symbol, Subscript, Marked)):
        roles = {role(n) for n in walk(name) if isinstance(n, Symbol)}
        return "function" if roles == {"function"} else "variable"
    kind = role(name)
    while kind == "unknown" and isinstance(name, (Subscript, Marked)):
        name = name.base
        kind = role(name)
    return kind


# --- a call --------------------------------------------------------------------------------------


def _as_call(found: Application) -> Expr:
    arguments = found.argument.items if isinstance(found.argument, Tuple) else (found.argument,)
    function = _function(found.head)
    return _hang(Call(function, arguments, span=found.span), found)


def _function(head: Expr) -> Expr:
    if isinstance(head, Derivative):
        return _prime(head)
    if isinstance(head, Power):
        if not _is_minus_one(head.exponent):
            raise AmbiguousError(
                "a power on a function's name: of its value, or applied again?",
                head.span.start,
                "write the power after the bracket: f(x)^2",
            )
        return Inverse(_function(head.base), span=head.span)
    if isinstance(head, Marked) and head.kind == "()" and head.index is not None:
        return NthDerivative(head.base, head.index, span=head.span)
    return head


def _prime(head: Derivative) -> Expr:
    r"""The function of `\frac{d^2f}{dx^2}(a)`."""
    order = head.by[0].order
    if not isinstance(order, Number):
        return NthDerivative(head.operand, order, span=head.span)
    return Prime(head.operand, int(order.value), span=head.span)


def _is_minus_one(exponent: Expr) -> bool:
    return (
        isinstance(exponent, Negative)
        and isinstance(exponent.operand, Number)
        and exponent.operand.value == 1
    )


def _hang(value: Expr, found: Application) -> Expr:
    """A value with the scripts of its closing bracket."""
    if found.exponent is not None:
        if found.exponent == Symbol("\\top", span=found.span):
            return Transpose(value, span=found.span)
        return Power(value, found.exponent, span=found.span)
    return Factorial(value, span=found.span) if found.factorial else value


# --- a product -----------------------------------------------------------------------------------


def _as_product(found: Application) -> Expr:
    if found.bare:
        raise AmbiguousError(
            "does the function in front apply to the bracket as well?",
            found.span.start,
            "put its argument in brackets",
        )
    if isinstance(found.argument, Tuple):
        raise AmbiguousError("several values in a bracket after a quantity", found.span.start)
    bracket = _hang(found.argument, found)
    return Multiply((found.head, bracket), ("",), span=found.span)
