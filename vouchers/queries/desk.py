"""What an agent at the desk needs before the eyes: the booklet in hand, and what was just done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from passnum.kit.clock import PARIS, paris_date, start_of_day
from passnum.territory.queries.communes import resolve_code
from vouchers.models import Booklet, FundingLine, Handover
from vouchers.publics import TargetPublic
from vouchers.queries.referents import served_by

RECENT = 8
NOON = time(12, 0)
# Always within reach: the categories of the 2019 call, and the two answers that fit anybody.
USUAL = (
    TargetPublic.DEMANDEUR_EMPLOI_PEU_QUALIFIE,
    TargetPublic.JEUNE_NEET,
    TargetPublic.DEMANDEURS_EMPLOI,
    TargetPublic.BENEFICIAIRES_DES_MINIMAS_SOCIAUX,
    TargetPublic.SENIOR_70_PLUS,
    TargetPublic.SENIORS,
    TargetPublic.TOUS_PUBLICS,
    TargetPublic.NON_COMMUNIQUE,
)


@dataclass(frozen=True, slots=True)
class DeskBooklet:
    """A booklet as shown before its four taps, and the publics to show first, then the others."""

    booklet: Booklet
    usual_publics: Sequence[TargetPublic]
    other_publics: Sequence[TargetPublic]

    @property
    def number(self) -> str:
        """The number as printed."""
        return self.booklet.label


def booklet_by_number(*, wave: int, number: int) -> Booklet | None:
    """Return the booklet of a printed number, None when there is none."""
    booklets = Booklet.objects.select_related("wave", "order", "funder", "distributor", "holder", "shipment")
    return booklets.filter(wave__number=wave, number=number).first()


def desk_booklet(*, booklet: Booklet) -> DeskBooklet:
    """Return a booklet for the desk: what its co-funders aim at comes first, nothing is ever chosen beforehand."""
    aimed = {
        public
        for line in FundingLine.objects.filter(order=booklet.order_id).values_list("target_publics", flat=True)
        for public in line
    }
    first = [p for p in TargetPublic if p in aimed and p not in USUAL]
    usual = [*first, *USUAL]
    return DeskBooklet(booklet, usual, [p for p in TargetPublic if p not in usual])


def recent_handovers(*, by: Actor, at: datetime) -> list[Handover]:
    """Return what this agent handed over today (Paris), latest first."""
    mine = Handover.objects.filter(
        by_kind=by.kind, by_id=by.id, by_organisation=by.organisation_id, recorded_at__gte=start_of_day(paris_date(at))
    )
    return list(mine.select_related("booklet", "booklet__wave").order_by("-recorded_at", "-pk")[:RECENT])


def handover_of(*, uid: UUID, distributor: Organisation) -> Handover | None:
    """Return a hand-over of this distributor; another's and none look alike."""
    return _handover(uid, [distributor])


def handover_at_desk(*, uid: UUID, by: Actor, day: date) -> Handover | None:
    """Return a hand-over of an agent's own desk, or of one that it serves that day; another's and none look alike."""
    return _handover(uid, served_by(by=by, day=day))


def _handover(uid: UUID, distributors: Iterable[Organisation]) -> Handover | None:
    given = Handover.objects.filter(uid=uid, distributor__in=list(distributors))
    return given.select_related("booklet", "booklet__wave", "booklet__order", "distributor", "activation").first()


def handovers_named(*, uids: Iterable[UUID], distributors: Iterable[Organisation]) -> dict[UUID, Handover]:
    """Return the hand-overs of some distributors by their public ids; another's and none look alike."""
    given = Handover.objects.filter(uid__in=list(uids), distributor__in=list(distributors))
    return {handover.uid: handover for handover in given.select_related("booklet__wave")}


def desk_commune(*, organisation: Organisation, day: date) -> str:
    """Return the code of the commune that governs a desk on a day, empty when it has none."""
    code = organisation.commune_code
    return (resolve_code(code=code, on=day) or "") if code else ""


def declared_instant(*, day: date | None, today: date) -> datetime | None:
    """Return noon (Paris) of a declared day, None for today: the hour of a paper sheet is not known."""
    return datetime.combine(day, NOON, tzinfo=PARIS).astimezone(UTC) if day and day != today else None
