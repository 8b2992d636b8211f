from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connections, transaction

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import SIRETS, Scene, person
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.actions.order import (
    MOST_BOOKLETS,
    ApproverIsAuthor,
    CeilingExceeded,
    LineInput,
    OrderNotReady,
    WaveNotOpen,
    approve_order,
    cancel_order,
    create_order,
    send_back_order,
    submit_order,
)
from vouchers.actions.wave import close_wave
from vouchers.models import Order, OrderStep, Wave
from vouchers.queries.order import committed_cents, order_total_cents
from vouchers.states import OrderAct, OrderStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def create(scene: Scene, *, key: UUID | None = None, **terms: Any) -> Order:
    given: dict[str, Any] = {
        "wave": scene.wave,
        "funder": scene.funder,
        "lines": [LineInput(scene.ccas, 5, 2)],
        "siret": SIRETS[1],
        "by": scene.buyer,
    }
    return create_order(at=scene.tick(), key=key or uuid4(), **(given | terms))


def steps(order: Order) -> list[str]:
    return list(OrderStep.objects.filter(order=order).values_list("act", flat=True))


def test_an_order_goes_from_draft_to_approval_by_two_people(scene: Scene) -> None:
    order = create(scene, fees_cents=1_50, lines=[LineInput(scene.ccas, 5, 2), LineInput(scene.other_ccas, 10, 1)])
    assert (order.status, order.reference) == (OrderStatus.DRAFT, "BC-01-0001")
    assert order_total_cents(order=order) == (5 * 2 + 10) * 10_00 + 1_50

    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())

    assert (order.status, order.approved_at, order.approved_by_id) == (
        OrderStatus.APPROVED,
        scene.now,
        scene.pilot.id,
    )
    assert steps(order) == [OrderAct.CREATE, OrderAct.SUBMIT, OrderAct.APPROVE]
    assert committed_cents(wave=scene.wave) == 201_50


def test_references_follow_one_another_in_each_wave(scene: Scene) -> None:
    other = scene.make_wave(2)
    references = [create(scene, wave=wave).reference for wave in (scene.wave, scene.wave, other, scene.wave)]
    assert references == ["BC-01-0001", "BC-01-0002", "BC-02-0001", "BC-01-0003"]


@pytest.mark.parametrize(
    "terms",
    [
        {"lines": []},
        {"size": 4},
        {"size": 11},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": MOST_BOOKLETS + 1},
        {"siret": ""},
        {"siret": "00000020800018"},
        {"siret": "0000002080001"},
        {"siret": "À COMPLÉTER"},
        {"fees_cents": -1},
    ],
    ids=str,
)
def test_a_draft_that_makes_no_sense_is_refused(scene: Scene, terms: dict[str, Any]) -> None:
    if {"size", "quantity"} & terms.keys():
        terms = {"lines": [LineInput(scene.ccas, terms.get("size", 5), terms.get("quantity", 1))]}
    with refused(InvalidInput):
        create(scene, **terms)


def test_the_sum_of_lines_is_bounded_too(scene: Scene) -> None:
    with refused(InvalidInput):
        create(scene, lines=[LineInput(scene.ccas, 5, MOST_BOOKLETS), LineInput(scene.other_ccas, 5, 1)])


def test_the_same_key_gives_the_first_order(scene: Scene) -> None:
    key = uuid4()
    first = create(scene, key=key)
    before = fingerprint()
    assert create(scene, key=key, siret=f" {SIRETS[1][:9]} {SIRETS[1][9:]} ") == first
    assert fingerprint() == before


@pytest.mark.parametrize(
    "other",
    [
        {"siret": SIRETS[2]},
        {"lines": "more"},
        {"fees_cents": 1},
        {"letter": "Bonjour"},
        {"service_code": "S"},
        {"commitment_number": "E-1"},
        {"eligible_publics": "seniors"},
        {"perimeter": "Les Bleuets"},
        {"handed_over_from": date(2026, 3, 1)},
        {"handed_over_until": date(2026, 3, 1)},
        {"wave": "other"},
    ],
    ids=str,
)
def test_the_same_key_with_other_content_is_an_error(scene: Scene, other: dict[str, Any]) -> None:
    key = uuid4()
    create(scene, key=key)
    if "lines" in other:
        other = {"lines": [LineInput(scene.ccas, 5, 3)]}
    if "wave" in other:
        other = {"wave": scene.make_wave(2)}
    with refused(KeyReused):
        create(scene, key=key, **other)


def test_the_same_key_from_another_organisation_is_an_error(scene: Scene) -> None:
    key = uuid4()
    create(scene, key=key)
    with refused(KeyReused):
        create(scene, key=key, by=person(scene.metropole, Role.PILOT))


