from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit import tasks
from passnum.kit.models import Job, JobStatus
from tests.caller import person_at
from tests.lifecycle import SIRETS
from tests.staff import filled, text_of
from vouchers.actions.order import cancel_order, submit_order
from vouchers.models import Order, OrderLine
from vouchers.states import OrderStatus

LIST = reverse("vouchers:orders")
TERMS = {"wave": "1", "siret": SIRETS[1], "fees_cents": "", "service_code": "", "commitment_number": ""}


def rows(*lines: tuple[Any, Any, Any], total: int = 6) -> dict[str, Any]:
    """The rows of the form: (distributor, size, quantity), the rest blank."""
    found: dict[str, Any] = {"form-TOTAL_FORMS": total, "form-INITIAL_FORMS": 0}
    for rank in range(total):
        distributor, size, quantity = lines[rank] if rank < len(lines) else ("", 10, "")
        uid = getattr(distributor, "uid", distributor)
        found |= {f"form-{rank}-distributor": uid, f"form-{rank}-size": size, f"form-{rank}-quantity": quantity}
    return found


def order_url(order: Order, name: str = "order") -> str:
    return reverse(f"vouchers:{name}", args=[order.uid])


@pytest.fixture
def form(scene) -> str:
    """Where a draft is written anew, all on one page."""
    return order_url(scene.draft((scene.ccas, 6, 1)), "order_amend")


def post(client: Client, form: str, *lines: tuple[Any, Any, Any], **terms: str) -> Any:
    page = client.get(form)
    return client.post(form, filled(page, **TERMS, **rows(*lines)) | terms)


def is_untouched(order: Order) -> bool:
    return (order.revision, order.letter, order.lines.get().quantity) == (1, "", 1)


def test_a_draft_is_written_with_its_amount(scene, funder, form) -> None:
    done = post(
        funder,
        form,
        (scene.ccas, 5, 40),
        (scene.other_ccas, 10, 3),
        fees_cents="1 250,50 €",
        service_code="SG-12",
        commitment_number="EJ2026-7",
        eligible_publics="Seniors du quartier",
        letter="Bonjour",
        perimeter="Les Bleuets",
        handed_over_from="2026-03-01",
        handed_over_until="2026-03-31",
    )
    order = Order.objects.get(uid=done["Location"].strip("/").split("/")[-1])
    assert (order.fees_cents, order.service_code, order.commitment_number) == (125_050, "SG-12", "EJ2026-7")
    assert (order.perimeter, order.handed_over_until) == ("Les Bleuets", date(2026, 3, 31))
    assert list(order.lines.values_list("distributor", "size", "quantity")) == [
        (scene.ccas.pk, 5, 40),
        (scene.other_ccas.pk, 10, 3),
    ]
    page = text_of(funder.get(done["Location"]))
    assert "3 550,50 €" in page
    assert "230 heures" in page
    assert "Soumettre à la Métropole" in page
    assert "Les Bleuets" in page and "du 1er mars 2026 au 31 mars 2026" in page


def test_more_rows_come_with_everything_typed(scene, funder, form) -> None:
    page = funder.get(form)
    body = filled(page, **(TERMS | {"letter": "Bonjour", "fees_cents": "pas un montant"}), **rows((scene.ccas, 7, 12)))
    more = funder.post(form, body | {"more": "1"})
    html = more.content.decode()
    assert more.status_code == 200
    assert html.count("Nombre de carnets") == 12
    assert f'<option value="{scene.ccas.uid}" selected>' in html
    assert '<option value="7" selected>' in html
    assert 'value="12"' in html
    assert "Bonjour" in html
    assert "pas un montant" in html
    assert "Erreur" not in html
    assert is_untouched(Order.objects.get())


