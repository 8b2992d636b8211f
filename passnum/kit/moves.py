"""The form of a table of moves: which act takes a status from where to where (docs/etats is drawn from it)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The source of what did not exist before: a row's first status.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Move:
    """The statuses an act may leave, and those it leads to (one, but for an act that mirrors another)."""

    sources: frozenset[str]
    targets: frozenset[str]

    def pairs(self) -> set[tuple[str, str]]:
        """Return every (source, target) of this act."""
        return {(source, target) for source in self.sources for target in self.targets}


Moves = Mapping[str, Move]


def move(sources: Iterable[str], *targets: str) -> Move:
    """Return a move; `move([A, B], C)` reads « from A or B to C »."""
    return Move(frozenset(sources), frozenset(targets))


def all_pairs(moves: Moves) -> set[tuple[str, str]]:
    """Return every (source, target) that some act allows."""
    return set().union(*(m.pairs() for m in moves.values()))
