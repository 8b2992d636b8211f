"""How the face value of used tickets is shared between an order's funders: cumulative rounding, exact to the cent.

A promise of rate r owes, of the eligible face value E used so far, r × E rounded once on the total, half a cent up: what
it bears of one use is the difference with what it bore before. Rounding each use alone would lose or add cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.models.funding import WHOLE
from vouchers.publics import TargetPublic


@dataclass(slots=True)
class Promise:
    """What a co-funder promised on an order (rate in hundredths of a percent), and what it bears so far, in cents."""

    id: int
    funder_id: int
    rate_points: int
    ceiling_cents: int
    target_publics: Sequence[str]
    base_cents: int = 0
    due_cents: int = 0
    cents: int = 0

    def is_for(self, public: str) -> bool:
        """Tell whether a use by this public counts; a public that was not told is never one that is asked for."""
        if not self.target_publics:
            return True
        return public in self.target_publics and public != TargetPublic.NON_COMMUNIQUE

    def bear(self, value_cents: int, *, at_most: int) -> "Share":
        """Take its part of a use of this value, `at_most` what others left of it."""
        whole = ((self.base_cents + value_cents) * self.rate_points + WHOLE // 2) // WHOLE
        due = max(0, min(whole - self.due_cents, at_most))
        share = Share(self.id, value_cents, due, max(0, min(due, self.ceiling_cents - self.cents)))
        self.add(share)
        return share

    def add(self, share: "Share") -> None:
        """Count a share, or the mirror of one."""
        self.base_cents += share.base_cents
        self.due_cents += share.due_cents
        self.cents += share.cents


@dataclass(frozen=True, slots=True)
class Share:
    """What one promise bears of one use; `promise_id` None is the funder who ordered, for the rest."""

    promise_id: int | None
    base_cents: int
    due_cents: int
    cents: int

    def mirrored(self) -> "Share":
        """The same, taken back."""
        return Share(self.promise_id, -self.base_cents, -self.due_cents, -self.cents)


def shared(value_cents: int, *, promises: Sequence[Promise], public: str) -> list[Share]:
    """Share a use of `value_cents` by somebody of `public`; the shares add up to it exactly. Counts in each promise."""
    shares: list[Share] = []
    left = value_cents
    for promise in promises:
        if promise.is_for(public):
            share = promise.bear(value_cents, at_most=left)
            left -= share.cents
            shares.append(share)
    return [*shares, Share(None, left, left, left)]
