"""A site is made aside and takes the old one's place by a rename, so there is always a whole one.

At any moment `site/` is the old site or the new one. Where the system can exchange two folders in
one step (Linux) that is literal; elsewhere there is an instant with neither, and the next build
puts the old one back.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_ASIDE = ".site-"
_OLD = ".site-old-"


@contextlib.contextmanager
def aside(site: Path, cache: Path, waiting: Callable[[], None]) -> Iterator[Path]:
    """Give the path of a folder to build in, on the file system of `site`; remove it afterwards.

    Only one build at a time has it. A process started with `close_fds=False` shares that hold, and
    the system ends it when the last of them is dead, so an engine whose build was killed cannot
    write into the next one's folder. What a killed build left behind is cleaned away first.

    Args:
        site: The folder that will be replaced.
        cache: The project's folder for such things; made if it is not there.
        waiting: Called once if another build is running and this one has to wait for it.
    """
    cache.mkdir(exist_ok=True)
    with (cache / "build.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        _recover(site)
        folder = site.with_name(f"{_ASIDE}{os.getpid()}")
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _recover(site: Path) -> None:
    """Put back an old site that a killed swap had moved away; drop other leftovers."""
    for old in site.parent.glob(f"{_OLD}*"):
        if not site.exists():
            old.rename(site)
    for left in site.parent.glob(f"{_ASIDE}*"):
        shutil.rmtree(left)


def swap(new: Path, site: Path) -> None:
    """Put the folder `new` in the place of `site`; the old site is then at `new`, or gone."""
    if not site.exists():
        new.rename(site)
    elif not _exchange(new, site):
        old = site.with_name(f"{_OLD}{os.getpid()}")
        site.rename(old)
        new.rename(site)
        shutil.rmtree(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system or file system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    if renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))
