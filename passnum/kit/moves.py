"""The form of a table of moves: which act takes a status from where to where (docs/etats is drawn from it)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# The source of what did not exist before: a row's first status.
NOTHING = ""


@dataclass(frozen=True, slots=True)
class Move:
    """The (source, target) pairs that an act allows; `move(A, B) | move(C, D)` leaves A → D out."""

    listed: frozenset[tuple[str, str]]

    def __or__(self, other: "Move") -> "Move":
        return Move(self.listed | other.listed)

    @property
    def sources(self) -> frozenset[str]:
        """The statuses this act may leave."""
        return frozenset(source for source, _ in self.listed)

    @property
    def targets(self) -> frozenset[str]:
        """The statuses this act may lead to (one, but for an act that mirrors another)."""
        return frozenset(target for _, target in self.listed)

    def pairs(self) -> set[tuple[str, str]]:
        """Return every (source, target) of this act."""
        return set(self.listed)


Moves = Mapping[str, Move]


def move(sources: Iterable[str], *targets: str) -> Move:
    """Return a move; `move([A, B], C)` reads « from A or B to C »."""
    return Move(frozenset((str(source), str(target)) for source in sources for target in targets))


def all_pairs(moves: Moves) -> set[tuple[str, str]]:
    """Return every (source, target) that some act allows."""
    return set().union(*(m.pairs() for m in moves.values()))
