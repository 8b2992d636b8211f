"""The table of what an act is worth to its place, row by row: each row of *Happened and owed* has its test by name.

What happened is always kept: a late act is recorded whatever it is worth; online, a refusal consumes nothing.
"""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mediation.actions.owed import answer_handover_at_use, settle_by_silence
from mediation.actions.recovery import recover
from mediation.actions.upload import upload_acts
from mediation.models import Label, QuarantinedAct, Redemption
from mediation.policies.redemption import (
    TicketBlocked,
    TicketExpired,
    TicketNotFunded,
    TicketNotReceived,
    TicketVoid,
    check_ticket_alive,
)
from mediation.states import Owed
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import end_of_day
from passnum.kit.errors import DomainError
from tests.lifecycle import Scene
from tests.mediation.actions.test_upload import scanned
from tests.mediation.contested import decisions, statuses, upload
from tests.mediation.revoked import lost_phone, queued, send
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.expiry import expire_wave
from vouchers.models import Booklet, ConfirmationOutcome, Handover, Ticket
from vouchers.states import TitleStatus

S = TitleStatus
ATTEMPT = "mediation_attempt"
Told = tuple[str, str]


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def late(scene: Scene, booklet: Booklet, rank: int = 0, *, minutes_ago: int = 60, here: bool = True) -> Redemption:
    """An hour told by a device's queue, so many minutes after it happened."""
    at = scene.tick()
    code = scene.codes(booklet)[rank]
    return upload(scene, code, happened_at=at - timedelta(minutes=minutes_ago), at=at, elsewhere=not here)


def last(redemption: Redemption) -> Told:
    return decisions(redemption.lines.get())[-1]


def hour_given_then(scene: Scene) -> Booklet:
    """A booklet in hand since a while: an hour may have been given before what comes next."""
    booklet = scene.in_hand()
    scene.tick(hours=3)
    return booklet


# Active, handed over, label and scope right at `happened_at`: payable.


