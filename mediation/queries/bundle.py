"""What a device needs to judge a ticket without the network: the keys, the services, each open wave and its blocks.

Five statements, whatever the number of waves, booklets and places. `blocked` holds only what never comes back: a list
that has grown old refuses no good ticket.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, IntegerField, Q, Sum, Value, When

from mediation.models import Service, WaveScope
from mediation.queries.counter_rules import CounterTerms, rules_of
from passnum.kit.clock import paris_date
from vouchers.models import Ticket, Wave
from vouchers.models.wave import LARGEST_BOOKLET
from vouchers.states import TitleStatus, WaveStatus

# An expired ticket may live again (validity extended), a missing one may be found: neither is here.
GONE: Final = (TitleStatus.BLOCKED, TitleStatus.REPLACED, TitleStatus.CANCELLED, TitleStatus.DESTROYED)


@dataclass(frozen=True, slots=True)
class BundleService:
    """A service of the catalogue, in force or to come."""

    code: str
    name: str
    theme: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class BundleWave:
    """An open wave: its dates, what it buys (empty: all of that kind), its rules, the tickets that are gone."""

    number: int
    name: str
    valid_from: date
    valid_until: date
    redeemable_until: date
    ticket_minutes: int
    shortest_act_minutes: int
    undo_minutes: int
    services: tuple[str, ...]
    communes: tuple[str, ...]
    sites: tuple[str, ...]
    terms: CounterTerms
    blocked: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What all devices are told, whatever their places."""

    services: tuple[BundleService, ...]
    waves: tuple[BundleWave, ...]

    def as_plain(self) -> dict[str, Any]:
        """Return it as texts, numbers, dates and lists; the rules of a wave stand beside its dates."""
        waves = [asdict(wave) for wave in self.waves]
        return {
            "services": [asdict(service) for service in self.services],
            "waves": [wave | wave.pop("terms") for wave in waves],
        }


def _services(day: date) -> tuple[BundleService, ...]:
    rows = Service.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day)).order_by("code")
    return tuple(BundleService(*row) for row in rows.values_list("code", "name", "theme", "starts_on", "ends_on"))


def _scopes(waves: Sequence[Wave]) -> dict[int, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    """Return (services, communes, places) that each wave buys, sorted."""
    found: dict[int, tuple[set[str], set[str], set[str]]] = {wave.pk: (set(), set(), set()) for wave in waves}
    rows = WaveScope.objects.filter(wave__in=waves)
    for wave, service, commune, site in rows.values_list("wave", "service__code", "commune_code", "site__uid"):
        services, communes, sites = found[wave]
        if service:
            services.add(service)
        elif site:
            sites.add(str(site))
        else:
            communes.add(commune)
    return {
        wave: (tuple(sorted(services)), tuple(sorted(communes)), tuple(sorted(sites)))
        for wave, (services, communes, sites) in found.items()
    }


def _blocked(waves: Sequence[Wave]) -> dict[int, list[tuple[int, int]]]:
    """Return (booklet number, mask of its positions that are gone) of each wave, by number; ticket 1 is bit 0."""
    bit = Case(
        *(When(position=position, then=Value(1 << position - 1)) for position in range(1, LARGEST_BOOKLET + 1)),
        output_field=IntegerField(),
    )
    rows = (
        Ticket.objects.filter(status__in=GONE, booklet__wave__in=waves)
        .values("booklet__wave", "booklet__number")
        .annotate(mask=Sum(bit))
        .order_by("booklet__wave", "booklet__number")
    )
    found: dict[int, list[tuple[int, int]]] = {wave.pk: [] for wave in waves}
    for row in rows:
        found[row["booklet__wave"]].append((row["booklet__number"], row["mask"]))
    return found


def bundle_at(*, at: datetime) -> Bundle:
    """Return what devices are told now: the open waves of which an act made in time may still be recorded."""
    day = paris_date(at)
    opened = Wave.objects.filter(status=WaveStatus.OPEN).order_by("number")
    waves = [wave for wave in opened if day <= wave.uploads_until]
    scopes, terms, blocked = _scopes(waves), rules_of(waves), _blocked(waves)
    told = []
    for wave in waves:
        services, communes, sites = scopes[wave.pk]
        told.append(
            BundleWave(
                number=wave.number,
                name=wave.name,
                valid_from=wave.valid_from,
                valid_until=wave.valid_until,
                redeemable_until=wave.redeemable_until,
                ticket_minutes=wave.ticket_minutes,
                shortest_act_minutes=wave.shortest_act_minutes,
                undo_minutes=wave.undo_minutes,
                services=services,
                communes=communes,
                sites=sites,
                terms=terms[wave.pk],
                blocked=tuple(blocked[wave.pk]),
            )
        )
    return Bundle(_services(day), tuple(told))
