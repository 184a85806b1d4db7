"""Where cold work is done: on the cores of this machine, or on a Dask cluster.

Both are a `concurrent.futures.Executor`. `HWLIB_SCHEDULER=tcp://…` names the cluster's scheduler;
it needs the extra `hwlib[dask]`, and workers that have this very checkout and its packages: their
results are kept under the digest of the sources here.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

__all__ = ["SCHEDULER", "SchedulerError", "executor"]

SCHEDULER = "HWLIB_SCHEDULER"
_PATIENCE = 10  # seconds until a cluster that does not answer is given up


class SchedulerError(RuntimeError):
    """The cluster cannot be used; the message says what to do."""


@contextlib.contextmanager
def executor(tasks: int) -> Iterator[Executor]:
    """Give an executor for a number of tasks; they are ended with it.

    Raises:
        SchedulerError: If a cluster is asked for and cannot be reached.
    """
    address = os.environ.get(SCHEDULER)
    if address:
        with _cluster(address) as cluster:
            yield cluster
    else:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
        workers = min(tasks, cores or os.cpu_count() or 1)
        context = multiprocessing.get_context("spawn")  # a fork would share threads and locks
        with ProcessPoolExecutor(workers, mp_context=context) as pool:
            yield pool


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        distributed = importlib.import_module("distributed")  # optional, so not known to mypy
    except ImportError:
        raise SchedulerError(
            f"{SCHEDULER}={address} needs Dask: pip install 'hwlib[dask]', or unset {SCHEDULER}."
        ) from None
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SchedulerError(
            f"no Dask scheduler answers at {SCHEDULER}={address} ({error}). Start one "
            f"(dask scheduler), correct the address, or unset {SCHEDULER}."
        ) from error
    with client, client.get_executor(pure=False) as cluster:
        yield cluster