def test_active_handed_over_label_and_scope_right_is_payable(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    online, offline = scene.redeem(scene.codes(booklet)[0]), late(scene, booklet, 1)
    assert last(online) == (Owed.PAYABLE, "REDEEMED")
    assert last(offline) == (Owed.PAYABLE, "LATE_ENTRY")
    assert statuses(booklet).count(S.REDEEMED) == 2
    check_register()


def test_label_and_scope_are_judged_at_the_date_of_the_act(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    Label.objects.filter(site=scene.site).update(ends_on=scene.now.date())
    scene.now += timedelta(days=2)
    assert last(late(scene, booklet, minutes_ago=2 * 24 * 60 + 60)) == (Owed.PAYABLE, "LATE_ENTRY")
    assert last(late(scene, booklet, 1)) == (Owed.REFUSED, "SITE_NOT_LABELLED")


# Funded and received by a distributor, but nobody recorded the hand-over: accepted, pending.


def noticed(scene: Scene, *, offline: bool) -> Redemption:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.tick(hours=3)
    return late(scene, booklet) if offline else scene.redeem(scene.codes(booklet)[0])


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
@pytest.mark.parametrize(
    ("outcome", "owed"),
    [
        (None, (Owed.PENDING_CONFIRMATION, "HANDOVER_AT_USE")),
        (ConfirmationOutcome.CONFIRMED, (Owed.PAYABLE, "HANDOVER_CONFIRMED")),
        (ConfirmationOutcome.BY_SILENCE, (Owed.PAYABLE, "HANDOVER_BY_SILENCE")),
        (ConfirmationOutcome.DENIED, (Owed.CONTESTED, "HANDOVER_DENIED")),
    ],
    ids=["pending", "confirmed", "by silence after 15 days", "denied"],
)
def test_handover_not_recorded_is_pending_until_the_distributor_answers(
    scene: Scene, offline: bool, outcome: ConfirmationOutcome | None, owed: Told
) -> None:
    redemption = noticed(scene, offline=offline)
    assert last(redemption)[0] == Owed.PENDING_CONFIRMATION
    handover = Handover.objects.get(booklet=redemption.lines.get().booklet_id)
    if outcome == ConfirmationOutcome.BY_SILENCE:
        assert settle_by_silence(at=handover.recorded_at + timedelta(days=15, microseconds=-1)) == 0
        assert settle_by_silence(at=handover.recorded_at + timedelta(days=15)) == 1
    elif outcome:
        answer_handover_at_use(handover=handover, outcome=outcome, by=scene.agent, at=scene.tick())
    found = last(redemption)
    assert found[0] == owed[0]
    assert found[1] == owed[1] or outcome is None
    check_register()


# Not funded, in transit, blocked, cancelled, expired at `happened_at`: refused with its sentence.


def unfunded(scene: Scene) -> Booklet:
    (booklet,) = scene.delivered((scene.ccas, 6, 1), funded=False)
    return booklet


def in_transit(scene: Scene) -> Booklet:
    order = scene.produced((scene.ccas, 6, 1))
    scene.fund(order)
    return Booklet.objects.get(order=order)


def blocked(scene: Scene) -> Booklet:
    booklet = scene.in_hand()
    scene.block(booklet)
    return booklet


def expired(scene: Scene) -> Booklet:
    booklet = scene.in_hand()
    end = end_of_day(scene.wave.redeemable_until)
    expire_wave(wave=scene.wave, by=scene.pilot, at=end + timedelta(minutes=1))
    scene.now = end + timedelta(hours=1)
    return booklet


NOT_GOOD: dict[str, tuple[Callable[[Scene], Booklet], type[DomainError]]] = {
    "not funded": (unfunded, TicketNotFunded),
    "in transit": (in_transit, TicketNotReceived),
    "blocked": (blocked, TicketBlocked),
    "expired": (expired, TicketExpired),
}


@pytest.mark.parametrize("case", NOT_GOOD)
def test_not_good_at_that_time_is_refused_online_and_recorded_offline(scene: Scene, case: str) -> None:
    make, refusal = NOT_GOOD[case]
    booklet = make(scene)
    scene.tick(hours=3)
    before = statuses(booklet)
    with refused(refusal, but=(ATTEMPT,)):
        scene.redeem(scene.codes(booklet)[0])
    kept = late(scene, booklet)
    assert last(kept)[0] == Owed.REFUSED
    assert kept.lines.get().movement is None
    assert statuses(booklet) == before
    check_register()


def test_what_was_cancelled_is_refused(scene: Scene) -> None:
    """No action cancels a produced booklet yet: the policy is asked alone (test_redemption.py has the whole order)."""
    ticket = Ticket.objects.select_related("booklet__wave").filter(booklet=scene.in_hand())[0]
    ticket.status = S.CANCELLED
    with pytest.raises(TicketVoid):
        check_ticket_alive(ticket, used=None, happened_at=scene.now)


# Same ticket at two sites: first recorded is payable, second contested.


def test_the_same_ticket_at_two_places_pays_the_first_recorded(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    first = late(scene, booklet, minutes_ago=10)
    second = late(scene, booklet, minutes_ago=90, here=False)  # it happened before, and was recorded after
    assert last(first) == (Owed.PAYABLE, "LATE_ENTRY")
    assert last(second) == (Owed.CONTESTED, "TICKET_ALREADY_REDEEMED")
    assert statuses(booklet).count(S.REDEEMED) == 1
    check_register()


# Happened before an opposition.


def test_before_an_opposition_not_reissued_is_payable(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    scene.block(booklet)
    assert last(late(scene, booklet)) == (Owed.PAYABLE, "LATE_ENTRY")
    assert statuses(booklet)[0] == S.REDEEMED
    check_register()


def test_before_an_opposition_reissued_and_unused_takes_the_hour_of_the_new_booklet(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    new = scene.reissue(scene.block(booklet))
    kept = late(scene, booklet)
    assert last(kept) == (Owed.PAYABLE, "REISSUED_UNUSED")
    assert statuses(new) == [S.REDEEMED, *[S.HANDED_OVER] * 4]
    assert kept.lines.get().booklet_id == new.pk
    check_register()


def test_before_an_opposition_reissued_and_used_is_contested(scene: Scene) -> None:
    booklet = hour_given_then(scene)
    new = scene.reissue(scene.block(booklet))
    scene.redeem(scene.codes(new)[0])
    kept = late(scene, booklet)
    assert last(kept) == (Owed.CONTESTED, "REISSUED_AND_USED")
    assert statuses(new).count(S.REDEEMED) == 1
    check_register()


# Typed offline (no signature): own cap, 2 hours per device per day by default; decided at upload.


def from_device(
    scene: Scene, *codes: str, device_id: uuid.UUID | None = None, skew: timedelta = timedelta()
) -> list[Told]:
    """What is owed for hours of one queue, an act for each."""
    device_id = device_id or uuid.uuid4()
    by = Actor(ActorKind.DEVICE, device_id, scene.operator.uid, Role.MEDIATOR.value)
    at = scene.tick(hours=2)
    queue = [queued(scene, code, happened_at=at - timedelta(minutes=60 + n)) for n, code in enumerate(codes)]
    results = upload_acts(queue=queue, device_id=device_id, by=by, at=at, sent_at=at - skew)
    assert [one.outcome for one in results] == ["recorded"] * len(codes)
    return [last(Redemption.objects.get(key=one.key)) for one in queue]


def test_typed_offline_has_its_own_cap_and_is_decided_at_upload(scene: Scene) -> None:
    booklet = scene.in_hand()
    typed, signed = scene.codes(booklet), scanned(scene, booklet)
    assert from_device(scene, *typed[:3], signed[3]) == [
        (Owed.PAYABLE, "LATE_ENTRY"),
        (Owed.PAYABLE, "LATE_ENTRY"),
        (Owed.CONTESTED, "OFFLINE_TYPED_CAP"),
        (Owed.PAYABLE, "LATE_ENTRY"),
    ]
    assert list(Redemption.objects.order_by("pk").values_list("typed_count", flat=True)) == [1, 1, 1, 0]
    assert statuses(booklet).count(S.REDEEMED) == 3
    check_register()


def test_typed_offline_a_ticket_that_is_not_good_is_refused_like_any_other(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.block(booklet)
    assert from_device(scene, scene.codes(booklet)[0]) == [(Owed.REFUSED, "TICKET_BLOCKED")]


# Device revoked, or clock skew above the limit: contested.


def test_a_revoked_device_is_contested(scene: Scene) -> None:
    booklet = scene.in_hand()
    act = queued(scene, scene.codes(booklet)[0], happened_at=scene.tick(hours=1))
    send(scene, lost_phone(scene), act)
    assert not Redemption.objects.exists()
    recover(aside=QuarantinedAct.objects.get(), reason="Vu ensemble", by=scene.manager, at=scene.tick())
    assert last(Redemption.objects.get(key=act.key)) == (Owed.CONTESTED, "DEVICE_REVOKED")
    assert statuses(booklet) == [S.HANDED_OVER] * 5
    check_register()


@pytest.mark.parametrize(
    ("skew", "owed"),
    [
        (timedelta(minutes=10), (Owed.PAYABLE, "LATE_ENTRY")),
        (timedelta(minutes=-10), (Owed.PAYABLE, "LATE_ENTRY")),
        (timedelta(minutes=10, seconds=1), (Owed.CONTESTED, "CLOCK_SKEW")),
        (timedelta(minutes=-10, seconds=-1), (Owed.CONTESTED, "CLOCK_SKEW")),
    ],
    ids=str,
)
def test_a_clock_out_of_step_is_contested(scene: Scene, skew: timedelta, owed: Told) -> None:
    booklet = scene.in_hand()
    assert from_device(scene, scanned(scene, booklet)[0], skew=skew) == [owed]
    assert statuses(booklet).count(S.REDEEMED) == (owed[0] == Owed.PAYABLE)
    check_register()


# Beside the table: what comes after the wave's last day of upload.


def test_uploaded_after_the_last_day_is_contested(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.now = end_of_day(scene.wave.uploads_until)
    happened = date(2026, 12, 15)
    days = (scene.now.date() - happened).days
    assert last(late(scene, booklet, minutes_ago=days * 24 * 60)) == (Owed.CONTESTED, "UPLOADED_TOO_LATE")
    check_register()
