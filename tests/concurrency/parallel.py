"""Runs the same act in several threads at once, each on its own connection."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
START_SECONDS = 30.0


def parallel(count: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Call `act(0)` … `act(count - 1)` at the same moment; return what each returned or raised, in that order.

    Use with the fixture `fresh_database`: the threads see only what is committed.
    """
    barrier = Barrier(count)

    def one(index: int) -> T | Exception:
        try:
            connections["default"].ensure_connection()  # the race is in the act, not in the handshake
            barrier.wait(START_SECONDS)
            return act(index)
        except Exception as error:  # an outcome like another: the test judges it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(one, range(count)))
