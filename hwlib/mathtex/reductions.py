r"""Sums, products, extremes over an index: a sign, something below, a body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from hwlib.mathtex.ast import (
    AmbiguousError,
    Comparison,
    Condition,
    Expr,
    Label,
    Marked,
    Membership,
    Multiply,
    Negative,
    Number,
    Prime,
    Reduction,
    Subscript,
    Symbol,
    TexError,
    Tuple,
)
from hwlib.mathtex.binding import free_names, mentions
from hwlib.mathtex.conditions import range_length
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import PRODUCTS
from hwlib.mathtex.names import spelled
from hwlib.mathtex.scripts import Range, Scripts, read_scripts, split_commas

_KINDS = {"\\sum": "sum", "\\prod": "prod"}
# A factor after these changes the value when it is taken in: c max(a) is not max(c a).
_STRICT = frozenset({"prod", "max", "min", "sup", "inf", "argmax", "argmin"})


_NAMES = (Symbol, Subscript, Marked)


class _Under(NamedTuple):
    indices: tuple[Expr, ...]
    lower: Expr | None
    conditions: tuple[Condition, ...]


def big_operator(cursor: Cursor) -> Expr:
    r"""`\sum` or `\prod` with what stands below, above and after it."""
    start = cursor.at
    name = cursor.take()
    scripts = read_scripts(cursor)
    if scripts.below is None:
        raise TexError(f"{name.text} over what?", name.start, f"write {name.text}_{{i=1}}^{{n}}")
    return reduce_over(cursor, _KINDS[name.text], scripts, start)


def reduce_over(cursor: Cursor, kind: str, scripts: Scripts, start: int) -> Expr:
    """A reduction whose sign and scripts have been read; its body is next."""
    if scripts.primes:
        raise TexError("a prime on a sum", cursor.offset(start))
    if _is_drawn(cursor, scripts.below):
        return _over_draws(cursor, scripts, start)
    under = _under(cursor, *(scripts.below or (0, 0)))
    upper = None
    if scripts.above is not None:
        if under.lower is None:
            raise TexError(
                "an upper bound without a lower one",
                cursor.offset(scripts.above[0]),
                "write _{i=1}^{n}",
            )
        upper = cursor.between(*scripts.above, cursor.grammar.expression)
        _refuse_own_letter(under, upper)
    elif under.lower is not None:
        raise TexError(
            "a lower bound without an upper one", cursor.offset(start), "write _{i=1}^{n}"
        )
    body = _body(cursor, kind, under.indices, start)
    span = cursor.span(start)
    return Reduction(kind, body, under.indices, under.lower, upper, under.conditions, span=span)


def _is_drawn(cursor: Cursor, below: Range | None) -> bool:
    r"""Whether what stands below says how something is drawn: `\sum_{i=1, x \sim p}^{n}`."""
    tokens = cursor.tokens[slice(*below)] if below else ()
    return any(token[:2] == ("command", "\\sim") for token in tokens)


def _over_draws(cursor: Cursor, scripts: Scripts, start: int) -> Expr:
    """A sum over what is drawn at random: a quantity with a name."""
    below = scripts.below or (0, 0)
    for part in split_commas(cursor, *below):
        for low, high in _around(cursor, part, "\\sim"):
            if _relates(cursor, (low, high)):
                cursor.between(low, high, cursor.grammar.conditions)
            else:
                cursor.between(low, high, cursor.grammar.expression)
    if scripts.above is not None:
        cursor.between(*scripts.above, cursor.grammar.expression)
    _body(cursor, "sum", (), start)
    refuse_again(cursor, below)
    return spelled(cursor, start)


def _around(cursor: Cursor, part: Range, sign: str) -> list[Range]:
    places = [at for at in range(*part) if cursor.tokens[at].text == sign]
    return list(zip([part[0], *(at + 1 for at in places)], [*places, part[1]], strict=True))


def refuse_again(cursor: Cursor, below: Range) -> None:
    """Refuse a term after a named quantity that holds a letter from below its sign.

    Is the term still in the body? One that begins with a limit says for itself what belongs to it.

    Raises:
        AmbiguousError: Where such a letter stands again.
    """
    if not (cursor.sees("+") or cursor.sees("-")) or cursor.sees("\\lim", 1):
        return
    letters = {token.text for token in cursor.tokens[slice(*below)] if token.kind == "letter"}
    rest = cursor.tokens[cursor.at : cursor.end]
    if any(token.text in letters for token in rest):
        raise AmbiguousError(
            "a letter below a sign stands again after its body",
            cursor.peek().start,
            "put all that belongs to the sign in brackets",
        )


def _refuse_own_letter(under: _Under, upper: Expr) -> None:
    r"""`\sum_{j=1}^{j}`: outside of the sum the letter would be another one, which misleads."""
    for bound in (under.lower, upper):
        if bound is None or (isinstance(bound, Subscript) and _is_fixed(bound)):
            continue  # the k_0 of \sum_{k=k_0} is a name of its own
        if not free_names(bound).isdisjoint(under.indices):
            raise TexError(
                "a bound that holds the letter it bounds",
                bound.span.start,
                "give the letter that runs another name",
            )


def _is_fixed(name: Subscript) -> bool:
    return all(isinstance(one, (Number, Label)) for one in name.indices)


def _body(cursor: Cursor, kind: str, names: tuple[Expr, ...], start: int) -> Expr:
    if cursor.done:
        raise cursor.unexpected("the body of the sum or product")
    with cursor.deeper():
        if kind not in _STRICT:
            return signed(cursor, cursor.grammar.product)
        body = signed(cursor, cursor.grammar.run)
    token = cursor.peek()
    after = token.kind in ("char", "command") and (token.text in PRODUCTS or token.text == "/")
    trailing = isinstance(body, Multiply) and free_names(body.factors[-1]).isdisjoint(names)
    if after or trailing:
        offset = token.start if after else cursor.offset(start)
        raise AmbiguousError(
            f"where the body of the {kind} ends", offset, "put the body in brackets"
        )
    return body


def signed(cursor: Cursor, read: Callable[[Cursor], Expr]) -> Expr:
    r"""The body of a sum or limit, which may have one sign: `\sum_i -y_i \log p_i`."""
    start = cursor.at
    if not cursor.accept("-"):
        return read(cursor)
    return Negative(read(cursor), span=cursor.span(start))


# --- what stands below ---------------------------------------------------------------------------


def _under(cursor: Cursor, low: int, high: int) -> _Under:
    tokens = cursor.tokens
    if high - low > 1 and tokens[low].text == "\\substack" and tokens[low + 1].text == "{":
        inner = (low + 2, cursor.partners[low + 1])
        parts = [p for r in _split_rows(cursor, *inner) for p in split_commas(cursor, *r)]
    else:
        parts = split_commas(cursor, low, high)
    if not any(_relates(cursor, part) for part in parts):
        return _Under(tuple(name for part in parts for name in _indices(cursor, *part)), None, ())
    return _with_relations(cursor, parts)


def _range(cursor: Cursor, part: Range) -> tuple[Condition, ...]:
    r"""What stands below `\max_{i = 1, \dots, n}`: a condition on its one index."""
    return cursor.between(*part, cursor.grammar.conditions)


def _split_rows(cursor: Cursor, low: int, high: int) -> list[Range]:
    breaks = [at for at in range(low, high) if cursor.tokens[at].kind == "row"]
    return list(zip([low, *(at + 1 for at in breaks)], [*breaks, high], strict=True))


def _relates(cursor: Cursor, part: Range) -> bool:
    return any(t.kind == "relation" or t.text == "\\in" for t in cursor.tokens[slice(*part)])


@dataclass
class _Found:
    """What stands below a sign, as far as it has been read."""

    names: list[Expr] = field(default_factory=list)
    lower: Expr | None = None
    conditions: list[Condition] = field(default_factory=list)
    waiting: list[Expr] = field(default_factory=list)  # names whose range comes behind them

    def add(self, condition: Condition) -> None:
        """Takes a part with a relation in it."""
        if self.lower is not None and any(mentions(condition, name) for name in self.names):
            self.conditions.append(condition)  # _{i=1, y_i=1}
            return
        if _is_about(condition, self.waiting):
            self.names += self.waiting  # _{w, \|w\| = 1}
            self.conditions.append(condition)
        elif _is_start(condition) and isinstance(condition, Comparison):
            if self.lower is not None:
                raise TexError(
                    "two lower bounds on one sign", condition.span.start, "write one sign for each"
                )
            self.names += [*self.waiting, _as_index(condition.operands[0])]
            self.lower = condition.operands[1]
        else:
            self.add_set(condition)
        self.waiting = []

    def add_set(self, condition: Condition) -> None:
        """Takes a condition that says what its names, and those that wait, run over."""
        found = _indices_of(condition, self.waiting)
        self.names += [name for name in found if name not in self.names]
        self.conditions.append(_widened(condition, self.waiting))


def _with_relations(cursor: Cursor, parts: list[Range]) -> _Under:
    found = _Found()
    ranged = range_length(cursor, parts, 0)
    if ranged:  # _{c = 0, \dots, n, c \ne k}
        (condition,) = _range(cursor, (parts[0][0], parts[ranged - 1][1]))
        found.add_set(condition)
    for part in parts[ranged:]:
        if not _relates(cursor, part):
            found.waiting.append(index(cursor, *part))
            continue
        mark = _such_that(cursor, part)
        if mark is not None:
            found.names.append(index(cursor, part[0], mark))
            found.conditions += cursor.between(mark + 1, part[1], cursor.grammar.conditions)
            continue
        (condition, *more) = cursor.between(*part, cursor.grammar.conditions)
        if more:
            raise TexError("this cannot stand below a sum", condition.span.start)
        found.add(condition)
    if found.waiting:
        raise TexError("an index without its range", found.waiting[0].span.start)
    names, conditions = found.names, found.conditions
    if found.lower is not None:
        names = [names[0], *(n for n in names[1:] if not _only_in(n, conditions))]
    return _Under(tuple(names), found.lower, tuple(conditions))


def _such_that(cursor: Cursor, part: Range) -> int | None:
    r"""Where the colon of `\sum_{i : y_i = c}` stands."""
    return next((at for at in cursor.level(*part) if cursor.tokens[at][:2] == ("char", ":")), None)


def _is_about(condition: Condition, waiting: list[Expr]) -> bool:
    """Whether a comparison limits names that stand before it: it says what they run over."""
    if not isinstance(condition, Comparison) or not any(mentions(condition, n) for n in waiting):
        return False
    return not (_is_start(condition) and isinstance(condition.operands[0], _NAMES))


def _only_in(name: Expr, conditions: list[Condition]) -> bool:
    return any(mentions(condition, name) for condition in conditions)


def _is_start(condition: Condition) -> bool:
    return isinstance(condition, Comparison) and condition.operators == ("=",)


def _widened(condition: Condition, waiting: list[Expr]) -> Condition:
    if not waiting:
        return condition
    if not isinstance(condition, Membership):
        raise TexError("an index without its range", waiting[0].span.start)
    items = (*waiting, *condition.items)
    return Membership(items, condition.container, condition.negated, span=condition.span)


def _indices_of(condition: Condition, waiting: list[Expr]) -> list[Expr]:
    if isinstance(condition, Membership):
        items = (*waiting, *condition.items)
        pairs = [item.items if isinstance(item, Tuple) else (item,) for item in items]
        return [_as_index(name) for pair in pairs for name in pair]  # _{(i, j) \in S}
    if isinstance(condition, Comparison):
        operands = condition.operands
        inner = operands[1:-1] if len(operands) > 2 else operands[:1]
        return [_as_index(operand) for operand in inner]
    return []


def index(cursor: Cursor, low: int, high: int) -> Expr:
    """The name that a range of tokens is."""
    if low >= high:
        raise TexError("an empty index", cursor.offset(low))
    return _as_index(cursor.between(low, high, cursor.grammar.expression))


def _indices(cursor: Cursor, low: int, high: int) -> tuple[Expr, ...]:
    if low >= high:
        raise TexError("an empty index", cursor.offset(low))
    found = cursor.between(low, high, cursor.grammar.expression)
    names: tuple[Expr, ...] = (found,)
    if isinstance(found, Multiply) and not any(found.operators):
        names = found.factors
    return tuple(_as_index(name) for name in names)


def _as_index(expr: Expr) -> Expr:
    if isinstance(expr, Prime):
        _as_index(expr.base)
        return expr
    if isinstance(expr, _NAMES):
        return expr
    raise TexError("an index must be a name", expr.span.start)