@pytest.mark.parametrize(
    ("lines", "terms", "sentence"),
    [
        ([], {}, "La commande est vide : ajoutez au moins une ligne."),
        ([("ccas", 5, 0)], {}, "Indiquez au moins un carnet, ou laissez la ligne vide."),
        ([("ccas", 5, -3)], {}, "Indiquez au moins un carnet, ou laissez la ligne vide."),
        ([("ccas", 5, 10_000_000)], {}, "vérifiez ce nombre"),
        ([("ccas", 5, 900_000)], {}, "dépassent le maximum d’une commande"),
        ([("ccas", 5, "")], {}, "Indiquez combien de carnets."),
        ([("", 5, 4)], {}, "Choisissez qui remettra ces carnets."),
        ([("ccas", 11, 4)], {}, "Sélectionnez un choix valide"),
        ([("11111111-1111-1111-1111-111111111111", 5, 4)], {}, "Sélectionnez un choix valide"),
        ([("ccas", 5, 4)], {"siret": "12345678901234"}, "Ce SIRET n’est pas valide"),
        ([("ccas", 5, 4)], {"siret": ""}, "Ce champ est obligatoire"),
        ([("ccas", 5, 4)], {"wave": "9"}, "Sélectionnez un choix valide"),
        ([("ccas", 5, 4)], {"fees_cents": "douze"}, "Écrivez un montant en euros"),
        ([("ccas", 5, 4)], {"fees_cents": "-5"}, "Écrivez un montant en euros"),
        ([("ccas", 5, 4)], {"fees_cents": "999999999"}, "Ce montant dépasse"),
        (
            [("ccas", 5, 4)],
            {"handed_over_from": "2026-04-01", "handed_over_until": "2026-03-31"},
            "vérifiez ses deux dates",
        ),
        ([("ccas", 5, 4)], {"handed_over_from": "bientôt"}, "date valide"),
        ([("ccas", 5, 4)], {"key": "n'importe quoi"}, "rechargez-la"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(scene, funder, form, lines, terms, sentence) -> None:
    named = [(scene.ccas if d == "ccas" else d, size, quantity) for d, size, quantity in lines]
    page = post(funder, form, *named, letter="Mon mot à moi", **terms)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "Mon mot à moi" in text_of(page)
    assert "Erreur – " in page.content.decode().split("</title>")[0]
    assert is_untouched(Order.objects.get())


def test_rows_beyond_reason_are_refused(scene, funder, form) -> None:
    page = funder.get(form)
    body = filled(page, **TERMS, **rows((scene.ccas, 5, 4))) | {"form-TOTAL_FORMS": "100000"}
    assert funder.post(form, body).status_code == 422
    assert funder.post(form, body | {"more": "1"}).content.decode().count("Nombre de carnets") <= 156
    assert funder.post(form, body | {"more": "1", "form-TOTAL_FORMS": "²"}).status_code == 200


# --- the way of an order


def test_an_order_goes_from_its_author_to_another_who_approves(scene, funder, pilot, audited) -> None:
    order = scene.draft()
    assert "est soumise à la Métropole" in text_of(funder.post(order_url(order, "order_submit"), follow=True))
    page = text_of(pilot.get(order_url(order)))
    assert "Approuver" in page
    assert "est approuvée" in text_of(pilot.post(order_url(order, "order_approve"), follow=True))
    order.refresh_from_db()
    assert order.status == OrderStatus.APPROVED
    assert audited()[-3:] == ["ORDER_SUBMIT", "ORDER_APPROVE", "PRINT_PROOF_MAKE"]


def test_the_author_does_not_approve_even_in_another_role(scene, client) -> None:
    user, author = person_at(scene.funder, Role.FUNDER, scene.now)
    scene.buyer = author
    order = scene.draft()
    submit_order(order=order, by=author, at=scene.tick())
    membership = user.memberships.get()
    membership.__class__.objects.create(
        user=user, organisation=scene.metropole, role=Role.PILOT, created_at=membership.created_at
    )
    membership.__class__.objects.filter(pk=membership.pk).update(ended_at=scene.now)
    client.force_login(user)
    page = text_of(client.get(order_url(order)))
    assert "une autre personne doit l’approuver" in page
    assert order_url(order, "order_approve") not in page
    refused = client.post(order_url(order, "order_approve"))
    assert refused.status_code == 403
    assert "Vous avez rédigé cette commande : une autre personne doit l’approuver." in text_of(refused)


def test_a_submitted_order_may_be_sent_back_and_then_cancelled(scene, funder, pilot) -> None:
    order = scene.draft()
    funder.post(order_url(order, "order_submit"))
    pilot.post(order_url(order, "order_send_back"))
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT
    assert "est annulée" in text_of(funder.post(order_url(order, "order_cancel"), follow=True))
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_an_act_that_came_too_late_is_told_on_the_order_as_it_is_now(scene, funder, pilot) -> None:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    cancel_order(order=order, by=scene.buyer, at=scene.tick())
    page = pilot.post(order_url(order, "order_approve"))
    assert page.status_code == 409
    assert "Rien n’a été changé" in text_of(page)
    assert "cette étape n’est pas possible maintenant" in text_of(page)
    assert "Annulée" in text_of(page)


def test_an_order_above_what_is_left_of_the_ceiling_is_not_approved(scene, funder, pilot) -> None:
    order = scene.draft((scene.ccas, 10, 2_000))
    funder.post(order_url(order, "order_submit"))
    page = pilot.post(order_url(order, "order_approve"))
    assert page.status_code == 409
    assert "dépasse ce qui reste du plafond" in text_of(page)


def test_the_production_is_queued_and_followed(scene, pilot, after_commit) -> None:
    order = scene.approved((scene.ccas, 5, 3))
    with after_commit():  # the worker has no time yet
        page = pilot.post(order_url(order, "order_produce"), follow=True)
    assert "La production de la commande" in text_of(page)
    assert 'hx-trigger="every 2s"' in text_of(page)
    assert "Actualiser" in text_of(page), "without JavaScript"
    fragment = pilot.get(order_url(order, "order_progress"))
    assert "0 sur 2" in text_of(fragment)
    assert "HX-Refresh" not in fragment


def test_once_produced_the_fragment_asks_for_the_whole_page(scene, pilot, funder) -> None:
    order = scene.produced((scene.ccas, 5, 3))
    fragment = pilot.get(order_url(order, "order_progress"))
    assert fragment["HX-Refresh"] == "true"
    assert "Production terminée" in text_of(fragment)
    assert "Fichiers à imprimer" in text_of(pilot.get(order_url(order)))
    assert "Fichiers à imprimer" not in text_of(funder.get(order_url(order)))


def test_a_production_that_stopped_is_told_and_restarted_by_who_produces(
    scene, browser, pilot, funder, after_commit, monkeypatch
) -> None:
    monkeypatch.setattr(tasks.run_job, "delay", lambda uid: None)
    order = scene.approved((scene.ccas, 5, 3))
    assert pilot.post(order_url(order, "order_restart")).status_code == 409
    with after_commit():
        pilot.post(order_url(order, "order_produce"))
    jobs_of_order = Job.objects.filter(subject=order.uid)
    jobs_of_order.update(status=JobStatus.FAILED, error="Il manque une adresse.", attempts_count=1)
    issuer = browser(scene.metropole, Role.ISSUER)
    for client in (pilot, issuer):
        page = text_of(client.get(order_url(order)))
        assert "La production s’est arrêtée" in page
        assert "Il manque une adresse." in page
        assert "Relancer la production" in page
        assert "Il manque une adresse." in text_of(client.get(order_url(order, "order_progress")))
    page = text_of(funder.get(order_url(order)))
    assert "La production s’est arrêtée" in page
    assert "Il manque une adresse." not in page + text_of(funder.get(order_url(order, "order_progress")))
    assert "Relancer" not in page
    assert funder.post(order_url(order, "order_restart")).status_code == 403
    with after_commit():
        page = text_of(issuer.post(order_url(order, "order_restart"), follow=True))
    assert "reprend où elle s’était arrêtée" in page
    assert "Relancer" not in page
    assert jobs_of_order.get().status == JobStatus.WAITING
    assert issuer.post(order_url(order, "order_restart")).status_code == 409


# --- who sees what


ACTS = (
    "order_submit",
    "order_approve",
    "order_send_back",
    "order_cancel",
    "order_produce",
    "order_restart",
    "order_proof",
    "order_co_funder",
)


def test_the_order_of_another_and_none_look_alike(scene, browser) -> None:
    order = scene.draft()
    stranger = browser(scene.metropole, Role.FUNDER)
    for name in ("order", "order_progress"):
        theirs, none = (stranger.get(reverse(f"vouchers:{name}", args=[uid])) for uid in (order.uid, uuid4()))
        assert theirs.status_code == none.status_code == 404
        assert text_of(theirs) == text_of(none)
    for name in ("order_submit", "order_cancel", "order_proof"):
        theirs, none = (stranger.post(reverse(f"vouchers:{name}", args=[uid])) for uid in (order.uid, uuid4()))
        assert theirs.status_code == none.status_code == 404
        assert text_of(theirs) == text_of(none)
    assert order.reference not in text_of(stranger.get(LIST))
    order.refresh_from_db()
    assert order.status == OrderStatus.DRAFT


def test_an_issuer_sees_what_it_has_to_produce_of_its_own_waves(scene, browser) -> None:
    draft, ready = scene.draft(), scene.approved()
    issuer = browser(scene.metropole, Role.ISSUER)
    assert issuer.get(order_url(draft)).status_code == 404
    assert "Lancer la production" in text_of(issuer.get(order_url(ready)))
    other = browser(scene.operator, Role.ISSUER)
    assert other.get(order_url(ready)).status_code == 404
    assert other.post(order_url(ready, "order_produce")).status_code == 404
    assert "Aucune commande" in text_of(other.get(LIST))


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.EVALUATOR])
def test_who_only_watches_finds_no_button(scene, browser, role) -> None:
    order = scene.approved()
    watcher = browser(scene.metropole, role)
    assert "<form" not in text_of(watcher.get(order_url(order)))
    for name in ACTS:
        assert watcher.post(order_url(order, name)).status_code == 403


def test_small_counts_of_acts_are_masked_to_the_funder_only(scene, funder, pilot) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0])
    order = booklet.order
    assert "Moins de 5 carnets entamés" in text_of(funder.get(order_url(order)))
    assert "moins de 5 heures utilisées" in text_of(funder.get(order_url(order)))
    assert "1 carnet entamé" in text_of(pilot.get(order_url(order)))


def test_the_list_keeps_one_state_and_counts_pages(scene, funder) -> None:
    draft, approved = scene.draft(), scene.approved()
    page = text_of(funder.get(f"{LIST}?etat=APPROVED"))
    assert approved.reference in page
    assert draft.reference not in page
    assert funder.get(f"{LIST}?etat=NIMPORTE&page=zz").status_code == 200


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_a_longer_list_asks_the_database_no_more(scene, pilot) -> None:
    scene.draft()
    pilot.get(LIST)
    few = _queries(pilot, LIST)
    for _ in range(6):
        scene.draft((scene.ccas, 5, 1), (scene.other_ccas, 6, 1))
    assert _queries(pilot, LIST) == few


def test_a_longer_order_asks_the_database_no_more(scene, pilot) -> None:
    short, long = scene.draft(), scene.draft(*[(scene.ccas, 5 + i, 1) for i in range(6)])
    pilot.get(order_url(short))
    assert OrderLine.objects.filter(order=long).count() == 6
    assert _queries(pilot, order_url(long)) == _queries(pilot, order_url(short))
