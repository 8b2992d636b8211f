"""Counting a drawer: what is read, what differs, the signed count."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now
from passnum.kit.errors import NotFound
from vouchers.actions.inventory import (
    close_inventory,
    declare_missing,
    drop_inventory,
    find_missing,
    read_booklets,
    start_inventory,
    take_out,
)
from vouchers.actions.once import do_once
from vouchers.api.custody import ranges_out
from vouchers.api.custody_schemas import InventoryCountOut, InventoryIn, InventoryOut, NumbersIn, UnexpectedOut
from vouchers.api.orders import LIMIT, OFFSET
from vouchers.models import Inventory, InventoryCount, Wave
from vouchers.queries.inventories import counts_visible_to, inventories_of, seen_of, unexpected_of
from vouchers.queries.organisations import acted_for
from vouchers.queries.stock import ranges_of
from vouchers.states import InventoryStatus, WaveStatus

router = Router(tags=["Inventaires"])
COUNTERS = guarded(Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
READERS = guarded(Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER, Role.AUDITOR, Role.FINANCE)


def _mine(by: Actor, uid: UUID) -> Inventory:
    inventory = inventories_of(by=by).filter(uid=uid).first()
    if inventory is None:
        raise NotFound
    return inventory


def _out(inventory: Inventory, by: Actor) -> InventoryOut:
    seen = seen_of(inventory=inventory)
    return InventoryOut(
        uid=inventory.uid,
        wave=inventory.wave.number,
        status=InventoryStatus(inventory.status),
        started_at=inventory.started_at,
        ended_at=inventory.ended_at,
        expected_count=len(seen.expected),
        found_count=len(seen.found),
        missing=ranges_out(ranges_of(seen.missing)),
        unexpected=[
            UnexpectedOut(told=one.sentence, ranges=ranges_out(one.ranges))
            for one in unexpected_of(inventory=inventory, numbers=seen.unexpected, by=by)
        ],
    )


def _count_out(count: InventoryCount) -> InventoryCountOut:
    return InventoryCountOut(
        uid=count.uid,
        holder=count.holder.uid,
        wave=count.wave.number,
        counted_at=count.counted_at,
        expected_count=count.expected_count,
        found_count=count.found_count,
        missing=ranges_out(count.missing),
        unexpected=ranges_out(count.unexpected),
    )


@router.post(
    "/inventories",
    summary="Commencer un inventaire",
    operation_id="start_inventory",
    **COUNTERS,
    response={200: InventoryOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def start(request: HttpRequest, body: InventoryIn, key: UUID = REQUEST_KEY) -> InventoryOut:
    """Celui de son stock, pour une vague ; s'il y en a un en cours, on le continue."""
    by, at = actor_of(request), now()
    wave = Wave.objects.exclude(status=WaveStatus.DRAFT).filter(number=body.wave).first()
    holder = acted_for(by)
    if wave is None or holder is None:
        raise NotFound
    do_once(
        key=key,
        act="START_INVENTORY",
        subject=holder.uid,
        content={"wave": body.wave},
        do=lambda: start_inventory(holder=holder, wave=wave, by=by, at=at),
        by=by,
        at=at,
    )
    return _out(inventories_of(by=by).filter(wave=wave).latest("started_at", "pk"), by)


@router.get(
    "/inventories/{uuid:uid}",
    summary="Relire un inventaire",
    operation_id="read_inventory",
    **COUNTERS,
    response={200: InventoryOut, **refusals(401, 403, 404)},
)
def read(request: HttpRequest, uid: UUID) -> InventoryOut:
    """Ce qui est lu, ce qui manque, ce qui n'était pas attendu."""
    by = actor_of(request)
    return _out(_mine(by, uid), by)


def _once(
    request: HttpRequest, uid: UUID, key: UUID, act: str, do: Callable[[Inventory], object], **content: object
) -> Inventory:
    by = actor_of(request)
    inventory = _mine(by, uid)
    do_once(key=key, act=act, subject=uid, content=content, do=lambda: do(inventory), by=by, at=now())
    inventory.refresh_from_db()
    return inventory


