"""Titles to measure on, made by the real actions in a database of its own."""

from datetime import datetime

from passnum.kit.clock import now
from tests.lifecycle import Scene
from vouchers.models import Booklet, Order, OrderLine, Wave

BOOKLET_SIZE = 10


class World:
    """A scene and what the benches take from it."""

    def __init__(self) -> None:
        self.scene = Scene(now=now().replace(year=2026, month=3, day=2))
        self._order: Order | None = None

    @property
    def now(self) -> datetime:
        """The scene's clock."""
        return self.scene.now

    def order_to_fill(self) -> tuple[Order, OrderLine]:
        """An order in production whose job is not run: the bench makes its titles."""
        order = self.scene.produced((self.scene.ccas, 8, 1))
        return order, OrderLine.objects.get(order=order)

    def take_numbers(self, count: int) -> int:
        """Reserve numbers of the wave's series; return the first."""
        wave = Wave.objects.get(pk=self.scene.wave.pk)
        Wave.objects.filter(pk=wave.pk).update(next_booklet_number=wave.next_booklet_number + count)
        return wave.next_booklet_number

    def produced_booklets(self) -> tuple[Order, list[Booklet]]:
        """250 booklets of ten."""
        order = self.scene.produced((self.scene.ccas, BOOKLET_SIZE, 250))
        booklets = Booklet.objects.filter(order=order).select_related("distributor", "replaces").order_by("number")
        return order, list(booklets)
