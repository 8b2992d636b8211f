from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from tests.staff import filled, text_of
from tests.world import stocked
from vouchers.actions.expiry import expire_wave
from vouchers.actions.funding import add_funding_line
from vouchers.actions.order import LineInput, approve_order, create_order, submit_order
from vouchers.actions.shipment import send_booklets
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, FundingBase, Handover, HandoverProfile, Movement, Ticket
from vouchers.publics import TargetPublic
from vouchers.states import TitleStatus

START = reverse("vouchers:handover")
TAPS = {
    "target_public": "seniors",
    "age_band": "soixante_soixante_neuf",
    "gender": "feminin",
    "social_status": "retraite",
    "commune_code": "94028",
    "language": "fr",
    "lives_in_qpv": "non_communique",
    "carrier": "PERSON",
}


def taps_url(booklet: Booklet) -> str:
    return reverse("vouchers:handover_booklet", args=[booklet.wave.number, booklet.number])


def given(desk: Client, booklet: Booklet, **changes: str) -> Handover:
    """The agent hands a booklet over by the page."""
    page = desk.get(taps_url(booklet))
    done = desk.post(taps_url(booklet), filled(page, **(TAPS | changes)))
    assert done.status_code == 302, text_of(done)
    return Handover.objects.get(uid=done["Location"].rstrip("/").rsplit("/", 1)[-1])


scene = stocked


@pytest.fixture
def booklet(scene: Scene) -> Booklet:
    return scene.delivered((scene.ccas, 5, 2))[0]


def test_a_scan_and_four_taps_give_a_receipt(scene, desk, booklet) -> None:
    led = desk.post(START, {"carnet": printed_addresses(booklet)[0]})
    assert led["Location"] == taps_url(booklet)
    page = desk.get(led["Location"])
    assert "5 heures" in text_of(page)
    assert "31 décembre 2026" in text_of(page)
    assert "(signe : carré)" in text_of(page), "the shape printed on that wave's paper"
    done = desk.post(led["Location"], filled(page, **TAPS), follow=True)
    handover = Handover.objects.get(booklet=booklet)
    assert handover.receipt in text_of(done)
    assert "Carnet remis" in text_of(done)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER


@pytest.mark.parametrize("kind", ["number", "short number", "code", "reference", "qr"])
def test_a_booklet_is_read_from_whatever_is_at_hand(scene, desk, booklet, kind) -> None:
    ticket = Ticket.objects.get(booklet=booklet, position=3)
    text = {
        "number": booklet.label,
        "short number": f"1 - {booklet.number}",
        "code": scene.codes(booklet)[2].lower(),
        "reference": ticket.ref,
        "qr": printed_addresses(booklet)[2],
    }[kind]
    assert desk.post(START, {"carnet": text})["Location"] == taps_url(booklet)


def test_what_was_answered_is_kept_and_holds_no_name(desk, booklet) -> None:
    handover = given(desk, booklet, lives_in_qpv="oui", had_one_already="on", carrier="GUARDIAN", language="ar")
    profile = HandoverProfile.objects.get(handover=handover)
    kept = (profile.target_public, profile.age_band, profile.gender, profile.social_status)
    assert kept == ("seniors", "soixante_soixante_neuf", "feminin", "retraite")
    assert (profile.lives_in_qpv, profile.language, profile.commune_code) == (True, "ar", "94028")
    assert (handover.had_one_already, handover.carrier, handover.is_late_entry) == (True, "GUARDIAN", False)


def test_nothing_is_chosen_beforehand_but_what_is_the_desks(desk, booklet) -> None:
    page = desk.get(taps_url(booklet)).content.decode()
    checked = [tag for tag in page.split("<input")[1:] if "checked" in tag.split(">")[0]]
    assert sorted(tag.split('name="')[1].split('"')[0] for tag in checked) == ["carrier", "lives_in_qpv"]
    assert '<option value="94028" selected>Créteil' in page
    assert '<option value="fr" selected>' in page


