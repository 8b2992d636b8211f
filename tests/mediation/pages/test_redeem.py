"""The counter, through HTTP and without script: check consumes nothing, then one tap uses the hours."""

import html
import re
from uuid import UUID

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from mediation.models import Attempt, Redemption
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene, site_of
from vouchers.models import Ticket
from vouchers.states import TitleStatus

PAGE = "/utiliser/"


def text_of(response: HttpResponse) -> str:
    """What a person reads, on one line."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(bare))


def field(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    tag = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert tag, f"no hidden field {name}"
    return html.unescape(tag.group(1))


def check(client: Client, *codes: str) -> HttpResponse:
    return client.post(PAGE, {"step": "check", "codes": "\r\n".join(codes)})


def use(client: Client, checked: HttpResponse, scene: Scene, **more: object) -> HttpResponse:
    sent = {
        "step": "redeem",
        "codes": field(checked, "codes"),
        "key": field(checked, "key"),
        "service": scene.service.code,
        "minutes": "60",
        "type": "individuel",
        "place_type": "lieu_activite",
    }
    return client.post(PAGE, {**sent, **more})


def used() -> int:
    return Ticket.objects.filter(status=TitleStatus.REDEEMED).count()


def test_check_then_use_then_read_the_result(scene: Scene, mediator: Client) -> None:
    code = scene.codes(scene.in_hand())[0]
    checked = check(mediator, code)
    assert checked.status_code == 200
    assert 'role="status"' in checked.content.decode()
    assert "1 ticket valable" in text_of(checked)
    assert "5 heures sur ce carnet" in text_of(checked)
    assert used() == 0

    done = use(mediator, checked, scene, themes=["email", "sante"], is_first="yes")
    redemption = Redemption.objects.get()
    assert done["Location"] == f"/utiliser/{redemption.uid}/"
    assert (redemption.minutes, redemption.record.themes, redemption.record.is_first) == (60, ["email", "sante"], True)
    shown = mediator.get(done["Location"])
    assert "1 heure utilisée" in text_of(shown)
    assert 'role="status"' in shown.content.decode()
    assert used() == 1


def test_sending_the_same_form_again_counts_once(scene: Scene, mediator: Client) -> None:
    checked = check(mediator, scene.codes(scene.in_hand())[0])
    places = {use(mediator, checked, scene)["Location"] for _ in range(3)}
    assert len(places) == 1
    assert used() == 1


def test_codes_typed_by_hand_are_forgiven_their_look_alikes(scene: Scene, mediator: Client) -> None:
    codes = scene.codes(scene.in_hand())
    code = next((c for c in codes if set("01") & set(c)), codes[0])
    typed = code.replace("0", "o").replace("1", "l").lower()
    typed = f"{typed[:4]} {typed[4:8]}-{typed[8:]}"
    assert "1 ticket valable" in text_of(check(mediator, typed))


def test_some_of_what_was_asked_is_offered_and_nothing_is_consumed(scene: Scene, mediator: Client) -> None:
    one, two, three = scene.codes(scene.in_hand())[:3]
    scene.redeem(two)
    checked = check(mediator, one, two, three)
    assert "3 heures demandées, 2 possibles" in text_of(checked)
    assert 'role="alert"' in checked.content.decode()
    assert "Ce ticket a déjà été utilisé le 02/03/2026 dans votre lieu." in text_of(checked)
    assert "Utiliser 2 heures" in text_of(checked)
    assert field(checked, "codes").split() == [one, three]
    assert used() == 1

    assert use(mediator, checked, scene, minutes="120").status_code == 302
    assert used() == 3


def test_a_single_refusal_is_the_big_sentence(scene: Scene, mediator: Client) -> None:
    booklet = scene.in_hand()
    code = scene.codes(booklet)[0]
    scene.block(booklet)
    checked = check(mediator, code)
    sentence = re.search(r'result-sentence">([^<]+)<', checked.content.decode())
    assert sentence
    assert "en opposition" in sentence.group(1)
    assert "Utiliser 1" not in text_of(checked)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0000 0000 00001", "erreur de saisie"),
        ("ABCD", "13 lettres ou chiffres"),
        ("bonjour à tous", "ni un QR code attendu"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(scene: Scene, mediator: Client, typed: str, expected: str) -> None:
    assert expected in text_of(check(mediator, typed))


def test_an_empty_form_says_so_beside_the_field(scene: Scene, mediator: Client) -> None:
    response = check(mediator, "  ")
    assert response.status_code == 422
    assert "Scannez ou tapez au moins un ticket." in text_of(response)


def test_what_was_typed_survives_a_missing_answer(scene: Scene, mediator: Client) -> None:
    code = scene.codes(scene.in_hand())[0]
    checked = check(mediator, code)
    response = use(mediator, checked, scene, type="", themes=["sante"])
    assert response.status_code == 422
    assert (field(response, "codes"), field(response, "key")) == (code, field(checked, "key"))
    assert re.search(r'value="sante"[^>]*checked', response.content.decode())
    assert used() == 0
    assert use(mediator, response, scene).status_code == 302


def test_a_refusal_at_the_last_moment_is_told_and_consumes_nothing(scene: Scene, mediator: Client) -> None:
    code = scene.codes(scene.in_hand())[0]
    checked = check(mediator, code)
    scene.redeem(code, site=scene.other_site, by=scene.other_mediator)
    response = use(mediator, checked, scene)
    assert response.status_code == 409
    assert "Ce ticket a déjà été utilisé le 02/03/2026. Demandez un autre ticket." in text_of(response)
    assert "Rien n’a été consommé." in text_of(response)
    assert used() == 1


def test_too_short_an_act_takes_no_ticket(scene: Scene, mediator: Client) -> None:
    checked = check(mediator, scene.codes(scene.in_hand())[0])
    response = use(mediator, checked, scene, other_minutes="20")
    assert response.status_code == 422
    assert "à partir de 45 minutes" in text_of(response)


def test_the_next_act_starts_from_the_last_one(scene: Scene, mediator: Client) -> None:
    one, two = scene.codes(scene.in_hand())[:2]
    use(mediator, check(mediator, one), scene, themes=["sante"], type="collectif", is_first="yes", autonomy="autonome")
    page = check(mediator, two).content.decode()
    assert re.search(r'value="sante"[^>]*checked', page)
    assert re.search(r'value="collectif"[^>]*checked', page)
    assert not re.search(r'name="is_first" value="yes"[^>]*checked', page), "what describes a person is not remembered"
    assert not re.search(r'value="autonome"[^>]*checked', page)


def test_no_code_is_kept_by_the_session_the_address_or_the_cache(scene: Scene, mediator: Client) -> None:
    code = scene.codes(scene.in_hand())[0]
    checked = check(mediator, code)
    done = use(mediator, checked, scene)
    assert "no-store" in checked["Cache-Control"]
    assert code not in done["Location"]
    kept = str([dict(s.get_decoded()) for s in Session.objects.all()])
    assert code not in kept
    assert code not in mediator.get(done["Location"]).content.decode()
    assert code not in mediator.get("/utiliser/journal/").content.decode()
    assert code not in mediator.get(PAGE).content.decode()


def test_a_handover_that_nobody_recorded_is_accepted_and_said(scene: Scene, mediator: Client) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    checked = check(mediator, scene.codes(booklet)[0])
    assert "Accepté, remise à confirmer" in text_of(checked)
    done = use(mediator, checked, scene)
    assert "En attente de confirmation" in text_of(mediator.get(done["Location"]))


def test_with_several_places_one_is_chosen_and_kept(scene: Scene, mediator: Client) -> None:
    second = site_of(scene.operator, "L'Annexe")
    assert "Où travaillez-vous maintenant" in text_of(mediator.get(PAGE))
    assert mediator.post("/utiliser/lieu/", {"place": str(scene.other_site.uid)}).status_code == 422
    assert mediator.post("/utiliser/lieu/", {"place": str(second.uid)})["Location"] == PAGE
    page = text_of(mediator.get(PAGE))
    assert "L'Annexe Changer de lieu" in page
    use(mediator, check(mediator, scene.codes(scene.in_hand())[0]), scene)
    assert Redemption.objects.get().site == second


def test_an_organisation_without_place_is_told_whom_to_ask(scene: Scene) -> None:
    client = signed_in(scene.funder, Role.MEDIATOR, scene.now)
    assert "Votre structure ne tient aucun lieu" in text_of(client.get(PAGE))


def test_a_place_without_label_is_warned_before_anything(scene: Scene) -> None:
    site_of(scene.funder, "Sans label", labelled=False)
    client = signed_in(scene.funder, Role.MEDIATOR, scene.now)
    assert "Ce lieu n’a pas de label aujourd’hui" in text_of(client.get(PAGE))
    assert "n'a pas de label à cette date" in text_of(check(client, scene.codes(scene.in_hand())[0]))


def test_the_result_of_another_organisation_is_unknown(scene: Scene, mediator: Client) -> None:
    theirs = scene.redeem(scene.codes(scene.in_hand())[0], site=scene.other_site, by=scene.other_mediator)
    unknown = UUID(int=1)
    for page in ("/utiliser/{}/", "/utiliser/{}/annuler/"):
        answers = [mediator.get(page.format(uid)) for uid in (theirs.uid, unknown)]
        assert [a.status_code for a in answers] == [404, 404]
        assert text_of(answers[0]) == text_of(answers[1])


def test_guessing_is_slowed_down(scene: Scene, mediator: Client, clock: time_machine.Traveller) -> None:
    wrong = ["0000 0000 00000"] * 1
    for _ in range(30):
        check(mediator, *wrong)
    response = check(mediator, scene.codes(scene.in_hand())[0])
    assert response.status_code == 429
    assert "Trop d’essais" in text_of(response)
    assert Attempt.objects.filter(reason="TOO_MANY_ATTEMPTS").count() == 1
    clock.shift(601)
    assert "1 ticket valable" in text_of(check(mediator, scene.codes(scene.in_hand())[0]))


def test_only_those_who_redeem_come_in(scene: Scene, agent: Client) -> None:
    assert agent.get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