def test_nobody_approves_what_they_wrote(scene: Scene) -> None:
    author = replace(scene.buyer, role=Role.PILOT.value, organisation_id=scene.metropole.uid)
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    with refused(ApproverIsAuthor):
        approve_order(order=order, by=author, at=scene.tick())
    with refused(NotAllowed):  # the system is nobody
        approve_order(order=order, by=SYSTEM, at=scene.tick())


@pytest.mark.parametrize("column", ["approved_by_id = by_id", "approved_by_id = by_id, approved_at = now()"])
def test_raw_sql_does_not_approve_for_its_author_either(scene: Scene, column: str) -> None:
    order = scene.approved()
    with (
        pytest.raises(IntegrityError, match="order_approver_is_not_its_author"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(f"UPDATE vouchers_order SET {column} WHERE id = %s", [order.pk])


def test_the_ceiling_holds_to_the_cent_and_gives_back_what_is_cancelled(scene: Scene) -> None:
    wave = scene.make_wave(2, ceiling_cents=150_00)

    def submitted(fees_cents: int) -> Order:
        order = create(scene, wave=wave, lines=[LineInput(scene.ccas, 5, 1)], fees_cents=fees_cents)
        submit_order(order=order, by=scene.buyer, at=scene.tick())
        return order

    first, second, third = submitted(50_00), submitted(1), submitted(0)
    approve_order(order=first, by=scene.pilot, at=scene.tick())
    with refused(CeilingExceeded) as refusal:
        approve_order(order=second, by=scene.pilot, at=scene.tick())
    assert refusal.value.details["missing_cents"] == 1
    assert "il manque 0,01\u00a0€" in refusal.value.sentence
    approve_order(order=third, by=scene.pilot, at=scene.tick())
    assert committed_cents(wave=wave) == wave.ceiling_cents

    cancel_order(order=first, by=scene.buyer, at=scene.tick())
    approve_order(order=second, by=scene.pilot, at=scene.tick())
    assert committed_cents(wave=wave) == 100_01


def test_orders_are_taken_in_an_open_wave_only(scene: Scene) -> None:
    submitted, draft = scene.draft(), scene.draft()
    submit_order(order=submitted, by=scene.buyer, at=scene.tick())
    close_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=scene.tick())
    submitted, draft = Order.objects.get(pk=submitted.pk), Order.objects.get(pk=draft.pk)
    with refused(WaveNotOpen):
        submit_order(order=draft, by=scene.buyer, at=scene.tick())
    with refused(WaveNotOpen):
        approve_order(order=submitted, by=scene.pilot, at=scene.tick())


def test_a_submitted_order_comes_back_to_its_author(scene: Scene) -> None:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    send_back_order(order=order, by=scene.pilot, at=scene.tick())
    assert order.status == OrderStatus.DRAFT
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    assert steps(order) == [OrderAct.CREATE, OrderAct.SUBMIT, OrderAct.SEND_BACK, OrderAct.SUBMIT]


ACTS: dict[str, tuple[Any, set[OrderStatus]]] = {
    "submit": (submit_order, {OrderStatus.DRAFT}),
    "approve": (approve_order, {OrderStatus.SUBMITTED}),
    "send_back": (send_back_order, {OrderStatus.SUBMITTED}),
    "cancel": (cancel_order, {OrderStatus.DRAFT, OrderStatus.SUBMITTED, OrderStatus.APPROVED}),
}


def orders_in_each_status(scene: Scene) -> dict[OrderStatus, Order]:
    found = {OrderStatus.DRAFT: scene.draft(), OrderStatus.APPROVED: scene.approved()}
    found[OrderStatus.SUBMITTED] = scene.draft()
    submit_order(order=found[OrderStatus.SUBMITTED], by=scene.buyer, at=scene.tick())
    found[OrderStatus.CANCELLED] = scene.draft()
    cancel_order(order=found[OrderStatus.CANCELLED], by=scene.buyer, at=scene.tick())
    found[OrderStatus.IN_PRODUCTION] = scene.produced((scene.ccas, 5, 1))
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    found[OrderStatus.DELIVERED] = booklet.order
    for order in found.values():
        order.refresh_from_db()
    return found


def test_every_step_from_every_status(scene: Scene) -> None:
    for status, order in orders_in_each_status(scene).items():
        assert order.status == status
        for name, (act, sources) in ACTS.items():
            with transaction.atomic():
                if status in sources:
                    act(order=order, by=scene.second_pilot, at=scene.tick())
                    assert order.status != status, name
                else:
                    with refused(OrderNotReady):
                        act(order=order, by=scene.second_pilot, at=scene.tick())
                transaction.set_rollback(True)
            order.refresh_from_db()


def test_a_stale_order_does_not_pass_twice(scene: Scene) -> None:
    """Two windows show the same order: the second click is refused, whatever the page still says."""
    order = scene.draft()
    stale = Order.objects.get(pk=order.pk)
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    with refused(OrderNotReady):
        submit_order(order=stale, by=scene.buyer, at=scene.tick())
