"""The text of a source file, which is UTF-8."""

from __future__ import annotations

from pathlib import Path

__all__ = ["NotUtf8Error", "text_of"]


class NotUtf8Error(UnicodeError):
    """A file that is not UTF-8: which, the line of the first such byte, and what to do."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(file, line, message)
        self.file = file
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def text_of(path: Path) -> str:
    """Return a file's text without a byte order mark.

    Raises:
        NotUtf8Error: If it is not UTF-8.
        OSError: If it cannot be read.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        byte = error.object[error.start]
        message = f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"
        raise NotUtf8Error(path, line, message) from None
