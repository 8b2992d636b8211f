"""An order is written in five steps, kept at each, taken up again later, and ordered once."""

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.territory.queries.communes import PopulationAsOf
from tests.lifecycle import SIRETS
from tests.staff import filled, text_of
from tests.vouchers.pages.test_orders import rows
from vouchers.actions import order_draft as actions
from vouchers.actions.wave import close_wave
from vouchers.models import Order, OrderDraft
from vouchers.pages import order_form

LIST, NEW = reverse("vouchers:orders"), reverse("vouchers:order_new")
PAYER = {"wave": "1", "siret": SIRETS[1], "service_code": "SG-12", "commitment_number": "EJ2026-7"}
SIZES = {"size_10": "3", "size_5": "40", "fees_cents": "1 250,50 €"}
TEXTS = {
    "eligible_publics": "Seniors du quartier",
    "perimeter": "Les Bleuets",
    "handed_over_from": "2026-03-01",
    "handed_over_until": "2026-03-31",
    "letter": "Bonjour",
}


def step(draft: OrderDraft, number: int) -> str:
    return reverse("vouchers:order_step", args=[draft.uid, number])


def begin(client: Client, **payer: str) -> Any:
    return client.post(NEW, filled(client.get(NEW), **(PAYER | payer)))


@pytest.fixture
def draft(scene, funder) -> OrderDraft:
    assert begin(funder).status_code == 302
    return OrderDraft.objects.get()


@pytest.fixture
def written(scene, funder, draft) -> OrderDraft:
    """A draft with every step said."""
    deliveries = rows((scene.ccas, 5, 40), (scene.other_ccas, 10, 3))
    for number, said in ((2, SIZES), (3, deliveries), (4, TEXTS)):
        answer = funder.post(step(draft, number), said)
        assert answer["Location"] == step(draft, number + 1), text_of(answer)
    return draft


def test_five_steps_write_one_order_with_all_they_said(scene, funder, written, audited) -> None:
    page = text_of(funder.get(step(written, 5)))
    for told in ("3 550,50 €", "43", "230 heures", "CCAS de Créteil", "Les Bleuets", "du 1er mars 2026", "EJ2026-7"):
        assert told in page
    assert Order.objects.count() == 0
    done = funder.post(step(written, 5))
    order = Order.objects.get()
    assert done["Location"] == reverse("vouchers:order", args=[order.uid])
    assert (order.fees_cents, order.service_code, order.commitment_number) == (125_050, "SG-12", "EJ2026-7")
    assert (order.eligible_publics, order.perimeter, order.letter) == ("Seniors du quartier", "Les Bleuets", "Bonjour")
    assert (order.handed_over_from, order.handed_over_until) == (date(2026, 3, 1), date(2026, 3, 31))
    assert list(order.lines.values_list("distributor", "size", "quantity")) == [
        (scene.ccas.pk, 5, 40),
        (scene.other_ccas.pk, 10, 3),
    ]
    assert audited()[-1] == "ORDER_CREATE"


