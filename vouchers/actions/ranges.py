"""Whole booklets taken by ranges of numbers: checked, locked in number order, moved."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from passnum.accounts.models import Organisation
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import Booklet, Movement, Wave
from vouchers.register.writer import Context, Line, Place, full_mask, project_booklets, record_movement
from vouchers.states import Act, HolderKind, TitleStatus

RangeOfNumbers = tuple[int, int]
BLOCKED = Place(TitleStatus.BLOCKED, HolderKind.VOID)


class RangeNotHeld(DomainError):
    code = "RANGE_NOT_HELD"
    message = "Les carnets {first} à {last} ne sont pas tous ici et disponibles : vérifiez les numéros."
    status = 409


def check_ranges(ranges: Sequence[RangeOfNumbers]) -> None:
    """Raise InvalidInput for ranges that are empty, backwards or overlap."""
    if not ranges:
        raise InvalidInput(sentence="Indiquez au moins une plage de numéros.")
    previous = 0
    for first, last in sorted(ranges):
        if first < 1 or last < first:
            raise InvalidInput(sentence=f"La plage {first} à {last} n’est pas dans l’ordre.")
        if first <= previous:
            raise InvalidInput(sentence=f"Les plages se recouvrent autour du carnet {first}.")
        previous = last


def place_of(state: TitleStatus, organisation: Organisation | None) -> Place:
    """Return a state at an organisation; None is the printer."""
    if organisation is None:
        return Place(state, HolderKind.PRINTER)
    return Place(state, HolderKind.ORGANISATION, organisation.pk)


def place_held(booklet: Booklet) -> Place:
    """Return where a booklet is."""
    return Place(booklet.status, HolderKind(booklet.holder_kind), booklet.holder_id)


def locked_ranges(wave: Wave, ranges: Sequence[RangeOfNumbers], sources: Collection[Place]) -> list[Booklet]:
    """Lock the booklets of ranges, in number order.

    Raises InvalidInput, RangeNotHeld when one is in none of the source places.
    """
    check_ranges(ranges)
    kinds = {(place.kind, place.organisation_id) for place in sources}
    (holder,) = kinds
    booklets: list[Booklet] = []
    for first, last in sorted(ranges):
        found = list(
            Booklet.objects.select_for_update(no_key=True)
            .filter(
                wave=wave,
                number__range=(first, last),
                status__in=[place.state for place in sources],
                holder_kind=holder[0],
                holder_id=holder[1],
            )
            .order_by("number")
        )
        if len(found) != last - first + 1:
            raise RangeNotHeld(first=first, last=last)
        booklets += found
    return booklets


def move_whole(act: Act, booklets: Sequence[Booklet], source: Place, target: Place, context: Context) -> Movement:
    """Move whole booklets from one place to another. Raises RegisterConflict."""
    lines = [Line(b.pk, full_mask(b.size)) for b in booklets]
    movement = record_movement(act, source=source, target=target, lines=lines, context=context)
    project_booklets(movement, [b.pk for b in booklets], source=source, target=target)
    return movement


def move_each_from_its_place(act: Act, booklets: Sequence[Booklet], target: Place, context: Context) -> None:
    """Move whole booklets that stand in several places: one movement for each place, in a stable order."""
    by_place: dict[Place, list[Booklet]] = defaultdict(list)
    for booklet in booklets:
        by_place[place_held(booklet)].append(booklet)
    for place in sorted(by_place, key=lambda p: (p.state, p.kind, p.organisation_id or 0)):
        move_whole(act, by_place[place], place, target, context)
