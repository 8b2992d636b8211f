from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from mediation.actions.undo import undo_redemption
from mediation.states import UndoReason
from tests.lifecycle import Scene
from vouchers.actions.attribution import attribute_seals
from vouchers.actions.funding import add_funding_line
from vouchers.models import AttributedSeal, AttributionLine, Booklet, FundingBase, FundingLine, Movement, Order
from vouchers.queries.attribution import borne
from vouchers.register.sealer import seal_movements


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def promise(scene: Scene, order: Order, rate_points: int, *, publics: tuple[str, ...] = ()) -> FundingLine:
    return add_funding_line(
        order=order,
        co_funder=scene.metropole,
        is_state=False,
        rate_points=rate_points,
        ceiling_cents=1_000_00,
        base=FundingBase.USED,
        target_publics=publics,
        by=scene.finance,
        at=scene.tick(),
    )


def attribute(scene: Scene) -> None:
    seal_movements(at=scene.tick())
    attribute_seals(at=scene.now)


def by_promise(order: Order) -> tuple[list[int], int]:
    found = borne(order=order)
    return list(found.by_promise.values()), found.by_orderer_cents


def test_each_use_is_borne_to_the_cent_and_a_correction_mirrors_it(scene: Scene) -> None:
    booklet = scene.in_hand()
    promise(scene, booklet.order, 3_333, publics=("seniors",))
    codes = scene.codes(booklet)
    first = scene.redeem(codes[0])
    scene.redeem(*codes[1:3], minutes=120)
    attribute(scene)
    assert by_promise(booklet.order) == ([10_00], 20_00)  # a third of 30 €, rounded once: 9.999
    undo_redemption(redemption=first, reason=UndoReason.NOT_GIVEN, by=scene.mediator, at=scene.tick(), key=uuid4())
    attribute(scene)
    lines = list(AttributionLine.objects.filter(order=booklet.order, tickets_count=-1).order_by("pk"))
    assert [line.cents for line in lines] == [-3_33, -6_67]
    assert by_promise(booklet.order) == ([6_67], 13_33)


def test_the_public_is_the_one_told_for_the_booklet_that_was_replaced(scene: Scene) -> None:
    booklet = scene.in_hand()
    promise(scene, booklet.order, 5_000, publics=("seniors",))
    replacement = scene.reissue(scene.block(booklet))
    scene.redeem(scene.codes(replacement)[0])
    attribute(scene)
    assert by_promise(booklet.order) == ([5_00], 5_00)


def test_a_public_that_was_not_told_is_not_eligible(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    promise(scene, booklet.order, 5_000, publics=("seniors",))
    scene.redeem(scene.codes(booklet)[0])  # the hand-over is noticed at use: nobody told a public
    attribute(scene)
    assert by_promise(booklet.order) == ([], 10_00)


def test_what_was_attributed_stays_when_a_promise_comes_later(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.redeem(codes[0])
    seal_movements(at=scene.tick())  # sealed before the promise, attributed after it
    promise(scene, booklet.order, 5_000)
    attribute(scene)
    assert by_promise(booklet.order) == ([], 10_00)
    scene.redeem(codes[1])
    attribute(scene)
    assert by_promise(booklet.order) == ([5_00], 15_00)


def test_a_seal_is_attributed_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    attribute(scene)
    count = AttributionLine.objects.count()
    assert attribute_seals(at=scene.tick()) == 0
    assert AttributionLine.objects.count() == count > 0
    seal = AttributedSeal.objects.latest("pk").seal
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributedSeal.objects.create(seal=seal, attributed_at=scene.now)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"cents": 11_00, "due_cents": 11_00}, "attribution_is_a_share_of_its_base"),
        ({"tickets_count": -1}, "attribution_is_a_share_of_its_base"),
        ({"cents": 1_00}, "attribution_of_the_rest_has_no_ceiling"),
        ({}, "attribution_of_a_use_is_written_once"),
    ],
)
def test_the_database_refuses(scene: Scene, changes: dict[str, int], constraint: str) -> None:
    booklet: Booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    attribute(scene)
    movement = Movement.objects.latest("pk") if not changes else Movement.objects.earliest("pk")
    row = {"tickets_count": 1, "base_cents": 10_00, "due_cents": 10_00, "cents": 10_00} | changes
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AttributionLine.objects.create(
            movement=movement, booklet=booklet, order=booklet.order, funder=scene.funder, **row
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE vouchers_attributionline SET cents = 0", "DELETE FROM vouchers_attributedseal"]
)
def test_what_is_written_stays(scene: Scene, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
