import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import text_of
from vouchers.actions.order import submit_order
from vouchers.models import Wave
from vouchers.states import WaveStatus

LIST, NEW = reverse("vouchers:waves"), reverse("vouchers:wave_new")


def url(number: int = 1, name: str = "wave") -> str:
    return reverse(f"vouchers:{name}", args=[number])


def funnel(page: str) -> list[str]:
    """The numbers of the funnel's table: ordered, produced, delivered, handed over, started, completed."""
    body = page.split("Étape</th>")[1].split("</tbody>", maxsplit=1)[0]
    return re.findall(r'<td class="num"[^>]*>([^<]*)</td>', body)[::2]


@pytest.fixture
def terms(scene) -> dict[str, str]:
    return {
        "number": "2",
        "name": "Vague 2 (2027)",
        "a_on": "2026-11-15",
        "a_meaning": "ORDER_NOTIFIED",
        "issuer": str(scene.metropole.uid),
        "issuer_address": "",
        "contract_number": "2026-PN-02",
        "ceiling_cents": "250 000",
        "valid_from": "2027-01-01",
        "valid_until": "2027-12-31",
        "target_hours": "",
        "profile": "MARCHE",
        "face_value_cents": "10",
        "grace_days": "30",
        "upload_days": "37",
        "silence_days": "15",
        "late_entry_days": "15",
        "undo_minutes": "15",
        "shortest_act_minutes": "45",
    }


def test_a_wave_is_prepared_opened_and_closed(scene, pilot, terms, audited) -> None:
    assert 'value="2"' in pilot.get(NEW).content.decode(), "the next free number"
    page = text_of(pilot.post(NEW, terms, follow=True))
    assert "En préparation" in page
    assert "15 mai 2027" in page, "A + 6 months"
    assert "250 000" in page
    wave = Wave.objects.get(number=2)
    assert (wave.ceiling_cents, wave.face_value_cents, wave.issuer) == (25_000_000, 1_000, scene.metropole)
    assert "est ouverte" in text_of(pilot.post(url(2, "wave_open"), follow=True))
    assert "est close" in text_of(pilot.post(url(2, "wave_close"), follow=True))
    wave.refresh_from_db()
    assert wave.status == WaveStatus.CLOSED
    assert audited()[-3:] == ["CREATE_WAVE", "OPEN_WAVE", "CLOSE_WAVE"]


def test_a_wave_of_cap_shows_the_address_that_it_prints(pilot, terms) -> None:
    address = "15 avenue Pierre-Mendès-France, 75013 Paris"
    page = pilot.post(NEW, terms | {"profile": "CAP", "grace_days": "0", "issuer_address": address}, follow=True)
    assert address in text_of(page)
    assert "est ouverte" in text_of(pilot.post(url(2, "wave_open"), follow=True))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "1"}, "Une vague porte déjà ce numéro."),
        ({"number": "70000"}, "65535"),
        ({"valid_from": "2028-01-01"}, "La fin de validité précède le début"),
        ({"profile": "CAP"}, "n’a pas de jours de grâce"),
        ({"profile": "CAP", "grace_days": "0", "valid_until": "2027-11-30"}, "jusqu’au 31 décembre"),
        ({"profile": "CAP", "grace_days": "0"}, "porte l’adresse de son émetteur"),
        ({"issuer_address": "a" * 121}, "120"),
        ({"ceiling_cents": "beaucoup"}, "Écrivez un montant en euros"),
        ({"face_value_cents": "0"}, "au moins un centime"),
        ({"shortest_act_minutes": "61"}, "60"),
        ({"issuer": "11111111-1111-1111-1111-111111111111"}, "choix valide"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_terms_that_do_not_hold_are_told_and_kept(pilot, terms, change, sentence) -> None:
    page = pilot.post(NEW, terms | change)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert 'value="2026-PN-02"' in page.content.decode()
    assert Wave.objects.count() == 1


def test_a_wave_is_opened_once(pilot) -> None:
    page = pilot.post(url(name="wave_open"))
    assert page.status_code == 409
    assert "Rien n’a été changé" in text_of(page)


def test_the_cockpit_counts_from_the_movements(scene, pilot) -> None:
    booklets = scene.delivered((scene.ccas, 5, 4))
    for booklet in booklets[:2]:
        scene.hand_over(booklet)
    for code in scene.codes(booklets[0]):
        scene.redeem(code)
    scene.approved((scene.ccas, 10, 3))
    page = text_of(pilot.get(url()))
    figures = funnel(page)
    assert figures == ["7", "4", "4", "2", "1", "1"]
    assert "5 heures" in page
    assert "500 €" in page, "engaged: 20 hours and 30 hours"
    assert "99 500 €" in page


def test_an_undone_act_is_not_counted_and_a_replacement_is_one_booklet(scene, pilot) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    new = scene.reissue(scene.block(booklet))
    scene.redeem(scene.codes(new)[0])
    page = text_of(pilot.get(url()))
    figures = funnel(page)
    assert figures == ["1", "1", "1", "1", "1", "0"]
    assert "2 heures" in page


def test_what_waits_is_told_with_its_place(scene, pilot, browser, clock) -> None:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    scene.approved()
    scene.delivered((scene.ccas, 5, 2), funded=False)
    page = text_of(pilot.get(url()))
    for told in (
        "1 commande attend votre approbation.",
        "1 commande approuvée attend la production.",
        "2 carnets en stock ne sont pas financés",
        order.reference,
    ):
        assert told in page
    assert "/commandes/?etat=SUBMITTED" in page
    clock.shift(timedelta(days=61))
    assert "2 carnets dorment en stock" in text_of(browser(scene.metropole, Role.PILOT).get(url()))


def test_the_end_of_validity_and_the_evaluation_are_announced(scene, browser, clock) -> None:
    clock.move_to(scene.now.replace(month=12, day=10))
    assert "La validité des tickets finit le 31 décembre 2026." in text_of(
        browser(scene.metropole, Role.PILOT).get(url())
    )
    clock.move_to(scene.now.replace(month=7, day=1))
    assert "Le rapport d’évaluation est dû le 15 juillet 2026." in text_of(
        browser(scene.metropole, Role.EVALUATOR).get(url())
    )


def test_the_report_is_one_click_away(pilot) -> None:
    assert reverse("reporting:wave_report", args=[1]) in text_of(pilot.get(url()))


def test_an_issuer_sees_its_own_waves_only(scene, browser) -> None:
    assert "Vague 1" in text_of(browser(scene.metropole, Role.ISSUER).get(LIST))
    other = browser(scene.operator, Role.ISSUER)
    assert "Aucune vague" in text_of(other.get(LIST))
    theirs, none = other.get(url(1)), other.get(url(9))
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs) == text_of(none)


