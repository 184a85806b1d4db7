"""What the parts of a row say: what is claimed, under which conditions, and what is only shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hwlib.mathtex.ast import (
    AmbiguousError,
    Comparison,
    Condition,
    Expr,
    Infinity,
    Marked,
    Negative,
    Number,
    Power,
    Span,
    Subscript,
    Symbol,
    TexError,
    Tuple,
)
from hwlib.mathtex.conditions import a_set, comparison, condition, range_length, relates
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.parts import Part, is_member
from hwlib.mathtex.scripts import Range
from hwlib.mathtex.sets import asked, independent, refuse_no_sets, side
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import CONDITION
from hwlib.mathtex.words import LASTING, refuse_denied

QUANTIFIERS = frozenset({"all", "every", "any", "each", "for", "forall"})
_ALL = QUANTIFIERS - {"for"}
_BECAUSE = frozenset({"as", "since", "because"})
_INEQUALITIES = frozenset({"<", "<=", ">", ">=", "!="})


@dataclass
class Content:
    """What a row, or one side of its arrows, says."""

    chains: list[Comparison] = field(default_factory=list)
    remarks: list[Comparison] = field(default_factory=list)  # claimed, but never gone on with
    conditions: list[Condition] = field(default_factory=list)
    displays: list[Expr] = field(default_factory=list)


def content_of(cursor: Cursor, parts: list[Part], beside_arrow: bool) -> Content:
    """What parts of a row, all of them on one side of its arrows, say together."""
    content = Content()
    parts = parts[1:] if _is_labelled(cursor, parts) else parts
    ranges: list[Range] = [(part.low, part.high) for part in parts]
    _release_claims(cursor, parts, ranges)
    at = 0
    while at < len(parts):
        named = _stated_after(cursor, parts, at)
        if named is not None:
            _claim(cursor, _joined(parts[at], parts[at + named]), content, parts[at + named].low)
            at += named + 1
            continue
        if _is_listed(cursor, parts, at):
            _claim_both(cursor, parts[at], parts[at + 1], content)
            at += 2
            continue
        count = _condition_length(cursor, parts, ranges, at, content, beside_arrow)
        if count == 1 and _only_names(cursor, parts[at]):
            pass  # “for any n” limits nothing
        elif count:
            low, high = parts[at].low, parts[at + count - 1].high
            content.conditions.extend(cursor.between(low, high, cursor.grammar.conditions))
        else:
            _claim_or_note(cursor, parts[at], content)
        at += count or 1
    return content


def _is_labelled(cursor: Cursor, parts: list[Part]) -> bool:
    r"""Whether a letter and a colon name what the row says: `H_0: \mu = 1`."""
    if len(parts) < 2 or parts[0].glue or parts[1].word or not parts[1].relations(cursor):
        return False
    low, high = parts[0].low, parts[0].high
    if cursor.tokens[high][:2] != ("char", ":") or parts[0].signs:
        return False
    label = cursor.between(low, high, cursor.grammar.expression)
    return isinstance(label, (Symbol, Subscript))


def _release_claims(cursor: Cursor, parts: list[Part], ranges: list[Range]) -> None:
    r"""In a row that begins with “for all” and claims nothing else, what is behind is claimed.

    `\forall x > 0, f(x) > 1` claims the second; behind other words it could be a condition as well.
    """
    if any(not part.word and (part.relations(cursor) or part.states(cursor)) for part in parts):
        return
    for at, part in enumerate(parts):
        if part.glue != "," or not part.relations(cursor) or part.word in LASTING:
            continue
        if range_length(cursor, ranges, at) or _is_bare(cursor, part):
            continue
        if part.word in _ALL:
            part.word = ""
        else:
            raise _doubtful(cursor, part)


def _stated_after(cursor: Cursor, parts: list[Part], at: int) -> int | None:
    r"""How many bare names lead to a part with such a sign: `x, y \sim p`, `f: A \to B`.

    None where no such part follows.
    """
    for count, part in enumerate(parts[at:]):
        if part.states(cursor):
            return count
        following = parts[at + count + 1 : at + count + 2]
        if not following or part.relates(cursor) or part.high - part.low > 6:
            return None
        colon = cursor.tokens[part.high][:2] == ("char", ":") and not count
        if not colon and following[0].glue != ",":
            return None
    return None


def _is_listed(cursor: Cursor, parts: list[Part], at: int) -> bool:
    r"""Whether a list of two values of one function is compared: `H(X), H(Y) \le H(X, Y)`."""
    following = parts[at + 1] if at + 1 < len(parts) else None
    if following is None or following.glue != "," or parts[at].signs or parts[at].word:
        return False
    relations = following.relations(cursor)
    if following.word or not relations or not (_INEQUALITIES - {"!="}).issuperset(relations):
        return False
    one, other = (cursor.tokens[p.low : p.low + 2] for p in (parts[at], following))
    return [t.text for t in one] == [t.text for t in other] == [one[0].text, "("]


def _claim_both(cursor: Cursor, listed: Part, part: Part, content: Content) -> None:
    places = part.links(cursor)
    chain = comparison(cursor, part.low, part.high, places, side)
    first = cursor.between(listed.low, listed.high, cursor.grammar.expression)
    span = Span(first.span.start, chain.span.end)
    content.chains += [replace(chain, operands=(first, *chain.operands[1:]), span=span), chain]


def _joined(first: Part, last: Part) -> Part:
    return replace(last, low=first.low)


def _condition_length(
    cursor: Cursor,
    parts: list[Part],
    ranges: list[Range],
    at: int,
    content: Content,
    beside_arrow: bool,
) -> int:
    """How many parts from here on make up conditions; 0 if this one is claimed."""
    part = parts[at]
    if part.remark and not part.signs:
        return 0  # “since e^x does not depend on x” states nothing that can be read
    if part.word == "since":
        return 1 if _is_bare(cursor, part) or _is_membership(cursor, part) else 0
    if part.word:
        _refuse_doubtful(cursor, parts, at)
        return _same_word(cursor, parts, ranges, at)
    names = _names_before_membership(cursor, parts, at)
    count = range_length(cursor, ranges[at:], names)
    if count:
        return names + count
    if _is_membership(cursor, parts[at + names]):
        return names + 1
    after = bool(content.chains or content.displays) and not beside_arrow
    return 1 if after and part.glue != "text" and _is_bare(cursor, part) else 0


def _same_word(cursor: Cursor, parts: list[Part], ranges: list[Range], at: int) -> int:
    """Parts that the same word rules, so far as commas join them."""
    count = 1
    while at + count < len(parts):
        following = parts[at + count]
        if following.glue != "," or following.word != parts[at].word:
            break
        if following.states(cursor):
            break
        complete = parts[at + count - 1].relates(cursor)
        ranged = range_length(cursor, ranges[at:], count - 1)
        if complete and not ranged and following.relates(cursor):
            break
        count += 1
    return count


def _refuse_doubtful(cursor: Cursor, parts: list[Part], at: int) -> None:
    """`if x > 0, f(x) = x`: is the equation a condition as well?"""
    part = parts[at]
    if part.glue == "text" or part.word in LASTING:
        return
    ranges = [(one.low, one.high) for one in parts]
    if "=" in part.relations(cursor) and not range_length(cursor, ranges, at):
        raise _doubtful(cursor, part)


def _doubtful(cursor: Cursor, part: Part) -> AmbiguousError:
    return AmbiguousError(
        f"a relation in a list after “{part.word}”: a condition or a claim?",
        cursor.tokens[part.low].start,
        "join conditions by \\text{ and }, set claims apart by \\quad",
    )


def _only_names(cursor: Cursor, part: Part) -> bool:
    if part.word not in QUANTIFIERS or part.relates(cursor):
        return False
    return _is_plain(cursor.between(part.low, part.high, cursor.grammar.expression))


def _names_before_membership(cursor: Cursor, parts: list[Part], at: int) -> int:
    r"""How many bare names stand before the part of `x, y \in S` that has the sign."""
    count = 0
    while at + count + 1 < len(parts):
        part, following = parts[at + count], parts[at + count + 1]
        if part.high - part.low > 6 or part.relates(cursor):
            break
        if following.glue != ",":
            return 0
        count += 1
    part = parts[at + count]
    return count if part.relates(cursor) else 0


def _is_membership(cursor: Cursor, part: Part) -> bool:
    return part.members(cursor) and not part.relations(cursor)


def _is_bare(cursor: Cursor, part: Part) -> bool:
    """Whether it is an inequality between names and numbers, which no claim would be."""
    relations = part.relations(cursor)
    if not relations or not _INEQUALITIES.issuperset(relations):
        return False
    found = condition(cursor, part.low, part.high)
    if not isinstance(found, Comparison) or not all(_is_plain(o) for o in found.operands):
        return False
    return any(isinstance(o, (Symbol, Subscript, Marked)) for o in found.operands)


def _is_plain(expr: Expr) -> bool:
    if isinstance(expr, Negative):
        return _is_plain(expr.operand)
    return isinstance(expr, (Number, Symbol, Subscript, Marked, Infinity))


def _claim_or_note(cursor: Cursor, part: Part, content: Content) -> None:
    r"""A claim, or a note in brackets behind one: `a = b \quad (x > 0)`."""
    low, high = part.low, part.high
    if content.chains and part.glue == "sep" and _is_number_of_row(cursor, part):
        return
    noted = cursor.tokens[low][:2] == ("char", "(") and cursor.partners[low] == high - 1
    if noted and content.chains and part.glue == "sep" and cursor.tokens[low + 1].kind == "text":
        if not relates(cursor, (low + 1, high - 1)):
            return  # \quad (\text{add } 4 \text{ to both sides})
        low = max(at for at in range(low, high) if cursor.tokens[at].kind == "text")
        _refuse_no_condition(cursor.tokens[low])
    if not noted or not content.chains or not relates(cursor, (low + 1, high - 1)):
        _claim(cursor, part, content, low)
        return
    found = cursor.between(low + 1, high - 1, cursor.grammar.conditions)
    if any(isinstance(one, Comparison) and "=" in one.operators for one in found):
        raise AmbiguousError(
            "an equation in brackets behind a claim: a condition or a claim?",
            cursor.tokens[low].start,
            "write \\text{ where } before it, or set it apart without brackets",
        )
    content.conditions.extend(found)


def _refuse_no_condition(words: Token) -> None:
    """Refuse a relation in a remark that no “for”, “as” or the like makes a condition."""
    refuse_denied(words)
    last = words.text.lower().strip(" .,;:()").split()[-1:]
    if not (CONDITION | _BECAUSE).issuperset(last):
        raise AmbiguousError(
            "a relation in a remark: a condition or a claim?",
            words.start,
            "write “for” or “as” before a condition, and a claim on a row of its own",
        )


def _is_number_of_row(cursor: Cursor, part: Part) -> bool:
    r"""Whether a number in brackets, set apart, is all of the part: `a = b \quad (1)`."""
    tokens = cursor.tokens[part.low : part.high]
    return [token.text for token in tokens[::2]] == ["(", ")"] and tokens[1].kind == "number"


def _claim(cursor: Cursor, part: Part, content: Content, start: int) -> None:
    """The chain of a part, whose first side begins at `start`, or what the part shows."""
    low, high = start, part.high
    if not part.relates(cursor) and not part.states(cursor):
        found = cursor.between(low, high, asked if _is_objective(cursor, low, high) else side)
        if not part.remark:  # “factoring out e^x” is a part of the words
            content.displays.append(found)
        return
    places = part.links(cursor)
    if not places:
        raise TexError("a membership that is claimed", cursor.tokens[low].start)
    high = _before_number_set(cursor, part, low)
    if any(is_member(cursor.tokens[at]) for at in part.signs if at < high):
        raise TexError(
            "a membership in a chain",
            cursor.tokens[places[0]].start,
            "state it apart: …, \\quad x \\in S",
        )
    if places[0] == low:
        _chain_on(cursor, low, high, places, content)
        return
    told = any(cursor.tokens[at].text == "\\perp" for at in places)
    chain = comparison(cursor, low, high, places, independent if told else side)
    _refuse_rounded(chain)
    refuse_no_sets(chain)
    chain = replace(chain, span=Span(cursor.offset(part.low), chain.span.end))
    (content.remarks if part.remark and content.chains else content.chains).append(chain)


def _is_objective(cursor: Cursor, low: int, high: int) -> bool:
    r"""Whether terms stand behind a `\min` or `\max`: what is shown asks for their extreme."""
    if cursor.tokens[low].text not in ("\\min", "\\max"):
        return False
    return any(cursor.tokens[at].text in ("+", "-") for at in cursor.level(low, high))


def _refuse_rounded(chain: Comparison) -> None:
    r"""`\pi \sim 3.1` says what a calculation can settle."""
    for link in chain.links():
        if link.operator == "\\sim" and isinstance(link.right, Number):
            raise TexError("\\sim before a number", link.span.start, "write \\approx and round")


def _before_number_set(cursor: Cursor, part: Part, low: int) -> int:
    r"""Where `y = Wx \in \mathbb R^n` ends as a claim; that values are real is always checked."""
    high = part.high
    for at in part.signs:
        if cursor.tokens[at].text == "\\in" and low < at < high - 2:
            container = cursor.between(at + 1, high, a_set)
            while isinstance(container, Power):
                container = container.base
            return at if container == Symbol("R", "bb", span=container.span) else high
    return high


def _chain_on(cursor: Cursor, low: int, high: int, places: list[int], content: Content) -> None:
    """A part that begins with a relation goes on with the one before, or with the row before."""
    before = content.chains[-1] if content.chains else None
    if before is None and (content.displays or content.conditions):
        raise TexError("this relation has nothing on its left", cursor.tokens[low].start)
    nothing = Tuple((), span=Span(cursor.tokens[low].start, cursor.tokens[low].start))
    operands: list[Expr] = [before.operands[-1] if before else nothing]
    for start, stop in zip((p + 1 for p in places), [*places[1:], high], strict=True):
        if start >= stop:
            raise TexError("nothing stands after this relation", cursor.tokens[start - 1].start)
        operands.append(cursor.between(start, stop, side))
    chain = Comparison(
        tuple(operands),
        tuple(cursor.tokens[at].text for at in places),
        tuple(cursor.tokens[at].start for at in places),
        span=Span(cursor.tokens[low].start, cursor.tokens[high - 1].end),
    )
    if before is None:
        content.chains.append(chain)
    else:
        content.chains[-1] = lengthened(before, chain)


def lengthened(chain: Comparison, more: Comparison) -> Comparison:
    """A chain with the relations of the one that goes on with it."""
    longer = Comparison(
        (*chain.operands, *more.operands[1:]),
        (*chain.operators, *more.operators),
        (*chain.offsets, *more.offsets),
        span=Span(chain.span.start, more.span.end),
    )
    refuse_no_sets(longer)
    return longer
