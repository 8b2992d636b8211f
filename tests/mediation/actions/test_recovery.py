"""What a revoked device had in its queue enters as contested, once, by whom manages the place, with a reason."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediation.actions.act_details import ActDetails, Person
from mediation.actions.recovery import AlreadyRecovered, AsideReadable, AsideUnreadable, recover, set_down
from mediation.actions.settlement import settle_contested
from mediation.models import ActRecord, Attempt, PersonRecord, QuarantinedAct, Redemption
from mediation.policies.redemption import TicketUnknown
from mediation.states import Owed, SettleReason
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import AN_HOUR, Scene, person
from tests.mediation.contested import decisions, statuses
from tests.mediation.revoked import lost_phone, queued, send
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.states import TitleStatus

S = TitleStatus
ATTEMPT = ("mediation_attempt",)


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def aside(scene: Scene, *codes: str, late: timedelta = timedelta(), **terms: Any) -> QuarantinedAct:
    """An act that a lost phone tried to send."""
    act = queued(scene, *codes, happened_at=scene.tick(hours=2) - timedelta(hours=1), **terms)
    send(scene, lost_phone(scene), act, late=late)
    return QuarantinedAct.objects.get(key=act.key)


def bring_back(scene: Scene, kept: QuarantinedAct, **terms: Any) -> Redemption:
    given: dict[str, Any] = {"reason": "Vu avec la médiatrice, feuille à l’appui", "by": scene.manager}
    found = recover(aside=kept, at=scene.tick(), **(given | terms))
    assert found.redemption is not None
    return found.redemption


def test_a_recovered_act_is_contested_and_takes_no_ticket(scene: Scene) -> None:
    booklet = scene.in_hand()
    kept = aside(scene, scene.codes(booklet)[0], late=timedelta(minutes=3))
    scene.tick(days=2)
    redemption = bring_back(scene, kept)
    line = redemption.lines.get()
    assert decisions(line) == [(Owed.CONTESTED, "DEVICE_REVOKED")]
    assert statuses(booklet) == [S.HANDED_OVER] * 5
    assert (redemption.key, redemption.device_id, redemption.mediator_id) == (
        kept.key,
        kept.device_id,
        scene.mediator.id,
    )
    assert (redemption.by_id, redemption.is_offline) == (scene.manager.id, True)
    assert (redemption.happened_at, redemption.device_at) == (kept.happened_at, kept.happened_at)
    assert redemption.skew_seconds == 180  # of the day it was sent, not of the day it was recovered
    kept.refresh_from_db()
    assert (kept.recovered_at, kept.recovered_by_id) == (scene.now, scene.manager.id)
    assert kept.recover_reason.startswith("Vu avec")
    check_register()


def test_then_a_finance_officer_pays_it_on_its_own_hour(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = bring_back(scene, aside(scene, scene.codes(booklet)[0])).lines.get()
    settle_contested(line=line, is_payable=True, reason=SettleReason.EVIDENCE, by=scene.finance, at=scene.tick())
    assert statuses(booklet) == [S.REDEEMED, *[S.HANDED_OVER] * 4]
    check_register()


def test_a_code_is_recognised_by_its_digests_and_answers_are_kept(scene: Scene) -> None:
    one, two = scene.in_hand(), scene.in_hand()
    details = ActDetails(
        minutes=120,
        type="collectif",
        themes=("email", "sante"),
        autonomy="autonome",
        level="debutant",
        others_count=2,
        people={2: Person("partiellement_autonome", True)},
    )
    codes = [scene.codes(one)[0], "illisible", scene.codes(two)[0]]
    redemption = bring_back(scene, aside(scene, *codes, details=details))
    assert {line.booklet_id for line in redemption.lines.all()} == {one.pk, two.pk}
    assert redemption.typed_count == 2
    record = ActRecord.objects.get(redemption=redemption)
    assert (record.themes, record.level, record.others_count) == (["email", "sante"], "debutant", 2)
    said = PersonRecord.objects.get(redemption=redemption)
    assert (said.booklet_id, said.autonomy, said.is_first) == (two.pk, "partiellement_autonome", True)


def test_what_was_not_good_at_that_time_is_refused_all_the_same(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.block(booklet)
    line = bring_back(scene, aside(scene, scene.codes(booklet)[0])).lines.get()
    assert decisions(line) == [(Owed.REFUSED, "TICKET_BLOCKED")]


def test_an_act_is_recovered_once(scene: Scene) -> None:
    kept = aside(scene, scene.codes(scene.in_hand())[0])
    bring_back(scene, kept)
    with refused(AlreadyRecovered):
        bring_back(scene, kept)


def test_the_phone_that_is_found_again_sends_nothing_twice(scene: Scene) -> None:
    """The same key is one act, whoever told it first."""
    code = scene.codes(scene.in_hand())[0]
    kept = aside(scene, code)
    done = bring_back(scene, kept)
    assert send(scene, lost_phone(scene), queued(scene, code, key=kept.key)) == [kept.key]
    assert Redemption.objects.get() == done


def test_by_a_manager_of_the_place_or_the_pilot(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    one, two = aside(scene, codes[0]), aside(scene, codes[1])
    for stranger in (
        scene.mediator,
        scene.finance,
        person(scene.other_operator, Role.SITE_MANAGER),
        person(scene.metropole, Role.SITE_MANAGER),
        SYSTEM,
    ):
        with refused(NotAllowed):
            bring_back(scene, one, by=stranger)
    bring_back(scene, one)
    redemption = bring_back(scene, two, by=scene.pilot)
    assert redemption.by_id == scene.pilot.id
    assert decisions(redemption.lines.get()) == [(Owed.CONTESTED, "DEVICE_REVOKED")]
    check_register()


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 201])
def test_a_reason_is_needed(scene: Scene, reason: str) -> None:
    kept = aside(scene, scene.codes(scene.in_hand())[0])
    with refused(InvalidInput):
        bring_back(scene, kept, reason=reason)


def test_what_nobody_can_read_or_knows_stays_aside(scene: Scene) -> None:
    letters = "ZZZZZZZZZZZZ"
    unreadable, unknown = aside(scene, "???"), aside(scene, letters + check_letter(letters))
    with refused(AsideUnreadable):
        bring_back(scene, unreadable)
    with refused(TicketUnknown, but=ATTEMPT):
        bring_back(scene, unknown)
    strange = aside(scene, scene.codes(scene.in_hand())[0], details=replace(AN_HOUR, minutes=0))
    with refused(InvalidInput, but=ATTEMPT):
        bring_back(scene, strange)
    assert not Redemption.objects.exists()
    tried = Attempt.objects.filter(by_id=scene.manager.id)
    assert list(tried.values_list("reason", flat=True)) == ["TICKET_UNKNOWN", "INVALID_INPUT"]


def test_what_nobody_can_read_is_closed_with_a_reason_and_records_nothing(scene: Scene) -> None:
    unreadable, readable = aside(scene, "???"), aside(scene, scene.codes(scene.in_hand())[0])
    with refused(AsideReadable):
        set_down(aside=readable, reason="Carnet rendu.", by=scene.manager, at=scene.tick())
    with refused(NotAllowed):
        set_down(aside=unreadable, reason="Carnet rendu.", by=scene.other_mediator, at=scene.tick())
    closed = set_down(aside=unreadable, reason=" Vu avec\n la médiatrice. ", by=scene.manager, at=scene.tick())
    assert (closed.recover_reason, closed.redemption) == ("Vu avec la médiatrice.", None)
    with refused(AlreadyRecovered):
        set_down(aside=unreadable, reason="Encore.", by=scene.manager, at=scene.tick())
    assert not Redemption.objects.exists()
