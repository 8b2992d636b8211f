"""Who may take an act back, until when, and what it leaves."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediation.actions.late_entry import attempt_late_entry
from mediation.actions.owed import OwedAlreadySettled, answer_handover_at_use
from mediation.actions.settlement import settle_contested
from mediation.actions.undo import AlreadyUndone, UndoTooLate, undo_redemption
from mediation.models import Attempt, OwedDecision, Redemption, RedemptionLine
from mediation.states import Owed, SettleReason, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import AN_HOUR, Scene, person
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.models import ConfirmationOutcome, Handover, Ticket
from vouchers.states import TitleStatus

ATTEMPT = "mediation_attempt"


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def undo(scene: Scene, redemption: Redemption, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "reason": UndoReason.WRONG_TICKET,
        "by": scene.mediator,
        "at": scene.tick(),
        "key": uuid.uuid4(),
    }
    return undo_redemption(redemption=redemption, **(given | terms))


def decisions(redemption: Redemption) -> list[tuple[str, str]]:
    found = OwedDecision.objects.filter(line__redemption=redemption).order_by("line", "rank")
    return list(found.values_list("owed", "reason"))


def test_the_window_ends_after_fifteen_minutes(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    one, two = scene.redeem(codes[0]), scene.redeem(codes[1])
    undo(scene, one, at=one.recorded_at + timedelta(minutes=15))
    with refused(UndoTooLate, but=(ATTEMPT,)) as refusal:
        undo(scene, two, at=two.recorded_at + timedelta(minutes=15, microseconds=1))
    assert "15 minutes" in refusal.value.sentence
    assert list(Attempt.objects.filter(kind="UNDO").order_by("pk").values_list("is_accepted", "reason")) == [
        (True, ""),
        (False, "UNDO_TOO_LATE"),
    ]


def test_the_strictest_wave_of_a_basket_gives_the_window(scene: Scene) -> None:
    quick = scene.in_hand(wave=scene.make_wave(2, undo_minutes=5))
    redemption = scene.redeem(scene.codes(scene.in_hand())[0], scene.codes(quick)[0], minutes=120)
    with refused(UndoTooLate, but=(ATTEMPT,)):
        undo(scene, redemption, at=redemption.recorded_at + timedelta(minutes=6))


def test_by_who_did_it_or_the_manager_of_the_place(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    one, two = scene.redeem(codes[0]), scene.redeem(codes[1])
    colleague = person(scene.operator, Role.MEDIATOR)
    for stranger in (colleague, scene.other_mediator, person(scene.other_operator, Role.SITE_MANAGER)):
        with refused(NotAllowed, but=(ATTEMPT,)):
            undo(scene, one, by=stranger)
    undo(scene, one)
    undo(scene, two, by=scene.manager)
    assert decisions(one) == decisions(two) == [(Owed.PAYABLE, "REDEEMED"), (Owed.UNDONE, "UNDONE")]


def test_a_reason_is_one_of_the_list(scene: Scene) -> None:
    redemption = scene.redeem(scene.codes(scene.in_hand())[0])
    with refused(InvalidInput, but=(ATTEMPT,)):
        undo(scene, redemption, reason="Madame X est partie")


def test_an_act_is_undone_once(scene: Scene) -> None:
    redemption = scene.redeem(scene.codes(scene.in_hand())[0])
    undo(scene, redemption)
    with refused(AlreadyUndone, but=(ATTEMPT,)):
        undo(scene, redemption)


def test_the_same_request_is_answered_alike(scene: Scene) -> None:
    codes, key = scene.codes(scene.in_hand()), uuid.uuid4()
    one, two = scene.redeem(codes[0]), scene.redeem(codes[1])
    undo(scene, one, key=key)
    before = fingerprint(but=(ATTEMPT,))
    assert undo(scene, one, key=key, at=one.recorded_at + timedelta(days=9)) == one  # however late it is repeated
    assert fingerprint(but=(ATTEMPT,)) == before
    with refused(KeyReused, but=(ATTEMPT,)):
        undo(scene, one, key=key, reason=UndoReason.OTHER)
    with refused(KeyReused, but=(ATTEMPT,)):
        undo(scene, two, key=key)
    assert list(Attempt.objects.filter(kind="UNDO").order_by("pk").values_list("is_accepted", "is_replay")) == [
        (True, False),
        (True, True),
        (False, False),
        (False, False),
    ]


def test_hours_that_consumed_nothing_are_undone_too(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    scene.tick(hours=2)
    scene.redeem(code)
    at = scene.tick()
    contested = attempt_late_entry(
        codes=[code],
        site=scene.other_site,
        service=scene.service,
        details=AN_HOUR,
        happened_at=at - timedelta(hours=1),
        by=scene.other_mediator,
        at=at,
        key=uuid.uuid4(),
        is_offline=True,
    )
    undo(scene, contested, by=scene.other_mediator)
    assert decisions(contested) == [(Owed.CONTESTED, "TICKET_ALREADY_REDEEMED"), (Owed.UNDONE, "UNDONE")]
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1


def denied(scene: Scene) -> tuple[list[str], Redemption]:
    """A booklet that its distributor says it never gave, and the first hour that showed it."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    codes = scene.codes(booklet)
    first = scene.redeem(codes[0])
    answer_handover_at_use(
        handover=Handover.objects.get(booklet=booklet),
        outcome=ConfirmationOutcome.DENIED,
        by=scene.agent,
        at=scene.tick(),
    )
    return codes, first


def test_once_the_distributor_has_denied_every_later_hour_is_contested(scene: Scene) -> None:
    codes, first = denied(scene)
    second = scene.redeem(codes[1])
    at = scene.tick(hours=3)
    third = attempt_late_entry(
        codes=[codes[2]],
        site=scene.site,
        service=scene.service,
        details=replace(AN_HOUR, minutes=60),
        happened_at=at - timedelta(hours=1),
        by=scene.mediator,
        at=at,
        key=uuid.uuid4(),
    )
    assert decisions(first)[-1] == (Owed.CONTESTED, "HANDOVER_DENIED")
    assert decisions(second) == decisions(third) == [(Owed.CONTESTED, "HANDOVER_DENIED")]


def test_a_finance_officer_settles_with_a_reason_and_once(scene: Scene) -> None:
    _, contested = denied(scene)
    line = RedemptionLine.objects.get(redemption=contested)
    settle = {"line": line, "by": scene.finance, "at": scene.tick()}
    with refused(InvalidInput):
        settle_contested(is_payable=True, reason="parce que", **settle)  # type: ignore[arg-type]
    settle_contested(is_payable=True, reason=SettleReason.EVIDENCE, **settle)  # type: ignore[arg-type]
    assert decisions(contested)[-1] == (Owed.PAYABLE, SettleReason.EVIDENCE)
    with refused(OwedAlreadySettled):
        settle_contested(is_payable=False, reason=SettleReason.ERROR, **settle)  # type: ignore[arg-type]
