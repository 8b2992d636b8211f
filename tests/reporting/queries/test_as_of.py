"""What a pair (cut-off day, seal) lets in: what happened by the end of that day in Paris, and is sealed by then."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from mediation.actions.undo import undo_redemption
from mediation.models import SiteName
from mediation.states import UndoReason
from passnum.accounts.models import OrganisationName
from reporting.queries.as_of import AsOf, CutOffRefused, NothingSealed, SealUnknown, as_of, latest_seal, one_view
from reporting.queries.report import WaveReport
from reporting.queries.wave_report import wave_report
from tests.lifecycle import START, Scene
from tests.world import bare
from vouchers.actions.order import cancel_order
from vouchers.actions.wave import close_wave
from vouchers.models import Seal
from vouchers.register.sealer import seal_movements

scene = bare


def seal(scene: Scene) -> int:
    made = seal_movements(at=scene.tick())
    return made.number if made else latest_seal().number


def report(scene: Scene, day: date, number: int) -> WaveReport:
    return wave_report(wave=scene.wave, as_of=AsOf(day, number))


def hours(scene: Scene, day: date, number: int) -> int:
    return report(scene, day, number).figure("IR3.1").numerator


def last_minute(scene: Scene, instant: datetime) -> None:
    """The next act of the scene happens at this very instant."""
    scene.now = instant - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("day", "midnight"),
    [
        (date(2026, 3, 20), datetime(2026, 3, 20, 23, 0, tzinfo=UTC)),  # winter time: UTC + 1
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # eve of the day of 23 hours
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # the day of 23 hours
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),  # the day of 25 hours
    ],
    ids=["winter", "eve", "23 hours", "25 hours"],
)
def test_an_act_counts_until_midnight_in_paris(scene: Scene, day: date, midnight: datetime) -> None:
    codes = scene.codes(scene.in_hand())
    last_minute(scene, midnight - timedelta(minutes=1))
    scene.redeem(codes[0])
    last_minute(scene, midnight)
    scene.redeem(codes[1])
    number = seal(scene)
    assert hours(scene, day, number) == 1
    assert hours(scene, day + timedelta(days=1), number) == 2


def test_months_are_those_of_paris(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    last_minute(scene, datetime(2026, 4, 30, 21, 59, tzinfo=UTC))
    scene.redeem(codes[0])
    last_minute(scene, datetime(2026, 4, 30, 22, 0, tzinfo=UTC))
    scene.redeem(codes[1])
    table = report(scene, date(2026, 5, 2), seal(scene)).breakdown("month")
    assert {key: n for key, n in table.column("hours").items() if n} == {"2026-04": 1, "2026-05": 1}


def test_what_is_sealed_later_is_not_known_before(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0])
    first = seal(scene)
    before = report(scene, date(2026, 3, 2), first)
    scene.redeem(codes[1])
    assert hours(scene, date(2026, 3, 2), first) == 1, "an unsealed act counts"
    second = seal(scene)
    assert report(scene, date(2026, 3, 2), first) == before
    assert hours(scene, date(2026, 3, 2), second) == 2


def test_a_late_upload_is_an_amendment(scene: Scene) -> None:
    """A hand-over written down days after it happened belongs to its day, in a later seal."""
    booklets = scene.delivered((scene.ccas, 5, 2))
    scene.hand_over(booklets[0])
    day, first = scene.now.date(), seal(scene)
    scene.tick(days=4)
    scene.hand_over(booklets[1], happened_at=datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    second = seal(scene)
    assert report(scene, day, first).figure("IR1.1").denominator == 5
    assert report(scene, day, second).figure("IR1.1").denominator == 10


def test_an_act_taken_back_later_still_counts_for_its_day(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    last_minute(scene, datetime(2026, 3, 20, 22, 55, tzinfo=UTC))
    done = scene.redeem(codes[0])
    last_minute(scene, datetime(2026, 3, 20, 23, 5, tzinfo=UTC))
    undo_redemption(redemption=done, reason=UndoReason.WRONG_TICKET, by=scene.mediator, at=scene.tick(), key=uuid4())
    number = seal(scene)
    assert hours(scene, date(2026, 3, 20), number) == 1
    assert hours(scene, date(2026, 3, 21), number) == 0


def test_names_and_communes_are_those_known_then(scene: Scene) -> None:
    scene.redeem(scene.codes(scene.in_hand())[0])
    number, day = seal(scene), date(2026, 3, 20)
    before = report(scene, day, number)
    later = scene.tick(days=1)
    SiteName.objects.create(
        site=scene.site, name="Le Lieu rebaptisé", commune_code="92012", starts_on=date(2026, 1, 1), recorded_at=later
    )
    OrganisationName.objects.create(
        organisation=scene.ccas,
        name="CCAS renommé",
        commune_code="92012",
        starts_on=date(2026, 1, 1),
        recorded_at=later,
    )
    scene.site.name = "Autre nom"
    scene.site.save(update_fields=["name"])
    assert report(scene, day, number) == before
    scene.in_hand()
    after = report(scene, day, seal(scene))
    assert [row.label.text for row in after.breakdown("site").rows] == ["Le Lieu rebaptisé"]
    assert [row.label.text for row in after.breakdown("distributor").rows] == ["CCAS renommé"]
    assert list(after.breakdown("use_commune").column("hours")) == ["94028"], "the act keeps the commune of its day"
    assert list(after.breakdown("handover_commune").column("handed")) == ["92012"]


def test_a_name_to_come_is_not_used_yet(scene: Scene) -> None:
    scene.redeem(scene.codes(scene.in_hand())[0])
    SiteName.objects.create(
        site=scene.site, name="Nom d'été", commune_code="94028", starts_on=date(2026, 6, 1), recorded_at=START
    )
    number = seal(scene)
    assert report(scene, date(2026, 5, 31), number).breakdown("site").rows[0].label.text == "Le Lieu"
    assert report(scene, date(2026, 6, 1), number).breakdown("site").rows[0].label.text == "Nom d'été"


def test_a_reissue_cut_by_a_seal_loses_no_ticket(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two movements make a reissue: where a block of the register ends between them, the tickets wait, blocked."""
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    scene.reissue(scene.block(booklet))
    monkeypatch.setattr("vouchers.register.sealer.BLOCK_SIZE", 1)
    last = seal(scene)
    seen = set()
    for number in range(1, last + 1):
        one = report(scene, date(2026, 12, 31), number)
        assert one.ordered_tickets == 5
        assert one.ordered_booklets == 1
        states = {s.state: s.tickets for s in one.states if s.tickets}
        assert sum(states.values()) == 5
        seen.add(tuple(sorted(states)))
    assert ("BLOCKED", "REDEEMED") in seen
    final = report(scene, date(2026, 12, 31), last)
    assert {s.state: (s.booklets, s.tickets) for s in final.states if s.tickets} == {
        "HANDED_OVER": (1, 4),
        "REDEEMED": (0, 1),
    }
    assert final.figure("IR2.1").denominator == 1, "a replacement is no second booklet"


