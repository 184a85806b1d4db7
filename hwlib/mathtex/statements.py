"""Rows to statements: what is claimed, under which conditions, and which row goes on with which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hwlib.mathtex.ast import (
    STATED,
    AmbiguousError,
    Application,
    Call,
    Claim,
    Comparison,
    Condition,
    Definition,
    Display,
    Expr,
    Failure,
    Given,
    Implication,
    Infinity,
    Marked,
    Negative,
    Number,
    Opaque,
    Power,
    Prime,
    Span,
    Statement,
    Subscript,
    Symbol,
    TexError,
    Tuple,
)
from hwlib.mathtex.binding import mentions
from hwlib.mathtex.conditions import a_set, comparison, condition, range_length, relates
from hwlib.mathtex.cursor import Cursor, Grammar
from hwlib.mathtex.differentials import refuse_stray
from hwlib.mathtex.rows import Row
from hwlib.mathtex.scripts import Range
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.words import LASTING, begins_remark, role

MAX_PARTS = 60  # between commas and gaps of one row
_ARROWS = {
    "\\iff": "<=>",
    "\\Leftrightarrow": "<=>",
    "\\Longleftrightarrow": "<=>",
    "\\implies": "=>",
    "\\Rightarrow": "=>",
    "\\Longrightarrow": "=>",
}
_QUANTIFIERS = frozenset({"all", "every", "any", "each", "for", "forall"})
_INEQUALITIES = frozenset({"<", "<=", ">", ">=", "!="})
# Signs that no calculation can settle, and that could hide an equality from the check.
_UNCHECKABLE = {
    "\\leftarrow": "an assignment among claims",
    "\\Leftarrow": "an arrow to the left",
    "\\impliedby": "an arrow to the left",
    "\\exists": "an existence",
    "\\cong": "a congruence",
    "\\cup": "an operation on sets",
    "\\cap": "an operation on sets",
    "\\setminus": "an operation on sets",
    "\\bmod": "a remainder",
    "\\pmod": "a remainder",
    "\\mod": "a remainder",
}


@dataclass
class _Part:
    """A stretch of a row between commas, gaps, words and arrows."""

    low: int
    high: int
    word: str = ""  # the word that makes it a condition
    glue: str = ""  # what stands before it: "", ",", "sep", "text" or an arrow
    offset: int = 0  # of that
    remark: bool = False  # whether the words before it say that it was used


@dataclass
class _Content:
    """What a row, or one side of its arrows, says."""

    chains: list[Comparison] = field(default_factory=list)
    remarks: list[Comparison] = field(default_factory=list)  # claimed, but never gone on with
    conditions: list[Condition] = field(default_factory=list)
    displays: list[Expr] = field(default_factory=list)


class Reader:
    """Takes rows one after the other; remembers what a row may go on with."""

    def __init__(self, grammar: Grammar, before: Statement | None) -> None:
        self.grammar = grammar
        self.before = before
        self.statements: list[Statement] = []
        self._moving = False  # whether the row has differentials
        self._several = False  # whether the last row made more than one claim
        self._failed = before.error if isinstance(before, Failure) else None

    def read(self, row: Row) -> None:
        """Adds what the row says, or why it cannot be read."""
        if not row.tokens:
            return
        span = Span(row.tokens[0].start, row.tokens[-1].end)
        try:
            if self._failed is not None and _goes_on(row.tokens):
                self._depend(row, span)
                return
            self._failed = None
            self._row(row, span)
        except TexError as error:
            self._fail(error, span)
        except RecursionError:
            self._fail(TexError("too much inside one another", span.start), span)

    def _fail(self, error: TexError, span: Span) -> None:
        self._failed = error
        self.statements.append(Failure(error, span=span))

    def _depend(self, row: Row, span: Span) -> None:
        cause = self._failed
        error = TexError("this row goes on with one that could not be read", row.tokens[0].start)
        self.statements.append(Failure(error, cause, span=span))

    # -- one row --

    def _row(self, row: Row, span: Span) -> None:
        _refuse_bad(row.tokens)
        cursor = Cursor(row.tokens, self.grammar)
        parts, reasons = _split(cursor)
        if len(parts) > MAX_PARTS:
            raise TexError(f"more than {MAX_PARTS} parts in one row", span.start)
        if not parts:
            self._words_only(reasons)
            return
        if len(parts) == 1 and self._assignment(cursor, parts[0]):
            return
        groups = _groups(parts)
        _refuse_uncheckable(cursor, parts, len(groups) > 1 or _is_arrow(parts[0].glue))
        contents = [_content(cursor, group, len(groups) > 1) for group in groups]
        self._moving = bool(cursor.differentials)
        if self._moving:
            for one in contents:
                refuse_stray((*one.chains, *one.remarks, *one.conditions, *one.displays))
        if len(groups) > 1 or _is_arrow(parts[0].glue):
            self._implication(groups, contents, reasons, span)
        elif _is_link(cursor.tokens[parts[0].low]):
            self._continue(contents[0], reasons, span)
        else:
            self._new(contents[0], reasons, span)

    def _assignment(self, cursor: Cursor, part: _Part) -> bool:
        r"""`w \leftarrow w - \eta g`: a step to take, which claims nothing."""
        arrows = [at for at in _top(cursor, part.low, part.high) if _assigns(cursor.tokens[at])]
        if len(arrows) != 1 or relates(cursor, (part.low, part.high)):
            return False
        shown = []
        for low, high in ((part.low, arrows[0]), (arrows[0] + 1, part.high)):
            if low == high:
                raise TexError("nothing on one side of an arrow", cursor.offset(low))
            shown.append(cursor.between(low, high, cursor.grammar.expression))
        refuse_stray(shown)
        self.statements.extend(Display(one, span=one.span) for one in shown)
        self._several = True
        return True

    def _words_only(self, reasons: tuple[str, ...]) -> None:
        if self.statements and not isinstance(self.statements[-1], Failure):
            last = self.statements[-1]
            self.statements[-1] = replace(last, reasons=(*last.reasons, *reasons))

    def _new(self, content: _Content, reasons: tuple[str, ...], span: Span) -> None:
        conditions = tuple(content.conditions)
        if content.chains and content.displays:
            raise TexError(
                "a part of this row claims nothing",
                content.displays[0].span.start,
                "write it as a relation, or on a row of its own",
            )
        before = len(self.statements)
        for chain in (*content.remarks, *content.chains):
            for statement in _claims(chain):
                about = _about_itself(statement, conditions)
                others = tuple(one for one in conditions if one not in about)
                self._add(statement, others, reasons)
                for one in about:
                    self._add(Claim(one, span=one.span), others, ())
        for shown in content.displays:
            self._add(Display(shown, span=shown.span), conditions, reasons)
        if before == len(self.statements):
            self._add(Given(span=span), conditions, reasons)
        self._several = len(content.chains) + len(content.displays) > 1

    def _add(
        self, statement: Statement, conditions: tuple[Condition, ...], reasons: tuple[str, ...]
    ) -> None:
        self.statements.append(replace(statement, conditions=conditions, reasons=reasons))

    # -- rows that go on --

    def _continue(self, content: _Content, reasons: tuple[str, ...], span: Span) -> None:
        chain, *more = content.chains
        if more or content.displays:
            raise TexError("a row that goes on makes one claim only", span.start)
        last = self._last(span)
        for remark in content.remarks:
            self.statements.insert(-1, Claim(remark, span=remark.span))
        conditions = tuple(content.conditions)
        if isinstance(last, Display):
            first: Expr = last.value
        elif isinstance(last, Definition):
            first = last.value
        elif isinstance(last, Claim):
            first = last.chain.operands[-1]
        elif isinstance(last, Implication) and last is not self.before:
            self._continue_implication(last, chain, conditions, reasons)
            return
        else:
            raise TexError("nothing stands before this row that it could go on with", span.start)
        if self._moving:
            refuse_stray((replace(chain, operands=(first, *chain.operands[1:])),))
        whole = (*last.conditions, *(c for c in conditions if c not in last.conditions))
        if isinstance(last, Claim) and last is not self.before and whole == last.conditions:
            longer = _lengthened(last.chain, chain)
            merged = replace(last, chain=longer, span=longer.span)
            self.statements[-1] = replace(merged, reasons=(*last.reasons, *reasons))
            return
        if isinstance(last, Display) and last is not self.before:
            self.statements.pop()
        longer = replace(chain, operands=(first, *chain.operands[1:]))
        start = chain.span.start if last is self.before else first.span.start
        longer = replace(longer, span=Span(start, chain.span.end))
        self._add(Claim(longer, span=longer.span), whole, (*last.reasons, *reasons))

    def _last(self, span: Span) -> Statement:
        if not self.statements and self.before is not None:
            return self.before
        if not self.statements:
            raise TexError(
                "this row begins with a relation and nothing stands before it", span.start
            )
        if self._several:
            raise AmbiguousError(
                "this row goes on, but the one before it makes several claims", span.start
            )
        return self.statements[-1]

    def _continue_implication(
        self,
        last: Implication,
        chain: Comparison,
        conditions: tuple[Condition, ...],
        reasons: tuple[str, ...],
    ) -> None:
        *before, end = last.parts[-1]
        if not isinstance(end, Comparison) or before:
            raise TexError("this row goes on with something that is no chain", chain.span.start)
        parts = (*last.parts[:-1], (_lengthened(end, chain),))
        span = Span(last.span.start, chain.span.end)
        merged = replace(last, parts=parts, span=span)
        self.statements[-1] = replace(
            merged,
            conditions=(*last.conditions, *conditions),
            reasons=(*last.reasons, *reasons),
        )

    # -- arrows --

    def _implication(
        self,
        groups: list[list[_Part]],
        contents: list[_Content],
        reasons: tuple[str, ...],
        span: Span,
    ) -> None:
        arrows = tuple(g[0].glue for g in groups if _is_arrow(g[0].glue))
        offsets = tuple(g[0].offset for g in groups if _is_arrow(g[0].glue))
        parts = tuple(tuple(content.chains) for content in contents)
        if any(c.displays or c.remarks or not c.chains for c in contents):
            raise TexError("each side of an arrow must be a relation", span.start)
        if any(":=" in chain.operators for part in parts for chain in part):
            raise TexError("a definition beside an arrow", span.start, "give it a row of its own")
        conditions = tuple(c for content in contents for c in content.conditions)
        made = Implication(parts, arrows, offsets, span=span)
        if _is_arrow(groups[0][0].glue):
            made, conditions = self._after_arrow(made, conditions, span)
        self._add(made, conditions, reasons)
        self._several = False

    def _after_arrow(
        self, made: Implication, conditions: tuple[Condition, ...], span: Span
    ) -> tuple[Implication, tuple[Condition, ...]]:
        """A row that begins with an arrow, joined to what stands before it."""
        last = self._last(span)
        if isinstance(last, Implication):
            parts, arrows, offsets = last.parts, last.arrows, last.offsets
        elif isinstance(last, Claim):
            parts, arrows, offsets = ((last.chain,),), (), ()
        else:
            raise TexError("an arrow with no claim before it", span.start)
        if last is self.before:
            raise TexError("an arrow from another display", span.start, "begin with its left side")
        self.statements.pop()
        made = replace(
            made,
            parts=(*parts, *made.parts),
            arrows=(*arrows, *made.arrows),
            offsets=(*offsets, *made.offsets),
            span=Span(last.span.start, span.end),
        )
        return made, (*last.conditions, *conditions)


def _assigns(token: Token) -> bool:
    return token[:2] == ("command", "\\leftarrow")


def _goes_on(tokens: Sequence[Token]) -> bool:
    first = next((t for t in tokens if t.kind not in ("sep", "text")), None)
    return first is not None and (_is_link(first) or first.text in _ARROWS)


def _is_link(token: Token) -> bool:
    """Whether the token stands between two sides of a chain."""
    return token.kind == "relation" or (token.kind == "command" and token.text in STATED)


def _refuse_bad(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.error is not None:
            raise token.error


# --- a row's parts -------------------------------------------------------------------------------


def _split(cursor: Cursor) -> tuple[list[_Part], tuple[str, ...]]:
    """Parts in order, and the words that only explain."""
    parts = [_Part(0, 0)]
    reasons: list[str] = []
    at = 0
    while at < cursor.end:
        token = cursor.tokens[at]
        glue, word = _separator(cursor, at, parts[-1])
        if glue == "reason":
            reasons.append(token.text.strip())
            glue = "text"
        if glue:
            new = _Part(at + 1, at + 1, word, glue, token.start)
            goes_on = parts[-1].remark and glue in (",", "text")
            new.remark = goes_on or (token.kind == "text" and begins_remark(token.text))
            _inherit(_end(cursor, parts, at), new)
            parts.append(new)
        elif glue == "" and word == "name":
            cursor.tokens[at] = token._replace(kind="word", text=token.text.strip())
        at = max(at, cursor.partners[at]) + 1
    _end(cursor, parts, cursor.end)
    return parts, tuple(reasons)


def _separator(cursor: Cursor, at: int, part: _Part) -> tuple[str, str]:
    """What the token separates ("" for nothing), and the word that rules what follows."""
    token = cursor.tokens[at]
    if token.kind == "sep" or token[:2] == ("char", ":"):
        return "sep", part.word if part.word in LASTING else ""
    if token.kind == "char" and token.text in ",;":
        return ",", part.word
    if token.text in _ARROWS and token.kind == "command":
        return _ARROWS[token.text], ""
    if token.text == "\\forall" and token.kind == "command":
        return "text", "forall"
    if token.text in ("\\therefore", "\\because") and token.kind == "command":
        return "reason", ""
    if token[:2] == ("command", "\\to") and _stands_alone(cursor, at):
        return "reason", ""
    if token.kind != "text":
        return "", ""
    return _text(cursor, at, part)


def _stands_alone(cursor: Cursor, at: int) -> bool:
    """Whether the arrow at `at` has gaps around it: it leads from one claim to the next."""
    before = cursor.tokens[at - 1].kind if at else "sep"
    return before == "sep" and at + 1 < cursor.end and cursor.tokens[at + 1].kind == "sep"


def _text(cursor: Cursor, at: int, part: _Part) -> tuple[str, str]:
    token = cursor.tokens[at]
    if part.word and token.text.strip() == "in":  # for all x in [a, b]
        cursor.tokens[at] = token._replace(kind="command", text="\\in")
        return "", ""
    found = role(cursor.tokens, at)
    if found == "name":
        return "", "name"
    if found == "or":
        raise TexError(
            "alternatives joined by “or” cannot be checked as one claim",
            token.start,
            "write a claim for each, or % unchecked: reason",
        )
    if found == "and":
        return "text", part.word
    if found == "condition":
        words = token.text.lower().strip(" .,;:()").split()
        if "some" in words:
            raise TexError("“for some” claims an existence", token.start, "% unchecked: reason")
        return "text", words[0] if words[0] in LASTING else words[-1]
    because = token.text.lower().strip(" .,;:()").endswith(("since", "because"))
    return found, "since" if because else ""


def _inherit(empty: _Part | None, new: _Part) -> None:
    """An arrow or a word with nothing after it but a gap goes for what stands after the gap."""
    if empty is None:
        return
    if _is_arrow(empty.glue):
        if _is_arrow(new.glue):
            raise TexError("two arrows side by side", new.offset)
        new.glue, new.offset = empty.glue, empty.offset
    new.word = new.word or empty.word


def _end(cursor: Cursor, parts: list[_Part], at: int) -> _Part | None:
    """Ends the last part here; takes it away, and gives it back, if it is empty."""
    part = parts[-1]
    part.high = at
    while part.high > part.low and cursor.tokens[part.high - 1][:2] == ("char", "."):
        part.high -= 1
    asked = part.high > part.low and cursor.tokens[part.high - 1][:2] == ("char", "?")
    signs = (cursor.tokens[at] for at in _top(cursor, part.low, part.high))
    if asked and not any(map(_is_link, signs)):
        part.high -= 1  # \lim_{x \to 0} f(x)? asks for what is shown
    if part.high > part.low:
        return None
    parts.pop()
    if _is_arrow(part.glue) and at == cursor.end:
        raise TexError("an arrow with nothing after it", part.offset)
    return part


def _is_arrow(glue: str) -> bool:
    return glue in ("=>", "<=>")


def _groups(parts: list[_Part]) -> list[list[_Part]]:
    """Parts between arrows."""
    groups: list[list[_Part]] = []
    for part in parts:
        if not groups or _is_arrow(part.glue):
            groups.append([])
        groups[-1].append(part)
    return groups


def _refuse_uncheckable(cursor: Cursor, parts: list[_Part], beside_arrow: bool) -> None:
    """Refuse signs that would leave a claim unread: all of them beside `=>`, few elsewhere."""
    stated = dict.fromkeys(STATED, "a statement beside an arrow") if beside_arrow else {}
    refused = {**stated, **_UNCHECKABLE}
    for part in parts:
        for token in (cursor.tokens[at] for at in _top(cursor, part.low, part.high)):
            if token.kind == "command" and token.text in refused:
                raise TexError(
                    f"{refused[token.text]} ({token.text}) cannot be checked",
                    token.start,
                    "add “% unchecked: ” with the reason",
                )


# --- what the parts say --------------------------------------------------------------------------


def _content(cursor: Cursor, parts: list[_Part], beside_arrow: bool) -> _Content:
    content = _Content()
    ranges: list[Range] = [(part.low, part.high) for part in parts]
    at = 0
    while at < len(parts):
        named = _stated_after(cursor, parts, at)
        if named is not None:
            _claim(cursor, _joined(parts[at], parts[at + named]), content, parts[at + named].low)
            at += named + 1
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


def _is_stated(cursor: Cursor, part: _Part) -> bool:
    r"""Whether a sign that nobody judges stands in the part: `X \sim N(0, 1)`."""
    tokens = (cursor.tokens[at] for at in _top(cursor, part.low, part.high))
    return any(token.kind == "command" and token.text in STATED for token in tokens)


def _stated_after(cursor: Cursor, parts: list[_Part], at: int) -> int | None:
    r"""How many bare names lead to a part with such a sign: `x, y \sim p`, `f: A \to B`.

    None where no such part follows.
    """
    for count, part in enumerate(parts[at:]):
        if _is_stated(cursor, part):
            return count
        following = parts[at + count + 1 : at + count + 2]
        if not following or relates(cursor, (part.low, part.high)) or part.high - part.low > 6:
            return None
        colon = cursor.tokens[part.high][:2] == ("char", ":") and not count
        if not colon and following[0].glue != ",":
            return None
    return None


def _joined(first: _Part, last: _Part) -> _Part:
    return replace(last, low=first.low)


def _condition_length(
    cursor: Cursor,
    parts: list[_Part],
    ranges: list[Range],
    at: int,
    content: _Content,
    beside_arrow: bool,
) -> int:
    """How many parts from here on make up conditions; 0 if this one is claimed."""
    part = parts[at]
    if part.word == "since":
        return 1 if _is_bare(cursor, part) or _is_membership(cursor, ranges[at]) else 0
    if part.word:
        _refuse_doubtful(cursor, parts, at)
        return _same_word(cursor, parts, ranges, at)
    names = _names_before_membership(cursor, parts, at)
    count = range_length(cursor, ranges[at:], names)
    if count:
        return names + count
    if _is_membership(cursor, ranges[at + names]):
        return names + 1
    after = bool(content.chains or content.displays) and not beside_arrow
    return 1 if after and part.glue != "text" and _is_bare(cursor, part) else 0


def _same_word(cursor: Cursor, parts: list[_Part], ranges: list[Range], at: int) -> int:
    """Parts that the same word rules, so far as commas join them."""
    count = 1
    while at + count < len(parts):
        following = parts[at + count]
        if following.glue != "," or following.word != parts[at].word:
            break
        if _is_stated(cursor, following):
            break
        complete = relates(cursor, ranges[at + count - 1])
        ranged = range_length(cursor, ranges[at:], count - 1)
        if complete and not ranged and relates(cursor, ranges[at + count]):
            break
        count += 1
    return count


def _refuse_doubtful(cursor: Cursor, parts: list[_Part], at: int) -> None:
    """`if x > 0, f(x) = x`: is the equation a condition as well?"""
    part = parts[at]
    if part.glue == "text" or part.word in LASTING:
        return
    if _has_equation(cursor, part) and range_length(cursor, [(p.low, p.high) for p in parts], at):
        return
    if _has_equation(cursor, part):
        raise AmbiguousError(
            f"an equation in a list after “{part.word}”: a condition or a claim?",
            cursor.tokens[part.low].start,
            "join conditions by \\text{ and }, set claims apart by \\quad",
        )


def _only_names(cursor: Cursor, part: _Part) -> bool:
    if part.word not in _QUANTIFIERS or relates(cursor, (part.low, part.high)):
        return False
    return _is_plain(cursor.between(part.low, part.high, cursor.grammar.expression))


def _has_equation(cursor: Cursor, part: _Part) -> bool:
    return any(
        cursor.tokens[at][:2] == ("relation", "=") for at in _top(cursor, part.low, part.high)
    )


def _names_before_membership(cursor: Cursor, parts: list[_Part], at: int) -> int:
    r"""How many bare names stand before the part of `x, y \in S` that has the sign."""
    count = 0
    while at + count + 1 < len(parts):
        part, following = parts[at + count], parts[at + count + 1]
        if part.high - part.low > 6 or relates(cursor, (part.low, part.high)):
            break
        if following.glue != ",":
            return 0
        count += 1
    part = parts[at + count]
    return count if relates(cursor, (part.low, part.high)) else 0


def _is_membership(cursor: Cursor, part: Range) -> bool:
    tokens = [cursor.tokens[at] for at in _top(cursor, *part)]
    return any(t.text in ("\\in", "\\notin") for t in tokens) and not any(
        t.kind == "relation" for t in tokens
    )


def _is_bare(cursor: Cursor, part: _Part) -> bool:
    """Whether it is an inequality between names and numbers, which no claim would be."""
    tokens = [cursor.tokens[at] for at in _top(cursor, part.low, part.high)]
    relations = [t.text for t in tokens if t.kind == "relation"]
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


def _claim_or_note(cursor: Cursor, part: _Part, content: _Content) -> None:
    r"""A claim, or a note in brackets behind one: `a = b \quad (x > 0)`."""
    low, high = part.low, part.high
    noted = cursor.tokens[low][:2] == ("char", "(") and cursor.partners[low] == high - 1
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


def _claim(cursor: Cursor, part: _Part, content: _Content, start: int) -> None:
    """The chain of a part, whose first side begins at `start`, or what the part shows."""
    low, high = start, part.high
    if not relates(cursor, (low, high)) and not _is_stated(cursor, part):
        shown = cursor.between(low, high, cursor.grammar.expression)
        if not part.remark:  # “factoring out e^x” is a part of the words
            content.displays.append(shown)
        return
    places = [at for at in _top(cursor, low, high) if _is_link(cursor.tokens[at])]
    if not places:
        raise TexError("a membership that is claimed", cursor.tokens[low].start)
    high = _before_number_set(cursor, low, high)
    if any(cursor.tokens[at].text in ("\\in", "\\notin") for at in _top(cursor, low, high)):
        raise TexError(
            "a membership in a chain",
            cursor.tokens[places[0]].start,
            "state it apart: …, \\quad x \\in S",
        )
    if places[0] == low:
        _chain_on(cursor, low, high, places, content)
        return
    chain = comparison(cursor, low, high, places)
    _refuse_rounded(chain)
    chain = replace(chain, span=Span(cursor.offset(part.low), chain.span.end))
    (content.remarks if part.remark and content.chains else content.chains).append(chain)


def _refuse_rounded(chain: Comparison) -> None:
    r"""`\pi \sim 3.1` says what a calculation can settle."""
    for link in chain.links():
        if link.operator == "\\sim" and isinstance(link.right, Number):
            raise TexError("\\sim before a number", link.span.start, "write \\approx and round")


def _before_number_set(cursor: Cursor, low: int, high: int) -> int:
    r"""Where `y = Wx \in \mathbb R^n` ends as a claim; that values are real is always checked."""
    for at in _top(cursor, low, high):
        if cursor.tokens[at].text == "\\in" and low < at < high - 2:
            container = cursor.between(at + 1, high, a_set)
            while isinstance(container, Power):
                container = container.base
            return at if container == Symbol("R", "bb", span=container.span) else high
    return high


def _top(cursor: Cursor, low: int, high: int) -> list[int]:
    places, at = [], low
    while at < high:
        places.append(at)
        at = max(at, cursor.partners[at]) + 1
    return places


def _chain_on(cursor: Cursor, low: int, high: int, places: list[int], content: _Content) -> None:
    """A part that begins with a relation goes on with the one before, or with the row before."""
    before = content.chains[-1] if content.chains else None
    if before is None and (content.displays or content.conditions):
        raise TexError("this relation has nothing on its left", cursor.tokens[low].start)
    nothing = Tuple((), span=Span(cursor.tokens[low].start, cursor.tokens[low].start))
    operands: list[Expr] = [before.operands[-1] if before else nothing]
    for start, stop in zip((p + 1 for p in places), [*places[1:], high], strict=True):
        if start >= stop:
            raise TexError("nothing stands after this relation", cursor.tokens[start - 1].start)
        operands.append(cursor.between(start, stop, cursor.grammar.expression))
    chain = Comparison(
        tuple(operands),
        tuple(cursor.tokens[at].text for at in places),
        tuple(cursor.tokens[at].start for at in places),
        span=Span(cursor.tokens[low].start, cursor.tokens[high - 1].end),
    )
    if before is None:
        content.chains.append(chain)
    else:
        content.chains[-1] = _lengthened(before, chain)


def _lengthened(chain: Comparison, more: Comparison) -> Comparison:
    return Comparison(
        (*chain.operands, *more.operands[1:]),
        (*chain.operators, *more.operators),
        (*chain.offsets, *more.offsets),
        span=Span(chain.span.start, more.span.end),
    )


# --- definitions ---------------------------------------------------------------------------------


def _claims(chain: Comparison) -> list[Statement]:
    """The claim that a chain makes; a definition first if it begins with one."""
    if ":=" not in chain.operators:
        return [Claim(chain, span=chain.span)]
    if ":=" in chain.operators[1:]:
        raise TexError(
            ":= must be the first relation of a row",
            chain.offsets[chain.operators.index(":=", 1)],
            "define on a row of its own",
        )
    pattern, value, *rest = chain.operands
    span = Span(pattern.span.start, value.span.end)
    found: list[Statement] = [Definition(_pattern(pattern), value, span=span)]
    if rest:
        tail = Comparison(
            chain.operands[1:],
            chain.operators[1:],
            chain.offsets[1:],
            span=Span(value.span.start, chain.span.end),
        )
        found.append(Claim(tail, span=tail.span))
    return found


def _about_itself(
    statement: Statement, conditions: tuple[Condition, ...]
) -> tuple[Comparison, ...]:
    r"""Conditions of `y := …, \quad y \le 0` that speak of what is defined: they are claims."""
    if not isinstance(statement, Definition):
        return ()
    pattern = statement.pattern
    name = pattern.function if isinstance(pattern, Call) else pattern
    return tuple(one for one in conditions if isinstance(one, Comparison) and mentions(one, name))


def _pattern(expr: Expr) -> Expr:
    """The left side of `:=` as what it defines: a bracket on it is always a call."""
    if isinstance(expr, Application) and expr.exponent is None and not expr.factorial:
        expr = as_call(expr)
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


def _is_defined_name(expr: Expr) -> bool:
    return isinstance(expr, (Symbol, Subscript, Marked))


def as_call(found: Application) -> Expr:
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
