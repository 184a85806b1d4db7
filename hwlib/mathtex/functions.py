r"""Named functions, whose brackets are optional: `\sin 2x`, `\log_2 n`, `\max(a, b)`."""

from __future__ import annotations

from dataclasses import replace

from hwlib.mathtex.ast import (
    AmbiguousError,
    Application,
    Call,
    Expr,
    Inverse,
    Logarithm,
    Multiply,
    Negative,
    Number,
    Power,
    Prime,
    Reduction,
    Subscript,
    Symbol,
    TexError,
    Tuple,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import GREEK, is_name, starts_differential
from hwlib.mathtex.reductions import reduce_over
from hwlib.mathtex.scripts import Scripts, read_scripts, split_commas
from hwlib.mathtex.vocabulary import word_set

NAMES = frozenset(
    "\\" + name
    for name in word_set(
        """sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan ln log lg exp det gcd
    dim ker"""
    )
)
EXTREMES = frozenset({"\\max", "\\min", "\\sup", "\\inf"})
_BRACKETS = ("(", "[", "\\{")


def function(cursor: Cursor) -> Expr:
    """A named function, its scripts and its argument."""
    start = cursor.at
    name = cursor.take()
    base: Expr = Symbol(name.text[1:], "rm", span=cursor.span(start))
    scripts = read_scripts(cursor)
    if scripts.primes:
        base = Prime(base, scripts.primes, span=cursor.span(start))
    power = _power(cursor, scripts)
    if power is not None and _is_minus_one(power):
        base, power = Inverse(base, span=cursor.span(start)), None
    arguments, bracketed = _arguments(cursor, name.text)
    call = _call(cursor, base, scripts, arguments, start)
    if bracketed:
        call = _after_bracket(cursor, call, name.text, power is not None, start)
    if power is None:
        return call
    return Power(call, power, span=cursor.span(start))


def _power(cursor: Cursor, scripts: Scripts) -> Expr | None:
    if scripts.above is None:
        return None
    return cursor.between(*scripts.above, cursor.grammar.expression)


def _is_minus_one(power: Expr) -> bool:
    return (
        isinstance(power, Negative)
        and isinstance(power.operand, Number)
        and power.operand.value == 1
    )


def _call(
    cursor: Cursor, base: Expr, scripts: Scripts, arguments: tuple[Expr, ...], start: int
) -> Expr:
    span = cursor.span(start)
    if scripts.below is None:
        return Call(base, arguments, span=span)
    if not isinstance(base, Symbol) or base.name not in ("log", "lg") or len(arguments) != 1:
        raise TexError("a subscript on this function", span.start, "only \\log has a base")
    if cursor.tokens[scripts.below[0]].text == "e" and scripts.below[1] == scripts.below[0] + 1:
        return Call(replace(base, name="ln"), arguments, span=span)
    below = cursor.between(*scripts.below, cursor.grammar.expression)
    return Logarithm(below, arguments[0], span=span)


def _arguments(cursor: Cursor, name: str) -> tuple[tuple[Expr, ...], bool]:
    """The arguments, and whether a bracket held them."""
    if cursor.opens(*_BRACKETS):
        return bracketed(cursor), True
    return (_bare(cursor, name),), False


def bracketed(cursor: Cursor) -> tuple[Expr, ...]:
    """What stands between commas in the bracket that opens here."""
    low, high = cursor.at + 1, cursor.close()
    if low == high:
        raise TexError("an empty bracket", cursor.offset(low))
    parts = split_commas(cursor, low, high)
    arguments = tuple(cursor.between(*part, cursor.grammar.expression) for part in parts)
    cursor.at = high + 1
    return arguments


def _after_bracket(cursor: Cursor, call: Expr, name: str, raised: bool, start: int) -> Expr:
    token = cursor.peek()
    if token.text == "^" and token.kind == "char":
        raise TexError(
            f"a power after the bracket of {name}: of the argument or of the value?",
            token.start,
            f"write {name}^{{n}}(…) for the value's, {name}\\left((…)^n\\right) for the other",
        )
    if token.text in ("!", "'", "_") and token.kind == "char":
        raise TexError(f"“{token.text}” after the bracket of {name}", token.start, "use brackets")
    if raised and token.text == "_":
        raise cursor.unexpected()
    del start
    return call


# --- arguments without brackets ------------------------------------------------------------------


def _bare(cursor: Cursor, name: str) -> Expr:
    r"""`2 \pi x` of `\sin 2 \\pi x`: numbers and names side by side, or one factor."""
    start = cursor.at
    token = cursor.peek()
    if token.text == "-" and token.kind == "char":
        raise TexError(f"a sign after {name}", token.start, "put the argument in brackets")
    if cursor.done:
        raise cursor.unexpected(f"the argument of {name}")
    with cursor.deeper():
        factors = [_one(cursor, name)]
        if isinstance(factors[0], Reduction):  # its body has taken all that it can
            return factors[0]
        while _continues(cursor, factors):
            factors.append(_one(cursor, name))
    _refuse_slash(cursor, name)
    if len(factors) == 1:
        return factors[0]
    return Multiply(tuple(factors), ("",) * (len(factors) - 1), span=cursor.span(start))


def _one(cursor: Cursor, name: str) -> Expr:
    factor = cursor.grammar.factor(cursor)
    if isinstance(factor, Application):
        return replace(factor, bare=True)
    if isinstance(factor, Tuple):
        raise AmbiguousError(
            f"where the argument of {name} ends",
            factor.span.start,
            "put the argument in brackets",
        )
    return factor


def _continues(cursor: Cursor, factors: list[Expr]) -> bool:
    """Whether the next factor belongs to the argument as well."""
    token = cursor.peek()
    simple = all(isinstance(f, (Number, Symbol, Subscript)) for f in factors)
    if starts_differential(cursor):
        return False
    if not is_name(token):
        only_numbers = all(_is_constant(f) for f in factors)
        if only_numbers and token.text in ("\\frac", "\\sqrt", "("):
            raise AmbiguousError(
                "where the argument of the function ends",
                token.start,
                "put the argument in brackets",
            )
        return False
    if simple and (token.kind == "letter" or token.text in GREEK or token.kind == "command"):
        return _plain_continuation(cursor, factors)
    return False


def _plain_continuation(cursor: Cursor, factors: list[Expr]) -> bool:
    following = cursor.peek(1)
    scripted = following.text == "^" and not all(_is_constant(f) for f in factors)
    if scripted or following.text == "(":
        raise AmbiguousError(
            "where the argument of the function ends",
            cursor.peek().start,
            "put the argument in brackets",
        )
    return True


def _is_constant(factor: Expr) -> bool:
    return isinstance(factor, Number) or (isinstance(factor, Symbol) and factor.name == "\\pi")


def _refuse_slash(cursor: Cursor, name: str) -> None:
    token = cursor.peek()
    if token.text in ("/", "!", "\\div") and token.kind in ("char", "command"):
        raise AmbiguousError(
            f"“{token.text}” after the argument of {name}: in it or after it?",
            token.start,
            "put the argument in brackets",
        )


# --- max and min ---------------------------------------------------------------------------------


def extreme(cursor: Cursor) -> Expr:
    r"""`\max(a, b)`, `\max\{a, b\}` or, with something below, `\max_j z_j`."""
    start = cursor.at
    name = cursor.take()
    scripts = read_scripts(cursor)
    if scripts.above is not None or scripts.primes:
        raise TexError(f"a superscript on {name.text}", name.start)
    if scripts.below is not None:
        return reduce_over(cursor, name.text[1:], scripts, start)
    base = Symbol(name.text[1:], "rm", span=cursor.span(start))
    if not cursor.opens(*_BRACKETS):
        raise TexError(
            f"{name.text} without a bracket or an index",
            name.start,
            f"write {name.text}(…) or {name.text}_{{j}}",
        )
    call = Call(base, bracketed(cursor), span=cursor.span(start))
    return _after_bracket(cursor, call, name.text, False, start)


def argument_of_extreme(cursor: Cursor) -> Expr:
    r"""`\arg\max_x f(x)`; a plain `\arg z` is a function."""
    start = cursor.at
    following = cursor.peek(1)
    if following.text not in ("\\max", "\\min"):
        return function(cursor)
    cursor.at += 2
    return arg_extreme(cursor, "arg" + following.text[1:], start)


def arg_extreme(cursor: Cursor, kind: str, start: int) -> Expr:
    """`argmax` or `argmin`, already read, and what follows."""
    scripts = read_scripts(cursor)
    if scripts.below is None:
        raise TexError(f"{kind} over what?", cursor.offset(start), "write the variable below it")
    return reduce_over(cursor, kind, scripts, start)
