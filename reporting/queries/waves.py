"""Which waves a person may open the report of."""

from dataclasses import dataclass
from datetime import date

from passnum.accounts.models import Organisation
from passnum.kit.errors import NotFound
from vouchers.models import Order, Wave


@dataclass(frozen=True, slots=True)
class WaveEntry:
    """A wave in a list of reports."""

    number: int
    name: str
    a_on: date
    evaluation_due_on: date


def _visible(funder: Organisation | None) -> "list[Wave]":
    waves = Wave.objects.order_by("-number")
    if funder:
        waves = waves.filter(pk__in=Order.objects.filter(funder=funder).values("wave"))
    return list(waves)


def report_waves(*, funder: Organisation | None = None) -> list[WaveEntry]:
    """Return the waves, the latest first; for a funder, those they have an order in."""
    return [WaveEntry(w.number, w.name, w.a_on, w.evaluation_due_on) for w in _visible(funder)]


def report_wave(*, number: int, funder: Organisation | None = None) -> Wave:
    """Return a wave by its number. Raises NotFound, also for a funder without an order in it."""
    for wave in _visible(funder):
        if wave.number == number:
            return wave
    raise NotFound
