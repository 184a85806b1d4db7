"""Definitions: what may stand on the left of `:=`, and what is claimed behind one."""

from __future__ import annotations

from hwlib.mathtex.ast import (
    AmbiguousError,
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
    if isinstance(expr, Application) and _is_constant(expr, value):
        if isinstance(expr.head, Symbol) and expr.head.name in OF_EVENTS:
            return Opaque(expr.head, expr.tokens, span=expr.span)
        raise AmbiguousError(
            "is this meant of anything in the bracket, or of this alone?",
            expr.span.start,
            "write a small letter for an argument; a name without a bracket for one quantity",
        )
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


def _is_constant(expr: Application, value: Expr) -> bool:
    r"""Whether `P(A) := a` has an event or a word in its bracket of which the value says nothing.

    `P(k) := \frac{1}{6}` is a function all the same: small letters are values.
    """
    letters = [part for part in walk(expr.argument) if isinstance(part, Symbol)]
    if any(mentions(value, one) for one in letters):
        return False
    capital = [one for one in letters if one.font == "" and one.name[-1:].isupper()]
    return bool(capital) or any(one.font not in ("", "bf") for one in letters)


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
