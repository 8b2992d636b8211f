"""Contested hours: paid by a free hour of the same booklet, or outside of the face value, or not; once, by another."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mediation.actions.owed import OwedAlreadySettled
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.models import GoodwillLine, RedemptionLine
from mediation.policies.settlement import HoursWereConsumed, NoFreeHour, OwnActNotSettled
from mediation.queries.acts import find_act, owed_to_site
from mediation.queries.paper_sample import population_of
from mediation.states import GOODWILL, SETTLED, SETTLED_ON_FREE_HOUR, Owed, SettleReason, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import end_of_day
from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import Scene
from tests.mediation.contested import decisions, statuses, upload, used_twice
from tests.mediation.policies.test_undo import denied
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.expiry import expire_wave
from vouchers.models import Booklet, Movement
from vouchers.states import Act, TitleStatus

S = TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def settle(scene: Scene, line: RedemptionLine, *, pay: bool = True, **terms: Any) -> Any:
    given: dict[str, Any] = {
        "reason": SettleReason.GOOD_FAITH if pay else SettleReason.NO_EVIDENCE,
        "by": scene.finance,
        "at": scene.tick(),
    }
    return settle_contested(line=line, is_payable=pay, **(given | terms))


def goodwill(scene: Scene, line: RedemptionLine, cents: int = 800, **terms: Any) -> GoodwillLine:
    given: dict[str, Any] = {"reason": SettleReason.GOOD_FAITH, "by": scene.finance, "at": scene.tick()}
    return grant_goodwill(line=line, amount_cents=cents, **(given | terms))


def paying_lines(line: RedemptionLine) -> list[RedemptionLine]:
    return list(RedemptionLine.objects.filter(redemption=line.redemption, movement__isnull=False).order_by("pk"))


def test_a_double_use_is_paid_by_the_next_free_hour(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    settle(scene, line)
    assert decisions(line) == [
        (Owed.CONTESTED, "TICKET_ALREADY_REDEEMED"),
        (Owed.REFUSED, SETTLED_ON_FREE_HOUR),
    ]
    (paid,) = paying_lines(line)
    assert (paid.booklet_id, paid.mask, decisions(paid)) == (booklet.pk, 0b10, [(Owed.PAYABLE, SETTLED)])
    assert statuses(booklet) == [S.REDEEMED, S.REDEEMED, S.HANDED_OVER, S.HANDED_OVER, S.HANDED_OVER]
    assert paid.movement is not None
    assert paid.movement.act == Act.REDEEM
    assert paid.movement.happened_at == line.redemption.happened_at
    assert paid.movement.recorded_at == scene.now
    assert paid.movement.details["site"] == str(scene.other_site.uid)
    check_register()


def test_the_act_counts_its_hour_once(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    settle(scene, line)
    by = replace(scene.other_mediator, role=Role.SITE_MANAGER.value)
    act = find_act(uid=line.redemption.uid, by=by)
    assert (act.tickets_count, act.amount_cents) == (1, 1000)
    assert [(one.owed, one.reason) for one in act.lines] == [(Owed.PAYABLE, SETTLED)]
    owed = owed_to_site(site=scene.other_site)
    assert (owed[Owed.PAYABLE].tickets_count, owed[Owed.CONTESTED].tickets_count) == (1, 0)
    assert owed[Owed.REFUSED].tickets_count == 0


def test_several_hours_take_the_lowest_positions(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet, hours=2)
    settle(scene, line)
    assert [paid.mask for paid in paying_lines(line)] == [0b1100]
    check_register()


def test_without_enough_free_hours_the_refusal_speaks_of_goodwill(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet, hours=3)
    with refused(NoFreeHour) as refusal:
        settle(scene, line)
    assert "(2 pour 3)" in refusal.value.sentence
    assert "geste hors valeur faciale" in refusal.value.sentence
    assert statuses(booklet).count(S.HANDED_OVER) == 2


def test_a_replacement_gives_its_free_hour(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    replacement = scene.reissue(scene.block(booklet))
    again = scene.reissue(scene.block(replacement))
    settle(scene, line)
    (paid,) = paying_lines(line)
    assert (paid.booklet_id, paid.mask) == (again.pk, 1)
    assert statuses(again) == [S.REDEEMED, S.HANDED_OVER, S.HANDED_OVER, S.HANDED_OVER]
    check_register()


def test_a_blocked_hour_pays_for_what_came_before_the_opposition(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    scene.block(booklet)
    settle(scene, line)
    assert statuses(booklet) == [S.REDEEMED, S.REDEEMED, S.BLOCKED, S.BLOCKED, S.BLOCKED]
    check_register()


def test_a_blocked_hour_does_not_pay_for_what_came_after(scene: Scene) -> None:
    booklet = scene.in_hand()
    code = scene.codes(booklet)[0]
    scene.redeem(code)
    scene.block(booklet)
    happened_at = scene.tick(hours=1)
    scene.tick(hours=1)
    line = upload(scene, code, happened_at=happened_at).lines.get()
    assert decisions(line) == [(Owed.CONTESTED, "TICKET_ALREADY_REDEEMED")]
    with refused(NoFreeHour):
        settle(scene, line)


def test_expired_hours_pay_for_an_act_made_in_time_whatever_the_day_of_the_decision(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    end = end_of_day(scene.wave.redeemable_until)
    expire_wave(wave=scene.wave, by=scene.pilot, at=end + timedelta(hours=1))
    settle(scene, line, at=end + timedelta(days=20))
    assert statuses(booklet) == [S.REDEEMED, S.REDEEMED, S.EXPIRED, S.EXPIRED, S.EXPIRED]
    check_register()


def test_hours_that_are_free_again_pay_for_themselves(scene: Scene) -> None:
    """The act that came first is taken back: the same hours are told twice by the second one, and consumed once."""
    booklet = scene.in_hand()
    line = used_twice(scene, booklet, hours=2)
    first = Movement.objects.filter(act=Act.REDEEM).latest("pk")
    scene.block(booklet)
    undo_redemption(
        redemption=RedemptionLine.objects.get(movement=first).redemption,
        reason=UndoReason.WRONG_TICKET,
        by=scene.mediator,
        at=scene.tick(),
        key=line.redemption.uid,
    )
    assert statuses(booklet) == [S.BLOCKED] * 5
    settle(scene, line)
    assert [(paid.mask, line.mask) for paid in paying_lines(line)] == [(0b11, 0b11)]
    check_register()


def test_an_upload_too_late_is_settled_on_its_own_hour(scene: Scene) -> None:
    booklet = scene.in_hand()
    end = end_of_day(scene.wave.uploads_until)
    expire_wave(wave=scene.wave, by=scene.pilot, at=end - timedelta(days=1))
    scene.now = end
    happened_at = end_of_day(scene.wave.valid_until) - timedelta(hours=9)
    line = upload(scene, scene.codes(booklet)[2], happened_at=happened_at).lines.get()
    assert decisions(line) == [(Owed.CONTESTED, "UPLOADED_TOO_LATE")]
    settle(scene, line)
    assert statuses(booklet) == [S.REDEEMED, S.EXPIRED, S.EXPIRED, S.EXPIRED, S.EXPIRED]
    check_register()


def test_refused_with_a_reason_nothing_is_consumed(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    settle(scene, line, pay=False)
    assert decisions(line)[-1] == (Owed.REFUSED, SettleReason.NO_EVIDENCE)
    assert statuses(booklet).count(S.HANDED_OVER) == 4
    check_register()


def test_hours_that_were_consumed_are_paid_as_they_stand(scene: Scene) -> None:
    _, contested = denied(scene)
    line = contested.lines.get()
    settle(scene, line, reason=SettleReason.AGREED)
    assert decisions(line)[-1] == (Owed.PAYABLE, SettleReason.AGREED)
    assert paying_lines(line) == [line]
    check_register()


def test_one_decides_once(scene: Scene) -> None:
    one, two, three = (used_twice(scene, scene.in_hand()) for _ in range(3))
    settle(scene, one)
    settle(scene, two, pay=False)
    goodwill(scene, three)
    for line in (one, two, three):
        for pay in (True, False):
            with refused(OwedAlreadySettled):
                settle(scene, line, pay=pay)
        with refused(OwedAlreadySettled):
            goodwill(scene, line)


def test_what_is_not_contested_is_not_settled(scene: Scene) -> None:
    line = scene.redeem(scene.codes(scene.in_hand())[0]).lines.get()
    with refused(OwedAlreadySettled):
        settle(scene, line, pay=False)


def test_a_reason_fits_what_is_decided(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    wrong = [
        (True, SettleReason.NO_EVIDENCE),
        (True, SettleReason.ERROR),
        (False, SettleReason.EVIDENCE),
        (True, SETTLED_ON_FREE_HOUR),
        (False, "parce que"),
    ]
    for pay, reason in wrong:
        with refused(InvalidInput):
            settle(scene, line, pay=pay, reason=reason)
    with refused(InvalidInput):
        goodwill(scene, line, reason=SettleReason.NO_EVIDENCE)


def test_nobody_decides_on_their_own_act(scene: Scene) -> None:
    """One person may hold several roles: who acted at the counter leaves the decision to a colleague."""
    line = used_twice(scene, scene.in_hand())
    same = Actor(ActorKind.USER, scene.other_mediator.id, scene.metropole.uid, Role.FINANCE.value)
    for decide in (settle, goodwill):
        with refused(OwnActNotSettled):
            decide(scene, line, by=same)
        with refused(NotAllowed):
            decide(scene, line, by=scene.pilot)


def test_goodwill_is_outside_of_the_face_value(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    granted = goodwill(scene, line, 700)
    assert (granted.amount_cents, granted.claimed_cents, granted.reason) == (700, 1000, SettleReason.GOOD_FAITH)
    assert decisions(line)[-1] == (Owed.REFUSED, GOODWILL)
    assert statuses(booklet).count(S.HANDED_OVER) == 4
    owed = owed_to_site(site=scene.other_site)
    assert owed[Owed.PAYABLE].cents == 0
    told = line.decisions.latest("rank").movement
    assert (told.act, told.details["goodwill_cents"]) == (Act.SETTLE_OWED, 700)
    check_register()


@pytest.mark.parametrize("cents", [0, -1, 1001])
def test_goodwill_never_exceeds_what_was_claimed(scene: Scene, cents: int) -> None:
    line = used_twice(scene, scene.in_hand())
    with refused(InvalidInput):
        goodwill(scene, line, cents)


def test_consumed_hours_need_no_goodwill(scene: Scene) -> None:
    _, contested = denied(scene)
    with refused(HoursWereConsumed):
        goodwill(scene, contested.lines.get())


def test_an_act_taken_back_gives_its_settled_hour_back(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    settle(scene, line)
    undo_redemption(
        redemption=line.redemption,
        reason=UndoReason.NOT_GIVEN,
        by=scene.other_mediator,
        at=scene.tick(),
        key=line.redemption.uid,
    )
    assert statuses(booklet) == [S.REDEEMED, *[S.HANDED_OVER] * 4]
    assert {decisions(one)[-1][0] for one in RedemptionLine.objects.filter(redemption=line.redemption)} == {Owed.UNDONE}
    check_register()


def test_an_act_paid_by_goodwill_is_not_taken_back(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    goodwill(scene, line)
    with refused(OwedAlreadySettled, but=("mediation_attempt",)):
        undo_redemption(
            redemption=line.redemption,
            reason=UndoReason.NOT_GIVEN,
            by=scene.other_mediator,
            at=scene.tick(),
            key=line.redemption.uid,
        )


def test_no_hour_of_another_booklet_pays(scene: Scene) -> None:
    booklet = scene.in_hand()
    other: Booklet = scene.in_hand()
    line = used_twice(scene, booklet, hours=3)
    with refused(NoFreeHour):
        settle(scene, line)
    assert statuses(other) == [S.HANDED_OVER] * 5


def test_the_hour_that_paid_is_not_asked_for_on_paper(scene: Scene) -> None:
    """The place has stamped the ticket it was shown, not the one that paid for it."""
    line = used_twice(scene, scene.in_hand())
    settle(scene, line)
    day = line.redemption.happened_at.date()
    terms = {"wave": scene.wave, "starts_on": day, "ends_on": day, "drawn_at": scene.tick(days=2)}
    assert population_of(site=scene.other_site, **terms) == []  # type: ignore[arg-type]
    assert len(population_of(site=scene.site, **terms)) == 1  # type: ignore[arg-type]
