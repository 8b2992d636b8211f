"""Which reason is told first when several forbid an hour; a refusal leaves its attempt and nothing else."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from mediation.actions.redemption import attempt_redemption
from mediation.coop import ActType
from mediation.models import Attempt, Label, Redemption, Service, WaveScope
from mediation.policies.redemption import (
    ActTooShort,
    PlaceNotBought,
    ServiceNotBought,
    SiteNotLabelled,
    TicketAlreadyRedeemed,
    TicketBlocked,
    TicketExpired,
    TicketNotFunded,
    TicketNotReceived,
    TicketReplaced,
    TicketUnknown,
    TicketVoid,
    TooManyTickets,
    WaveNotOpenYet,
    check_ticket_alive,
)
from passnum.kit.clock import end_of_day, start_of_day
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.errors import DomainError
from tests.lifecycle import AN_HOUR, Scene
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.actions.expiry import expire_wave
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, Ticket, Wave
from vouchers.states import TitleStatus

ATTEMPT = "mediation_attempt"


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def redeem(scene: Scene, *codes: str, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "site": scene.site,
        "service": scene.service,
        "details": AN_HOUR,
        "by": scene.mediator,
        "at": scene.tick(),
        "key": uuid.uuid4(),
    }
    return attempt_redemption(codes=codes, **(given | terms))


def close(scene: Scene, wave: Wave) -> None:
    close_wave(wave=Wave.objects.get(pk=wave.pk), by=scene.pilot, at=scene.tick())


def unlabelled(scene: Scene) -> None:
    """From here on the place has no label: a later reason, which must not be told before an earlier one."""
    Label.objects.filter(site=scene.site).update(
        ends_on=date(2026, 1, 31), ended_at=scene.now, ended_by_id=uuid.uuid4(), end_reason="Fermeture."
    )


def unknown(scene: Scene) -> str:
    letters = "ZZZZZZZZZZZZ"
    return letters + check_letter(letters)


def replaced(scene: Scene) -> str:
    booklet = scene.in_hand()
    scene.reissue(scene.block(booklet))
    return scene.codes(booklet)[0]


def used_then_blocked(scene: Scene) -> str:
    booklet = scene.in_hand()
    code = scene.codes(booklet)[0]
    scene.redeem(code)
    scene.block(booklet)
    return code


def blocked_then_past(scene: Scene) -> str:
    booklet = scene.in_hand()
    scene.block(booklet)
    scene.now = end_of_day(scene.wave.redeemable_until)
    return scene.codes(booklet)[0]


def past_at_the_printer(scene: Scene) -> str:
    booklet = scene.produced((scene.ccas, 5, 1)).booklets.get()
    scene.now = end_of_day(scene.wave.redeemable_until)
    return scene.codes(booklet)[0]


def expired(scene: Scene) -> str:
    wave = scene.make_wave(2, valid_until=date(2026, 3, 3), grace_days=0)
    booklet = scene.in_hand(wave=wave)
    scene.now = end_of_day(wave.valid_until)
    expire_wave(wave=wave, by=scene.pilot, at=scene.tick())
    return scene.codes(booklet)[0]


def at_the_printer_of_a_closed_wave(scene: Scene) -> str:
    booklet = scene.produced((scene.ccas, 5, 1)).booklets.get()
    close(scene, scene.wave)
    return scene.codes(booklet)[0]


def unfunded_of_a_closed_wave(scene: Scene) -> str:
    (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    scene.hand_over(booklet)
    close(scene, scene.wave)
    return scene.codes(booklet)[0]


def before_the_wave_begins(scene: Scene) -> str:
    booklet = scene.in_hand(wave=scene.make_wave(2, valid_from=date(2026, 6, 1)))
    return scene.codes(booklet)[0]


def unfunded(scene: Scene) -> str:
    (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    scene.hand_over(booklet)
    return scene.codes(booklet)[0]


def unfunded_in_stock(scene: Scene) -> str:
    (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    return scene.codes(booklet)[0]


def not_bought(scene: Scene) -> str:
    WaveScope.objects.create(wave=scene.wave, commune_code="92012")
    return scene.codes(scene.in_hand())[0]


CASES: list[tuple[Callable[[Scene], str], type[DomainError]]] = [
    (unknown, TicketUnknown),
    (replaced, TicketReplaced),
    (used_then_blocked, TicketAlreadyRedeemed),
    (blocked_then_past, TicketBlocked),
    (past_at_the_printer, TicketExpired),
    (expired, TicketExpired),
    (at_the_printer_of_a_closed_wave, TicketNotReceived),
    (unfunded_of_a_closed_wave, WaveNotOpenYet),
    (before_the_wave_begins, WaveNotOpenYet),
    (unfunded, TicketNotFunded),
    (unfunded_in_stock, TicketNotFunded),
    (not_bought, SiteNotLabelled),
]


@pytest.mark.parametrize(("story", "reason"), CASES)
def test_the_first_reason_is_told_and_the_attempt_kept(
    scene: Scene, story: Callable[[Scene], str], reason: type[DomainError]
) -> None:
    code = story(scene)
    unlabelled(scene)
    attempts = Attempt.objects.count()
    with refused(reason, but=(ATTEMPT,)):
        redeem(scene, code, details=replace(AN_HOUR, minutes=1))  # too short, too: the last reason of all
    attempt = Attempt.objects.latest("pk")
    assert Attempt.objects.count() == attempts + 1
    assert (attempt.is_accepted, attempt.reason, len(attempt.digests)) == (False, reason.code, 1)
    assert code not in str(Attempt.objects.values()[0])
    check_register()


@pytest.mark.parametrize("status", [TitleStatus.CANCELLED, TitleStatus.DESTROYED])
def test_what_was_cancelled_or_destroyed_is_void_even_past_its_date(scene: Scene, status: TitleStatus) -> None:
    """No action leads there yet: the policy already knows what to say."""
    ticket = Ticket(booklet=scene.in_hand(), position=1, status=status)
    for at in (scene.now, end_of_day(scene.wave.redeemable_until)):
        with pytest.raises(TicketVoid):
            check_ticket_alive(ticket, used=None, happened_at=at)


def test_one_bad_ticket_keeps_the_whole_basket(scene: Scene) -> None:
    good, bad = scene.in_hand(), scene.in_hand()
    code = scene.codes(bad)[0]
    scene.redeem(code)
    with refused(TicketAlreadyRedeemed, but=(ATTEMPT,)):
        redeem(scene, scene.codes(good)[0], code, details=replace(AN_HOUR, minutes=120))


def test_the_place_is_told_where_a_ticket_was_used_only_if_it_was_there(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    scene.redeem(code)
    with refused(TicketAlreadyRedeemed, but=(ATTEMPT,)) as here:
        redeem(scene, code)
    with refused(TicketAlreadyRedeemed, but=(ATTEMPT,)) as elsewhere:
        redeem(scene, code, site=scene.other_site, by=scene.other_mediator)
    assert "le 02/03/2026 dans votre lieu" in here.value.sentence
    assert "le 02/03/2026." in elsewhere.value.sentence


def test_what_a_wave_buys(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    ended = Service.objects.create(
        code="fini",
        name="Fini",
        theme=scene.service.theme,
        label_reference="F",
        starts_on=date(2020, 1, 1),
        ends_on=scene.now.date() - timedelta(days=1),
    )
    with refused(ServiceNotBought, but=(ATTEMPT,)):
        redeem(scene, codes[0], service=ended)
    bought = Service.objects.create(
        code="paye", name="Payé", theme=scene.service.theme, label_reference="P", starts_on=date(2020, 1, 1)
    )
    WaveScope.objects.create(wave=scene.wave, service=bought)
    with refused(ServiceNotBought, but=(ATTEMPT,)):
        redeem(scene, codes[0])
    redeem(scene, codes[0], service=bought)
    WaveScope.objects.create(wave=scene.wave, site=scene.other_site)
    with refused(PlaceNotBought, but=(ATTEMPT,)):
        redeem(scene, codes[1], service=bought)
    WaveScope.objects.create(wave=scene.wave, site=scene.site)
    redeem(scene, codes[1], service=bought)
    WaveScope.objects.create(wave=scene.wave, commune_code="92012")
    with refused(PlaceNotBought, but=(ATTEMPT,)):
        redeem(scene, codes[2], service=bought)
    redeem(scene, codes[2], service=bought, site=scene.other_site, by=scene.other_mediator)


def test_a_label_holds_its_last_day_whole_in_paris(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    last = date(2026, 3, 29)  # a day of 23 hours
    Label.objects.filter(site=scene.site).update(
        ends_on=last, ended_at=scene.now, ended_by_id=uuid.uuid4(), end_reason="Fermeture."
    )
    redeem(scene, codes[0], at=end_of_day(last) - timedelta(microseconds=1))
    with refused(SiteNotLabelled, but=(ATTEMPT,)):
        redeem(scene, codes[1], at=end_of_day(last))


def test_the_first_and_last_hours_of_a_wave(scene: Scene) -> None:
    wave = scene.make_wave(2, valid_from=date(2026, 3, 29), valid_until=date(2026, 9, 25), grace_days=30)
    codes = scene.codes(scene.in_hand(wave=wave))
    with refused(WaveNotOpenYet, but=(ATTEMPT,)):
        redeem(scene, codes[0], at=start_of_day(date(2026, 3, 29)) - timedelta(microseconds=1))
    redeem(scene, codes[0], at=start_of_day(date(2026, 3, 29)))
    end = end_of_day(date(2026, 10, 25))  # the grace ends with a day of 25 hours
    redeem(scene, codes[1], at=end - timedelta(microseconds=1))
    with refused(TicketExpired, but=(ATTEMPT,)) as refusal:
        redeem(scene, codes[2], at=end)
    assert "25/10/2026" in refusal.value.sentence


LENGTHS = [
    # minutes, type, tickets per booklet, outcome
    (44, ActType.INDIVIDUEL, (1,), ActTooShort),
    (45, ActType.INDIVIDUEL, (1,), None),
    (60, ActType.INDIVIDUEL, (2,), TooManyTickets),
    (61, ActType.INDIVIDUEL, (2,), None),
    (120, ActType.INDIVIDUEL, (3,), TooManyTickets),
    (60, ActType.INDIVIDUEL, (1, 1), TooManyTickets),  # one person, whatever the booklets
    (120, ActType.INDIVIDUEL, (1, 1), None),
    (60, ActType.COLLECTIF, (1, 1), None),  # in a workshop, a booklet stands for a person
    (60, ActType.COLLECTIF, (2, 1), TooManyTickets),
    (90, ActType.COLLECTIF, (2, 2), None),
]


@pytest.mark.parametrize(("minutes", "kind", "tickets", "reason"), LENGTHS, ids=str)
def test_hours_are_rounded_up_per_person(
    scene: Scene, minutes: int, kind: str, tickets: tuple[int, ...], reason: type[DomainError] | None
) -> None:
    codes = [c for count in tickets for c in scene.codes(scene.in_hand())[:count]]
    details = replace(AN_HOUR, minutes=minutes, type=kind)
    if reason is None:
        assert sum(x.tickets_count for x in redeem(scene, *codes, details=details).lines.all()) == sum(tickets)
    else:
        with refused(reason, but=(ATTEMPT,)):
            redeem(scene, *codes, details=details)


def test_a_noticed_handover_is_forgotten_when_the_hour_is_refused(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    unlabelled(scene)
    with refused(SiteNotLabelled, but=(ATTEMPT,)):
        redeem(scene, scene.codes(booklet)[0])
    assert Booklet.objects.get(pk=booklet.pk).status == "IN_STOCK"
