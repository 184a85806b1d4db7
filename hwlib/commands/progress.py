"""How far the cold work is, for the terminal."""

from __future__ import annotations

import sys


def say_blocks(done: int, total: int, block: str) -> None:
    """Draw how far the blocks are, on a terminal; else say it once."""
    if sys.stdout.isatty():
        end = "\r\033[K" if done == total else ""
        print(f"\r\033[K  block {done} of {total}: {block}{end}", end="", flush=True)
    elif done == total:
        print(f"Ran {total} blocks.", flush=True)
