"""An inventory is read over hours if needed, by any agent of the holder, and ends as a signed count."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.actions.ranges import locked_ranges, move_whole, place_of
from vouchers.models import Booklet, Discrepancy, Inventory, InventoryCount, InventoryEntry, Wave
from vouchers.queries.inventories import seen_of
from vouchers.queries.stock import ranges_of
from vouchers.register.writer import Context
from vouchers.states import Act, DiscrepancyStatus, InventoryStatus, TitleStatus

# Who keeps a stock counts it; a stock belongs to the organisation, never to an agent.
COUNTERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
# A whole order read in one go is a mistake of typing.
MOST_READ = 5_000


class InventoryOver(DomainError):
    code = "INVENTORY_OVER"
    message = "Cet inventaire est déjà fini : rien n’a été changé. Commencez-en un autre."
    status = 409


class NumberNotInSeries(DomainError):
    code = "NUMBER_NOT_IN_SERIES"
    message = "Le carnet {number} n’existe pas dans cette vague : vérifiez le numéro."
    status = 422


class NotMissingHere(DomainError):
    code = "NOT_MISSING_HERE"
    message = (
        "Ces carnets ne sont pas tous notés manquants chez vous, ou ils attendent l’accord de l’autre côté d’un envoi."
    )
    status = 409


def start_inventory(*, holder: Organisation, wave: Wave, by: Actor, at: datetime) -> Inventory:
    """Start the inventory of a wave's booklets, or go on with the one that is open. Raises NotAllowed."""
    check_acts_for(by, holder, *COUNTERS)
    opened = Inventory.objects.filter(holder=holder, wave=wave, status=InventoryStatus.OPEN)
    if found := opened.first():
        return found
    try:
        with transaction.atomic():
            inventory = Inventory.objects.create(
                holder=holder, wave=wave, status=InventoryStatus.OPEN, started_at=at, **by.columns()
            )
            record_audit(act="START_INVENTORY", subject_type="inventory", subject=inventory.uid, by=by, at=at)
    except IntegrityError as error:
        if violated(error) == "inventory_is_open_once_per_wave":
            return opened.get()
        raise
    return inventory


def _locked(inventory: Inventory, by: Actor) -> Inventory:
    """Lock an inventory that goes on. Raises NotAllowed, InventoryOver."""
    check_acts_for(by, inventory.holder, *COUNTERS)
    inventory = Inventory.objects.select_for_update(of=("self",), no_key=True).get(pk=inventory.pk)
    if inventory.status != InventoryStatus.OPEN:
        raise InventoryOver
    return inventory


@transaction.atomic
def read_booklets(*, inventory: Inventory, numbers: Sequence[int], by: Actor, at: datetime) -> int:
    """Note booklets read in the drawer; return how many were not noted yet. Read twice, a booklet is there once.

    Raises NotAllowed, InventoryOver, InvalidInput, NumberNotInSeries.
    """
    inventory = _locked(inventory, by)
    wanted = set(numbers)
    if not wanted or len(wanted) > MOST_READ:
        raise InvalidInput(sentence=f"Lisez de 1 à {MOST_READ} carnets à la fois.")
    known = dict(Booklet.objects.filter(wave=inventory.wave, number__in=wanted).values_list("number", "pk"))
    strangers = wanted - known.keys()
    if strangers:
        raise NumberNotInSeries(number=min(strangers))
    already = set(inventory.entries.filter(booklet__in=known.values()).values_list("booklet_id", flat=True))
    fresh = [pk for _, pk in sorted(known.items()) if pk not in already]
    InventoryEntry.objects.bulk_create(
        InventoryEntry(inventory=inventory, booklet_id=pk, recorded_at=at) for pk in fresh
    )
    return len(fresh)


@transaction.atomic
def take_out(*, inventory: Inventory, numbers: Sequence[int], by: Actor) -> int:
    """Forget booklets read by mistake; return how many. Raises NotAllowed, InventoryOver."""
    inventory = _locked(inventory, by)
    gone, _ = inventory.entries.filter(booklet__number__in=set(numbers)).delete()
    return gone