@pytest.mark.parametrize("role", [Role.ISSUER, Role.EVALUATOR, Role.AUDITOR])
def test_only_the_pilot_opens_closes_and_creates(scene, browser, terms, role) -> None:
    client = browser(scene.metropole, role)
    assert "<form" not in text_of(client.get(url()))
    for address in (url(name="wave_open"), url(name="wave_close"), NEW):
        assert client.post(address, terms).status_code == 403


def test_more_waves_ask_the_database_no_more(scene, pilot) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get(LIST).status_code == 200
        return len(found)

    scene.approved()
    pilot.get(LIST)
    few = queries()
    for number in (2, 3, 4):
        scene.approved(wave=scene.make_wave(number))
    assert queries() == few


@pytest.mark.parametrize(
    "days",
    [
        {"valid_until": "9999-12-31"},
        {"a_on": "9999-12-31"},
        {"a_on": "0026-11-15"},
        {"valid_from": "0001-01-01", "valid_until": "0001-01-02"},
    ],
)
def test_a_mistyped_year_is_refused_with_a_sentence(pilot, terms, days) -> None:
    """One wave ending in 9999 stopped the clock of all, and the page that shows their ends."""
    page = pilot.post(NEW, terms | days)
    assert page.status_code == 422
    assert "entre 2019 et 2099" in text_of(page)
    assert not Wave.objects.filter(number=2).exists()
    assert pilot.get(reverse("mediation:wave_ends")).status_code == 200


def test_the_pilot_puts_the_end_off_and_everybody_reads_why(scene, pilot, browser) -> None:
    until = scene.wave.valid_until + timedelta(days=90)
    terms = {"until": until.isoformat(), "reason": "Décision du comité"}
    address = url(name="wave_extend")
    for missing in terms:
        page = pilot.post(address, terms | {missing: ""})
        assert page.status_code == 422
        assert '<details class="fold" open>' in page.content.decode()
        assert f'href="#id_{missing}"' in page.content.decode(), "a long page tells the fault at its top"
    assert "d’un an au plus" in text_of(pilot.post(address, terms | {"until": "9999-12-31"}))
    assert "échéances repartent" in text_of(pilot.post(address, terms, follow=True))
    assert "Décision du comité" in text_of(browser(scene.metropole, Role.EVALUATOR).get(url()))
    assert pilot.post(address, terms).status_code == 422, "asked again, nothing is put off"
    assert Wave.objects.get(pk=scene.wave.pk).valid_until == until
