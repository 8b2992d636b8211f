import pytest

from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.inventory import (
    InventoryOver,
    NotMissingHere,
    NumberNotInSeries,
    close_inventory,
    declare_missing,
    drop_inventory,
    find_missing,
    read_booklets,
    start_inventory,
    take_out,
)
from vouchers.models import Booklet, Inventory
from vouchers.queries.inventories import HIDDEN, seen_of, unexpected_of
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def inventory(scene: Scene) -> Inventory:
    return start_inventory(holder=scene.ccas, wave=scene.wave, by=scene.agent, at=scene.tick())


def read(scene: Scene, inventory: Inventory, *numbers: int, by: object = None) -> int:
    return read_booklets(inventory=inventory, numbers=numbers, by=by or scene.agent, at=scene.tick())  # type: ignore[arg-type]


def test_the_drawer_beside_the_register(scene: Scene, inventory: Inventory) -> None:
    theirs = scene.delivered((scene.other_ccas, 5, 1))[0]
    assert read(scene, inventory, 1, 2, 2) == 2
    colleague = person(scene.ccas, Role.DISTRIBUTOR)
    assert start_inventory(holder=scene.ccas, wave=scene.wave, by=colleague, at=scene.tick()) == inventory
    assert read(scene, inventory, 2, 3, theirs.number, by=colleague) == 2
    seen = seen_of(inventory=inventory)
    assert (seen.missing, seen.unexpected) == ([4, 5, 6], [theirs.number])
    (told,) = unexpected_of(inventory=inventory, numbers=seen.unexpected, by=scene.agent)
    assert told.sentence == HIDDEN  # whose it is stays unsaid
    assert scene.other_ccas.name not in told.sentence

    count = close_inventory(inventory=inventory, by=scene.agent, at=scene.tick())
    assert (count.expected_count, count.found_count, count.missing_count, count.unexpected_count) == (6, 4, 3, 1)
    assert (count.missing, count.unexpected) == ([[4, 6]], [[theirs.number, theirs.number]])
    for act in (
        lambda: read(scene, inventory, 1),
        lambda: close_inventory(inventory=inventory, by=scene.agent, at=scene.tick()),
        lambda: drop_inventory(inventory=inventory, by=scene.agent, at=scene.tick()),
        lambda: take_out(inventory=inventory, numbers=[1], by=scene.agent),
    ):
        with refused(InventoryOver):
            act()


def test_what_a_count_did_not_find_is_missing_until_another_finds_it(scene: Scene, inventory: Inventory) -> None:
    read(scene, inventory, 1, 2, 3, 4)
    count = close_inventory(inventory=inventory, by=scene.agent, at=scene.tick())
    scene.hand_over(Booklet.objects.select_related("wave").get(number=6))  # it was in a bag
    assert declare_missing(count=count, by=scene.agent, at=scene.tick()) == 1
    assert Booklet.objects.get(number=5).status == TitleStatus.MISSING
    with refused(InvalidInput):
        declare_missing(count=count, by=scene.agent, at=scene.tick())
    with refused(NotMissingHere):
        find_missing(count=count, by=scene.agent, at=scene.tick())

    again = start_inventory(holder=scene.ccas, wave=scene.wave, by=scene.agent, at=scene.tick())
    read(scene, again, 1, 2, 3, 4, 5)
    found = close_inventory(inventory=again, by=scene.agent, at=scene.tick())
    assert found.unexpected == [[5, 5]]
    assert find_missing(count=found, by=scene.agent, at=scene.tick()) == 1
    assert Booklet.objects.get(number=5).status == TitleStatus.IN_STOCK
    check_register()


def test_a_mistake_is_taken_out(scene: Scene, inventory: Inventory) -> None:
    read(scene, inventory, 1, 2)
    assert take_out(inventory=inventory, numbers=[2, 5], by=scene.agent) == 1
    assert seen_of(inventory=inventory).found == (1,)


def test_what_is_not_in_the_series_is_not_read(scene: Scene, inventory: Inventory) -> None:
    for numbers in ((7,), (1, 10_000_000), (0,)):
        with refused(NumberNotInSeries):
            read(scene, inventory, *numbers)
    for numbers in ((), tuple(range(1, 6_000))):
        with refused(InvalidInput):
            read(scene, inventory, *numbers)


def test_a_stock_is_counted_by_its_own_organisation(scene: Scene, inventory: Inventory) -> None:
    for by in (scene.other_agent, scene.pilot, scene.finance, person(scene.ccas, Role.AUDITOR)):
        with refused(NotAllowed):
            read(scene, inventory, 1, by=by)
        with refused(NotAllowed):
            start_inventory(holder=scene.ccas, wave=scene.wave, by=by, at=scene.tick())
