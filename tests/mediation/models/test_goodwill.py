"""What the database refuses of a goodwill line, by the name of each constraint."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from mediation.actions.settlement import grant_goodwill
from mediation.models import GoodwillLine, RedemptionLine
from mediation.states import SettleReason
from passnum.kit.constraint import violated
from tests.lifecycle import Scene
from tests.mediation.contested import used_twice

MEDIATOR, SOMEBODY = uuid.uuid4(), uuid.uuid4()


def goodwill(scene: Scene, line: RedemptionLine, **columns: Any) -> GoodwillLine:
    given = {
        "line": line,
        "amount_cents": 1000,
        "claimed_cents": 1000,
        "reason": SettleReason.EVIDENCE,
        "author_id": line.redemption.by_id,
        "mediator_id": MEDIATOR,
        "decided_at": scene.now,
        **scene.finance.columns(),
    }
    return GoodwillLine.objects.create(**(given | columns))


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("goodwillline_has_one_actor", {"by_id": None}),
        ("goodwill_line_pays_something_and_no_more_than_claimed", {"amount_cents": 0}),
        ("goodwill_line_pays_something_and_no_more_than_claimed", {"amount_cents": 1001}),
        ("goodwill_line_has_a_reason_to_pay", {"reason": SettleReason.NO_EVIDENCE}),
        ("goodwill_line_has_a_reason_to_pay", {"reason": ""}),
        ("goodwill_line_is_granted_by_another", {"by_id": MEDIATOR}),
        ("goodwill_line_is_granted_by_another", {"by_id": SOMEBODY, "author_id": SOMEBODY, "mediator_id": None}),
    ],
)
def test_the_constraint_refuses(stocked: Scene, name: str, columns: dict[str, Any]) -> None:
    line = used_twice(stocked, stocked.in_hand())
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        goodwill(stocked, line, **columns)
    assert violated(refused.value) == name


def test_a_line_has_one_and_it_stays_as_it_is(stocked: Scene) -> None:
    line = used_twice(stocked, stocked.in_hand())
    granted = grant_goodwill(
        line=line, amount_cents=1000, reason=SettleReason.EVIDENCE, by=stocked.finance, at=stocked.now
    )
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        goodwill(stocked, line)
    assert violated(refused.value) == "mediation_goodwillline_line_id_key"
    for change in (granted.delete, lambda: GoodwillLine.objects.update(amount_cents=1)):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()
    assert GoodwillLine.objects.get().amount_cents == 1000


def test_hours_are_told_once_and_consumed_once_by_an_act(stocked: Scene) -> None:
    """Contested, then free again, the same hours make two lines of one act: never three."""
    told = used_twice(stocked, stocked.in_hand())
    consumed = RedemptionLine.objects.get(booklet=told.booklet, movement__isnull=False)
    for line, name in ((told, "redemption_line_is_said_once"), (consumed, "redemption_line_consumes_once")):
        copied = {f.attname: getattr(line, f.attname) for f in RedemptionLine._meta.fields if f.attname != "id"}
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            RedemptionLine.objects.create(**copied)
        assert violated(refused.value) == name
