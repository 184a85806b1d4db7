r"""`\right.` and `\left.` that pair nothing: a bar in a set, a bracket over two lines.

`\left\{ x \left| x > 0 \right. \right\}` has its bar in the middle, and
`\left[ a + \right. \\ \left. b \right]` is one bracket, which TeX can only set in two.
"""

from __future__ import annotations

from collections.abc import Sequence

from hwlib.mathtex.tokens import Token

_NOTHING = ("close", ".")
_SIGNS = frozenset({"+", "-", "\\cdot", "\\times"})


def joined(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens, with a `\left|` in the middle as a bar, and a bracket over two lines as one."""
    result = list(tokens)
    if not any(token[:2] == _NOTHING for token in tokens):
        return result
    opened: list[int] = []
    dropped: set[int] = set()
    for at, token in enumerate(tokens):
        if token.kind == "open" and at not in dropped:
            opened.append(at)
        elif token.kind == "close" and opened:
            start = opened.pop()
            broken = _broken(tokens, at) if token.text == "." else set()
            if broken:
                dropped |= broken
                opened.append(start)  # what closes the next line's \left. closes this one
            elif token.text == "." and _is_bar_of_set(tokens, start, at):
                result[start] = tokens[start]._replace(kind="command", text="\\mid")
                dropped.add(at)
    return [token for at, token in enumerate(result) if at not in dropped]


def _broken(tokens: Sequence[Token], at: int) -> set[int]:
    r"""The `\right.` here, the line's end and the next line's `\left.`; nothing else goes on."""
    found = {at}
    rows = 0
    for after in range(at + 1, len(tokens)):
        token = tokens[after]
        rows += token.kind == "row"
        if token[:2] == ("open", "."):
            return found | {after} if rows == 1 else set()
        if token.kind in ("row", "sep") or token.text == "&":
            found.add(after)
        elif token.text not in _SIGNS:
            break
    return set()


def _is_bar_of_set(tokens: Sequence[Token], start: int, at: int) -> bool:
    bar, after = tokens[start], tokens[at + 1 : at + 2]
    return bar.text == "|" and bool(after) and after[0][:2] == ("close", "\\}")
