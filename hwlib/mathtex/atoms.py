"""The smallest expressions: numbers, names, brackets, and whatever a command begins."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hwlib.mathtex.algebra import expression, product, run
from hwlib.mathtex.ast import (
    AmbiguousError,
    Application,
    Binomial,
    Call,
    Composition,
    Divide,
    Dots,
    Expr,
    Factorial,
    Indicator,
    Infinity,
    Multiply,
    Number,
    Prime,
    Root,
    Subscript,
    Symbol,
    TexError,
    Tuple,
)
from hwlib.mathtex.bars import bars, relation_bars
from hwlib.mathtex.conditions import conditions, relates
from hwlib.mathtex.cursor import Cursor, Grammar
from hwlib.mathtex.derivatives import argument_range, fraction, gradient, partial, slash_derivative
from hwlib.mathtex.evaluation import with_scripts
from hwlib.mathtex.functions import (
    EXTREMES,
    NAMES,
    arg_extreme,
    argument_of_extreme,
    bracketed,
    extreme,
    function,
)
from hwlib.mathtex.integrals import integral
from hwlib.mathtex.limits import limit
from hwlib.mathtex.lookahead import (
    FONTS,
    is_name,
    starts_differential,
)
from hwlib.mathtex.names import applied, braced_indicator, name, scripted, spelled
from hwlib.mathtex.reductions import big_operator
from hwlib.mathtex.scripts import indices, raised, read_scripts
from hwlib.mathtex.shapes import braced_array, environment, is_braced_array

_FLOORS = {"\\lfloor": "floor", "\\lceil": "ceil"}


def factor(cursor: Cursor) -> Expr:
    """One atom with what hangs on it."""
    start = cursor.at
    token = cursor.peek()
    if token.kind in ("letter", "word"):
        return _lettered(cursor)
    if token.kind == "command":
        reader = _COMMANDS.get(token.text)
        if reader is not None:
            return _factorials(cursor, reader(cursor), start)
        if is_name(token):
            return _factorials(cursor, name(cursor), start)
    atom = _atom(cursor)
    return hung(cursor, atom, start)


def _lettered(cursor: Cursor) -> Expr:
    start = cursor.at
    token = cursor.peek()
    if token.text == "d" and token.kind == "letter":
        found = (
            slash_derivative(cursor)
            if starts_differential(cursor) or cursor.sees("^", 1) or (cursor.sees("/", 1))
            else None
        )
        if found is not None:
            return found
    if token.kind == "word" and token.text in ("argmax", "argmin", "max", "min"):
        cursor.take()
        if cursor.sees("_"):
            return arg_extreme(cursor, token.text, start)
        cursor.at = start
    return _factorials(cursor, name(cursor), start)


def _factorials(cursor: Cursor, base: Expr, start: int) -> Expr:
    while cursor.accept("!"):
        if cursor.sees("!"):
            raise TexError("a double factorial", cursor.peek().start, "write a product")
        base = Factorial(base, span=cursor.span(start))
    return base


def hung(cursor: Cursor, base: Expr, start: int) -> Expr:
    """An atom that is no name, with its scripts and factorials."""
    base = _factorials(cursor, base, start)
    scripts = read_scripts(cursor)
    if not scripts:
        return base
    if scripts.below is not None:
        if isinstance(base, Number):
            raise TexError("a subscript on a number", cursor.offset(start))
        base = Subscript(base, indices(cursor, *scripts.below), span=cursor.span(start))
    if scripts.primes:
        base = _primed(cursor, base, scripts.primes, start)
    if scripts.above is not None:
        base = raised(cursor, base, scripts.above, start)
    return _factorials(cursor, base, start)


def _primed(cursor: Cursor, base: Expr, primes: int, start: int) -> Expr:
    if isinstance(base, Number):
        raise TexError("a prime on a number", cursor.offset(start))
    primed = Prime(base, primes, span=cursor.span(start))
    if not cursor.opens("("):
        return primed
    argument = cursor.inside(expression)
    return scripted(cursor, Application(primed, argument, span=cursor.span(start)), start)


def _atom(cursor: Cursor) -> Expr:
    token = cursor.peek()
    reader = _KINDS.get(token.kind)
    if reader is None and token.kind in ("char", "command", "open", "big"):
        reader = _DELIMITERS.get(token.text)
    if reader is not None:
        return reader(cursor)
    if token.kind == "command":
        raise TexError(f"{token.text} is not known here", token.start)
    raise cursor.unexpected("an expression")


def _text(cursor: Cursor) -> Expr:
    token = cursor.peek()
    if token.text.strip().lower() in (
        "if",
        "for",
        "otherwise",
        "where",
        "and",
        "or",
        "when",
        "then",
    ):
        raise cursor.unexpected("an expression")
    return name(cursor)


# --- numbers -------------------------------------------------------------------------------------


def _number(cursor: Cursor) -> Expr:
    start = cursor.at
    token = cursor.take()
    _refuse_exponent(cursor, token.end)
    if token.text == "1" and cursor.opens("\\{"):
        indicator = braced_indicator(cursor, start)
        if indicator is not None:
            return indicator
    value, decimals = Fraction(token.text), len(token.text.partition(".")[2])
    period = _period(cursor, "." in token.text)
    if period:
        value += Fraction(int(period), (10 ** len(period) - 1) * 10**decimals)
        decimals += len(period)
    if cursor.accept("\\%"):
        value, decimals = value / 100, decimals + 2
    if cursor.sees("\\dots") and decimals:
        raise TexError(
            "digits that go on without an end", cursor.peek().start, "write \\approx and round"
        )
    return Number(value, decimals, span=cursor.span(start))


def _period(cursor: Cursor, pointed: bool) -> str:
    r"""Steps past the digits that go on for ever in `5.\overline{6}` and `0.1\overline{6}`."""
    at = 0 if pointed else 1
    if not pointed and not cursor.sees("."):
        return ""
    bar, brace, digits, closing = (cursor.peek(at + ahead) for ahead in range(4))
    texts = bar.text, brace.text, closing.text
    if texts not in (("\\overline", "{", "}"), ("\\bar", "{", "}")) or not digits.text.isdigit():
        return ""
    cursor.at += at + 4
    return digits.text


def _refuse_exponent(cursor: Cursor, end: int) -> None:
    """`1.5e-3` is typeset as 1.5 e − 3."""
    letter, sign, digit = cursor.peek(), cursor.peek(1), cursor.peek(2)
    if letter.text not in ("e", "E") or letter.start != end or sign.start != letter.end:
        return
    signed = sign.text in ("+", "-") and digit.kind == "number" and digit.start == sign.end
    if sign.kind == "number" or signed:
        raise TexError("a power of ten in computer notation", letter.start, "write \\times 10^{…}")


# --- brackets ------------------------------------------------------------------------------------


def _round(cursor: Cursor) -> Expr:
    start = cursor.at
    if cursor.tokens[cursor.close()].text != ")":
        raise TexError(
            "a half-open bracket outside of a set", cursor.peek().start, "write it after \\in"
        )
    if cursor.peek(1).kind == "text" and _is_worded(cursor):
        cursor.at = cursor.close() + 1
        return spelled(cursor, start)
    content = _list(cursor, start)
    starred = isinstance(content, Multiply) and "*" in content.operators
    if starred and cursor.opens("(") and _is_convolution(content):
        cursor.at = cursor.close() + 1
        return spelled(cursor, start)
    if starred and cursor.opens("("):
        raise AmbiguousError(
            "an asterisk in a bracket with an argument: a product or a convolution?",
            cursor.offset(start),
            "write \\cdot for a product",
        )
    if isinstance(content, Composition) and cursor.opens("("):
        return Call(content, bracketed(cursor), span=cursor.span(start))
    return content


def _is_worded(cursor: Cursor) -> bool:
    r"""Whether words and numbers in a bracket name one thing: `(\text{area from step } 2)`."""
    inside = cursor.tokens[cursor.at + 1 : cursor.close()]
    return len(inside) > 1 and all(token.kind in ("text", "number") for token in inside)


def _is_convolution(content: Expr) -> bool:
    """Whether names, and nothing but asterisks between, stand in a bracket with an argument."""
    if not isinstance(content, Multiply) or set(content.operators) != {"*"}:
        return False
    return all(isinstance(factor, (Symbol, Subscript)) for factor in content.factors)


def _list(cursor: Cursor, start: int) -> Expr:
    if cursor.close() == cursor.at + 1:
        raise TexError("an empty bracket", cursor.peek().start)
    items = cursor.inside(_items)
    return items[0] if len(items) == 1 else Tuple(items, span=cursor.span(start))


def _items(cursor: Cursor) -> tuple[Expr, ...]:
    items = [_item(cursor)]
    while cursor.accept(",") or cursor.accept(";"):
        items.append(_item(cursor))
    return tuple(items)


def _item(cursor: Cursor) -> Expr:
    start = cursor.at
    first = expression(cursor)
    if not cursor.sees("\\circ"):
        return first
    functions = [first]
    while cursor.accept("\\circ"):
        functions.append(factor(cursor))
    if any(not isinstance(f, (Symbol, Subscript, Prime)) for f in functions):
        raise TexError("\\circ between things that are no functions", cursor.offset(start))
    return Composition(tuple(functions), span=cursor.span(start))


def _square(cursor: Cursor) -> Expr:
    start = cursor.at
    close = cursor.close()
    if cursor.tokens[close].text != "]":
        raise TexError(
            "a half-open bracket outside of a set", cursor.peek().start, "write it after \\in"
        )
    if relates(cursor, (start + 1, close)):
        return Indicator(cursor.inside(conditions), span=cursor.span(start))
    content = _list(cursor, start)
    if not cursor.sees("_") and not cursor.sees("^"):
        return content
    saved = cursor.at
    scripts = read_scripts(cursor)
    if scripts.below is not None and scripts.above is not None and not isinstance(content, Tuple):
        return with_scripts(cursor, content, scripts, start)
    cursor.at = saved
    return content


def _curly(cursor: Cursor) -> Expr:
    if is_braced_array(cursor):
        return braced_array(cursor)
    start = cursor.at
    _refuse_described_set(cursor)
    content = _list(cursor, start)
    if isinstance(content, Tuple):
        raise TexError("a set is only read after \\in", content.span.start)
    return content


def _refuse_described_set(cursor: Cursor) -> None:
    for at in cursor.level(cursor.at + 1, cursor.close()):
        if cursor.tokens[at][:2] in (("char", ":"), ("command", "\\in")):
            raise TexError(
                "a set by what its members have in common cannot be checked",
                cursor.tokens[at].start,
                "add “% unchecked: ” with the reason",
            )


def _braces(cursor: Cursor) -> Expr:
    start = cursor.at
    first = cursor.peek(1)
    if first.text in FONTS and first.text in ("\\bf", "\\rm", "\\cal", "\\it"):
        return applied(cursor, _old_font(cursor), start)
    if cursor.close() == start + 1:
        raise TexError("empty braces", cursor.peek().start)
    content = cursor.inside(_braced)
    if isinstance(content, (Symbol, Subscript)) and cursor.opens("("):
        return applied(cursor, content, start)
    return content


def _old_font(cursor: Cursor) -> Expr:
    return cursor.inside(lambda inner: name(inner))


def _braced(cursor: Cursor) -> Expr:
    start = cursor.at
    first = expression(cursor)
    if cursor.accept("\\over"):
        return Divide(first, expression(cursor), span=cursor.span(start))
    if cursor.accept("\\choose"):
        return Binomial(first, expression(cursor), span=cursor.span(start))
    return first


def _floor(cursor: Cursor) -> Expr:
    start = cursor.at
    symbol = Symbol(_FLOORS[cursor.peek().text], "rm", span=cursor.span(start + 1))
    return Call(symbol, bracketed(cursor), span=cursor.span(start))


def _angle(cursor: Cursor) -> Expr:
    r"""`\langle x, y \rangle`: what they are decides what it is; of three items it is a vector."""
    start = cursor.at
    items = bracketed(cursor)
    if len(items) == 1:
        raise TexError("one thing in angle brackets", cursor.offset(start), "a mean is \\bar x")
    if len(items) > 2:
        return Tuple(items, span=cursor.span(start))
    return Multiply(items, ("\\langle",), span=cursor.span(start))


def _evaluated(cursor: Cursor) -> Expr:
    r"""`\left. f \right|_{x=0}`; the scripts stand after the bar."""
    start = cursor.at
    if cursor.peek().kind != "open":
        raise cursor.unexpected("an expression")
    if cursor.tokens[cursor.close()].text != "|":
        raise TexError("\\left. without \\right|", cursor.peek().start)
    content = cursor.inside(expression)
    return with_scripts(cursor, content, read_scripts(cursor), start)


# --- commands ------------------------------------------------------------------------------------


def _root(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    index = None
    if cursor.opens("[") and cursor.close() == cursor.at + 1:
        cursor.at += 2
    elif cursor.opens("["):
        index = cursor.inside(expression)
    radicand = cursor.between(*argument_range(cursor), expression)
    return hung(cursor, Root(radicand, index, span=cursor.span(start)), start)


def _binomial(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    n = cursor.between(*argument_range(cursor), expression)
    k = cursor.between(*argument_range(cursor), expression)
    return hung(cursor, Binomial(n, k, span=cursor.span(start)), start)


def _fraction(cursor: Cursor) -> Expr:
    start = cursor.at
    return hung(cursor, fraction(cursor), start)


def _dots(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    return Dots(span=cursor.span(start))


def _infinity(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    return Infinity(span=cursor.span(start))


def _probability(cursor: Cursor) -> Expr:
    start = cursor.at
    cursor.take()
    head = Symbol("Pr", "rm", span=cursor.span(start))
    return applied(cursor, head, start)


def _refused(reason: str, hint: str = "") -> Callable[[Cursor], Expr]:
    def refuse(cursor: Cursor) -> Expr:
        token = cursor.peek()
        raise TexError(f"{token.text}: {reason}", token.start, hint)

    return refuse


_COMMANDS: dict[str, Callable[[Cursor], Expr]] = {
    **dict.fromkeys(NAMES, function),
    **dict.fromkeys(EXTREMES, extreme),
    "\\arg": argument_of_extreme,
    "\\frac": _fraction,
    "\\sqrt": _root,
    "\\binom": _binomial,
    "\\dots": _dots,
    "\\infty": _infinity,
    "\\Pr": _probability,
    "\\sum": big_operator,
    "\\prod": big_operator,
    "\\lim": limit,
    "\\int": integral,
    "\\partial": partial,
    "\\nabla": gradient,
    "\\iint": integral,
    "\\iiint": integral,
    "\\oint": integral,
    "\\limsup": _refused("cannot be checked", "% unchecked: reason"),
    "\\liminf": _refused("cannot be checked", "% unchecked: reason"),
    "\\cancelto": _refused("does not say what it stands for"),
    "\\degree": _refused("degrees", "write the angle in radians"),
}
_KINDS: dict[str, Callable[[Cursor], Expr]] = {
    "number": _number,
    "begin": environment,
    "text": _text,
}
_DELIMITERS: dict[str, Callable[[Cursor], Expr]] = {
    "(": _round,
    "[": _square,
    "\\{": _curly,
    "{": _braces,
    "|": bars,
    "\\|": bars,
    "\\mid": relation_bars,
    "\\parallel": relation_bars,
    ".": _evaluated,
    "\\langle": _angle,
    **dict.fromkeys(_FLOORS, _floor),
}
GRAMMAR = Grammar(expression, product, run, factor, conditions)