@router.post(
    "/inventories/{uuid:uid}/booklets",
    summary="Noter des carnets lus",
    operation_id="read_booklets",
    **COUNTERS,
    response={200: InventoryOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def note(request: HttpRequest, uid: UUID, body: NumbersIn, key: UUID = REQUEST_KEY) -> InventoryOut:
    """Un carnet lu deux fois est là une fois."""
    by, at, numbers = actor_of(request), now(), sorted(set(body.numbers))

    def do(inventory: Inventory) -> object:
        return read_booklets(inventory=inventory, numbers=numbers, by=by, at=at)

    return _out(_once(request, uid, key, "READ_BOOKLETS", do, numbers=numbers), by)


@router.post(
    "/inventories/{uuid:uid}/booklets/remove",
    summary="Retirer des carnets lus par erreur",
    operation_id="take_out_booklets",
    **COUNTERS,
    response={200: InventoryOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def remove(request: HttpRequest, uid: UUID, body: NumbersIn, key: UUID = REQUEST_KEY) -> InventoryOut:
    """Les oublie, tant que l'inventaire n'est pas signé."""
    by, numbers = actor_of(request), sorted(set(body.numbers))

    def do(inventory: Inventory) -> object:
        return take_out(inventory=inventory, numbers=numbers, by=by)

    return _out(_once(request, uid, key, "TAKE_OUT_BOOKLETS", do, numbers=numbers), by)


@router.post(
    "/inventories/{uuid:uid}/close",
    summary="Signer le compte",
    operation_id="close_inventory",
    **COUNTERS,
    response={200: InventoryCountOut, **refusals(401, 403, 404, 409, 422)},
)
def close(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> InventoryCountOut:
    """Fige ce qui est lu à côté de ce qui était attendu. Le compte ne change plus."""
    by, at = actor_of(request), now()

    def do(inventory: Inventory) -> object:
        return close_inventory(inventory=inventory, by=by, at=at)

    return _count_out(_once(request, uid, key, "CLOSE_INVENTORY", do).count)


@router.post(
    "/inventories/{uuid:uid}/drop",
    summary="Abandonner un inventaire",
    operation_id="drop_inventory",
    **COUNTERS,
    response={200: InventoryOut, **refusals(401, 403, 404, 409, 422)},
)
def drop(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> InventoryOut:
    """Rien n'est signé."""
    by, at = actor_of(request), now()

    def do(inventory: Inventory) -> object:
        return drop_inventory(inventory=inventory, by=by, at=at)

    return _out(_once(request, uid, key, "DROP_INVENTORY", do), by)


@router.get(
    "/inventory-counts",
    summary="Lister les comptes signés",
    operation_id="list_inventory_counts",
    **READERS,
    response={200: list[InventoryCountOut], **refusals(401, 403, 422)},
)
def counts(request: HttpRequest, limit: int = LIMIT, offset: int = OFFSET) -> list[InventoryCountOut]:
    """Les siens et ceux de ses relais pour un distributeur, tous pour la Métropole ; le dernier d'abord."""
    return [_count_out(count) for count in counts_visible_to(by=actor_of(request))[offset : offset + limit]]


def _settle(
    request: HttpRequest, uid: UUID, key: UUID, act: str, do: Callable[[InventoryCount], object]
) -> InventoryCountOut:
    by = actor_of(request)
    count = counts_visible_to(by=by).filter(uid=uid).first()
    if count is None:
        raise NotFound
    do_once(key=key, act=act, subject=uid, do=lambda: do(count), by=by, at=now())
    return _count_out(count)


@router.post(
    "/inventory-counts/{uuid:uid}/missing",
    summary="Déclarer manquants les carnets non trouvés",
    operation_id="declare_missing",
    **COUNTERS,
    response={200: InventoryCountOut, **refusals(401, 403, 404, 409, 422)},
)
def missing(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> InventoryCountOut:
    """Ceux du compte qui sont encore en stock d'après le registre. Perdus pour de bon, déclarez ensuite le lot perdu."""
    by, at = actor_of(request), now()
    return _settle(request, uid, key, "DECLARE_MISSING", lambda count: declare_missing(count=count, by=by, at=at))


@router.post(
    "/inventory-counts/{uuid:uid}/found",
    summary="Remettre en stock les carnets retrouvés",
    operation_id="find_missing",
    **COUNTERS,
    response={200: InventoryCountOut, **refusals(401, 403, 404, 409, 422)},
)
def found(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> InventoryCountOut:
    """Ceux que le compte a trouvés et que le registre disait manquants ici."""
    by, at = actor_of(request), now()
    return _settle(request, uid, key, "FIND", lambda count: find_missing(count=count, by=by, at=at))
