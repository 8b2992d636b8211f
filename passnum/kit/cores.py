"""Work shared out over the cores of a machine, for what takes a processor and writes nothing in the database.

Processes, not threads: drawing is Python. They are started afresh (never forked: a connection is not shared), work on
the same database as who starts them, and end with it, also when it is killed.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import django
from django.db import connections

Task = TypeVar("Task")
Result = TypeVar("Result")

# Enough for no core to wait for the next piece, few enough for what is done ahead to stay small.
AHEAD = 2


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _begin(database: dict[str, Any]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    django.setup()
    connections.settings["default"].update(database)


def is_daemon() -> bool:
    """Tell whether this process may have no child: one of the pool of a « prefork » worker."""
    return multiprocessing.current_process().daemon


@contextmanager
def over_cores(
    work: Callable[[Task], Result], tasks: Iterable[Task], *, processes: int
) -> Iterator[Iterator[Callable[[], Result]]]:
    """Give, in the order of `tasks`, what waits for each result: calling it returns the result or raises its error.

    `work` is a function of a module; tasks and results are plain values. What was not begun is dropped at the end of
    the block. Not for a process of a pool of daemons, which may have no child.
    """
    database = {key: connections.settings["default"][key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    pool = ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(database,)
    )

    def results() -> Iterator[Callable[[], Result]]:
        waiting: deque[Future[Result]] = deque()
        for task in tasks:
            waiting.append(pool.submit(work, task))
            if len(waiting) == AHEAD * processes:
                yield waiting.popleft().result
        while waiting:
            yield waiting.popleft().result

    try:
        yield results()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