def test_every_public_of_the_standard_can_be_chosen_once(desk, booklet) -> None:
    page = desk.get(taps_url(booklet)).content.decode()
    offered = [tag.split('value="')[1].split('"')[0] for tag in page.split('name="target_public"')[1:]]
    assert sorted(offered) == sorted(TargetPublic.values)


def test_the_publics_that_a_co_funder_aims_at_come_first(scene, desk, booklet) -> None:
    add_funding_line(
        order=booklet.order,
        co_funder=scene.metropole,
        is_state=False,
        rate_points=5000,
        ceiling_cents=100_00,
        base=FundingBase.USED,
        target_publics=["femmes"],
        by=scene.pilot,
        at=scene.tick(),
    )
    page = desk.get(taps_url(booklet)).content.decode()
    assert page.index('value="femmes"') < page.index('value="demandeur-emploi-peu-qualifie"')


def test_the_funders_words_are_before_the_eyes(scene, desk) -> None:
    order = create_order(
        wave=scene.wave,
        funder=scene.funder,
        lines=[LineInput(scene.ccas, 5, 1)],
        siret="00000020800017",
        eligible_publics="Habitants du quartier des Bleuets",
        letter="Bienvenue <b>à tous</b>",
        perimeter="Le square <i>seul</i>",
        handed_over_until=date(2026, 3, 1),
        by=scene.buyer,
        at=scene.tick(),
        key=uuid4(),
    )
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    scene.proved(order)
    scene.approved = lambda *lines, wave=None: order  # the rest of the way is the scene's own
    (booklet,) = scene.delivered()
    page = desk.get(taps_url(booklet))
    assert "Habitants du quartier des Bleuets" in text_of(page)
    assert "Bienvenue <b>à tous</b>" in text_of(page)
    assert "Le square <i>seul</i>" in text_of(page)
    assert "jusqu’au 1er mars 2026" in text_of(page), "the day is past: it informs, the taps are there"
    assert 'name="target_public"' in page.content.decode()
    assert "<b>à tous" not in page.content.decode(), "what people wrote is only text"


