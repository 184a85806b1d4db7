"""How builds and previews grow with the number of pages."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.build import measured
from benchmarks.project import generated

__all__ = ["ENGINES", "SIZES", "scale"]

SIZES = (10, 100, 1000)
ENGINES = ("mkdocs", "zensical")
FEW = 100  # pages up to which builds are repeated
PAGE = "part-1/page-3"


def scale(folder: Path, times: int, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Measure projects of generated pages, by engine and number of pages."""
    found: dict[str, dict[str, object]] = {engine: {} for engine in ENGINES}
    for size in sizes:
        print(f"{size} pages", flush=True)
        project = generated(folder / f"scale-{size}", size)
        for engine in ENGINES:
            often = times if size < FEW else 1
            found[engine][str(size)] = measured(project, engine, PAGE, often).figures()
        shutil.rmtree(project)
    return dict(found)