def test_the_last_step_sent_twice_writes_one_order(funder, written) -> None:
    first, second = (funder.post(step(written, 5)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1
    assert OrderDraft.objects.get().content == {}
    assert funder.get(step(written, 2))["Location"] == first["Location"], "the browser's own way back"
    assert "commencée" not in text_of(funder.get(LIST))


def test_the_first_step_sent_twice_keeps_one_draft(funder) -> None:
    body = filled(funder.get(NEW), **PAYER)
    first, second = (funder.post(NEW, body | {"service_code": code}) for code in ("A", "B"))
    assert first["Location"] == second["Location"]
    assert OrderDraft.objects.get().content["payer"]["service_code"] == "B"


@pytest.mark.parametrize(
    ("payer", "sentence"),
    [
        ({"siret": "12345678901234"}, "Ce SIRET n’est pas valide"),
        ({"siret": ""}, "Ce champ est obligatoire"),
        ({"wave": "9"}, "Sélectionnez un choix valide"),
        ({"key": "n'importe quoi"}, "rechargez-la"),
    ],
)
def test_nothing_is_begun_while_the_payer_is_wrong(funder, payer, sentence) -> None:
    page = begin(funder, **payer)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert 'value="EJ2026-7"' in text_of(page)
    assert "Erreur – " in page.content.decode().split("</title>")[0]
    assert OrderDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("number", "said", "sentence", "kept"),
    [
        (1, PAYER | {"siret": "123", "service_code": "Z"}, "Ce SIRET n’est pas valide", 'value="Z"'),
        (2, {"size_5": "", "fees_cents": ""}, "Indiquez au moins un carnet.", "Combien"),
        (2, {"size_5": "-1", "size_7": "12"}, "supérieure ou égale à", 'value="12"'),
        (2, {"size_5": "60000", "size_7": "60000"}, "dépassent le maximum d’une commande", 'value="60000"'),
        (2, {"size_5": "1", "fees_cents": "douze"}, "Écrivez un montant en euros", "douze"),
        (4, TEXTS | {"handed_over_until": "2026-02-01"}, "vérifiez ses deux dates", "Les Bleuets"),
        (4, TEXTS | {"letter": "x" * 601}, "au plus 600 caractères", "Les Bleuets"),
    ],
)
def test_what_is_wrong_is_told_and_kept_for_later(funder, draft, number, said, sentence, kept) -> None:
    page = funder.post(step(draft, number), said)
    assert page.status_code == 422
    assert sentence in text_of(page)
    for seen in (page, funder.get(step(draft, number))):
        assert kept in text_of(seen)
    assert Order.objects.count() == 0


def test_the_way_back_keeps_what_is_typed_right_or_wrong(scene, funder, draft) -> None:
    back = funder.post(step(draft, 2), {"size_5": "beaucoup", "back": "1"})
    assert back["Location"] == step(draft, 1)
    assert 'value="beaucoup"' in text_of(funder.get(step(draft, 2)))
    funder.post(step(draft, 2), {"size_5": "4"})
    page = funder.get(step(draft, 3))
    assert 'value="4"' in text_of(page), "the booklets of step 2 wait for who will hand them over"
    back = funder.post(step(draft, 3), rows((scene.ccas, 5, "")) | {"back": "1"})
    assert back["Location"] == step(draft, 2)
    assert funder.post(step(draft, 4), {"letter": "x" * 601, "later": "1"})["Location"] == LIST
    assert "x" * 601 in text_of(funder.get(step(draft, 4)))


def test_what_is_sent_with_a_nul_is_kept_without_it(funder, draft) -> None:
    funder.post(step(draft, 4), TEXTS | {"letter": "Bon\x00jour"})
    draft.refresh_from_db()
    assert draft.content["texts"]["letter"] == "Bonjour"


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([("ccas", 5, 30)], "Carnets de 5 tickets : 40 commandés, 30 répartis ; 10 carnets restent à répartir."),
        ([("ccas", 5, 41), ("other", 10, 3)], "Carnets de 5 tickets : 40 commandés, 41 répartis ; 1 carnet de trop."),
        ([("ccas", 5, 40), ("ccas", 10, 3), ("ccas", 7, 2)], "Carnets de 7 tickets : 0 commandé, 2 répartis ; 2"),
        ([("", 5, 40)], "Choisissez qui remettra ces carnets."),
        ([("ccas", 5, "")], "Indiquez combien de carnets."),
        ([], "Carnets de 10 tickets : 3 commandés, 0 réparti ; 3 carnets restent à répartir."),
    ],
)
def test_deliveries_add_up_to_what_is_ordered(scene, funder, draft, lines, sentence) -> None:
    funder.post(step(draft, 2), SIZES)
    named = {"ccas": scene.ccas, "other": scene.other_ccas, "": ""}
    page = funder.post(step(draft, 3), rows(*[(named[who], size, n) for who, size, n in lines]))
    assert page.status_code == 422
    assert sentence in text_of(page)


def test_a_total_is_shared_size_by_size(scene, funder, draft, monkeypatch) -> None:
    counts = {"94028": PopulationAsOf(90_000, 2023), "92012": PopulationAsOf(30_000, 2023)}
    monkeypatch.setattr(order_form, "populations_on", lambda *, day: counts)
    funder.post(step(draft, 2), {"size_10": "20", "size_5": "40"})
    page = funder.get(step(draft, 3))
    assert re.search(r'name="part-total" value="20"', page.content.decode())
    body = rows() | {"share": "1", "part-total": "20", "part-fixed": "0", "part-size": "10", "part-column": ""}
    page = funder.post(step(draft, 3), body)
    assert page.status_code == 200
    assert re.search(r'name="part-total" value="40"', page.content.decode()), "the size that is left comes next"
    draft.refresh_from_db()
    assert sorted(row["quantity"] for row in draft.content["rows"]) == [5, 15]
    kept = rows((scene.ccas, 10, 15), (scene.other_ccas, 10, 5))
    file = SimpleUploadedFile("parts.csv", b"94028;1\n92012;1")
    shared = {"share": "1", "part-total": "40", "part-fixed": "0", "part-size": "5", "part-file": file}
    assert funder.post(step(draft, 3), kept | shared).status_code == 200
    draft.refresh_from_db()
    assert sorted((int(r["size"]), int(r["quantity"])) for r in draft.content["rows"]) == [
        (5, 20),
        (5, 20),
        (10, 5),
        (10, 15),
    ]
    wrong = funder.post(step(draft, 3), kept | shared | {"part-file": SimpleUploadedFile("x.csv", b"Inconnu;2")})
    assert wrong.status_code == 422
    assert "n’est pas un distributeur connu" in text_of(wrong)


def test_more_rows_come_with_everything_typed(scene, funder, draft) -> None:
    funder.post(step(draft, 2), SIZES)
    page = funder.post(step(draft, 3), rows((scene.ccas, 7, 12)) | {"more": "1"})
    assert page.status_code == 200
    html = page.content.decode()
    assert f'<option value="{scene.ccas.uid}" selected>' in html
    assert 'value="12"' in html


