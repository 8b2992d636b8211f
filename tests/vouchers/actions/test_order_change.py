"""Another amount is another order to approve, other words are another proof, and what somebody holds is not taken back."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.guards import capture_after_commit
from tests.lifecycle import SIRETS, Scene, person
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.order import (
    ApproverIsAuthor,
    LineInput,
    OrderAmended,
    OrderNotReady,
    approve_order,
    submit_order,
)
from vouchers.actions.order_change import amend_order, revise_texts
from vouchers.actions.order_line import LineHeld, LineStillProduced, LineStockChanged, cancel_line
from vouchers.actions.production import start_production
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Order, OrderLine, OrderRevision, PrintProof, Ticket
from vouchers.queries.funding import funded_cents
from vouchers.queries.line import LineStock
from vouchers.queries.order import committed_cents
from vouchers.states import OrderAct, OrderStatus, PrintProofStatus, TitleStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def amend(scene: Scene, order: Order, *lines: tuple[Any, int, int], key: UUID | None = None, **terms: Any) -> None:
    asked = [LineInput(*line) for line in lines or [(scene.ccas, 10, 3)]]
    given: dict[str, Any] = {"fees_cents": 0, "siret": SIRETS[1], "by": scene.buyer}
    amend_order(order=order, lines=asked, at=scene.tick(), key=key or uuid4(), **(given | terms))


def in_sql(statement: str, *params: object) -> None:
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement, params)


# --- amended before production


def test_an_amended_order_is_to_be_approved_again_and_frees_its_amount(scene: Scene) -> None:
    order = scene.approved((scene.ccas, 5, 2))
    assert committed_cents(wave=scene.wave) == 100_00
    amend(scene, order, (scene.ccas, 10, 3), (scene.other_ccas, 6, 1), fees_cents=5_00, letter="Bonjour")
    assert (order.status, order.approved_at, order.approved_by_id, order.revision) == (OrderStatus.DRAFT, None, None, 2)
    assert (order.amended_by_id, order.proof_version, order.letter) == (scene.buyer.id, None, "Bonjour")
    assert committed_cents(wave=scene.wave) == 0
    kept = OrderRevision.objects.get()
    assert (kept.number, kept.lines, kept.approved_by_id) == (1, [[scene.ccas.pk, 5, 2]], scene.pilot.id)
    assert [s.act for s in order.steps.all()] == [OrderAct.CREATE, OrderAct.SUBMIT, OrderAct.APPROVE, OrderAct.AMEND]
    assert PrintProof.objects.get().status == PrintProofStatus.SUPERSEDED
    with refused(OrderNotReady):
        start_production(order=order, by=scene.pilot, at=scene.tick())

    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick(), revision=2)
    assert committed_cents(wave=scene.wave) == 365_00
    assert PrintProof.objects.get(status=PrintProofStatus.WAITING).version == 2


def test_what_was_read_is_what_is_approved(scene: Scene) -> None:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    amend(scene, order)
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    with refused(OrderAmended):
        approve_order(order=order, by=scene.pilot, at=scene.tick(), revision=1)
    approve_order(order=order, by=scene.pilot, at=scene.tick(), revision=2)


def test_who_amended_does_not_approve(scene: Scene) -> None:
    order = scene.approved()
    amend(scene, order, by=scene.pilot)
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    with refused(ApproverIsAuthor):
        approve_order(order=order, by=scene.pilot, at=scene.tick())
    with pytest.raises(IntegrityError, match="order_approver_is_not_who_amended_it"):
        in_sql(
            "UPDATE vouchers_order SET status = 'APPROVED', approved_at = now(), approved_by_id = amended_by_id"
            " WHERE id = %s",
            order.pk,
        )
    approve_order(order=order, by=scene.second_pilot, at=scene.tick())


def test_amending_is_refused_with_a_sentence_and_nothing_changes(scene: Scene) -> None:
    order, made = scene.approved(), scene.produced()
    for lines, error in (
        ([], InvalidInput),
        ([(scene.ccas, 5, 0)], InvalidInput),
        ([(scene.ccas, 5, 10_000_000)], InvalidInput),
        ([(scene.ccas, 11, 1)], InvalidInput),
    ):
        with refused(error):
            amend_order(
                order=order,
                lines=[LineInput(*line) for line in lines],
                fees_cents=0,
                siret=SIRETS[1],
                by=scene.buyer,
                at=scene.tick(),
                key=uuid4(),
            )
    for terms, error in (
        ({"fees_cents": -1}, InvalidInput),
        ({"siret": "12345678901234"}, InvalidInput),
        ({"by": person(scene.other_ccas, Role.FUNDER)}, NotAllowed),
        ({"by": scene.agent}, NotAllowed),
    ):
        with refused(error):
            amend(scene, order, **terms)
    with refused(OrderNotReady):
        amend(scene, made)


def test_amended_once_whatever_is_sent_again(scene: Scene) -> None:
    order, key = scene.approved(), uuid4()
    for _ in range(2):
        amend(scene, order, key=key)
    assert order.revision == 2
    with refused(KeyReused):
        amend(scene, order, (scene.ccas, 5, 9), key=key)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("DELETE FROM vouchers_orderline WHERE order_id = %s", "order_line_changes_in_draft"),
        (
            "INSERT INTO vouchers_orderline (order_id, position, distributor_id, size, quantity, cancelled_count)"
            " SELECT order_id, 2, distributor_id, 10, 50, 0 FROM vouchers_orderline WHERE order_id = %s",
            "order_line_changes_in_draft",
        ),
        ("UPDATE vouchers_order SET fees_cents = 99 WHERE id = %s", "order_fees_change_in_draft"),
        ("UPDATE vouchers_order SET status = 'SUBMITTED' WHERE id = %s", "vouchers_order_move_is_listed"),
    ],
)
def test_raw_sql_changes_no_approved_amount(scene: Scene, statement: str, constraint: str) -> None:
    order = scene.approved()
    with pytest.raises(IntegrityError) as refusal:
        in_sql(statement, order.pk)
    assert refusal.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]


def test_other_words_ask_for_another_proof_and_keep_the_approval(scene: Scene) -> None:
    order = scene.approved()
    revise_texts(order=order, eligible_publics="Seniors", letter="À bientôt", by=scene.buyer, at=scene.tick())
    assert (order.status, order.proof_version, order.letter) == (OrderStatus.APPROVED, None, "À bientôt")
    last = PrintProof.objects.latest("version")
    assert (last.version, last.status, last.content["funder_text"]) == (2, PrintProofStatus.WAITING, "À bientôt")
    where = {"perimeter": "Les Bleuets", "handed_over_from": date(2026, 3, 1), "handed_over_until": date(2026, 3, 1)}
    revise_texts(order=order, eligible_publics="", letter="", by=scene.buyer, at=scene.tick(), **where)
    assert (order.perimeter, order.handed_over_until) == ("Les Bleuets", date(2026, 3, 1))
    with refused(InvalidInput):
        late = where | {"handed_over_from": date(2026, 3, 2)}
        revise_texts(order=order, eligible_publics="", letter="", by=scene.buyer, at=scene.tick(), **late)
    made = scene.produced()
    with refused(OrderNotReady):
        revise_texts(order=made, eligible_publics="", letter="", by=scene.buyer, at=scene.tick())
    with refused(NotAllowed):
        revise_texts(order=order, eligible_publics="", letter="", by=scene.agent, at=scene.tick())


# --- a line taken back from the printer


@pytest.fixture
def made(scene: Scene) -> Order:
    """Six booklets at the printer, in two lines; the proof covers four; the first two of line 1 are on their way."""
    order = scene.produced((scene.ccas, 5, 4), (scene.other_ccas, 5, 2))
    scene.fund(order, 200_00)
    send_booklets(
        wave=order.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 2)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    return order


def line(order: Order, position: int = 1) -> OrderLine:
    return OrderLine.objects.select_related("order__wave", "order__funder").get(order=order, position=position)


def cancel(scene: Scene, order: Order, position: int = 1, **options: Any) -> LineStock:
    given: dict[str, Any] = {"by": scene.buyer}
    return cancel_line(line=line(order, position), at=scene.tick(), **(given | options))


def test_only_what_nobody_holds_is_taken_back(scene: Scene, made: Order) -> None:
    assert (committed_cents(wave=scene.wave), funded_cents(order=made)) == (300_00, 200_00)
    done = cancel(scene, made, expected=2)
    assert (done.free_text, done.held_text) == ("1-0000003 à 1-0000004", "1-0000001 à 1-0000002")
    states = dict(Booklet.objects.filter(order=made).order_by("number").values_list("number", "status"))
    assert list(states.values()) == [
        *[TitleStatus.IN_TRANSIT] * 2,
        *[TitleStatus.CANCELLED] * 2,
        *[TitleStatus.PRODUCED] * 2,
    ]
    assert Ticket.objects.filter(status=TitleStatus.CANCELLED).count() == 10
    # the ceiling has the amount back, and the money that paid them goes to the next booklets
    assert (committed_cents(wave=scene.wave), funded_cents(order=made)) == (200_00, 200_00)
    assert set(Booklet.objects.filter(funded_at__isnull=False).values_list("number", flat=True)) == {1, 2, 5, 6}
    with refused(LineHeld) as refusal:
        cancel(scene, made)
    assert "1-0000001 à 1-0000002" in refusal.value.sentence


def test_who_read_another_count_looks_again(scene: Scene, made: Order) -> None:
    with refused(LineStockChanged):
        cancel(scene, made, expected=4)


def test_a_line_is_not_cancelled_while_it_is_made_nor_by_another(scene: Scene, made: Order) -> None:
    order = scene.approved((scene.ccas, 5, 2))
    with refused(OrderNotReady):
        cancel(scene, order)
    with capture_after_commit(execute=False):
        start_production(order=order, by=scene.pilot, at=scene.tick())
    with refused(LineStillProduced):
        cancel(scene, order)
    for by in (scene.agent, person(scene.other_ccas, Role.FUNDER), scene.finance):
        with refused(NotAllowed):
            cancel(scene, made, by=by)


def test_the_rest_received_the_order_is_delivered(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 1), (scene.other_ccas, 5, 2))
    parcel = send_booklets(
        wave=order.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 1)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    receive_shipment(shipment=parcel, missing=[], by=scene.agent, at=scene.tick())
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_PRODUCTION
    cancel(scene, order, 2)
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
