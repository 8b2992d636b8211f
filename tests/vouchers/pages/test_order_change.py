"""Changing an order on its pages."""

from uuid import uuid4

from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import filled, text_of
from tests.vouchers.pages.test_orders import TERMS, rows
from vouchers.actions.shipment import send_booklets
from vouchers.models import Booklet, Order


def url(order: Order, name: str, *more: int) -> str:
    return reverse(f"vouchers:{name}", args=[order.uid, *more])


def test_an_approved_order_is_amended_from_its_own_form(scene, funder, pilot) -> None:
    order = scene.approved((scene.ccas, 5, 2))
    assert "Modifier la commande" in text_of(funder.get(url(order, "order")))
    page = funder.get(url(order, "order_amend"))
    assert "à soumettre et à approuver de nouveau" in text_of(page)
    assert f'<option value="{scene.ccas.uid}" selected>' in page.content.decode()
    wrong = funder.post(url(order, "order_amend"), filled(page, **TERMS, **rows((scene.ccas, 5, 0))))
    assert wrong.status_code == 422
    done = funder.post(url(order, "order_amend"), filled(page, **TERMS, **rows((scene.ccas, 10, 3))), follow=True)
    assert "c’est de nouveau un brouillon" in done.content.decode().replace("\u00a0", " ")
    order.refresh_from_db()
    assert (order.status, order.revision) == ("DRAFT", 2)
    funder.post(url(order, "order_submit"))
    late = pilot.post(url(order, "order_approve"), {"revision": "1"})
    assert late.status_code == 409
    assert "relisez-la avant de l’approuver" in text_of(late)
    assert 'name="revision" value="2"' in pilot.get(url(order, "order")).content.decode()


def test_words_alone_keep_the_approval(scene, funder) -> None:
    order = scene.approved()
    page = funder.get(url(order, "order_texts"))
    assert "Une nouvelle version du bon à tirer sera à approuver" in text_of(page)
    funder.post(url(order, "order_texts"), {"letter": "Bonne route", "perimeter": "Les Bleuets"})
    order.refresh_from_db()
    assert (order.status, order.letter, order.proof_version) == ("APPROVED", "Bonne route", None)
    assert order.perimeter == "Les Bleuets"
    assert "Les Bleuets" in text_of(funder.get(url(order, "order_texts")))
    assert funder.post(url(order, "order_texts"), {"letter": "x" * 601}).status_code == 422
    made = scene.produced()
    assert funder.get(url(made, "order_texts")).status_code == 409
    assert funder.get(url(made, "order_amend")).status_code == 409


def test_what_is_still_at_the_printer_is_cancelled_after_it_was_read(scene, funder, browser) -> None:
    order = scene.produced((scene.ccas, 5, 4))
    send_booklets(
        wave=order.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(1, 1)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )
    page = text_of(funder.get(url(order, "line_cancel", 1)))
    assert "3 carnets sont encore chez l’imprimeur" in page
    assert "1-0000002 à 1-0000004" in page and "1-0000001" in page
    assert funder.post(url(order, "line_cancel", 1), {"expected": "4"}).status_code == 409
    assert funder.post(url(order, "line_cancel", 1), {"expected": "beaucoup"}).status_code == 422
    done = funder.post(url(order, "line_cancel", 1), {"expected": "3"}, follow=True)
    assert "3 carnets sont annulés" in done.content.decode().replace("\u00a0", " ")
    assert Booklet.objects.filter(status="CANCELLED").count() == 3
    assert "50,00 €" in text_of(funder.get(url(order, "order")))
    assert "rien à annuler" in text_of(funder.get(url(order, "line_cancel", 1)))
    assert funder.get(url(order, "line_cancel", 9)).status_code == 404


def test_an_order_nobody_approved_is_a_quote(scene, funder, browser) -> None:
    draft, order = scene.draft(), scene.approved()
    names = [funder.get(url(one, "order_paper"))["Content-Disposition"] for one in (draft, order)]
    assert ["devis" in name for name in names] == [True, False]
    assert "bon-de-commande.pdf" in names[1]
    first, again = (funder.get(url(order, "order_paper")).content for _ in range(2))
    assert first == again and first.startswith(b"%PDF")
    assert "Devis (PDF)" in text_of(funder.get(url(draft, "order")))
    assert browser(scene.other_ccas, Role.FUNDER).get(url(order, "order_paper")).status_code == 404