def test_a_step_changed_later_is_checked_again_at_the_end(funder, written) -> None:
    funder.post(step(written, 2), SIZES | {"size_5": "41"})
    page = funder.post(step(written, 5))
    assert page.status_code == 422
    assert "1 carnet reste à répartir" in text_of(page)
    assert step(written, 3) in text_of(page)
    assert Order.objects.count() == 0


def test_a_draft_of_a_wave_closed_since_is_not_ordered(scene, funder, written) -> None:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    page = funder.post(step(written, 5))
    assert page.status_code == 422
    assert "Sélectionnez un choix valide" in text_of(page)
    assert Order.objects.count() == 0


def test_without_an_open_wave_nothing_is_asked(scene, funder) -> None:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    page = funder.get(NEW)
    assert "Aucune vague n’est ouverte" in text_of(page)
    assert "<form" not in text_of(page)


def test_any_agent_of_the_funder_goes_on_where_it_stopped(scene, funder, browser, draft) -> None:
    assert f'href="{step(draft, 2)}"' in text_of(funder.get(LIST))
    funder.post(step(draft, 2), SIZES)
    colleague = browser(scene.funder, Role.FUNDER)
    assert f'href="{step(draft, 3)}"' in text_of(colleague.get(LIST))
    assert 'value="40"' in text_of(colleague.get(step(draft, 2)))
    before = OrderDraft.objects.get().by_id
    colleague.post(step(draft, 4), TEXTS)
    draft.refresh_from_db()
    assert draft.by_id != before
    assert draft.content["sizes"]["size_5"] == "40"


def test_an_abandoned_draft_is_gone(funder, draft, audited) -> None:
    page = funder.post(reverse("vouchers:order_drop", args=[draft.uid]), follow=True)
    assert "La commande commencée est abandonnée." in text_of(page)
    assert OrderDraft.objects.count() == 0
    assert audited() == ["DROP_ORDER_DRAFT"]
    assert funder.get(step(draft, 2)).status_code == 404


def test_an_ordered_draft_is_not_abandoned(funder, written) -> None:
    funder.post(step(written, 5))
    assert funder.post(reverse("vouchers:order_drop", args=[written.uid])).status_code == 409
    assert OrderDraft.objects.get().order == Order.objects.get()


def test_the_draft_of_another_and_none_look_alike(scene, browser, draft) -> None:
    stranger = browser(scene.metropole, Role.FUNDER)
    for number in (1, 2, 3, 4, 5, 6):
        for method in (stranger.get, stranger.post):
            theirs, none = (method(reverse("vouchers:order_step", args=[uid, number])) for uid in (draft.uid, uuid4()))
            assert theirs.status_code == none.status_code == 404
            assert text_of(theirs) == text_of(none)
    assert stranger.post(reverse("vouchers:order_drop", args=[draft.uid])).status_code == 404
    assert "commencée" not in text_of(stranger.get(LIST))
    refused = begin(stranger, key=str(draft.uid))
    assert refused.status_code == 404
    draft.refresh_from_db()
    assert draft.organisation == scene.funder


def test_too_many_drafts_are_refused(funder, draft, monkeypatch) -> None:
    monkeypatch.setattr(actions, "MOST_DRAFTS", 1)
    page = begin(funder)
    assert page.status_code == 409
    assert "commandes sont déjà commencées" in text_of(page)
    assert OrderDraft.objects.count() == 1


def test_an_order_is_taken_up_again_in_a_new_one(scene, funder) -> None:
    order = scene.draft((scene.ccas, 6, 9), (scene.other_ccas, 8, 2))
    Order.objects.filter(pk=order.pk).update(perimeter="Les Bleuets", fees_cents=1_50)
    page = funder.get(f"{NEW}?reprendre={order.uid}")
    assert f'value="{order.siret}"' in text_of(page)
    answer = funder.post(f"{NEW}?reprendre={order.uid}", filled(page, **PAYER))
    draft = OrderDraft.objects.get()
    assert answer["Location"] == step(draft, 2)
    assert draft.content["sizes"] == {"size_6": 9, "size_8": 2, "fees_cents": "1,50"}
    assert funder.post(step(draft, 5)).status_code == 302
    again = Order.objects.latest("pk")
    assert (again.perimeter, again.fees_cents, again.service_code) == ("Les Bleuets", 1_50, "SG-12")
    assert sorted(again.lines.values_list("size", "quantity")) == [(6, 9), (8, 2)]


def test_the_order_of_another_is_not_taken_up(scene, browser) -> None:
    order = scene.draft((scene.ccas, 6, 9))
    stranger = browser(scene.metropole, Role.FUNDER)
    page = stranger.get(f"{NEW}?reprendre={order.uid}")
    stranger.post(f"{NEW}?reprendre={order.uid}", filled(page, **PAYER))
    assert "rows" not in OrderDraft.objects.get().content
    assert stranger.get(f"{NEW}?reprendre=abc").status_code == 200


def test_the_siret_of_the_payer_is_proposed(funder) -> None:
    assert f'value="{SIRETS[1]}"' in text_of(funder.get(NEW))
