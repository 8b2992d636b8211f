"""Every row of register.md, *Happened and owed*, that a late record can meet."""

import uuid
from datetime import timedelta

import pytest

from mediation.actions.late_entry import DateOutOfReach, attempt_late_entry
from mediation.models import Label, Redemption
from mediation.states import Owed
from tests.lifecycle import AN_HOUR, Scene
from vouchers.actions.expiry import expire_wave
from vouchers.models import Booklet, Ticket
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def late(scene: Scene, code: str, *, minutes_ago: int, offline: bool = True, **options: object) -> Redemption:
    at = scene.tick()
    return attempt_late_entry(
        codes=[code],
        site=options.pop("site", scene.site),  # type: ignore[arg-type]
        service=scene.service,
        details=AN_HOUR,
        happened_at=at - timedelta(minutes=minutes_ago),
        by=options.pop("by", scene.mediator),  # type: ignore[arg-type]
        at=at,
        key=uuid.uuid4(),
        is_offline=offline,
    )


def owed(redemption: Redemption) -> tuple[str, str, bool]:
    line = redemption.lines.get()
    decision = line.decisions.latest("rank")
    return decision.owed, decision.reason, line.movement_id is not None


def ticket_of(booklet: Booklet) -> Ticket:
    return Ticket.objects.filter(booklet=booklet).earliest("position")


def test_an_hour_given_in_time_is_payable(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.tick(hours=5)
    assert owed(late(scene, scene.codes(booklet)[0], minutes_ago=120)) == (Owed.PAYABLE, "LATE_ENTRY", True)


def test_the_second_place_to_record_a_ticket_is_contested(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    scene.tick(hours=5)
    scene.redeem(code)
    second = late(scene, code, minutes_ago=120, site=scene.other_site, by=scene.other_mediator)
    assert owed(second) == (Owed.CONTESTED, "TICKET_ALREADY_REDEEMED", False)
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1


def test_an_hour_before_the_opposition_is_payable_and_after_it_refused(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.tick(hours=5)
    scene.block(booklet)
    scene.tick(hours=5)
    assert owed(late(scene, codes[0], minutes_ago=60 * 8)) == (Owed.PAYABLE, "LATE_ENTRY", True)
    assert owed(late(scene, codes[1], minutes_ago=60)) == (Owed.REFUSED, "TICKET_BLOCKED", False)


def test_an_hour_before_a_reissue_takes_the_new_ticket_if_it_is_unused(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.tick(hours=5)
    new = scene.reissue(scene.block(booklet))
    scene.redeem(scene.codes(new)[1])
    first = late(scene, codes[0], minutes_ago=60)
    assert owed(first) == (Owed.PAYABLE, "REISSUED_UNUSED", True)
    assert ticket_of(new).status == TitleStatus.REDEEMED
    assert owed(late(scene, codes[1], minutes_ago=60)) == (Owed.CONTESTED, "REISSUED_AND_USED", False)


def test_an_hour_before_the_end_is_payable_after_expiry_and_later_is_refused(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.now = scene.now.replace(year=2027, month=1, day=31, hour=9)
    expire_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    day = 24 * 60
    assert owed(late(scene, codes[0], minutes_ago=2 * day)) == (Owed.PAYABLE, "LATE_ENTRY", True)
    assert owed(late(scene, codes[1], minutes_ago=1)) == (Owed.REFUSED, "TICKET_EXPIRED", False)
    scene.now = scene.now.replace(month=2, day=9)
    assert owed(late(scene, codes[2], minutes_ago=12 * day)) == (Owed.CONTESTED, "UPLOADED_TOO_LATE", False)


def test_a_place_without_label_that_day_is_recorded_but_not_owed(scene: Scene) -> None:
    booklet = scene.in_hand()
    Label.objects.filter(site=scene.site).update(
        ends_on=scene.now.date() - timedelta(days=1),
        ended_at=scene.now,
        ended_by_id=uuid.uuid4(),
        end_reason="Fermeture du lieu.",
    )
    scene.tick(hours=5)
    assert owed(late(scene, scene.codes(booklet)[0], minutes_ago=60)) == (Owed.REFUSED, "SITE_NOT_LABELLED", False)


def test_nobody_recorded_the_handover(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    scene.tick(hours=5)
    kept = late(scene, scene.codes(booklet)[0], minutes_ago=60)
    assert owed(kept) == (Owed.PENDING_CONFIRMATION, "LATE_ENTRY", True)


def test_a_paper_day_is_typed_within_the_delay_and_never_ahead(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.tick(days=20)
    for minutes_ago in (16 * 24 * 60, -10):
        with pytest.raises(DateOutOfReach):
            late(scene, scene.codes(booklet)[0], minutes_ago=minutes_ago, offline=False)
    assert owed(late(scene, scene.codes(booklet)[0], minutes_ago=3 * 24 * 60, offline=False))[0] == Owed.PAYABLE
