"""What the database refuses of a statement and of its lines, by the name of each constraint."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingLine, ClosingStatement
from mediation.queries.closing import COUNTS
from passnum.kit.constraint import violated
from tests.lifecycle import Scene
from vouchers.models import Order, ThresholdKind
from vouchers.models.wave_end import ready_at

ONE, OTHER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture
def drawn(stocked: Scene) -> ClosingStatement:
    run_wave_clocks(at=ready_at(stocked.wave, ThresholdKind.CLOSING) + timedelta(hours=5))
    return ClosingStatement.objects.get()


def amendment(drawn: ClosingStatement, **columns: Any) -> ClosingStatement:
    given: dict[str, Any] = {
        "wave": drawn.wave,
        "funder": drawn.funder,
        "issuer": drawn.issuer,
        "rank": 2,
        "amends": drawn,
        "series_rank": 2,
        "number": "AV-1-0002",
        "seal_number": 1,
        "face_value_cents": 1000,
        "residue": 29,
        "credit_cents": 29_000,
        "change_cents": -1_000,
        "content": "{}",
        "sha256": b"0" * 32,
        "drawn_at": drawn.drawn_at,
        "by_kind": "SYSTEM",
        "by_role": "system",
    }
    return ClosingStatement.objects.create(**(given | columns))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("closingstatement_has_one_actor", {"by_kind": "USER"}),
        ("closing_statement_rank_is_unique", {"rank": 1, "amends": None, "change_cents": 29_000}),
        ("closing_statement_number_is_unique", {"series_rank": 1}),
        ("closing_statement_amends_another_but_the_first", {"amends": None}),
        ("closing_statement_credits_the_residue", {"credit_cents": 29_001}),
        ("closing_statement_first_carries_all", {"rank": 1, "amends": None}),
        ("closing_statement_issuer_signature_is_whole", {"issuer_signed_by_id": ONE}),
        ("closing_statement_funder_signature_is_whole", {"funder_signed_for": ONE}),
    ],
)
def test_a_statement_is_refused(drawn: ClosingStatement, name: str, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        amendment(drawn, **columns)
    assert violated(refused.value) == name


@pytest.mark.parametrize(
    ("name", "people", "houses"),
    [
        ("closing_statement_is_signed_by_two_people", (ONE, ONE), (ONE, OTHER)),
        ("closing_statement_is_signed_by_two_houses_unless_one_is_both", (ONE, OTHER), (ONE, ONE)),
    ],
)
def test_one_hand_does_not_sign_twice(drawn: ClosingStatement, name: str, people: Any, houses: Any) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ClosingStatement.objects.update(
            issuer_signed_at=drawn.drawn_at,
            issuer_signed_by_id=people[0],
            issuer_signed_for=houses[0],
            funder_signed_at=drawn.drawn_at,
            funder_signed_by_id=people[1],
            funder_signed_for=houses[1],
        )
    assert violated(refused.value) == name


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("closing_line_conserves_the_order", {"expired": 4}),
        ("closing_line_is_used_or_left", {"residue": 4}),
        ("closing_line_decides_each_hour", {"payable": 1}),
    ],
)
def test_a_line_that_does_not_add_up_is_refused(drawn: ClosingStatement, name: str, counts: dict[str, int]) -> None:
    whole = dict.fromkeys(COUNTS, 0) | {"ordered": 5, "expired": 5, "funded": 5, "residue": 5}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ClosingLine.objects.create(statement=amendment(drawn), order=Order.objects.get(), **(whole | counts))
    assert violated(refused.value) == name


def test_an_order_has_one_line(drawn: ClosingStatement) -> None:
    line = ClosingLine.objects.get()
    line.pk = None
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        line.save(force_insert=True)
    assert violated(refused.value) == "closing_line_is_one_per_order"
