"""A process of ours that answers one question after another, with a limit for each.

It is started late, asked early and heard at the end, so that it works beside the caller. Questions
and answers are pickled, each with its length before it; a first message says that it is ready. If
it dies or takes too long there is no answer, and the rest is asked anew of another process.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

DEPTH = 5000  # of calls inside one another
_GONE = object()
_READY = "ready"
_START = 180.0  # seconds to be ready, on a machine that has much else to do
_LENGTH = struct.Struct("!I")


class Service:
    """The caller's end.

    Args:
        module: What the process runs; its main calls `serve`.
        limit: Seconds for one question.
    """

    def __init__(self, module: str, limit: float) -> None:
        self.module = module
        self.limit = limit
        self._ready = False
        self._process: subprocess.Popen[bytes] | None = None
        self._open: deque[Any] = deque()  # questions whose answers nobody has taken yet
        self._questions: queue.Queue[Any] = queue.Queue()
        self._answers: queue.Queue[Any] = queue.Queue()

    def start(self) -> None:
        """Start the process, if it is not there, before there is anything to ask."""
        if self._process is None or (not self._open and self._process.poll() is not None):
            self.close()
            self._process = self._started()
            for work, line in ((_send, self._questions), (_listen, self._answers)):
                threading.Thread(target=work, args=(self._process, line), daemon=True).start()

    def ask(self, questions: Sequence[Any]) -> None:
        """Put questions; they are worked on while the caller goes on."""
        if questions:
            self.start()
            self._open.extend(questions)
            self._questions.put(list(questions))

    def answers(self) -> list[Any]:
        """Return the answers to all questions that were put, in order; None where there is none."""
        found: list[Any] = []
        while self._open:
            answer = self._next()
            self._open.popleft()
            found.append(None if answer is _GONE else answer)
            if answer is _GONE:
                rest = list(self._open)
                self.close()
                self.ask(rest)
        return found

    def forget(self) -> None:
        """Take back the questions of a caller that never came for the answers."""
        if self._open:
            self.close()

    def _next(self) -> Any:
        if not self._ready:
            self._ready = self._wait(_START) == _READY
            if not self._ready:
                return _GONE
        return self._wait(self.limit)

    def _wait(self, seconds: float) -> Any:
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return _GONE

    def close(self) -> None:
        """End the process, and forget what it was asked."""
        process, self._process = self._process, None
        self._questions.put(_GONE)
        self._questions, self._answers = queue.Queue(), queue.Queue()
        self._open.clear()
        self._ready = False
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        atexit.register(self.close)
        return subprocess.Popen(
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )


def _send(process: subprocess.Popen[bytes], questions: queue.Queue[Any]) -> None:
    """Pass questions on as they come, in their order; `_GONE` is the last."""
    try:
        while process.stdin is not None and (some := questions.get()) is not _GONE:
            _write(process.stdin, some)
    except (OSError, ValueError):  # the process has gone: `answers` finds out
        return


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[Any]) -> None:
    """Hand on each answer that comes; `_GONE` when the process has gone."""
    try:
        while process.stdout is not None:
            answers.put(_read(process.stdout))
    except (EOFError, OSError, ValueError):
        answers.put(_GONE)


def _write(sink: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value)
    sink.write(_LENGTH.pack(len(data)) + data)
    sink.flush()


def _read(source: IO[bytes]) -> Any:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(source.read(_LENGTH.unpack(head)[0]))


def serve(answer: Callable[[Any], Any]) -> None:
    """Answer questions from the standard input until it ends; the process's end."""
    sys.setrecursionlimit(DEPTH)
    gc.disable()  # a short life with many small trees
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        _write(sink, _READY)
        while True:
            for question in _read(source):
                _write(sink, answer(question))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
