"""A report says again what it said, whatever was amended since: same cut-off and same seal, same figures."""

from uuid import uuid4

import pytest

from reporting.queries.as_of import as_of
from reporting.queries.titles import ordered_lines
from tests.lifecycle import SIRETS, Scene
from vouchers.actions.order import LineInput
from vouchers.actions.order_change import amend_order
from vouchers.register.sealer import seal_movements

pytestmark = pytest.mark.django_db


def test_what_was_approved_on_a_day_stays_so() -> None:
    scene = Scene()
    scene.produced()  # something to seal
    order = scene.approved((scene.ccas, 5, 2))
    seal_movements(at=scene.tick())
    day, then = scene.now.date(), as_of(at=scene.now)

    def read(known: object, produced: list[int]) -> list[tuple[int, int]]:
        lines = ordered_lines(wave=scene.wave, known=known, produced=produced)  # type: ignore[arg-type]
        return [(line.booklets, line.tickets) for line in lines if line.order_id == order.pk]

    assert read(then, []) == [(2, 10)]
    scene.tick(days=2)
    amend_order(
        order=order,
        lines=[LineInput(scene.ccas, 10, 7)],
        fees_cents=0,
        siret=SIRETS[1],
        by=scene.buyer,
        at=scene.tick(),
        key=uuid4(),
    )
    assert read(then, []) == [(2, 10)]
    scene.produced()
    seal_movements(at=scene.tick())
    assert read(as_of(at=scene.now, cut_off_on=day), []) == [(2, 10)]
    assert read(as_of(at=scene.now), []) == []
    # what the register shows produced is what the order says now
    assert read(then, [order.pk]) == [(7, 70)]
