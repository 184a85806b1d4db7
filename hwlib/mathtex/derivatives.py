r"""Fractions, and those that are derivatives; `\partial_x`, `\nabla`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hwlib.mathtex.ast import (
    AmbiguousError,
    Application,
    By,
    Call,
    Derivative,
    Divide,
    Expr,
    Gradient,
    Marked,
    Negative,
    Number,
    Opaque,
    Power,
    Span,
    Subscript,
    Symbol,
    TexError,
    Transpose,
    walk,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import PRODUCTS, forbid_factor, is_name
from hwlib.mathtex.names import contents, spelled, symbol
from hwlib.mathtex.scripts import Range, Scripts, hang, indices, read_scripts, split_commas
from hwlib.mathtex.tokens import Token

_FLOW_ENDS = "where a divergence or curl ends"
_FLOWS = ("\\cdot", "\\times")  # after a \nabla: divergence and curl
_EDGES = frozenset({"begin", "row", "sep", "align", "relation"})
_SLASH_REACH = 24  # tokens between the d of dy/dx and its slash


def fraction(cursor: Cursor) -> Expr:
    r"""`\frac{a}{b}`, or the derivative that it is typeset as."""
    start = cursor.at
    cursor.take()
    above = argument_range(cursor)
    below = argument_range(cursor)
    mark = _differential_mark(cursor, above, below)
    if mark:
        return _derivative(cursor, above, below, mark, start)
    numerator = cursor.between(*above, cursor.grammar.expression)
    denominator = cursor.between(*below, cursor.grammar.expression)
    return Divide(numerator, denominator, span=cursor.span(start))


def argument_range(cursor: Cursor) -> Range:
    """The tokens of the next argument of a command: a braced group, or one token."""
    if cursor.sees("{"):
        low, high = cursor.at + 1, cursor.close()
        if low == high:
            raise TexError("an empty argument", cursor.peek().start)
        cursor.at = high + 1
        return low, high
    token = cursor.peek()
    if token.kind == "number" and len(token.text) > 1:
        raise TexError(
            "several digits as an argument without braces", token.start, "put them in braces"
        )
    if token.kind not in ("number", "letter", "command", "word") or token.text in PRODUCTS:
        raise cursor.unexpected("an argument in braces")
    cursor.at += 1
    return cursor.at - 1, cursor.at


# --- derivatives ---------------------------------------------------------------------------------


def _is_mark(token: Token) -> bool:
    if token.text == "d":
        return token.kind in ("letter", "word")
    return token[:2] == ("command", "\\partial")


def _differential_mark(cursor: Cursor, above: Range, below: Range) -> str:
    first, second = cursor.tokens[above[0]], cursor.tokens[below[0]]
    if not _is_mark(first) or not _is_mark(second):
        return ""
    if below[1] - below[0] > 1 and cursor.tokens[below[0] + 1].text == "(":
        raise TexError(
            "a derivative by an expression",
            second.start,
            "give it a name, u := …, and differentiate by u",
        )
    if below[1] - below[0] < 2 or not is_name(cursor.tokens[below[0] + 1]):
        return ""
    if _has_slash(cursor, below):  # \frac{\partial F/\partial x}{\partial F/\partial y}
        return ""
    if first.text != second.text:
        raise TexError("d above and \\partial below, or the reverse", first.start)
    return first.text


def _has_slash(cursor: Cursor, part: Range) -> bool:
    return any(cursor.tokens[at][:2] == ("char", "/") for at in cursor.level(*part))


def _derivative(cursor: Cursor, above: Range, below: Range, mark: str, start: int) -> Expr:
    order, low = _order_above(cursor, above)
    by = cursor.between(*below, _variables)
    _check_orders(by, order, cursor.tokens[above[0]].start)
    partial = mark == "\\partial"
    if low < above[1]:
        operand = cursor.between(low, above[1], cursor.grammar.product)
        found = Derivative(operand, by, partial, span=cursor.span(start))
        return _at_bracket(cursor, found, start)
    if _is_alone(cursor, start):
        return spelled(cursor, start)
    operand = _operand(cursor)
    return Derivative(operand, by, partial, span=cursor.span(start))


def _is_alone(cursor: Cursor, start: int) -> bool:
    r"""Whether an operator stands without anything to be applied to, as in `\nabla = …`."""
    if not cursor.done:
        return False
    before = cursor.tokens[start - 1] if start else None
    return before is None or before.kind in _EDGES or before.text in ("&", ",", "\\langle")


def _order_above(cursor: Cursor, above: Range) -> tuple[Expr, int]:
    """The order on the upper d, and where what is differentiated begins."""
    low = above[0] + 1
    if low >= above[1] or cursor.tokens[low].text != "^":
        return _one(cursor, above[0]), low
    saved, cursor.at = cursor.at, low
    scripts = read_scripts(cursor)
    low, cursor.at = cursor.at, saved
    order = cursor.between(*(scripts.above or above), cursor.grammar.expression)
    return order, low


def _one(cursor: Cursor, at: int) -> Number:
    token = cursor.tokens[at]
    return Number(Fraction(1), span=Span(token.start, token.end))


def _variables(cursor: Cursor) -> tuple[By, ...]:
    found = []
    while not cursor.done:
        found.append(_variable(cursor))
    return tuple(found)


def _variable(cursor: Cursor) -> By:
    start = cursor.at
    if not _is_mark(cursor.peek()):
        raise cursor.unexpected("d or \\partial before each variable")
    cursor.take()
    if not is_name(cursor.peek()):
        raise cursor.unexpected("a variable")
    first = cursor.at
    base = symbol(cursor)
    scripts = read_scripts(cursor)
    order: Expr = _one(cursor, start)
    if scripts.above is not None and _is_order(cursor, scripts.above):
        order = cursor.between(*scripts.above, cursor.grammar.expression)
        scripts.above = None
    variable = hang(cursor, base, scripts, first)
    if isinstance(variable, Transpose):
        raise TexError("a derivative by a transpose", variable.span.start, "transpose the result")
    return By(variable, order, span=cursor.span(start))


def _is_order(cursor: Cursor, above: Range) -> bool:
    low, high = above
    token = cursor.tokens[low] if low < high else None
    return high == low + 1 and token is not None and (token.kind == "number" or token.text in "nmk")


def _check_orders(by: tuple[By, ...], order: Expr, offset: int) -> None:
    orders = [one.order for one in by]
    if isinstance(order, Number) and all(isinstance(o, Number) for o in orders):
        agrees = sum(o.value for o in orders if isinstance(o, Number)) == order.value
    else:
        agrees = orders == [order]
    if not agrees:
        raise TexError("the orders above and below the derivative differ", offset)


def _at_bracket(cursor: Cursor, found: Derivative, start: int) -> Expr:
    r"""`\frac{df}{dx}(a)`: f'(a) if f is a function, a product if it is a quantity.

    With several arguments, `\frac{\partial f}{\partial x}(a, b)`, it can only be a function.
    """
    if not cursor.opens("("):
        return found
    named = isinstance(found.operand, (Symbol, Subscript, Marked))
    low, close = cursor.at + 1, cursor.close()
    parts = split_commas(cursor, low, close)
    if named and len(parts) > 1:
        arguments = tuple(cursor.between(*part, cursor.grammar.expression) for part in parts)
        cursor.at = close + 1
        return Call(found, arguments, span=cursor.span(start))
    if found.partial or not named or len(found.by) > 1:
        raise AmbiguousError(
            "a bracket after a derivative: its argument or a factor?",
            cursor.peek().start,
            "write \\cdot before a factor, \\Big|_{x=…} for a value at a point",
        )
    argument = cursor.between(low, close, cursor.grammar.expression)
    cursor.at = close + 1
    if cursor.sees("^") or cursor.sees("_") or cursor.sees("'"):
        raise cursor.unexpected("a factor")
    return Application(found, argument, span=cursor.span(start))


def _operand(cursor: Cursor) -> Expr:
    r"""What `\frac{d}{dx}` or `\partial_x` in front of it is applied to."""
    if cursor.done:
        raise cursor.unexpected("what is differentiated")
    with cursor.deeper():
        if cursor.opens("(", "[", "\\{"):
            operand = cursor.grammar.factor(cursor)
            _forbid_after_bracket(cursor)
            return operand
        operand = cursor.grammar.run(cursor)
    token = cursor.peek()
    if token.kind in ("char", "command") and (token.text in PRODUCTS or token.text == "/"):
        raise AmbiguousError(
            f"“{token.text}” after a derivative: is what follows differentiated too?",
            token.start,
            "put what is differentiated in brackets",
        )
    return operand


def _forbid_after_bracket(cursor: Cursor) -> None:
    forbid_factor(
        cursor,
        "a factor straight after the bracket of a derivative",
        "write \\cdot before it, or put it in the bracket if it is differentiated too",
    )


# --- on the line ---------------------------------------------------------------------------------


def slash_derivative(cursor: Cursor) -> Expr | None:
    r"""`dy/dx`, `\partial L/\partial w`, if that is what stands here."""
    start = cursor.at
    slash = _find_slash(cursor)
    if slash is None:
        return None
    order, low = _order_above(cursor, (start, slash))
    operand = None
    if low < slash:
        operand = cursor.between(low, slash, cursor.grammar.product)
    mark = cursor.tokens[start].text
    cursor.at = slash + 1
    by = [_variable(cursor)]
    while _is_mark(cursor.peek()) and is_name(cursor.peek(1)):
        by.append(_variable(cursor))
    _check_orders(tuple(by), order, cursor.tokens[start].start)
    if operand is None:
        operand = _operand(cursor)
    else:
        forbid_factor(
            cursor,
            "a factor straight after a derivative on the line",
            "write \\frac{…}{…}, or \\cdot before the factor",
        )
    partial = mark == "\\partial"
    return Derivative(operand, tuple(by), partial, span=cursor.span(start))


def _find_slash(cursor: Cursor) -> int | None:
    at = cursor.at + 1
    while at < min(cursor.end, cursor.at + _SLASH_REACH):
        token = cursor.tokens[at]
        if token[:2] == ("char", "/"):
            following = cursor.tokens[at + 1 : min(at + 3, cursor.end)]
            fits = len(following) == 2 and _is_mark(following[0]) and is_name(following[1])
            return at if fits else None
        if token.text in ("+", "-") or token.kind == "relation":
            return None
        at = max(at, cursor.partners[at]) + 1
    return None


def partial(cursor: Cursor) -> Expr:
    r"""`\partial_x f`, `\partial_{xy} f`, `\partial L / \partial w`."""
    start = cursor.at
    found = slash_derivative(cursor)
    if found is not None:
        return found
    sign = cursor.take()
    scripts = read_scripts(cursor)
    if scripts.below is None:
        raise TexError("\\partial by what?", sign.start, "write \\frac{\\partial f}{\\partial x}")
    names = indices(cursor, *scripts.below)
    by = _partials(cursor, names, scripts, start)
    operand = cursor.grammar.factor(cursor)
    forbid_factor(cursor, "a factor straight after \\partial_x f", "use brackets or \\cdot")
    return Derivative(operand, by, True, span=cursor.span(start))


def _partials(
    cursor: Cursor, names: tuple[Expr, ...], scripts: Scripts, start: int
) -> tuple[By, ...]:
    one: Expr = _one(cursor, start)
    if scripts.above is not None:
        if len(names) > 1:
            raise TexError("several variables and a power on one \\partial", cursor.offset(start))
        one = cursor.between(*scripts.above, cursor.grammar.expression)
    return tuple(By(name, one, span=name.span) for name in names)


def gradient(cursor: Cursor) -> Expr:
    r"""`\nabla f`, `\nabla_w L`, `\nabla^2 f`."""
    start = cursor.at
    sign = cursor.take()
    scripts = read_scripts(cursor)
    order = 1
    if scripts.above is not None:
        if [t.text for t in cursor.tokens[slice(*scripts.above)]] != ["2"]:
            raise TexError("a power of \\nabla other than 2", sign.start)
        order = 2
    by = None
    if scripts.below is not None:
        names = indices(cursor, *scripts.below)
        if len(names) != 1:
            raise TexError("\\nabla by several names", sign.start, "write one gradient for each")
        by = names[0]
        if not isinstance(by, (Symbol, Subscript, Marked)):
            raise TexError("\\nabla by something that is no name", by.span.start)
    if cursor.peek().text in _FLOWS:
        return _flow(cursor, sign, scripts, start)
    if _is_alone(cursor, start):
        return spelled(cursor, start)
    if cursor.done:
        raise cursor.unexpected("what the gradient is of")
    bracketed = cursor.opens("(", "[", "\\{")
    whole = bracketed and not _is_raised(cursor)
    operand = cursor.grammar.factor(cursor)
    if bracketed:
        _forbid_after_bracket(cursor)
    else:
        _forbid_after_part(cursor, operand)
    return _hung(Gradient(operand, by, order, span=cursor.span(start)), whole)


def _flow(cursor: Cursor, sign: Token, scripts: Scripts, start: int) -> Expr:
    r"""`\nabla \cdot F`, `\nabla \times F`: a quantity with a name; it has no coordinates."""
    if scripts:
        raise TexError("a divergence or a curl with a script", sign.start, "write it by components")
    low = cursor.at
    flow = cursor.take().text
    bracketed = cursor.opens("(", "[", "\\{")
    cursor.grammar.factor(cursor)
    if bracketed:
        _forbid_after_bracket(cursor)
    else:
        forbid_factor(cursor, _FLOW_ENDS, "put what it is of in brackets")
    if cursor.peek().text in _FLOWS and (cursor.sees("\\times") or flow == "\\cdot"):
        raise AmbiguousError(_FLOW_ENDS, cursor.peek().start, "put what it is of in brackets")
    head = Symbol("\\nabla", span=cursor.span(start))
    return Opaque(head, contents(cursor, low, cursor.at), span=cursor.span(start))


def _is_raised(cursor: Cursor) -> bool:
    """Whether a script follows the bracket that opens here."""
    after = cursor.close() + 1
    return after < cursor.end and cursor.tokens[after][:2] == ("char", "^")


def _forbid_after_part(cursor: Cursor, operand: Expr) -> None:
    r"""Refuse `\nabla \mathbf a^\top \mathbf x` and `\nabla \frac12 f`: of the one, or of both?"""
    named = any(isinstance(one, (Symbol, Opaque)) for one in walk(operand))
    inner = operand.operand if isinstance(operand, Transpose) else None
    turned = isinstance(inner, Symbol) and inner.font == "bf"
    if turned or not named:
        forbid_factor(
            cursor, "a factor straight after \\nabla and another", "put what it is of in brackets"
        )


def _hung(found: Gradient, whole: bool) -> Expr:
    r"""Take the transpose off `f(x)^\top`: after \nabla it is the gradient's.

    So is the inverse in `\nabla^2 f(x)^{-1}`. Other powers belong to what the gradient is of.

    Raises:
        AmbiguousError: For the power of a function's value.
    """
    operand, span = found.operand, found.span
    if whole:
        return found
    if isinstance(operand, Application) and operand.exponent is not None:
        bare = replace(operand, exponent=None)
        if operand.exponent == Symbol("\\top", span=span):
            return Transpose(replace(found, operand=bare), span=span)
        operand = Power(bare, operand.exponent, span=operand.span)
    if isinstance(operand, Transpose):
        return replace(operand, operand=replace(found, operand=operand.operand), span=span)
    if not isinstance(operand, Power):
        return found
    if found.order == 2 and operand.exponent == Negative(Number(Fraction(1), span=span), span=span):
        return replace(operand, base=replace(found, operand=operand.base), span=span)
    if isinstance(operand.base, (Application, Call)):
        raise AmbiguousError(
            "a power after \\nabla: of the value, or of the gradient?",
            operand.span.start,
            "put what is raised in brackets",
        )
    return found
