"""The logo of a funder: sent with the order or later, checked by its content, printed on the cover and on the proof."""

import io
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from PIL import Image

from passnum.accounts.roles import Role
from passnum.kit.errors import NotAllowed, NotFound
from tests.lifecycle import Scene
from tests.staff import text_of
from tests.vouchers.pages.test_order_draft import PAYER, SIZES, TEXTS, begin, draft, rows, step, written
from vouchers.actions.logo import record_logo
from vouchers.actions.order_change import revise_texts
from vouchers.models import FunderLogo, Order, OrderDraft, PrintProof

__all__ = ["PAYER", "SIZES", "begin", "draft", "rows", "written"]
GREEN = (0, 160, 60)


def picture(colour: tuple[int, int, int] = GREEN, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 100), colour).save(out, kind)
    return out.getvalue()


def sent(data: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def greens(pdf: bytes) -> int:
    """How many pixels of the logo's green the first page shows."""
    shown = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    return sum(
        n for n, colour in shown.getcolors(1_000_000) if all(abs(a - b) < 6 for a, b in zip(colour, GREEN, strict=True))
    )


def with_logo(scene: Scene, order: Order) -> FunderLogo:
    logo = record_logo(organisation=scene.funder, data=picture(), by=scene.buyer, at=scene.tick())
    revise_texts(order=order, eligible_publics="", letter="", logo=logo, by=scene.buyer, at=scene.tick())
    return logo


def proof_pdf(client: Any, order: Order, version: int) -> bytes:
    answer = client.get(reverse("vouchers:print_proof", args=[order.uid, version]))
    return b"".join(answer.streaming_content)


def test_the_fourth_step_keeps_a_logo_until_it_is_dropped(funder, written) -> None:
    wrong = {"handed_over_until": "2020-01-01"}
    page = funder.post(step(written, 4), TEXTS | wrong | {"logo": sent(picture())})
    assert page.status_code == 422
    assert "Un logo est gardé" in text_of(page), "the rest is to mend, the picture stays"
    funder.post(step(written, 4), TEXTS)
    assert "Un logo est gardé" in text_of(funder.get(step(written, 4)))
    assert "imprimé sur la couverture" in text_of(funder.get(step(written, 5)))
    funder.post(step(written, 4), TEXTS | {"drops_logo": "on"})
    assert "Un logo est gardé" not in text_of(funder.get(step(written, 4)))
    funder.post(step(written, 4), TEXTS | {"logo": sent(picture())})
    funder.post(step(written, 5))
    assert Order.objects.get().logo == FunderLogo.objects.get(), "sent twice, kept once"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"", "vide"), (b"%PDF-1.7", "PNG ou JPEG"), (picture(kind="GIF"), "PNG ou JPEG"), (b"x" * 200_001, "200 ko")],
)
def test_what_is_no_logo_is_told_and_the_words_stay(scene, funder, written, data, sentence) -> None:
    order = scene.draft()
    for address in (step(written, 4), reverse("vouchers:order_texts", args=[order.uid])):
        page = funder.post(address, TEXTS | {"logo": sent(data)})
        assert page.status_code == 422
        assert sentence in text_of(page)
        assert "Les Bleuets" in text_of(page)
    assert FunderLogo.objects.count() == 0


def test_a_logo_is_printed_on_the_proof_and_the_same_version_draws_the_same_bytes(scene, funder, pilot) -> None:
    order = scene.approved()
    last = PrintProof.objects.latest("version").version
    plain = proof_pdf(funder, order, last)
    funder.post(reverse("vouchers:order_texts", args=[order.uid]), {"logo": sent(picture())})
    printed = proof_pdf(funder, order, last + 1)
    assert (greens(plain), greens(printed) > 400) == (0, True)
    assert proof_pdf(pilot, order, last + 1) == printed
    assert proof_pdf(pilot, order, last) == plain, "a version says for ever what it said"
    assert "à voir sur le bon à tirer" in text_of(funder.get(reverse("vouchers:order", args=[order.uid])))
    funder.post(reverse("vouchers:order_texts", args=[order.uid]), {"letter": "Bonjour"})
    order.refresh_from_db()
    assert order.logo is not None, "other words leave it"
    funder.post(reverse("vouchers:order_texts", args=[order.uid]), {"drops_logo": "on"})
    order.refresh_from_db()
    assert order.logo is None
    assert greens(proof_pdf(funder, order, last + 3)) == 0


def test_an_order_takes_no_logo_of_another_and_the_database_neither(scene, browser, funder, written) -> None:
    theirs = record_logo(organisation=scene.metropole, data=picture(), by=scene.pilot, at=scene.tick())
    order = scene.draft()
    with pytest.raises(NotFound):
        revise_texts(order=order, eligible_publics="", letter="", logo=theirs, by=scene.buyer, at=scene.tick())
    with pytest.raises(NotAllowed):
        record_logo(organisation=scene.metropole, data=picture(), by=scene.buyer, at=scene.tick())
    with pytest.raises(IntegrityError, match="order_logo_is_of_its_funder"), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(logo=theirs)
        connection.check_constraints()
    OrderDraft.objects.filter(pk=written.pk).update(
        content=OrderDraft.objects.get().content | {"texts": TEXTS | {"logo": str(theirs.uid)}}
    )
    funder.post(step(written, 5))
    assert Order.objects.latest("pk").logo is None
    stranger = browser(scene.metropole, Role.FUNDER)
    assert stranger.post(step(written, 4), {"logo": sent(picture())}).status_code == 404
