r"""TeX text to tokens with offsets; what only serves the eye is dropped here.

Spacing, sizes, styles, colours, labels and comments leave no token. `\text{...}` and upright
words become one token each, so that no later stage reads letters as a product by mistake.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hwlib.mathtex.ast import TexError
from hwlib.mathtex.vocabulary import (
    ABOVE_AND_BELOW,
    BEFORE_EQUALS,
    CLOSE_NAMES,
    FUNCTIONS,
    GOALS,
    LEADING,
    OPEN_NAMES,
    RELATIONS,
    SENTENCE,
    SEPARATORS,
    SILENT,
    SILENT_WITH_ARGUMENT,
    SIZES,
    SYNONYMS,
    TEXT,
    TEXT_FONTS,
    UNICODE,
    WORD,
)

MAX_LENGTH = 10_000  # characters; a display that a reader can follow has a twentieth of it
MAX_DIGITS = 200
MAX_TEXT_PARTS = 200
MAX_WORD = 60
MAX_SCANNERS = 8


class Token(NamedTuple):
    r"""One unit of TeX.

    `kind` is "number", "letter", "command" (`text` keeps the backslash), "char", "word" (an
    upright name), "text" (words of a sentence, spaces at their ends kept), "open"/"close" (from
    `\left`, `\right`, `\lvert` ...), "big" (a bar made large), "begin"/"end" (an environment,
    `text` is its name), "row" (`\\`), "sep" (`\quad`), "relation" (`text` is the canonical
    operator), "stop" or "bad".
    """

    kind: str
    text: str
    start: int
    end: int
    error: TexError | None = None  # of a "bad" token: it belongs to the row that this stands in
    font: str = ""  # of a word or text: "mathbf" of \textbf{word}, nothing of \text{word}


class Comment(NamedTuple):
    """The text after a `%`, up to the end of its line."""

    text: str
    start: int
    end: int


_PATTERN = re.compile(
    r"""
    (?P<space>[\s~]+)
  | (?P<dots>\.\.\.|(?<=,)\.\.(?=,)|\.(?:[ ~]+\.){2})
  | (?P<number>\d+(?:\{,\}\d{3})*(?:\.\d+)?|\.\d+)
  | (?P<subject>s\.[ ~]*t\.)
  | (?P<letter>[A-Za-z])
  | (?P<command>\\(?:[A-Za-z]+\*?|.))
  | (?P<comment>%[^\n]*)
  | (?P<char>[-+*/^_'!(){}\[\]|,;:.&=<>?])
    """,
    re.VERBOSE | re.DOTALL,
)

_ONE_LETTER = re.compile(r"\s*(?:[A-Za-z]|\\(?:text|math)(?:bf|sf|tt|it)\s*\{[^{}]*\})\s*")
_SPACES = re.compile(r"[\s~]+")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_DELIMITER = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_LONG_RELATIONS = "|".join(sorted(name[1:] for name in RELATIONS if len(name) > 1))
_RELATES = re.compile(rf"[=<>]|\\(?:in|ni|to|sim|{_LONG_RELATIONS})(?![A-Za-z])")
_DIMENSION = re.compile(r"\[\s*-?\d*\.?\d+\s*(?:em|ex|pt|mm|cm|in|mu|px|\\[a-z]+)\s*\]")
# What may stand between the letters of an upright word: \operatorname{arg\,max}, {\max}.
_BOLD_SIGN = re.compile(r"\s*(?:\{\s*)?\\(?:times|nabla|cdot|bullet)(?![A-Za-z])")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_PADDING = re.compile(r"\\[,;:! ]|[\s~{}]|\\(?=arg|max|min|log|exp)|\\text(?=\{-\})")
_WIDE = re.compile(r"(?:\\[,:;>]\s*){6,}")  # as wide as a \quad: it sets apart
_OPTION = re.compile(r"\[[a-z]\]")
_ROMAN = re.compile(r"\s+([A-Za-z]{2,})(?=\s*\})")  # {\rm entity}
_LAST = re.compile(r"[\s.~]*(?:\\\\|\\end\b|$)")


class _Scanner:
    """Walks the text once; every helper moves `at` forward."""

    def __init__(
        self, tex: str, start: int, end: int, braces: dict[int, int], depth: int = 0
    ) -> None:
        self.tex = tex
        self.braces = braces
        self.depth = depth
        self.at = start
        self.end = end
        self.tokens: list[Token] = []
        self.comments: list[Comment] = []

    def run(self) -> None:
        while self.at < self.end:
            start = self.at
            try:
                self.step(start)
            except TexError as error:
                self.at = max(self.at, start + 1)
                self.tokens.append(Token("bad", "", start, self.at, error))

    def step(self, start: int) -> None:
        wide = _WIDE.match(self.tex, start, self.end)
        if wide is not None:
            self.at = wide.end()
            self.put("sep", "", start)
            return
        found = _PATTERN.match(self.tex, start, self.end)
        if found is None and self.tex[start] in UNICODE:
            self.at = start + 1
            self.command(UNICODE[self.tex[start]], start)
            return
        if found is None:
            raise TexError(
                f"unexpected character {self.tex[start]!r}",
                start,
                "write the symbol as a TeX command",
            )
        self.at = found.end()
        kind = str(found.lastgroup)
        if kind == "comment":
            self.comments.append(Comment(found.group()[1:], start, self.at))
        elif kind in ("command", "dots"):
            self.command(found.group() if kind == "command" else "\\dots", start)
        elif kind == "subject":
            self.put("text", "s.t.", start)
        elif kind != "space":
            self.plain(kind, found.group(), start)

    def put(self, kind: str, text: str, start: int) -> None:
        self.tokens.append(Token(kind, text, start, self.at))

    def plain(self, kind: str, text: str, start: int) -> None:
        if text in BEFORE_EQUALS and self.tex.startswith("=", self.at):
            self.at += 1
            self.put("relation", text + "=", start)
        elif text in RELATIONS:
            self.put("relation", RELATIONS[text], start)
        elif kind == "number":
            self.number(text.replace("{,}", ""), start)
        else:
            self.put(kind, text, start)

    def number(self, text: str, start: int) -> None:
        if len(text) > MAX_DIGITS:
            raise TexError(f"a number of more than {MAX_DIGITS} digits", start)
        previous = self.tokens[-1].text if self.tokens else ""
        if previous in ("\\frac", "\\binom") and len(text) == 2 and text.isdigit():
            # \frac12 takes one digit for each of its arguments.
            self.tokens.append(Token("number", text[0], start, start + 1))
            self.tokens.append(Token("number", text[1], start + 1, self.at))
        else:
            self.put("number", text, start)

    def command(self, name: str, start: int) -> None:
        name = SYNONYMS.get(name.rstrip("*") if name not in _STARRED else name, name)
        if name.endswith("*") and name not in _STARRED and len(name) > 2:
            name, self.at = name[:-1], self.at - 1
        reader = _READERS.get(name)
        if name in SILENT:
            return
        if reader is not None:
            reader(self, name, start)
        elif len(name) == 1:
            self.plain("char", name, start)
        else:
            self.put("command", name, start)

    # -- readers of particular commands --

    def skip_argument(self, name: str, _start: int) -> None:
        self.skip_space()
        if self.tex.startswith("[", self.at):
            close = self.tex.find("]", self.at, self.end)
            self.at = close + 1 if close >= 0 else self.at
        self.argument(name)

    def boxed(self, _name: str, start: int) -> None:
        self.skip_space()
        if not self.tex.startswith("{", self.at):
            raise TexError("\\boxed needs braces", start, "write \\boxed{…}")
        self.put("command", "\\boxed", start)

    def bold(self, name: str, start: int) -> None:
        """A bold letter, or a bold sign, which means what the sign means."""
        if _BOLD_SIGN.match(self.tex, self.at, self.end) is None:
            self.put("command", name, start)

    def operator(self, _name: str, start: int) -> None:
        r"""`\mathop{\mathrm{max}}` is `\max`: the command is for the spaces around it."""
        inside = self.argument("\\mathop")
        inner = self.inner(*inside)
        if len(inner) == 1:
            self.tokens.append(inner[0]._replace(start=start, end=self.at))
        else:
            self.grouped(inner, inside)

    def textcolor(self, name: str, _start: int) -> None:
        self.argument(name)

    def separator(self, _name: str, start: int) -> None:
        self.put("sep", "", start)

    def gap(self, name: str, start: int) -> None:
        self.argument(name)
        self.put("sep", "", start)

    def relation(self, name: str, start: int) -> None:
        self.put("relation", RELATIONS[name], start)

    def row(self, _name: str, start: int) -> None:
        if self.tex.startswith("*", self.at):
            self.at += 1
        gap = _DIMENSION.match(self.tex, self.at, self.end)
        if gap is not None:
            self.at = gap.end()
        self.put("row", "", start)

    def negation(self, _name: str, start: int) -> None:
        self.skip_space()
        for text, meaning in (("=", "!="), ("\\in", "\\notin")):
            if self.tex.startswith(text, self.at):
                self.at += len(text)
                self.put("relation" if meaning == "!=" else "command", meaning, start)
                return
        raise TexError("\\not stands before = or \\in only", start, "write the statement in words")

    def text(self, name: str, start: int) -> None:
        low, high = self.argument(name)
        if name in TEXT_FONTS and _ONE_LETTER.fullmatch(self.tex, low, high):
            self.lettered(TEXT_FONTS[name], (low, high), start)
            return
        pieces = _split_dollars(self.tex, low, high)
        if _is_phrase(pieces):
            words = _SPACES.sub(" ", "".join(piece for piece, _, _ in pieces))
            self.tokens.append(Token("text", words, start, self.at, None, _font(name)))
            return
        for index, (piece, at, end) in enumerate(pieces):
            if index % 2:
                self.tokens += self.inner(at, end)
            elif piece.strip(" ~"):
                words = _SPACES.sub(" ", piece)
                if words in FUNCTIONS:
                    self.put("command", "\\" + words, start)
                    continue
                span = (start, self.at) if (low, high) == (at, end) else (at, end)
                self.tokens.append(Token("text", words, *span, None, _font(name)))

    def lettered(self, font: str, inside: tuple[int, int], start: int) -> None:
        self.tokens.append(Token("command", font, start, inside[0]))
        self.grouped(self.inner(*inside), inside)
        self.tokens[-1] = self.tokens[-1]._replace(end=self.at)

    def word(self, name: str, start: int) -> None:
        low, high = self.argument(name)
        if name in TEXT_FONTS and _ONE_LETTER.fullmatch(self.tex, low, high):
            self.lettered(TEXT_FONTS[name], (low, high), start)
            return
        letters = _PADDING.sub("", self.tex[low : min(high, low + MAX_WORD)])
        if not re.fullmatch(r"[A-Za-z0-9-]+|[*+]", letters):
            if name == "\\mathrm":
                self.at = low - 1 if self.tex.startswith("{", low - 1) else low
                return
            raise TexError(f"{name} needs a word of letters", start, "write \\text{…}")
        self.upright(letters, start)
        self.tokens[-1] = self.tokens[-1]._replace(font=_font(name))

    def upright(self, letters: str, start: int) -> None:
        """An upright word: a function, words of a sentence, a number or a name."""
        if letters in FUNCTIONS:
            self.put("command", "\\" + letters, start)
        elif letters.lower() in SENTENCE:
            self.put("text", letters, start)
        else:
            self.put("number" if letters.isdigit() else "word", letters, start)

    def roman(self, name: str, start: int) -> None:
        r"""An old font: `{\rm entity}` is a word, `{\rm x}` a letter."""
        found = _ROMAN.match(self.tex, self.at, self.end)
        if found is None:
            self.put("command", name, start)
            return
        self.at = found.end()
        self.upright(found.group(1), start)

    def square(self, name: str, start: int) -> None:
        """A place to fill in, as a name; at the end of a row the end of a proof."""
        filled = self.tex.count("\\square") > 1
        if filled or _LAST.match(self.tex, self.at, self.end) is None:
            self.put("command", name, start)

    def labelled_arrow(self, name: str, start: int) -> None:
        low, high = self.argument(name)
        if self.tex[low:high].strip():
            raise TexError(f"an arrow with words on it ({name})", start, "write \\to")
        self.put("command", "\\to", start)

    def environment(self, name: str, start: int) -> None:
        low, high = self.argument(name)
        title = self.tex[low:high].strip().rstrip("*")
        if name == "\\begin":
            option = _OPTION.match(self.tex, self.at, self.end)
            if option is not None:
                self.at = option.end()
            if title in ("array", "alignat", "alignedat", "subarray"):
                self.argument("\\begin{" + title + "}")
        self.put("begin" if name == "\\begin" else "end", title, start)

    def delimiter(self, name: str, start: int) -> None:
        self.skip_space()
        found = _DELIMITER.match(self.tex, self.at, self.end)
        if found is None:
            raise TexError(f"{name} needs a bracket after it", start)
        self.at = found.end()
        text = SYNONYMS.get(found.group(), found.group())
        if text in "<>" and name != "\\middle":
            text = "\\langle" if text == "<" else "\\rangle"
        if text in OPEN_NAMES or text in CLOSE_NAMES:
            text = {**OPEN_NAMES, **CLOSE_NAMES}[text]
        self.sized(name, text, start)

    def sized(self, name: str, text: str, start: int) -> None:
        if name in ("\\left", "\\right"):
            self.put("open" if name == "\\left" else "close", text, start)
        elif name == "\\middle" or name.endswith("m"):
            self.put("command", "\\mid", start)
        elif text in ("|", "\\|"):
            side = {"l": "open", "r": "close"}.get(name[-1], "big")
            self.put(side, text, start)
        elif text.startswith("\\"):
            self.put("command", text, start)
        else:
            self.plain("char", text, start)

    def bar(self, name: str, start: int) -> None:
        if name in OPEN_NAMES:
            self.put("open", OPEN_NAMES[name], start)
        else:
            self.put("close", CLOSE_NAMES[name], start)

    def stacked(self, name: str, start: int) -> None:
        mark, base = self.argument(name), self.argument(name)
        before = len(self.tokens)
        over, under = self.tex[slice(*mark)].strip(), self.tex[slice(*base)].strip()
        inner, script = self.inner(*base), "_" if name == "\\underset" else "^"
        if len(inner) == 1 and inner[0].kind == "relation":
            self.put("relation", _stacked_relation(over, inner[0].text, start), start)
        elif script == "_" and under.replace("\\,", "") in _ARG:
            self.put("word", _ARG[under.replace("\\,", "")], start)
            self.spread(script, self.inner(*mark), mark)
        elif _has_limits(inner, script):
            self.tokens += inner
            self.spread(script, self.inner(*mark), mark)
        elif not self.inner(*mark):
            self.grouped(inner, base)
        elif script == "_" and self.below() and any(t.kind == "relation" for t in inner):
            comma = Token("char", ",", mark[0], mark[0])  # one condition set below another
            self.tokens += [*inner, comma, *self.inner(*mark)]
        else:
            raise TexError(f"{name} over something other than a relation", start)
        self.tokens[before] = self.tokens[before]._replace(start=start)
        self.tokens[-1] = self.tokens[-1]._replace(end=self.at)

    def below(self) -> bool:
        """Whether what stands here is the first thing below a sign."""
        if not self.tokens:
            return self.depth > 0
        return [token.text for token in self.tokens[-2:]] == ["_", "{"]

    def inner(self, low: int, high: int) -> list[Token]:
        if self.depth > MAX_SCANNERS:
            raise TexError("too many commands inside one another", low)
        inner = _Scanner(self.tex, low, high, self.braces, self.depth + 1)
        inner.run()
        return inner.tokens

    def spread(self, script: str, inner: list[Token], inside: tuple[int, int]) -> None:
        self.tokens.append(Token("char", script, inside[0], inside[0]))
        self.grouped(inner, inside)

    def grouped(self, inner: list[Token], inside: tuple[int, int]) -> None:
        low, high = inside
        opening, closing = Token("char", "{", low, low), Token("char", "}", high, high)
        self.tokens += [opening, *inner, closing]

    # -- arguments --

    def skip_space(self) -> None:
        while self.at < self.end and self.tex[self.at].isspace():
            self.at += 1

    def argument(self, name: str) -> tuple[int, int]:
        """The range of a raw argument: what is in the braces, or the next character."""
        self.skip_space()
        if self.at >= self.end:
            raise TexError(f"{name} needs an argument in braces", self.at)
        if self.tex[self.at] != "{":
            start = self.at
            command = _COMMAND.match(self.tex, start, self.end)
            self.at = command.end() if command is not None else start + 1
            return start, self.at
        close = self.closing_brace(self.at)
        inside = (self.at + 1, close)
        self.at = close + 1
        return inside

    def closing_brace(self, opening: int) -> int:
        close = self.braces.get(opening, self.end)
        if close >= self.end:
            raise TexError("this { is never closed", opening, "add the missing }")
        return close


def _braces(tex: str, start: int, end: int) -> dict[int, int]:
    """Where each { is closed; found once, so that nesting costs nothing."""
    closes: dict[int, int] = {}
    opened: list[int] = []
    for found in _BRACE.finditer(tex, start, end):
        if found.group() == "{":
            opened.append(found.start())
        elif found.group() == "}" and opened:
            closes[opened.pop()] = found.start()
    return closes


_ARG = {
    word: kind
    for kind in ("argmax", "argmin", "max", "min")
    for word in (
        f"\\{kind}",
        f"\\operatorname{{{kind}}}",
        f"\\mathrm{{{kind}}}",
        f"\\text{{{kind}}}",
        f"\\{kind[:3]}\\{kind[3:]}",
        f"\\operatorname{{{kind[:3]} {kind[3:]}}}",
    )
}


def _has_limits(inner: list[Token], script: str) -> bool:
    r"""Whether something is stacked on a sum or the like: `\underset{i=1}{\overset{n}{\sum}}`."""
    if not inner:
        return False
    goal = inner[0].kind in ("text", "word") and inner[0].text.strip().lower() in GOALS
    if not goal and inner[0].text not in ABOVE_AND_BELOW:
        return False
    return len(inner) == 1 or (inner[1].text in ("_", "^") and inner[1].text != script)


def _stacked_relation(over: str, relation: str, start: int) -> str:
    if "?" in over or "!" in over:
        raise TexError("a relation with a question or exclamation mark claims nothing", start)
    if relation == "=" and re.search(r"def|\\triangle|\\Delta", over):
        return ":="
    if re.search(r"[^A-Za-z\\]d\b|dist|iid|sim", over):
        raise TexError("a relation between distributions cannot be checked", start)
    return relation


def _font(name: str) -> str:
    """The font of a word that is set in one, which is part of its name."""
    return TEXT_FONTS[name][1:].replace("mathnormal", "mathit") if name in TEXT_FONTS else ""


def _is_phrase(pieces: list[tuple[str, int, int]]) -> bool:
    r"""Whether a text with maths in it names one thing: `\text{mean of $f$ on $R$}`.

    Maths with a relation in it states something, and what follows “for” or “by” is maths as well.
    """
    if len(pieces) == 1 or any(_RELATES.search(piece) for piece, _, _ in pieces[1::2]):
        return False
    first = (pieces[0][0].lower().split() or [""])[0].lstrip("(")
    return first[:1].isalpha() and first not in LEADING


def _split_dollars(tex: str, low: int, high: int) -> list[tuple[str, int, int]]:
    """Text and maths in turn: `if $x > 0$` gives "if", "x > 0" and an empty rest."""
    pieces = tex[low:high].split("$", MAX_TEXT_PARTS)
    if len(pieces) % 2 == 0:
        raise TexError("a $ inside \\text is never closed", low)
    spans = []
    for piece in pieces:
        spans.append((piece, low, low + len(piece)))
        low += len(piece) + 1
    return spans


_STARRED = frozenset({"\\operatorname*", "\\hspace*", "\\vspace*", "\\tag*"})
_READERS = {
    **dict.fromkeys(SILENT_WITH_ARGUMENT, _Scanner.skip_argument),
    **dict.fromkeys(SEPARATORS, _Scanner.separator),
    **dict.fromkeys(SIZES | {"\\left", "\\right", "\\middle"}, _Scanner.delimiter),
    **dict.fromkeys((name for name in RELATIONS if len(name) > 1), _Scanner.relation),
    **dict.fromkeys(TEXT, _Scanner.text),
    **dict.fromkeys(WORD, _Scanner.word),
    **dict.fromkeys((*OPEN_NAMES, *CLOSE_NAMES), _Scanner.bar),
    **dict.fromkeys(("\\stackrel", "\\overset", "\\underset"), _Scanner.stacked),
    "\\hspace": _Scanner.gap,
    "\\hspace*": _Scanner.gap,
    **dict.fromkeys(("\\boldsymbol", "\\bm", "\\pmb"), _Scanner.bold),
    "\\textcolor": _Scanner.textcolor,
    "\\mathop": _Scanner.operator,
    "\\boxed": _Scanner.boxed,
    "\\rm": _Scanner.roman,
    "\\square": _Scanner.square,
    "\\xrightarrow": _Scanner.labelled_arrow,
    "\\not": _Scanner.negation,
    "\\\\": _Scanner.row,
    "\\newline": _Scanner.row,
    "\\cr": _Scanner.row,
    "\\begin": _Scanner.environment,
    "\\end": _Scanner.environment,
}


def tokenize(tex: str, start: int = 0, end: int | None = None) -> tuple[list[Token], list[Comment]]:
    """Tokens of `tex[start:end]`, with offsets into all of `tex`, and its comments.

    Raises:
        TexError: For a character that is no TeX mathematics, an argument that is missing, or a
            text longer than anything that can be meant.
    """
    stop = len(tex) if end is None else end
    if stop - start > MAX_LENGTH:
        raise TexError(f"more than {MAX_LENGTH} characters of TeX in one piece", start)
    scanner = _Scanner(tex, start, stop, _braces(tex, start, stop))
    scanner.run()
    return scanner.tokens, scanner.comments
