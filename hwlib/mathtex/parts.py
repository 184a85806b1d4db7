"""A row's parts: where commas, gaps, words and arrows cut it, and which signs stand in each."""

from __future__ import annotations

from dataclasses import dataclass, field

from hwlib.mathtex.ast import STATED, TexError
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import ARROWS
from hwlib.mathtex.words import LASTING, begins_remark, refuse_denied, role

MAX_PARTS = 60  # between commas and gaps of one row
# Signs that no calculation can settle, and that could hide an equality from the check.
_UNCHECKABLE = {
    "\\leftarrow": "an assignment among claims",
    "\\Leftarrow": "an arrow to the left",
    "\\impliedby": "an arrow to the left",
    "\\exists": "an existence",
    "\\cong": "a congruence",
    "\\bmod": "a remainder",
    "\\pmod": "a remainder",
    "\\mod": "a remainder",
}


@dataclass
class Part:
    """A stretch of a row between commas, gaps, words and arrows."""

    low: int
    high: int
    word: str = ""  # the word that makes it a condition
    glue: str = ""  # what stands before it: "", ",", "sep", "text" or an arrow
    offset: int = 0  # of that
    remark: bool = False  # whether the words before it say that it was used
    signs: list[int] = field(default_factory=list)  # where relations and the like stand in it

    def relations(self, cursor: Cursor) -> list[str]:
        """The relations in it, but for memberships and what nobody judges."""
        tokens = (cursor.tokens[at] for at in self.signs)
        return [token.text for token in tokens if token.kind == "relation"]

    def members(self, cursor: Cursor) -> bool:
        """Whether a membership stands in it."""
        return any(is_member(cursor.tokens[at]) for at in self.signs)

    def relates(self, cursor: Cursor) -> bool:
        """Whether it states something that may be judged."""
        return bool(self.relations(cursor)) or self.members(cursor)

    def states(self, cursor: Cursor) -> bool:
        r"""Whether a sign that nobody judges stands in it: `X \sim N(0, 1)`."""
        return any(cursor.tokens[at].text in STATED for at in self.signs)

    def links(self, cursor: Cursor) -> list[int]:
        """Where the signs between two sides of a chain stand."""
        return [at for at in self.signs if is_link(cursor.tokens[at])]


def is_member(token: Token) -> bool:
    """Whether the token says that something lies in a set, or does not."""
    return token.kind == "command" and token.text in ("\\in", "\\notin")


def is_link(token: Token) -> bool:
    """Whether the token stands between two sides of a chain."""
    return token.kind == "relation" or (token.kind == "command" and token.text in STATED)


def _is_sign(token: Token) -> bool:
    uncheckable = token.kind == "command" and token.text in _UNCHECKABLE
    return uncheckable or is_link(token) or is_member(token)


def _claims(token: Token) -> bool:
    return token.kind == "relation" or _is_sign(token) or token.text in ARROWS


def split(cursor: Cursor) -> tuple[list[Part], tuple[str, ...]]:
    """Parts in order, and the words that only explain."""
    parts = [Part(0, 0)]
    reasons: list[str] = []
    for at in cursor.level(0, cursor.end):
        token = cursor.tokens[at]
        glue, word = _separator(cursor, at, parts[-1])
        if glue == "reason":
            reasons.append(token.text.strip())
            glue = "text"
        if glue:
            new = Part(at + 1, at + 1, word, glue, token.start)
            goes_on = parts[-1].remark and glue in (",", "text")
            new.remark = goes_on or (token.kind == "text" and begins_remark(token.text))
            _inherit(_end(cursor, parts, at), new)
            parts.append(new)
        elif word == "name":
            cursor.tokens[at] = token._replace(kind="word", text=token.text.strip())
        elif _is_sign(cursor.tokens[at]):
            parts[-1].signs.append(at)
    _end(cursor, parts, cursor.end)
    return parts, tuple(reasons)


def _separator(cursor: Cursor, at: int, part: Part) -> tuple[str, str]:
    """What the token separates ("" for nothing), and the word that rules what follows."""
    token = cursor.tokens[at]
    if token.kind == "sep" or token[:2] == ("char", ":"):
        return "sep", part.word if part.word in LASTING else ""
    if token.kind == "char" and token.text in ",;":
        return ",", part.word
    if token.text in ARROWS and token.kind == "command":
        return ARROWS[token.text], ""
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


def _text(cursor: Cursor, at: int, part: Part) -> tuple[str, str]:
    token = cursor.tokens[at]
    if part.word and token.text.strip() == "in":  # for all x in [a, b]
        cursor.tokens[at] = token._replace(kind="command", text="\\in")
        return "", ""
    found = role(cursor.tokens, at)
    if found == "name":
        return "", "name"
    if found == "or" and not any(_claims(cursor.tokens[at]) for at in cursor.level(0, cursor.end)):
        return "text", part.word  # between things that are only shown
    if found == "or":
        raise TexError(
            "alternatives joined by “or” cannot be checked as one claim",
            token.start,
            "write a claim for each, or % unchecked: reason",
        )
    if found == "and":
        return "text", part.word
    if found == "condition":
        refuse_denied(token)
        words = token.text.lower().strip(" .,;:()").split()
        if "some" in words:
            raise TexError("“for some” claims an existence", token.start, "% unchecked: reason")
        return "text", words[0] if words[0] in LASTING else words[-1]
    because = token.text.lower().strip(" .,;:()").endswith(("since", "because"))
    return found, "since" if because else ""


def _inherit(empty: Part | None, new: Part) -> None:
    """An arrow or a word with nothing after it but a gap goes for what stands after the gap."""
    if empty is None:
        return
    if is_arrow(empty.glue):
        if is_arrow(new.glue):
            raise TexError("two arrows side by side", new.offset)
        new.glue, new.offset = empty.glue, empty.offset
    if empty.glue != ",":  # behind a comma, a gap sets apart
        new.word = new.word or empty.word


def _end(cursor: Cursor, parts: list[Part], at: int) -> Part | None:
    """Ends the last part here; takes it away, and gives it back, if it is empty."""
    part = parts[-1]
    part.high = at
    while part.high > part.low and cursor.tokens[part.high - 1][:2] == ("char", "."):
        part.high -= 1
    asked = part.high > part.low and cursor.tokens[part.high - 1][:2] == ("char", "?")
    if asked and not part.links(cursor):
        part.high -= 1  # \lim_{x \to 0} f(x)? asks for what is shown
    if part.high > part.low:
        return None
    parts.pop()
    if is_arrow(part.glue) and at == cursor.end:
        raise TexError("an arrow with nothing after it", part.offset)
    return part


def is_arrow(glue: str) -> bool:
    """Whether a part stands behind an arrow."""
    return glue in ("=>", "<=>")


def sides_of_arrows(parts: list[Part]) -> list[list[Part]]:
    """Parts between arrows."""
    groups: list[list[Part]] = []
    for part in parts:
        if not groups or is_arrow(part.glue):
            groups.append([])
        groups[-1].append(part)
    return groups


def refuse_uncheckable(cursor: Cursor, parts: list[Part], beside_arrow: bool) -> None:
    """Refuse signs that would leave a claim unread: all of them beside `=>`, few elsewhere."""
    stated = dict.fromkeys(STATED, "a statement beside an arrow") if beside_arrow else {}
    refused = {**stated, **_UNCHECKABLE}
    for part in parts:
        for token in (cursor.tokens[at] for at in part.signs):
            if token.kind == "command" and token.text in refused:
                raise TexError(
                    f"{refused[token.text]} ({token.text}) cannot be checked",
                    token.start,
                    "add “% unchecked: ” with the reason",
                )
