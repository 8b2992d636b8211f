"""The screens of a wave's end: who sees what, who confirms, who signs, and the PDF."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediation.actions.undo import undo_redemption
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement
from mediation.states import UndoReason
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.clock import start_of_day
from tests.caller import signed_in
from tests.lifecycle import Scene, person, site_of
from tests.staff import text_of
from vouchers.models import FreezeConfirmation

ENDS = reverse("mediation:wave_ends")
END = reverse("mediation:wave_end", args=[1])
FREEZE = reverse("mediation:freeze_confirm", args=[1])


def strike(clock: time_machine.Traveller, day: date) -> None:
    """The clock of the waves has run that morning, and it is noon."""
    at = start_of_day(day) + timedelta(hours=5)
    run_wave_clocks(at=at)
    clock.move_to(at + timedelta(hours=7))


def browser(organisation: Organisation, role: Role) -> Client:
    return signed_in(organisation, role, datetime.now(UTC))


def page(client: Client, url: str = END) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return text_of(answer)


def test_the_funder_reads_its_notice_and_confirms_the_freeze(scene: Scene, clock) -> None:
    first, _ = scene.delivered((scene.ccas, 5, 2))
    scene.hand_over(first)
    scene.redeem(scene.codes(first)[0])
    strike(clock, date(2026, 12, 1))
    funder = browser(scene.funder, Role.FUNDER)
    told = page(funder)
    for words in ("30", "300 €", "injectés", "émis non injectés", "25", "250 €", "entamés", "J−30", "16 décembre 2026"):
        assert words in told
    assert "Confirmer l’arrêt" not in told
    assert funder.post(FREEZE).status_code == 409
    strike(clock, date(2026, 12, 16))
    pilot = browser(scene.metropole, Role.PILOT)
    assert "Sans réponse" in page(pilot)
    assert "Arrêt des remises sans réponse" in page(pilot, reverse("vouchers:wave", args=[1]))
    funder = browser(scene.funder, Role.FUNDER)
    assert "Confirmer l’arrêt des remises" in page(funder)
    assert "Remises arrêtées" in text_of(funder.post(FREEZE, follow=True))
    assert "Rien n’a été changé" in text_of(funder.post(FREEZE))
    assert FreezeConfirmation.objects.get().funder == scene.funder
    assert "Arrêt des remises sans réponse" not in page(pilot, reverse("vouchers:wave", args=[1]))


def test_nobody_is_asked_to_stop_what_is_over(scene: Scene, clock) -> None:
    strike(clock, date(2027, 1, 20))
    assert "Confirmer l’arrêt" not in page(browser(scene.funder, Role.FUNDER))
    wave = page(browser(scene.metropole, Role.PILOT), reverse("vouchers:wave", args=[1]))
    assert "sans réponse" not in wave and "en rattrapage" in wave


def test_the_desk_is_told_before_the_taps(scene: Scene, clock) -> None:
    booklet, other = scene.delivered((scene.ccas, 5, 2))
    taps = reverse("vouchers:handover_booklet", args=[1, booklet.number])
    strike(clock, date(2026, 12, 16))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    assert "cette remise sera à la charge de Mairie de Créteil" in page(desk, taps)
    scene.now = datetime.now(UTC)
    scene.hand_over(booklet)
    clock.shift(timedelta(hours=1))
    assert "1 carnet" in page(browser(scene.funder, Role.FUNDER)).split("Remis depuis la demande")[-1]
    browser(scene.funder, Role.FUNDER).post(FREEZE)
    taps = reverse("vouchers:handover_booklet", args=[1, other.number])
    assert "Ne remettez pas ce carnet" in page(desk, taps)
    assert "Remises arrêtées" in page(desk)
    answer = desk.post(
        taps,
        {
            "key": str(UUID(int=7)),
            "target_public": "seniors",
            "age_band": "soixante_soixante_neuf",
            "gender": "feminin",
            "social_status": "retraite",
        },
    )
    assert answer.status_code == 409
    assert "a arrêté la remise de ses carnets" in text_of(answer)


def test_both_sides_sign_and_print(scene: Scene, clock) -> None:
    strike(clock, date(2027, 2, 6))
    statement = ClosingStatement.objects.get()
    sign = reverse("mediation:statement_sign", args=[statement.uid])
    pdf = reverse("mediation:statement_pdf", args=[statement.uid])
    finance, funder = browser(scene.metropole, Role.FINANCE), browser(scene.funder, Role.FUNDER)
    assert "AV-1-0001" in page(funder) and "300,00 €" in page(funder)
    told = text_of(finance.post(sign, follow=True))
    assert "l’autre côté doit encore signer" in told
    assert "En attente de signature" in words(funder.get(pdf).content)
    assert "signé des deux côtés" in text_of(funder.post(sign, follow=True))
    assert "déjà signé" in text_of(funder.post(sign))
    answer = funder.get(pdf)
    assert answer["Content-Type"] == "application/pdf"
    printed = words(answer.content)
    for one in ("AV-1-0001", "Mairie de Créteil", "300,00 €", "Signé des deux côtés", "Sans objet"):
        assert one in printed
    assert answer.content == funder.get(pdf).content, "same bytes"


def words(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    text = " ".join(pdf[i].get_textpage().get_text_bounded() for i in range(len(pdf)))
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_another_funder_sees_nothing_of_it(scene: Scene, clock) -> None:
    strike(clock, date(2027, 2, 6))
    statement = ClosingStatement.objects.get()
    stranger = browser(scene.operator, Role.FUNDER)
    assert "Aucune vague ne vous concerne" in page(stranger, ENDS)
    assert stranger.get(END).status_code == 404
    assert stranger.post(FREEZE).status_code == 404
    for name in ("statement_pdf", "statement_sign"):
        url = reverse(f"mediation:{name}", args=[statement.uid])
        assert (stranger.get if name == "statement_pdf" else stranger.post)(url).status_code == 404
    scene.funder, scene.buyer = scene.operator, person(scene.operator, Role.FUNDER)
    scene.approved((scene.ccas, 5, 1))
    told = page(stranger)
    assert "AV-1-0001" not in told and "Créteil" not in told


def test_an_auditor_reads_and_signs_nothing(scene: Scene, clock) -> None:
    strike(clock, date(2027, 2, 6))
    auditor = browser(scene.metropole, Role.AUDITOR)
    told = page(auditor)
    assert "AV-1-0001" in told and "<form" not in told
    assert (
        auditor.post(reverse("mediation:statement_sign", args=[ClosingStatement.objects.get().uid])).status_code == 403
    )


def test_the_list_of_a_year_with_cheques_is_for_its_distributors(scene: Scene, clock) -> None:
    wave = scene.make_wave(2, profile="CAP", grace_days=0, issuer_address="15 avenue de l’Essai, 75013 Paris")
    booklet = scene.in_hand(wave=wave)
    cheater = site_of(scene.other_operator, "=HYPERLINK(1)", commune_code="92012")
    scene.redeem(scene.codes(booklet)[0])
    scene.redeem(scene.codes(booklet)[1], site=cheater, by=scene.other_mediator)
    strike(clock, date(2027, 1, 4))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    assert "28 février 2027" in page(desk, reverse("mediation:wave_end", args=[2]))
    told = page(desk, reverse("mediation:cap_sites", args=[2]))
    assert "2 lieux" in told and "Le Lieu" in told and "Elle ne dit pas encore qui a demandé le paiement" in told
    csv = desk.get(reverse("mediation:cap_sites_csv", args=[2])).content.decode()
    assert csv.splitlines()[0] == "\ufefflieu;structure;siret;adresse;code_postal;commune_insee"
    assert "'=HYPERLINK(1);Autre association;;" in csv
    assert desk.get(reverse("mediation:cap_sites", args=[1])).status_code == 404, "no CAP"
    assert browser(scene.other_ccas, Role.DISTRIBUTOR).get(reverse("mediation:cap_sites", args=[2])).status_code == 404


def test_an_act_taken_back_names_no_place(scene: Scene, clock) -> None:
    wave = scene.make_wave(2, profile="CAP", grace_days=0, issuer_address="15 avenue de l’Essai, 75013 Paris")
    redemption = scene.redeem(scene.codes(scene.in_hand(wave=wave))[0])
    undo_redemption(redemption=redemption, reason=UndoReason.OTHER, by=scene.mediator, at=scene.tick(), key=UUID(int=9))
    clock.move_to(scene.now + timedelta(hours=1))
    told = page(browser(scene.metropole, Role.PILOT), reverse("mediation:cap_sites", args=[2]))
    assert "Aucun chèque n’a encore été utilisé" in told


@pytest.mark.parametrize("role", [Role.PILOT, Role.FINANCE, Role.AUDITOR, Role.ISSUER])
def test_the_list_says_what_comes_next(scene: Scene, clock, role: Role) -> None:
    told = page(browser(scene.metropole, role), ENDS)
    assert "Vague 1" in told and "Avis de fin de validité, le 1er décembre 2026" in told


def test_more_waves_ask_the_database_no_more(scene: Scene, clock) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get(ENDS).status_code == 200
        return len(found)

    pilot = browser(scene.metropole, Role.PILOT)
    few = queries()
    for number in (2, 3, 4):
        scene.make_wave(number)
    assert queries() == few
