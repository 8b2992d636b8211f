"""What became of the booklets of one line of an order."""

from dataclasses import dataclass
from uuid import UUID

from vouchers.models import Booklet, OrderLine
from vouchers.queries.stock import ranges_of
from vouchers.states import HolderKind, TitleStatus


@dataclass(frozen=True, slots=True)
class LineStock:
    """`free`: primary keys of booklets still at the printer; `held`: numbers that somebody holds or held."""

    wave_number: int
    made_count: int
    free: tuple[int, ...]
    free_numbers: tuple[int, ...]
    held: tuple[int, ...]

    @property
    def held_text(self) -> str:
        """« 1-0000001 à 1-0000004, 1-0000009 »."""
        return _text(self.wave_number, self.held)

    @property
    def free_text(self) -> str:
        """The numbers still at the printer, in the same words."""
        return _text(self.wave_number, self.free_numbers)


def _text(wave: int, numbers: tuple[int, ...]) -> str:
    return ", ".join(
        f"{wave}-{first:07d}" + (f" à {wave}-{last:07d}" if last != first else "") for first, last in ranges_of(numbers)
    )


def line_stock(*, line: OrderLine) -> LineStock:
    """Read where the booklets of a line are; those already cancelled are neither free nor held."""
    rows = list(
        Booklet.objects.filter(line=line, replaces__isnull=True)
        .order_by("number")
        .values_list("pk", "number", "status", "holder_kind")
    )
    free = [(pk, n) for pk, n, s, kind in rows if s == TitleStatus.PRODUCED and kind == HolderKind.PRINTER]
    gone = {n for _, n in free} | {n for _, n, s, _ in rows if s == TitleStatus.CANCELLED}
    return LineStock(
        wave_number=line.order.wave.number,
        made_count=len(rows),
        free=tuple(pk for pk, _ in free),
        free_numbers=tuple(n for _, n in free),
        held=tuple(n for _, n, _, _ in rows if n not in gone),
    )


def line_of(*, order_uid: UUID, position: int) -> OrderLine | None:
    """Return a line of an order by its rank."""
    lines = OrderLine.objects.filter(order__uid=order_uid, position=position)
    return lines.select_related("order__wave", "order__funder", "distributor").first()