def test_a_booklet_that_nobody_paid_for_yet_is_announced(scene, desk, booklet) -> None:
    (unfunded,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    assert "Ce carnet n’est pas encore financé" in text_of(desk.get(taps_url(unfunded)))
    assert "pas encore financé" not in text_of(desk.get(taps_url(booklet)))


# --- refusals


def _other_stock(scene: Scene, booklet: Booklet) -> Booklet:
    return scene.delivered((scene.other_ccas, 5, 1))[0]


def _in_transit(scene: Scene, booklet: Booklet) -> Booklet:
    produced = Booklet.objects.get(order=scene.produced((scene.ccas, 5, 1)))
    send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(produced.number, produced.number)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    return produced


def _handed_over(scene: Scene, booklet: Booklet) -> Booklet:
    scene.hand_over(booklet)
    return booklet


def _blocked(scene: Scene, booklet: Booklet) -> Booklet:
    scene.block(booklet)
    return booklet


def _closed(scene: Scene, booklet: Booklet) -> Booklet:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    return booklet


REFUSED = {
    "another's": (_other_stock, 404, "Ce carnet n’est pas dans votre stock."),
    "not received": (_in_transit, 409, "Ce carnet est dans un envoi que vous n’avez pas encore reçu."),
    "given": (_handed_over, 409, "Ce carnet a déjà été remis."),
    "blocked": (_blocked, 409, "Ce carnet est en opposition"),
    "closed wave": (_closed, 409, "La vague « Vague 1 » n’est pas ouverte"),
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_booklet_that_may_not_be_given_is_refused_at_once_in_one_sentence(scene, desk, booklet, case) -> None:
    prepare, status, sentence = REFUSED[case]
    refused = prepare(scene, booklet)
    acts = Movement.objects.count()
    by_scan = desk.post(START, {"carnet": refused.label})
    assert by_scan.status_code == status
    assert sentence in text_of(by_scan)
    assert f'value="{refused.label}"' in by_scan.content.decode(), "what was typed is kept"
    assert desk.get(taps_url(refused)).status_code == status
    sent = desk.post(taps_url(refused), {"key": "7f2c8a90-0f0e-4a55-9b1e-1f1a2b3c4d5e", **TAPS})
    assert sent.status_code == status
    assert sentence in text_of(sent)
    assert Movement.objects.count() == acts


def test_a_booklet_past_its_date_is_refused(scene, browser, booklet, clock) -> None:
    clock.move_to(scene.now.replace(year=2027, month=2, day=20))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    expire_wave(wave=scene.wave, by=scene.pilot, at=scene.now.replace(year=2027, month=2, day=19))
    assert "sa date limite est passée" in text_of(desk.post(START, {"carnet": booklet.label}))


def test_an_unknown_number_and_anothers_look_alike(scene, desk, booklet) -> None:
    other = _other_stock(scene, booklet)
    unknown = "1-9999999"
    pages = [text_of(desk.post(START, {"carnet": number})) for number in (other.label, unknown)]
    assert pages[0].replace(other.label, "N") == pages[1].replace(unknown, "N")
    key = "7f2c8a90-0f0e-4a55-9b1e-1f1a2b3c4d5e"
    urls = [taps_url(other), reverse("vouchers:handover_booklet", args=[1, 9999999])]
    for bodies in (
        [desk.get(u) for u in urls],
        [desk.post(u, {"key": key, **TAPS}) for u in urls],
        [desk.post(u) for u in urls],
    ):
        assert {b.status_code for b in bodies} == {404}
        texts = [text_of(b).replace(other.label, "N").replace(unknown, "N") for b in bodies]
        assert texts[0] == texts[1]


def test_numbers_beyond_reason_are_unknown_too(desk) -> None:
    assert desk.get("/remettre/99999999999999/1/").status_code == 404
    assert desk.get(f"/remettre/1-{10**30}/").status_code == 404
    assert desk.post(START, {"carnet": "x" * 2000}).status_code == 422


def test_half_a_number_is_told_with_an_example(scene, desk, booklet) -> None:
    told = desk.post(START, {"carnet": str(booklet.number)})
    assert told.status_code == 422
    assert "Ce numéro n’est pas entier : tapez-le comme sur la couverture" in text_of(told)


def test_a_mistyped_code_is_told_and_kept_a_scanned_one_is_not(scene, desk, booklet) -> None:
    code = scene.codes(booklet)[0]
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    typed = desk.post(START, {"carnet": wrong})
    assert "erreur de saisie" in text_of(typed)
    assert wrong in typed.content.decode()
    scene.hand_over(booklet)
    scanned = printed_addresses(booklet)[0]
    page = desk.post(START, {"carnet": scanned})
    assert "déjà été remis" in text_of(page)
    assert scanned not in page.content.decode(), "the next scan would be added to it"


def test_an_empty_field_is_told(desk) -> None:
    page = desk.post(START, {"carnet": "  "})
    assert page.status_code == 422
    assert "Scannez un carnet, ou tapez son numéro." in text_of(page)


@pytest.mark.parametrize("name", ["target_public", "age_band", "gender", "social_status"])
def test_a_missing_tap_is_asked_and_the_others_are_kept(desk, booklet, name) -> None:
    page = desk.get(taps_url(booklet))
    answers = {k: v for k, v in TAPS.items() if k != name}
    again = desk.post(taps_url(booklet), filled(page, **answers))
    assert again.status_code == 422
    assert "« Non communiqué » est une réponse" in text_of(again)
    shown = again.content.decode()
    for other in {"target_public", "age_band", "gender", "social_status"} - {name}:
        tags = [t.split(">")[0] for t in shown.split("<input") if f'name="{other}"' in t.split(">")[0]]
        assert [t for t in tags if "checked" in t and f'value="{TAPS[other]}"' in t], other
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK
    assert desk.post(taps_url(booklet), filled(again, **TAPS)).status_code == 302


def test_an_answer_outside_the_lists_is_refused(desk, booklet) -> None:
    page = desk.get(taps_url(booklet))
    for change in ({"target_public": "riches"}, {"commune_code": "13055"}, {"carrier": "CHIEN"}, {"language": "xx"}):
        assert desk.post(taps_url(booklet), filled(page, **(TAPS | change))).status_code == 422


def test_enter_shows_the_answers_again_and_records_nothing(desk, booklet) -> None:
    """A hand scanner ends with Enter, which presses the first enabled button of the form, here not an answer."""
    page = desk.get(taps_url(booklet))
    first_button = page.content.decode().split('class="taps"')[1].split("<button ")[1].split(">")[0]
    assert 'name="enter"' in first_button
    assert not {"disabled", "hidden", "type"} & set(first_button.split())
    again = desk.post(taps_url(booklet), filled(page, **TAPS, enter=""))
    assert again.status_code == 422
    assert not Handover.objects.exists()
    assert desk.post(taps_url(booklet), filled(again, **TAPS)).status_code == 302


def test_the_same_form_sent_twice_counts_once(desk, booklet) -> None:
    page = desk.get(taps_url(booklet))
    body = filled(page, **TAPS)
    first, second = (desk.post(taps_url(booklet), body) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Handover.objects.filter(booklet=booklet).count() == 1


def test_the_same_form_with_other_answers_is_told(desk, booklet) -> None:
    body = filled(desk.get(taps_url(booklet)), **TAPS)
    desk.post(taps_url(booklet), body)
    page = desk.post(taps_url(booklet), body | {"gender": "masculin"})
    assert page.status_code == 409
    assert "numéro d’une autre demande" in text_of(page)


def test_a_number_of_request_that_was_tampered_with_is_told(desk, booklet) -> None:
    page = desk.post(taps_url(booklet), {"key": "abc", **TAPS})
    assert page.status_code == 422
    assert "rechargez-la" in text_of(page)


# --- paper days


def test_a_sheet_of_the_day_before_yesterday_is_entered_with_its_date(scene, browser, booklet, clock) -> None:
    clock.shift(timedelta(days=3))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    handover = given(desk, booklet, declared_on=(scene.now.date() + timedelta(days=1)).isoformat())
    assert handover.is_late_entry
    assert handover.happened_at.date() == date(2026, 3, 3)
    assert "Saisie différée" in text_of(desk.get(START))


@pytest.mark.parametrize("days", [-40, 1])
def test_a_day_too_old_or_to_come_is_refused_with_everything_kept(desk, booklet, days, scene) -> None:
    page = desk.get(taps_url(booklet))
    day = (scene.now.date() + timedelta(days=days)).isoformat()
    again = desk.post(taps_url(booklet), filled(page, **(TAPS | {"declared_on": day})))
    assert again.status_code == 422
    assert "saisie différée est possible pendant 15 jours" in text_of(again)
    assert f'value="{day}"' in again.content.decode()
    assert again.content.decode().count(" checked") == 6


def test_after_the_date_limit_a_sheet_of_before_may_still_be_entered(scene, browser, booklet, clock) -> None:
    clock.move_to(scene.now.replace(year=2027, month=1, day=5))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    page = desk.get(taps_url(booklet))
    assert page.status_code == 200
    today = desk.post(taps_url(booklet), filled(page, **TAPS))
    assert today.status_code == 409
    assert "sa date limite est passée" in text_of(today)
    assert desk.post(taps_url(booklet), filled(page, **(TAPS | {"declared_on": "2026-12-30"}))).status_code == 302


# --- after the hand-over


def test_the_agent_takes_a_hand_over_back_within_the_hour(desk, booklet, clock) -> None:
    handover = given(desk, booklet)
    done = desk.get(reverse("vouchers:handover_done", args=[handover.uid]))
    assert "Annuler cette remise" in text_of(done)
    clock.shift(timedelta(minutes=59))
    undone = desk.post(reverse("vouchers:handover_undo", args=[handover.uid]), follow=True)
    assert "Remise annulée" in text_of(undone)
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.IN_STOCK
    assert not HandoverProfile.objects.filter(handover=handover).exists()
    assert given(desk, booklet).receipt != handover.receipt


def test_an_hour_later_it_is_too_late(desk, booklet, clock) -> None:
    handover = given(desk, booklet)
    clock.shift(timedelta(minutes=61))
    assert "Annuler cette remise" not in text_of(desk.get(reverse("vouchers:handover_done", args=[handover.uid])))
    page = desk.post(reverse("vouchers:handover_undo", args=[handover.uid]))
    assert page.status_code == 409
    assert "plus d’une heure" in text_of(page)


def test_a_colleague_sees_the_receipt_but_takes_nothing_back(scene, browser, desk, booklet) -> None:
    handover = given(desk, booklet)
    colleague = browser(scene.ccas, Role.DISTRIBUTOR)
    done = colleague.get(reverse("vouchers:handover_done", args=[handover.uid]))
    assert handover.receipt in text_of(done)
    assert "Annuler cette remise" not in text_of(done)
    assert colleague.post(reverse("vouchers:handover_undo", args=[handover.uid])).status_code == 403
    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER


def test_once_a_ticket_was_used_the_hand_over_stays(scene, desk, booklet) -> None:
    handover = given(desk, booklet)
    scene.now += timedelta(hours=4)
    scene.redeem(scene.codes(booklet)[0])
    page = desk.post(reverse("vouchers:handover_undo", args=[handover.uid]))
    assert "déjà été utilisé" in text_of(page)


@pytest.mark.parametrize("name", ["handover_done", "receipt", "handover_undo"])
def test_the_hand_over_of_another_desk_does_not_exist(scene, browser, desk, booklet, name) -> None:
    handover = given(desk, booklet)
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    act = stranger.post if name == "handover_undo" else stranger.get
    theirs = act(reverse(f"vouchers:{name}", args=[handover.uid]))
    none = act(reverse(f"vouchers:{name}", args=["7f2c8a90-0f0e-4a55-9b1e-1f1a2b3c4d5e"]))
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs) == text_of(none)


def test_the_receipt_tells_numbers_and_dates_and_nothing_of_the_person(desk, booklet) -> None:
    handover = given(desk, booklet)
    receipt = text_of(desk.get(reverse("vouchers:receipt", args=[handover.uid])))
    for told in (handover.receipt, booklet.label, "31 décembre 2026", "CCAS de Créteil"):
        assert told in receipt
    for silent in ("Senior", "Femme", "Retraité", "60 - 69"):
        assert silent not in receipt


def test_the_next_booklet_is_scanned_from_the_receipt_itself(desk, booklet) -> None:
    done = desk.get(reverse("vouchers:handover_done", args=[given(desk, booklet).uid])).content.decode()
    form = done.split(f'action="{START}"')[1].split("</form>")[0]
    assert 'name="carnet"' in form
    assert "data-scan" in form and "autofocus" not in form  # the script gives it the focus without scrolling


def test_looking_writes_nothing(desk, booklet) -> None:
    handover = given(desk, booklet)
    before = (AuditEntry.objects.count(), Movement.objects.count())
    for url in (START, taps_url(booklet), reverse("vouchers:handover_done", args=[handover.uid])):
        desk.get(url)
    desk.post(START, {"carnet": booklet.label})
    assert (AuditEntry.objects.count(), Movement.objects.count()) == before


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.DISTRIBUTOR])
def test_only_a_distributors_agent_stands_at_the_desk(scene, browser, booklet, role) -> None:
    client = browser(scene.ccas, role)
    assert client.get(START).status_code == 403
    assert client.post(taps_url(booklet), TAPS).status_code == 403


def test_a_passer_by_is_sent_to_sign_in(client, booklet) -> None:
    assert client.get(START)["Location"].startswith("/compte/connexion/")
    assert client.post(taps_url(booklet), TAPS)["Location"].startswith("/compte/connexion/")