@transaction.atomic
def close_inventory(*, inventory: Inventory, by: Actor, at: datetime) -> InventoryCount:
    """Sign the count of what was read beside what is in stock. Raises NotAllowed, InventoryOver."""
    inventory = _locked(inventory, by)
    seen = seen_of(inventory=inventory)
    Inventory.objects.filter(pk=inventory.pk).update(status=InventoryStatus.CLOSED, ended_at=at)
    count = InventoryCount.objects.create(
        inventory=inventory,
        holder=inventory.holder,
        wave=inventory.wave,
        counted_at=at,
        expected_count=len(seen.expected),
        found_count=len(seen.found),
        missing_count=len(seen.missing),
        unexpected_count=len(seen.unexpected),
        missing=[list(one) for one in ranges_of(seen.missing)],
        unexpected=[list(one) for one in ranges_of(seen.unexpected)],
        **by.columns(),
    )
    record_audit(
        act="SIGN_INVENTORY",
        subject_type="inventory",
        subject=inventory.uid,
        by=by,
        at=at,
        found=len(seen.found),
        missing=len(seen.missing),
    )
    return count


@transaction.atomic
def drop_inventory(*, inventory: Inventory, by: Actor, at: datetime) -> None:
    """Give an inventory up: nothing is signed. Raises NotAllowed, InventoryOver."""
    inventory = _locked(inventory, by)
    Inventory.objects.filter(pk=inventory.pk).update(status=InventoryStatus.DROPPED, ended_at=at)
    record_audit(act="DROP_INVENTORY", subject_type="inventory", subject=inventory.uid, by=by, at=at)


@transaction.atomic
def declare_missing(*, count: InventoryCount, by: Actor, at: datetime) -> int:
    """Declare missing what a signed count did not find and is still in stock; return how many booklets.

    Raises NotAllowed, InvalidInput when nothing of it is still in stock.
    """
    check_acts_for(by, count.holder, *COUNTERS)
    numbers = [n for first, last in count.missing for n in range(first, last + 1)]
    place = place_of(TitleStatus.IN_STOCK, count.holder)
    still = Booklet.objects.filter(
        wave=count.wave, number__in=numbers, holder=count.holder, status=TitleStatus.IN_STOCK
    )
    ranges = ranges_of(still.values_list("number", flat=True))
    if not ranges:
        raise InvalidInput(sentence="Plus aucun carnet de ce compte n’est à déclarer manquant.")
    booklets = locked_ranges(count.wave, ranges, [place])
    context = Context(happened_at=at, at=at, by=by, subject=count.uid)
    move_whole(Act.DECLARE_MISSING, booklets, place, place_of(TitleStatus.MISSING, count.holder), context)
    record_audit(
        act="DECLARE_MISSING", subject_type="inventory_count", subject=count.uid, by=by, at=at, booklets=len(booklets)
    )
    return len(booklets)


@transaction.atomic
def find_missing(*, count: InventoryCount, by: Actor, at: datetime) -> int:
    """Put back in stock what a signed count found and the register says missing here; return how many booklets.

    What is a gap of a shipment waits for the other side. Raises NotAllowed, NotMissingHere when there is nothing.
    """
    check_acts_for(by, count.holder, *COUNTERS)
    numbers = [n for first, last in count.unexpected for n in range(first, last + 1)]
    waiting = Discrepancy.objects.filter(status=DiscrepancyStatus.OPEN).values("booklet")
    found = Booklet.objects.filter(
        wave=count.wave, number__in=numbers, holder=count.holder, status=TitleStatus.MISSING
    ).exclude(pk__in=waiting)
    ranges = ranges_of(found.values_list("number", flat=True))
    if not ranges:
        raise NotMissingHere
    place = place_of(TitleStatus.MISSING, count.holder)
    booklets = locked_ranges(count.wave, ranges, [place])
    context = Context(happened_at=at, at=at, by=by, subject=count.uid)
    move_whole(Act.FIND, booklets, place, place_of(TitleStatus.IN_STOCK, count.holder), context)
    record_audit(act="FIND", subject_type="inventory_count", subject=count.uid, by=by, at=at, booklets=len(booklets))
    return len(booklets)
