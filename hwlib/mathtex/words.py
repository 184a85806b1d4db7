r"""What the words of a `\text{...}` do: give a reason, bring a condition, join, or be a name."""

from __future__ import annotations

from collections.abc import Sequence

from hwlib.mathtex.ast import TexError
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import CONDITION, CONNECTIVE, word_set

# An equation after these introduces a name or a value; after the others it limits the claim.
LASTING = frozenset({"where", "with", "given", "let", "assuming", "provided", "subject"})
_PHRASES = ("such that", "subject to", "provided that", "assuming that", "given that")
_USED = word_set("using since because by as from")
_DENIALS = word_set("not no never except unless without")
_ARROWS = {"iff": "<=>", "if and only if": "<=>", "implies": "=>", "which implies": "=>"}
_OPERATORS = frozenset({"+", "-", "*", "/", "\\cdot", "\\times", "\\frac", "\\pm"})


def role(tokens: Sequence[Token], at: int) -> str:
    """What the text at `at` is: "condition", "and", "or", "<=>", "=>", "reason" or "name"."""
    raw = tokens[at].text
    if at and tokens[at - 1][:2] in (("char", "_"), ("char", "^")):
        return "name"
    words = [w for w in (w.strip(".,;:()[]") for w in raw.lower().split()) if w]
    spaced = raw != raw.strip()
    phrase = " ".join(words)
    if not words or raw.strip().startswith(("(", "[")):
        return "reason"
    if phrase in _ARROWS:
        return _ARROWS[phrase]
    if phrase in ("and", "or"):
        return phrase
    if words[-1] == "then":
        return "reason"
    if words[0] in CONDITION or words[-1] in CONDITION or phrase.endswith(_PHRASES):
        return "condition"
    if CONNECTIVE.intersection((words[0], words[-1])):
        return "reason"
    if len(words) == 1 and not spaced and _begins(tokens, at):
        return "name"
    return "name" if _is_operand(tokens, at, len(words) > 1) else "reason"


def refuse_denied(token: Token) -> None:
    """Refuse words such as “not for”: what stands behind them is no range of the claim.

    Raises:
        TexError: At the words.
    """
    words = token.text.lower().strip(" .,;:()").split()
    if not _DENIALS.isdisjoint(words) and words[-1:] != ["on"]:  # does not depend on
        raise TexError(
            f"“{' '.join(words)}” says where a claim does not hold",
            token.start,
            "state where it holds: \\text{ for } x > 0",
        )


def begins_remark(text: str) -> bool:
    """Whether the words say what a step rests on or does: “using”, “since”, “factoring out”."""
    first = (text.lower().split() or [""])[0].strip(",;:(")
    return first in _USED or (first.endswith("ing") and len(first) > 5)


def _begins(tokens: Sequence[Token], at: int) -> bool:
    r"""Whether a word without a space is set straight before a factor: `\text{Var}[x]`."""
    if at + 1 >= len(tokens) or _is_sentence(tokens[at].text):
        return False
    after = tokens[at + 1]
    return after.kind not in ("sep", "text", "relation", "close") and after.text not in ",;."


def _is_sentence(raw: str) -> bool:
    """Whether the word ends in a mark of the sentence."""
    return raw.endswith((",", ":", ";", "."))


def _is_operand(tokens: Sequence[Token], at: int, several: bool) -> bool:
    """Whether the text stands where a quantity is needed."""
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    left, right = _joins(before), _joins(after)
    if several:
        return (left and (right or _ends(after))) or (right and _ends(before))
    called = after is not None and after.text in ("(", "_", "^") and after.start == tokens[at].end
    return left or right or called


def _joins(token: Token | None) -> bool:
    if token is None:
        return False
    return token.kind == "relation" or token.text in _OPERATORS


def _ends(token: Token | None) -> bool:
    return token is None or token.kind in ("sep", "text") or token.text in (",", ";", ".")
