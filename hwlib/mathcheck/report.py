"""Results as text for a terminal and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from hwlib.mathcheck.verdict import VERDICTS, Result


def message(result: Result) -> str:
    """Return a failure as text: what is false, both sides at a point, the definitions used."""
    lines = [f"{result.file}:{result.line}:{result.column}: {result.verdict}: {result.tex}"]
    if result.block:
        lines[0] += f"  (printed by block {result.block})"
    if result.left or result.right:
        place = ", ".join(f"{name} = {value}" for name, value in result.point)
        lines.append(
            f"  left  {result.left}    right  {result.right}" + f"    at {place}" * bool(place)
        )
    if result.reason:
        lines.append(f"  {result.reason}")
    for number, use in enumerate(result.uses if result.left else ()):
        lead = "using" if number == 0 else "     "
        lines.append(f"  {lead} {use.tex}  (line {use.line})")
    return "\n".join(lines)


def counts(results: Iterable[Result]) -> Counter[str]:
    """Count the claims (and what could not be read) by verdict."""
    return Counter(one.verdict for one in results if one.kind == "claim" or one.failed)


def summary(results: Sequence[Result]) -> str:
    """Return the line of counts: every verdict that occurs, and the definitions."""
    found = counts(results)
    parts = [f"{found[verdict]} {verdict}" for verdict in VERDICTS if found[verdict]]
    definitions = sum(one.kind == "definition" and not one.failed for one in results)
    total = sum(found.values())
    claims = f"{total} claim{'s' * (total != 1)}"
    tail = f"; {definitions} definition{'s' * (definitions != 1)}" if definitions else ""
    return f"{claims}: {', '.join(parts)}{tail}" if parts else f"no claims{tail}"


def as_json(results: Iterable[Result]) -> str:
    """Return the results as a JSON list of objects, two spaces deep, ending in a newline."""
    return json.dumps([_object(one) for one in results], indent=2, ensure_ascii=False) + "\n"


def _object(result: Result) -> dict[str, Any]:
    return {
        "file": result.file,
        "line": result.line,
        "column": result.column,
        "tex": result.tex,
        "kind": result.kind,
        "verdict": result.verdict,
        "left": _number(result.left),
        "right": _number(result.right),
        "point": {name: _number(value) for name, value in result.point} or None,
        "uses": [{"tex": use.tex, "line": use.line} for use in result.uses],
        "reason": result.reason or None,
    }


def _number(text: str) -> float | str | None:
    """Return a number as one; vectors, "inf" and "not real" stay text."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        return text
    if text in ("inf", "-inf"):
        return text
    return int(value) if text.lstrip("-").isdigit() else value
