"""Definitions: what may stand on the left of `:=`, and what is claimed behind one."""

from __future__ import annotations

from hwlib.mathtex.ast import (
    Application,
    Call,
    Claim,
    Comparison,
    Condition,
    Definition,
    DescribedSet,
    Expr,
    Marked,
    Opaque,
    Power,
    Prime,
    Span,
    Statement,
    Subscript,
    Symbol,
    TexError,
    Tuple,
    walk,
)
from hwlib.mathtex.binding import mentions
from hwlib.mathtex.vocabulary import OF_EVENTS


def claims(chain: Comparison) -> list[Statement]:
    """The claim that a chain makes; a definition first if it begins with one."""
    if ":=" not in chain.operators or isinstance(chain.operands[1], DescribedSet):
        return [Claim(chain, span=chain.span)]  # nothing is computed with a set
    if ":=" in chain.operators[1:]:
        raise TexError(
            ":= must be the first relation of a row",
            chain.offsets[chain.operators.index(":=", 1)],
            "define on a row of its own",
        )
    pattern, value, *rest = chain.operands
    span = Span(pattern.span.start, value.span.end)
    found: list[Statement] = [Definition(_pattern(pattern, value), value, span=span)]
    if rest:
        tail = Comparison(
            chain.operands[1:],
            chain.operators[1:],
            chain.offsets[1:],
            span=Span(value.span.start, chain.span.end),
        )
        found.append(Claim(tail, span=tail.span))
    return found


def about_itself(statement: Statement, conditions: tuple[Condition, ...]) -> tuple[Comparison, ...]:
    r"""Conditions of `y := …, \quad y \le 0` that speak of what is defined: they are claims."""
    if not isinstance(statement, Definition):
        return ()
    pattern = statement.pattern
    name = pattern.function if isinstance(pattern, Call) else pattern
    return tuple(one for one in conditions if isinstance(one, Comparison) and mentions(one, name))


def _pattern(expr: Expr, value: Expr) -> Expr:
    """The left side of `:=` as what it defines: a bracket on it is a call, but of an event."""
    if isinstance(expr, Application) and _is_of_event(expr, value):
        return Opaque(expr.head, expr.tokens, span=expr.span)
    if isinstance(expr, Application) and expr.exponent is None and not expr.factorial:
        expr = _as_call(expr)
    inner = expr.base if isinstance(expr, Subscript) else expr
    if isinstance(inner, Call):
        if not all(_is_defined_name(a) for a in inner.arguments):
            raise TexError(
                "a function is defined by names in its bracket", inner.span.start, "f(x) := …"
            )
        return expr
    if _is_defined_name(expr) or isinstance(inner, Opaque):
        return expr
    root = isinstance(expr, Power) and _is_defined_name(expr.base)
    raise TexError(
        "only a name, or a name with arguments, can be defined",
        expr.span.start,
        "define its root: s := \\sqrt{…}" if root else "write = if this is a claim",
    )


def _is_of_event(expr: Application, value: Expr) -> bool:
    r"""Whether `P(A) := a` speaks of A alone: no function of it would need nothing of A.

    `P(k) := \frac{1}{6}` is one, though: small letters are values.
    """
    if not isinstance(expr.head, Symbol) or expr.head.name not in OF_EVENTS:
        return False
    letters = [part for part in walk(expr.argument) if isinstance(part, Symbol)]
    plain = all(one.name[-1:].islower() and one.font == "" for one in letters)
    return not plain and not any(mentions(value, one) for one in letters)


def _is_defined_name(expr: Expr) -> bool:
    return isinstance(expr, (Symbol, Subscript, Marked))


def _as_call(found: Application) -> Expr:
    """An Application read as a call, with neither exponent nor factorial."""
    if isinstance(found.head, (Power, Prime)):
        raise TexError(
            "a derivative or a power of a function cannot be defined",
            found.span.start,
            "define the function itself",
        )
    argument = found.argument
    arguments = argument.items if isinstance(argument, Tuple) else (argument,)
    return Call(found.head, arguments, span=found.span)
