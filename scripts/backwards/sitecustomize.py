"""With this folder on PYTHONPATH, Python lists every folder backwards (see reproduce.py)."""

import os
from collections.abc import Iterator
from typing import Any

list_folder, scan_folder = os.listdir, os.scandir


class Backwards:
    """What `os.scandir` gives, the last entry first."""

    def __init__(self, *given: Any) -> None:
        with scan_folder(*given) as found:
            self._found = iter([*found][::-1])

    def __iter__(self) -> Iterator[Any]:
        return self._found

    def __next__(self) -> Any:
        return next(self._found)

    def __enter__(self) -> "Backwards":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def close(self) -> None:
        """Do nothing: all is read already."""


os.listdir = lambda *given: list_folder(*given)[::-1]  # type: ignore[assignment]
os.scandir = Backwards  # type: ignore[assignment]
