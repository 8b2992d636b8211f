"""Time two ways of doing one thing, in turn, and say their ratio by medians."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Median seconds of both ways, and the median of the ratios pair by pair."""

    ours: float
    floor: float
    ratio: float


def seconds(act: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def interleave(ours: Callable[[], object], floor: Callable[[], object], *, runs: int) -> Pair:
    """Run both in turn after one warm-up of each."""
    ours(), floor()
    pairs = [(seconds(ours), seconds(floor)) for _ in range(runs)]
    return Pair(
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        statistics.median(a / b for a, b in pairs),
    )
