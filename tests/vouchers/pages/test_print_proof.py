"""The proof of an order on its page: who sees it, who answers, what follows."""

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.staff import text_of
from vouchers.actions.order import approve_order, submit_order
from vouchers.models import Order, PrintProof


@pytest.fixture
def order(scene) -> Order:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    return order


def url(order: Order, name: str, *version: int) -> str:
    return reverse(f"vouchers:{name}", args=[order.uid, *version])


def page(client, order: Order) -> str:
    return text_of(client.get(url(order, "order")))


def test_from_a_remark_to_the_start_of_production(scene, order, funder, pilot) -> None:
    said = page(funder, order)
    assert "Version 1" in said and "Approuver la version 1" in said
    assert "La production attend que le financeur approuve" in page(pilot, order)
    assert "Lancer la production" not in page(pilot, order)

    back = funder.post(url(order, "print_proof_back", 1), {"bat-remarks": "Le logo est flou."}, follow=True)
    assert "renvoyé avec vos remarques" in text_of(back) or "renvoyé avec vos remarques" in back.content.decode()
    assert "Le logo est flou." in page(pilot, order)
    assert "Approuver la version" not in page(funder, order)
    pilot.post(url(order, "print_proof_make"))
    done = funder.post(url(order, "print_proof_approve", 2))
    assert done.status_code == 302
    assert "Lancer la production" in page(pilot, order)
    assert [e.act for e in AuditEntry.objects.filter(act__startswith="PRINT_PROOF").order_by("pk")] == [
        "PRINT_PROOF_MAKE",
        "PRINT_PROOF_SEND_BACK",
        "PRINT_PROOF_MAKE",
        "PRINT_PROOF_APPROVE",
    ]


def test_the_pdf_is_read_by_whoever_reads_the_order(scene, order, funder, browser) -> None:
    answer = funder.get(url(order, "print_proof", 1))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert "BC-01-0001-bon-a-tirer-v1.pdf" in answer["Content-Disposition"]
    assert funder.get(url(order, "print_proof", 2)).status_code == 404
    other = browser(scene.other_ccas, Role.FUNDER)
    assert other.get(url(order, "print_proof", 1)).status_code == 404
    assert other.post(url(order, "print_proof_approve", 1)).status_code == 404


def test_remarks_are_needed_and_a_refusal_keeps_what_was_typed(scene, order, funder) -> None:
    answer = funder.post(url(order, "print_proof_back", 1), {"bat-remarks": " "})
    assert answer.status_code == 422
    assert "Dites ce qu’il faut corriger" in text_of(answer)
    too_long = funder.post(url(order, "print_proof_back", 1), {"bat-remarks": "x" * 601})
    assert too_long.status_code == 422
    assert PrintProof.objects.get().status == "WAITING"


def test_a_pilot_answers_for_a_funder_without_account(scene, order, browser) -> None:
    second = browser(scene.metropole, Role.PILOT)
    assert "à la place du financeur" in page(second, order)
    assert second.post(url(order, "print_proof_approve", 1)).status_code == 422
    assert second.post(url(order, "print_proof_approve", 1), {"bat-reason": "Accord écrit."}).status_code == 302
    browser(scene.funder, Role.FUNDER)
    assert "à la place du financeur" not in page(second, order)
