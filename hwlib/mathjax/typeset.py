"""Formulas to SVG: what the cache lacks is asked of MathJax."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hwlib.cache import Cache, digest, folder
from hwlib.mathjax import text
from hwlib.mathjax.node import WORKER, Worker, locked_parts, pinned_version

__all__ = ["Invalid", "Tex", "Typeset", "Typesetter", "made_by", "plain_texts", "rest", "typeset"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Tex:
    """One formula as it is typeset: no label, no comment."""

    source: str
    display: bool


@dataclass(frozen=True)
class Typeset:
    """A formula as it is shown.

    Attributes:
        wide: SVG on one line (inline: a sequence of SVGs between which a line may break).
        width: Its width in em of the formula's font.
        narrow: SVG with automatic line breaks, where the formula is wider than 18 em and breaks.
        narrow_width: Its width in em; that of `wide` where there is none.
        glyphs: Paths that the SVGs use, by id.
        mathml: The same formula for the reader's own software.
        text: The same formula as plain text, for the search index and for titles.
    """

    wide: str
    width: float
    narrow: str | None
    narrow_width: float
    glyphs: dict[str, str]
    mathml: str
    text: str


@dataclass(frozen=True)
class Invalid:
    """A formula that MathJax refuses, and why."""

    message: str


class Typesetter:
    """Typesets with the MathJax in `root`/node_modules and the cache of the project there.

    Attributes:
        made_by: The digest of all that makes formulas what they are, beside their TeX.
    """

    def __init__(self, root: Path) -> None:
        self.worker = Worker(root)
        self._cache = Cache(folder(root) / "mathjax")
        sources = [file.read_text("utf-8") for file in (WORKER, Path(text.__file__))]
        self.made_by = digest(pinned_version(root), locked_parts(root), *sources)
        self._known: dict[Tex, Typeset | Invalid] = {}

    def typeset(self, formulas: Sequence[Tex]) -> list[Typeset | Invalid]:
        """Return the typeset form of each formula, in order.

        Raises:
            MathJaxError: If a formula is not in the cache and MathJax cannot run.
        """
        for formula in formulas:
            if formula not in self._known:
                self._known[formula] = self._look_up(formula)
        return [self._known[formula] for formula in formulas]

    def plain_texts(self, sources: Sequence[str]) -> list[str | Invalid]:
        """Return inline formulas as plain text, in order, without drawing them.

        Raises:
            MathJaxError: If a formula is not in the cache and MathJax cannot run.
        """
        asked = [{"tex": source, "display": False, "drawn": False} for source in sources]
        answers = [self._answer(question) for question in asked]
        return [one if isinstance(one, Invalid) else one["text"] for one in answers]

    def _look_up(self, formula: Tex) -> Typeset | Invalid:
        question = {"tex": formula.source, "display": formula.display, "drawn": True}
        found = self._answer(question)
        return found if isinstance(found, Invalid) else _result(found)

    def _answer(self, question: dict[str, Any]) -> dict[str, Any] | Invalid:
        key = digest(self.made_by, *map(str, question.values()))
        found = self._cache.get(key)
        if found is None:
            found = self.worker.ask(question)
            if "error" in found:
                return Invalid(found["error"])
            found["text"] = text.readable(found["mathml"])
            self._cache.put(key, found)
        return found


def _result(found: dict[str, Any]) -> Typeset:
    return Typeset(
        wide=found["wide"],
        width=found["width"],
        narrow=found["narrow"],
        narrow_width=found["narrowWidth"],
        glyphs=found["glyphs"],
        mathml=found["mathml"],
        text=found["text"],
    )


@cache
def _typesetter() -> Typesetter:
    return Typesetter(ROOT)


def made_by() -> str:
    """Return the digest of this project's MathJax, its fonts, and what is done with them."""
    return _typesetter().made_by


def typeset(formulas: Sequence[Tex]) -> list[Typeset | Invalid]:
    """Return the typeset form of each formula, with this project's MathJax and cache."""
    return _typesetter().typeset(formulas)


def plain_texts(sources: Sequence[str]) -> list[str | Invalid]:
    """Return inline formulas as plain text, with this project's MathJax and cache."""
    return _typesetter().plain_texts(sources)


def rest() -> None:
    """End this project's Node process, if it runs; the next new formula starts another."""
    _typesetter().worker.close()