def test_a_replacement_used_up_completes_the_booklet(scene: Scene) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    new = scene.reissue(scene.block(booklet))
    for code in scene.codes(new):
        scene.redeem(code)
    one = report(scene, date(2026, 12, 31), seal(scene))
    assert (one.figure("IR2.1").numerator, one.figure("IR2.2").numerator) == (1, 1)
    assert one.figure("IR2.3").value == 500
    assert {s.state: s.booklets for s in one.states if s.booklets} == {"REDEEMED": 1}


def test_an_order_counts_from_its_approval(scene: Scene) -> None:
    scene.in_hand()
    scene.approved((scene.ccas, 6, 3))
    scene.draft((scene.ccas, 10, 7))
    number = seal(scene)
    assert report(scene, date(2026, 3, 1), number).ordered_tickets == 0
    one = report(scene, date(2026, 3, 2), number)
    assert one.ordered_tickets == 5 + 18
    assert one.states[0].tickets == 18


def test_a_pair_is_completed_with_today_and_the_latest_seal(scene: Scene) -> None:
    with pytest.raises(NothingSealed):
        latest_seal()
    with pytest.raises(NothingSealed):
        as_of(at=scene.now)
    scene.in_hand()
    number = seal(scene)
    at = datetime(2026, 3, 20, 23, 30, tzinfo=UTC)
    assert as_of(at=at) == AsOf(date(2026, 3, 21), number)
    assert as_of(at=at, cut_off_on=date(2026, 3, 1), seal_number=1) == AsOf(date(2026, 3, 1), 1)
    with pytest.raises(SealUnknown, match="le dernier est le n"):
        as_of(at=at, seal_number=number + 1)
    for day in (date(2026, 3, 22), date(2015, 12, 31), date.max, date.min):
        with pytest.raises(CutOffRefused):
            as_of(at=at, cut_off_on=day)


def test_the_hash_of_the_seal_is_quoted(scene: Scene) -> None:
    scene.in_hand()
    number = seal(scene)
    one = report(scene, date(2026, 3, 2), number)
    assert one.seal.hash == bytes(Seal.objects.get(number=number).hash).hex()
    assert one.seal.ends_before(date(2026, 3, 2))
    assert not one.seal.ends_before(date(2026, 3, 1))


def test_present_states_are_not_read(scene: Scene) -> None:
    """Titles, orders and wave move on; a pair that does not know it says what it said."""
    booklet, other = scene.in_hand(), scene.in_hand()
    waiting = scene.approved((scene.ccas, 5, 3))
    scene.redeem(scene.codes(booklet)[0])
    day, number = scene.now.date(), seal(scene)
    before = report(scene, day, number)
    scene.tick(days=1)
    scene.redeem(*scene.codes(booklet)[1:], minutes=240)
    scene.reissue(scene.block(other))
    cancel_order(order=waiting, by=scene.pilot, at=scene.tick())
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    assert report(scene, day, number) == before
    later = seal(scene)
    assert report(scene, day, later).states == before.states, "what happens the day after is not of that day"
    assert hours(scene, day + timedelta(days=1), later) == 5


@pytest.mark.django_db
def test_a_report_is_read_in_one_view() -> None:
    with one_view(), one_view():
        assert Seal.objects.count() == 0


@time_machine.travel(datetime(2026, 3, 20, 12, 0, tzinfo=UTC), tick=False)
def test_produced_tickets_are_ordered(scene: Scene) -> None:
    """What the register shows produced was ordered, even where the step that says so is not known."""
    scene.now = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
    scene.produced((scene.ccas, 5, 2))
    number = seal(scene)
    one = report(scene, date(2026, 3, 20), number)
    assert one.ordered_tickets == 10
    assert {s.state: s.tickets for s in one.states if s.tickets} == {"PRODUCED": 10}
