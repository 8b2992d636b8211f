"""The desk prints where to go, in the language of the person, for what they need."""

from urllib.parse import parse_qs, urlsplit

import pypdfium2
from django.test import Client
from django.urls import reverse

from mediation.models import Site
from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.staff import text_of

SHEET = reverse("mediation:places_sheet")
NEED = "Maîtrise des outils numériques du quotidien"


def printed(agent: Client, **changes: str) -> str:
    asked = {"imprimer": "1", "langue": "fr", "commune": "94028", "vague": "1", "besoin": "", **changes}
    sent = agent.get(SHEET, asked)
    assert sent["Content-Type"] == "application/pdf", text_of(sent)
    pdf = pypdfium2.PdfDocument(sent.content)
    assert len(pdf) == 1
    return " ".join(pdf[0].get_textpage().get_text_bounded().split()).replace("\u00a0", " ")


def test_a_page_in_each_language_for_each_need(scene: Scene, agent: Client) -> None:
    Site.objects.filter(pk=scene.site.pk).update(services=[NEED], phone="+33143000000", opening_hours="Mo 09:00-12:00")
    page = printed(agent)
    assert page.index("Le Lieu") < page.index("L'Autre Lieu"), "its own commune first"
    assert "Ouvert : le lundi : de 9 h à 12 h" in page
    assert "01 43 00 00 00" in page
    english = printed(agent, langue="en", besoin=NEED)
    assert "The places nearest to Créteil" in english
    assert "For: Everyday digital tools" in english
    assert "L'Autre Lieu" not in english
    assert "Vous pouvez utiliser le carnet jusqu’au 31 décembre 2026." in printed(agent, langue="fr-falc")


def test_the_receipt_of_a_booklet_leads_there_with_what_is_known(scene: Scene, agent: Client) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    done = agent.get(reverse("vouchers:handover_done", args=[scene.hand_over(booklet).uid]))
    address = next(part.split('"')[0] for part in text_of(done).split('href="') if part.startswith(SHEET))
    assert parse_qs(urlsplit(address).query) == {"vague": ["1"], "langue": ["fr"]}
    page = text_of(agent.get(address))
    assert '<option value="94028" selected>Créteil' in page, "the desk's commune where the person told none"
    assert "English" in page


def test_what_does_not_exist_is_refused_and_nothing_is_written(scene: Scene, agent: Client) -> None:
    before = AuditEntry.objects.count()
    for wrong in ({"langue": "xx"}, {"commune": "99999"}, {"vague": "9"}, {"besoin": "x"}, {"langue": ""}):
        asked = {"imprimer": "1", "langue": "fr", "commune": "94028", "vague": "1", "besoin": "", **wrong}
        assert agent.get(SHEET, asked).status_code == 422, wrong
    assert AuditEntry.objects.count() == before
    assert signed_in(scene.operator, Role.MEDIATOR, scene.now).get(SHEET).status_code == 403
