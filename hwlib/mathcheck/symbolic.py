"""The second judge, from this side: a process that is started late, asked early, heard at the end.

It runs beside the referee, in a process of its own with a limit: an alarm inside SymPy can leave
mpmath at another precision, and SymPy may run for minutes or raise what it likes. Whatever goes
wrong there is "unknown", which proves nothing and refutes nothing.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from hwlib.mathcheck.prover import UNKNOWN, Claim

LIMIT = 10.0  # seconds for one claim; what is heard at all takes a fraction of one


class Prover:
    """The process, and what it has been asked."""

    def __init__(self, limit: float = LIMIT) -> None:
        self.limit = limit
        self._process: subprocess.Popen[bytes] | None = None
        self._words: queue.Queue[str] = queue.Queue()

    def ask(self, claims: Sequence[Claim]) -> None:
        """Ask for opinions; they are worked out while the caller goes on."""
        if claims:
            self._start()
            threading.Thread(target=self._send, args=(self._process, claims), daemon=True).start()

    def answers(self, claims: Sequence[Claim]) -> list[str]:
        """Return the opinions on claims that were asked for, in order."""
        found: list[str] = []
        while len(found) < len(claims):
            try:
                word = self._words.get(timeout=self.limit)
            except queue.Empty:
                word = ""
            found.append(word or UNKNOWN)
            if not word:  # too slow or gone: the rest is asked anew, of another process
                self.close()
                self.ask(claims[len(found) :])
        return found

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hwlib.mathcheck.prover"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._words = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._words), daemon=True).start()

    @staticmethod
    def _send(process: subprocess.Popen[bytes], claims: Sequence[Claim]) -> None:
        message = pickle.dumps(list(claims))
        try:
            assert process.stdin is not None
            process.stdin.write(struct.pack("!I", len(message)) + message)
            process.stdin.flush()
        except (OSError, ValueError):  # the process has gone: `answers` finds out
            return


def _listen(process: subprocess.Popen[bytes], words: queue.Queue[str]) -> None:
    """Hand on each word that comes; an empty one when the process has gone."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            words.put(line.decode().strip())
    except ValueError:  # closed from this side
        pass
    words.put("")


_shared: list[Prover] = []


def shared_prover() -> Prover:
    """Return the one prover of this process; it ends with it."""
    if not _shared:
        _shared.append(Prover())
        atexit.register(_shared[0].close)
    return _shared[0]
