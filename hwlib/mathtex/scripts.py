r"""Subscripts, superscripts and primes, and what they mean on a name or on a bracket."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hwlib.mathtex.ast import (
    AmbiguousError,
    Expr,
    Label,
    Marked,
    Multiply,
    Negative,
    Number,
    Power,
    Prime,
    Span,
    Subscript,
    Symbol,
    TexError,
    Transpose,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import ACCENTS, FONTS, GREEK
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import FUNCTIONS, word_set

Range = tuple[int, int]  # token numbers, half open

_INDEX_LETTERS = frozenset("ijklmnpqrst")
# What is read as one word at a name although it is typed as letters; no indices, no product.
_WORDS = word_set(
    """max min new old opt tot out avg obs ref emp reg MLE MAP init left right true train test
    valid data model pred target total loss style content error input output batch best prev
    next final start mean noise"""
)
_DOUBTFUL = frozenset({"in", "lim"})
_MARKS = {"*": "*", "\\star": "*", "\\dagger": "\\dagger", "+": "+", "-": "-"}
_TRANSPOSES = {"T": "T", "\\top": "\\top", "\\intercal": "\\top", "\\mathsf": "\\top"}


@dataclass
class Scripts:
    """What hangs on a base: token ranges, not yet read, and the number of primes."""

    below: Range | None = None
    above: Range | None = None
    primes: int = 0

    def __bool__(self) -> bool:
        return self.below is not None or self.above is not None or self.primes > 0


def read_scripts(cursor: Cursor) -> Scripts:
    """Steps past the scripts that stand here."""
    found = Scripts()
    while True:
        if cursor.sees("'"):
            if found.above is not None:
                raise TexError("a prime after a superscript", cursor.peek().start, "put it first")
            cursor.take()
            found.primes += 1
        elif cursor.sees("_"):
            if found.below is not None:
                raise TexError("a second subscript", cursor.peek().start, "put both in one")
            found.below = _script(cursor)
        elif cursor.sees("^"):
            if found.above is not None:
                raise TexError("a second superscript", cursor.peek().start, "use braces")
            found.above = _script(cursor)
            found = _primes_above(cursor, found)
        else:
            return found


def _primes_above(cursor: Cursor, found: Scripts) -> Scripts:
    r"""`f^\prime` and `f^{\prime\prime}` are primes."""
    low, high = found.above or (0, 0)
    if low < high and all(token[:2] == ("char", "'") for token in cursor.tokens[low:high]):
        return Scripts(found.below, None, found.primes + high - low)
    return found


def _script(cursor: Cursor) -> Range:
    sign = cursor.take()
    token = cursor.peek()
    if token.kind == "stop":
        raise TexError(f"nothing follows {sign.text}", sign.start)
    if cursor.sees("{"):
        low, high = cursor.at + 1, cursor.close()
        cursor.at = high + 1
        return low, high
    _refuse_long_script(cursor, sign, token)
    low = cursor.at
    cursor.at = _after_unit(cursor, cursor.at)
    return low, cursor.at


def _refuse_long_script(cursor: Cursor, sign: Token, token: Token) -> None:
    """TeX takes one token only: what looks like a longer script is set on the line."""
    if token.kind == "number" and len(token.text) > 1:
        raise TexError(
            f"{sign.text}{token.text} is typeset with only {token.text[0]!r} as its script",
            sign.start,
            f"write {sign.text}{{{token.text}}}",
        )
    following = cursor.peek(1)
    operand = following.kind in ("number", "letter", "word") or following.text in GREEK
    if token.text in ("+", "-") and operand:
        raise TexError(
            f"{sign.text}{token.text} takes only the sign as its script",
            sign.start,
            f"write {sign.text}{{{token.text}{following.text}}}",
        )
    if cursor.opens("(", "[") or token.kind in ("open", "begin"):
        raise TexError(
            f"{sign.text}{token.text} takes only the bracket as its script",
            sign.start,
            f"write {sign.text}{{…}}",
        )


def _after_unit(cursor: Cursor, at: int) -> int:
    """Past one token, or past a font or accent with what it is put on."""
    token = cursor.tokens[at]
    while token.kind == "command" and (token.text in FONTS or token.text in ACCENTS):
        at += 1
        if at >= cursor.end:
            raise TexError(f"{token.text} needs a letter after it", token.start)
        token = cursor.tokens[at]
    return (cursor.partners[at] if token[:2] == ("char", "{") else at) + 1


# --- below ---------------------------------------------------------------------------------------


def indices(cursor: Cursor, low: int, high: int) -> tuple[Expr, ...]:
    """The indices of a subscript, in order."""
    if low >= high:
        raise TexError("an empty subscript", cursor.offset(low))
    found: list[Expr] = []
    for start, stop in split_commas(cursor, low, high):
        found.extend(_around_signs(cursor, start, stop))
    return tuple(found)


def _around_signs(cursor: Cursor, low: int, high: int) -> list[Expr]:
    r"""`\phi_{j|y=1}` has the indices j, y and 1, with a Label for each sign between them.

    So has `x_{1:n}`, and `W_{:,j}` has a Label and an index.
    """
    tokens = cursor.tokens
    bars = [at for at in range(low, high) if tokens[at].text in ("|", "\\mid")]
    colons = [at for at in range(low, high) if tokens[at][:2] == ("char", ":")]
    signs = [at for at in range(low, high) if tokens[at].kind == "relation"]
    signs = sorted(signs + colons + (bars if len(bars) == 1 else []))
    found: list[Expr] = []
    start = low
    for at in [*signs, high]:
        if at > start or not colons:
            found.extend(_one_index(cursor, start, at))
        if at < high:
            text = tokens[at].text.replace("\\mid", "|")
            found.append(Label(text, span=Span(tokens[at].start, tokens[at].end)))
        start = at + 1
    return found


def split_commas(cursor: Cursor, low: int, high: int) -> list[Range]:
    """The ranges between commas (or semicolons) that stand in no inner bracket."""
    parts: list[Range] = []
    start = low
    for at in cursor.level(low, high):
        token = cursor.tokens[at]
        if token.kind == "char" and token.text in ",;":
            parts.append((start, at))
            start = at + 1
    return [*parts, (start, high)]


def _one_index(cursor: Cursor, low: int, high: int) -> tuple[Expr, ...]:
    tokens = cursor.tokens[low:high]
    if not tokens:
        raise TexError("an empty index", cursor.offset(low))
    label = None if _is_counted(cursor, tokens, low) else _label(tokens)
    if label is not None:
        return (label,)
    if tokens[0][:2] == ("char", "*"):  # x_{*1}
        star = Label("*", span=Span(tokens[0].start, tokens[0].end))
        return (star, *_one_index(cursor, low + 1, high))
    if len(tokens) > 1 and all(_plain(token) for token in tokens):
        return _side_by_side(cursor, low, high)
    if any(token.text == "\\circ" for token in tokens) and len(tokens) > 2:
        return (
            Label(
                " ".join(token.text for token in tokens), span=Span(tokens[0].start, tokens[-1].end)
            ),
        )
    index = cursor.between(low, high, cursor.grammar.expression)
    if isinstance(index, Multiply) and not any(index.operators):
        return index.factors if not isinstance(index.factors[0], Number) else (index,)
    return (index,)


def _is_counted(cursor: Cursor, tokens: list[Token], low: int) -> bool:
    r"""Whether a sign before has counted with each letter: `\prod_{v=1}^V \prod_{k=1}^K a_{vk}`."""
    if len(tokens) < 3 or any(token.kind != "letter" for token in tokens):
        return False
    seen = [token.text for token in cursor.tokens[:low]]
    counted = {
        text
        for at, text in enumerate(seen[2:-1], 2)
        if seen[at + 1] == "=" and seen[at - 2 : at] == ["_", "{"]
    }
    return counted.issuperset(token.text for token in tokens)


def _plain(token: Token) -> bool:
    return token.kind in ("letter", "number") or (token.kind == "command" and token.text in GREEK)


def _label(tokens: list[Token]) -> Label | None:
    span = Span(tokens[0].start, tokens[-1].end)
    first = tokens[0]
    if len(tokens) == 1:
        if first.kind == "text" or (first.kind == "word" and len(first.text) > 1):
            return Label(first.text.strip(), span=span)
        is_function = first.kind == "command" and first.text[1:] in FUNCTIONS
        if is_function or first.text in ("\\infty", "*", "+", "-"):
            return Label(first.text.lstrip("\\"), span=span)
    if all(token.kind in ("text", "word") for token in tokens):
        return Label(" ".join(token.text.strip() for token in tokens), span=span)
    run = "".join(token.text for token in tokens)
    if all(token.kind == "letter" for token in tokens) and _is_word(run, tokens):
        if run in _WORDS:
            return Label(run, span=span)
        raise TexError(
            f"the subscript {run!r} is typeset as a product of letters",
            first.start,
            f"write _{{\\text{{{run}}}}} for a word, or commas between indices",
        )
    return None


def _is_word(run: str, tokens: list[Token]) -> bool:
    joined = tokens[-1].end - tokens[0].start == len(run)
    if not joined or len(run) < 3:
        return False
    return run in _WORDS | _DOUBTFUL or not _INDEX_LETTERS.issuperset(run)


def _side_by_side(cursor: Cursor, low: int, high: int) -> tuple[Expr, ...]:
    tokens = cursor.tokens[low:high]
    doubtful = tokens[0].kind == "number" and tokens[0].text != "1"
    if doubtful and _counts_by(cursor, tokens):  # w_{2N} behind w_{N+1}
        return (cursor.between(low, high, cursor.grammar.expression),)
    if doubtful and not _beside_first_row(cursor, low, high):
        text = "".join(token.text for token in tokens)
        raise AmbiguousError(
            f"the subscript {text} may be two indices or a product",
            tokens[0].start,
            "write a comma between indices, or \\cdot",
        )
    return tuple(_plain_index(token) for token in tokens)


def _counts_by(cursor: Cursor, tokens: list[Token]) -> bool:
    """Whether the display goes on counting from the letter of `2N`: an index `N+1` stands in it."""
    wanted = ["_", "{", tokens[-1].text, "+", "1", "}"]
    texts = [token.text for token in cursor.tokens]
    size = len(wanted)
    return len(tokens) == 2 and any(
        texts[at : at + size] == wanted for at in range(len(texts) - size + 1)
    )


def _beside_first_row(cursor: Cursor, low: int, high: int) -> bool:
    """Whether the row has an `a_{1n}` for this `a_{2n}`: then both are entries of a matrix."""
    if low < 3 or cursor.tokens[low - 3].text in ("}", ")", "]"):
        return False
    wanted = [cursor.tokens[at][:2] for at in range(low - 3, high)]
    wanted[-(high - low)] = ("number", "1")
    texts = [token[:2] for token in cursor.tokens]
    size = len(wanted)
    return any(texts[at : at + size] == wanted for at in range(len(texts) - size + 1))


def _plain_index(token: Token) -> Expr:
    span = Span(token.start, token.end)
    if token.kind == "number":
        return Number(Fraction(token.text), span=span)
    return Symbol(token.text, span=span)


# --- above ---------------------------------------------------------------------------------------


def hang(cursor: Cursor, base: Expr, scripts: Scripts, start: int) -> Expr:
    """A name with its scripts: marks innermost, then indices, primes, and powers outermost."""
    above = scripts.above
    if above is not None and not _is_constant(base):
        base, above = _marks(cursor, base, above, start)
    if scripts.below is not None:
        base = Subscript(base, indices(cursor, *scripts.below), span=cursor.span(start))
    if scripts.primes:
        base = Prime(base, scripts.primes, span=cursor.span(start))
    if above is None:
        return base
    return raised(cursor, base, above, start)


def _is_constant(base: Expr) -> bool:
    return isinstance(base, Number) or base == Symbol("e", span=base.span)


def _marks(cursor: Cursor, base: Expr, above: Range, start: int) -> tuple[Expr, Range | None]:
    """Superscripts that belong to the name; what is left of the range, if anything."""
    low, high = above
    if low >= high:
        raise TexError("an empty superscript", cursor.offset(low))
    token, span = cursor.tokens[low], cursor.span(start)
    if high == low + 1:
        if token.text in _MARKS and token.kind in ("char", "command"):
            return Marked(base, _MARKS[token.text], span=span), None
        if token.kind in ("text", "word") and token.text != "T":
            label = Label(token.text.strip(), span=Span(token.start, token.end))
            return Marked(base, "text", label, span=span), None
        return base, above
    word = "".join(one.text for one in cursor.tokens[low:high])
    if word in _WORDS and all(one.kind == "letter" for one in cursor.tokens[low:high]):
        label = Label(word, span=Span(token.start, cursor.tokens[high - 1].end))
        return Marked(base, "text", label, span=span), None
    close = cursor.partners[low]
    listed = close == high - 1 and token.text == "("
    parts = split_commas(cursor, low + listed, high - listed)
    if len(parts) > 1:
        return _listed(cursor, base, parts, "(,)" if listed else ",", start), None
    if token.kind == "char" and token.text in "[(" and close >= 0:
        rest = close + 1
        if rest == high or token.text == "[" or _transposes(cursor, rest, high):
            index = cursor.between(low + 1, close, cursor.grammar.expression)
            marked = Marked(base, "[]" if token.text == "[" else "()", index, span=span)
            return (marked, None) if rest == high else _marks(cursor, marked, (rest, high), start)
    return base, above


def _listed(cursor: Cursor, base: Expr, parts: list[Range], kind: str, start: int) -> Expr:
    r"""`w^{k,p}`, `F^{(2,0)}`: no power, but part of the name, one mark for each index."""
    for low, high in parts:
        if low >= high:
            raise TexError("an empty superscript", cursor.offset(low))
        index = cursor.between(low, high, cursor.grammar.expression)
        base = Marked(base, kind, index, span=cursor.span(start))
    return base


def raised(cursor: Cursor, base: Expr, above: Range, start: int) -> Expr:
    """A base to a power, or transposed."""
    low, high = above
    span = cursor.span(start)
    if low >= high:
        raise TexError("an empty superscript", cursor.offset(low))
    if not _is_constant(base):
        if _transposes(cursor, low, high):
            _refuse_indexed(base, cursor.offset(low))
            return Transpose(base, _TRANSPOSES[cursor.tokens[low].text], span=span)
        if cursor.tokens[low].text == "-" and _transposes(cursor, low + 1, high):
            mark = _TRANSPOSES[cursor.tokens[low + 1].text]
            minus = Span(cursor.offset(low), cursor.offset(low) + 1)
            one = Negative(Number(Fraction(1), span=minus), span=minus)
            return Transpose(Power(base, one, span=span), mark, span=span)
    exponent = cursor.between(low, high, _exponent)
    if isinstance(exponent, Negative):
        _refuse_indexed(base, cursor.offset(low))
    return Power(base, exponent, span=span)


def _exponent(cursor: Cursor) -> Expr:
    token = cursor.peek()
    if token.text in ("\\circ", "\\degree"):
        raise TexError("degrees", token.start, "write the angle in radians")
    if cursor.end == cursor.at + 1 and token.text in (*_MARKS, "\\perp", "\\prime"):
        raise TexError(f"the mark {token.text} on a bracket", token.start, "give it a name first")
    return cursor.grammar.expression(cursor)


def _transposes(cursor: Cursor, low: int, high: int) -> bool:
    tokens = cursor.tokens[low:high]
    if not tokens or tokens[0].text not in _TRANSPOSES:
        return False
    if len(tokens) == 1:
        return tokens[0].text != "\\mathsf"
    inner = [token.text for token in tokens[1:] if token.text not in "{}"]
    return tokens[0].text == "\\mathsf" and inner == ["T"]


def _is_colon(index: Expr) -> bool:
    return isinstance(index, Label) and index.text == ":"


def _refuse_indexed(base: Expr, offset: int) -> None:
    r"""`A^\top_{ij}`: an entry of the transpose, or the entry transposed?"""
    if not isinstance(base, Subscript) or any(_is_colon(index) for index in base.indices):
        return  # W_{:,j}^\top is the column transposed
    if len(base.indices) > 1:
        raise AmbiguousError(
            "two indices and a transpose or inverse on one name",
            offset,
            "write (A^\\top)_{ij} or (A_{ij})^{-1}",
        )
