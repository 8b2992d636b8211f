"""From the order to the person's hand, to a lost booklet and to the credit note: through pages only, and a clean register."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from mediation.models import ClosingStatement
from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.clock import now
from passnum.kit.codes.payload import unpack
from passnum.kit.codes.url import parse_scanned
from passnum.kit.models import AuditEntry, Job
from tests.caller import signed_in
from tests.lifecycle import SIRETS, organisation
from tests.staff import filled, text_of
from vouchers.models import Handover, Order

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
WAVE = {
    "number": "1",
    "name": "Vague 1",
    "a_on": "2026-01-15",
    "a_meaning": "MARKET_AWARD",
    "contract_number": "2026-PN-01",
    "ceiling_cents": "10 000",
    "valid_from": "2026-02-01",
    "valid_until": "2026-12-31",
    "profile": "MARCHE",
    "face_value_cents": "10",
    "grace_days": "30",
    "upload_days": "37",
    "silence_days": "15",
    "late_entry_days": "15",
    "undo_minutes": "15",
    "shortest_act_minutes": "45",
}
TAPS = {"target_public": "seniors", "age_band": "soixante_dix_plus", "gender": "feminin", "social_status": "retraite"}


@pytest.fixture
def clock(db: None) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def follow(client: Client, button: str, /, *args: Any, **fields: Any) -> str:
    """Press a button and read the page that it leads to."""
    answer = client.post(reverse(f"vouchers:{button}", args=args), fields, follow=True)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def read_paper(pdf: bytes) -> list[str]:
    """What a scanner reads on every page of a PDF, printed at 150 dots per inch."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)]


def number_of(address: str) -> int:
    scanned = parse_scanned(address)
    assert scanned.payload is not None
    return unpack(scanned.payload).number


def download(client: Client, name: str, *args: Any) -> bytes:
    answer = client.post(reverse(f"vouchers:{name}", args=args))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def run_waiting_jobs() -> None:
    """What the production worker does as soon as it is woken."""
    for uid in jobs.lapsed_jobs(at=now()):
        assert jobs.run_job(uid)


def ordered(buyer: Client, ccas: Organisation) -> Order:
    """A draft of three booklets, written step by step."""
    first = buyer.get(reverse("vouchers:order_new"))
    answer = buyer.post(reverse("vouchers:order_new"), filled(first, wave="1", siret=SIRETS[1]))
    deliveries = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-distributor": str(ccas.uid)}
    deliveries |= {"form-0-size": 5, "form-0-quantity": 3}
    for said in ({"size_5": 3}, deliveries, {"letter": "Bonne lecture\u00a0!"}, {}):
        assert answer.status_code == 302, text_of(answer)
        answer = buyer.post(answer["Location"], said)
    assert answer.status_code == 302, text_of(answer)
    return Order.objects.get()


def sent_on(sender: Client, relay: Organisation, relay_desk: Client, number: int) -> None:
    """A CCAS sends one booklet to its relay, which receives it."""
    label = f"1-{number:07d}"
    body = filled(sender.get(reverse("vouchers:shipment_new")), wave="1", recipient=str(relay.uid))
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-first": label, "form-0-last": label}
    sent = sender.post(reverse("vouchers:shipment_new"), body | rows)
    assert sent.status_code == 302, text_of(sent)
    shipment = sent["Location"].strip("/").split("/")[-1]
    assert "Reçu, compte exact" in follow(relay_desk, "shipment", shipment, counted="1", missing="")


def ended(clock: time_machine.Traveller, buyer: Callable[[], Client], finance: Callable[[], Client]) -> None:
    """The clock of the wave strikes on its days; the funder stops hand-overs, and both sides sign."""
    end = reverse("mediation:wave_end", args=[1])
    for day in (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 16, 9, tzinfo=UTC)):
        clock.move_to(day)
        call_command("run_wave_clocks")
    stopped = buyer().post(reverse("mediation:freeze_confirm", args=[1]), follow=True)
    assert "Remises arrêtées" in text_of(stopped)
    clock.move_to(datetime(2027, 2, 6, 9, tzinfo=UTC))  # days were missed: they are caught up
    call_command("run_wave_clocks")
    statement = ClosingStatement.objects.get()
    for client in (finance(), buyer()):
        signed = text_of(client.post(reverse("mediation:statement_sign", args=[statement.uid]), follow=True))
    assert "signé des deux côtés" in signed
    told = text_of(buyer().get(end))
    assert "AV-1-0001" in told and "150,00 €" in told
    assert buyer().get(reverse("mediation:statement_pdf", args=[statement.uid])).content[:4] == b"%PDF"


def test_three_booklets_from_the_order_to_the_credit_note(clock, after_commit) -> None:
    metropole = organisation("Métropole", OrganisationKind.METROPOLE, siret=SIRETS[0])
    mairie = organisation("Mairie de Créteil", OrganisationKind.COMMUNE, siret=SIRETS[1])
    ccas = organisation("CCAS de Créteil", OrganisationKind.CCAS)
    pilot, second_pilot = (signed_in(metropole, Role.PILOT, START) for _ in range(2))
    finance = signed_in(metropole, Role.FINANCE, START)
    buyer = signed_in(mairie, Role.FUNDER, START)
    desk = signed_in(ccas, Role.DISTRIBUTOR, START)

    follow(pilot, "wave_new", **WAVE, issuer=str(metropole.uid), target_hours="")
    follow(pilot, "wave_open", 1)
    order = ordered(buyer, ccas)
    assert "150,00 €" in text_of(buyer.get(reverse("vouchers:order", args=[order.uid])))
    follow(buyer, "order_submit", order.uid)
    assert order.reference in text_of(second_pilot.get(reverse("vouchers:wave", args=[1])))
    assert "est approuvée" in follow(second_pilot, "order_approve", order.uid)
    assert b"".join(buyer.get(reverse("vouchers:print_proof", args=[order.uid, 1])).streaming_content)[:4] == b"%PDF"
    assert "Version 1" in follow(buyer, "print_proof_approve", order.uid, 1)
    proof = {"kind": "MANDATE", "reference": "M-1", "dated_on": "2026-03-01", "amount_cents": "150"}
    follow(buyer, "order_proof", order.uid, **{f"preuve-{name}": value for name, value in proof.items()})

    clock.shift(60)
    with after_commit():
        assert "0 sur 2" in follow(pilot, "order_produce", order.uid)
    run_waiting_jobs()
    assert "Production terminée" in text_of(pilot.get(reverse("vouchers:order", args=[order.uid])))
    verify = finance.get(reverse("vouchers:order", args=[order.uid])).content.decode().split('/verifier/"')[0]
    assert "3 carnets actifs de plus" in follow(finance, "proof_verify", order.uid, verify.split("/")[-1])

    paper = read_paper(download(pilot, "production_file", order.uid, order.files.get().uid))
    assert len(paper) == len(set(paper)) == 15
    assert sorted({number_of(address) for address in paper}) == [1, 2, 3]

    ready = text_of(pilot.get(reverse("vouchers:shipments")))
    link = unescape(ready.split('href="/envois/nouveau/?')[1].split('"')[0])
    body = filled(pilot.get(f"/envois/nouveau/?{link}"), wave="1", recipient=str(ccas.uid))
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 0, "form-0-first": "1-0000001", "form-0-last": "1-0000003"}
    sent = pilot.post(reverse("vouchers:shipment_new"), body | rows)
    shipment = sent["Location"].strip("/").split("/")[-1]
    assert "Reçu, compte exact" in follow(desk, "shipment", shipment, counted="3", missing="")

    scan = next(address for address in paper if number_of(address) == 2)
    step = desk.post(reverse("vouchers:handover"), {"carnet": scan}, follow=True)
    assert "Bonne lecture" in text_of(step)
    done = desk.post(step.request["PATH_INFO"], filled(step, **TAPS), follow=True)
    receipt = Handover.objects.get().receipt
    assert receipt in text_of(done)
    assert "a déjà été remis" in text_of(desk.post(reverse("vouchers:handover"), {"carnet": scan}))

    clock.shift(3600)
    found = desk.post(reverse("vouchers:stock"), {"carnet": receipt}, follow=True)
    assert "Carnet 1-0000002" in text_of(found)
    key = filled(found)["key"]
    assert "est bloqué" in follow(desk, "booklet_block", 1, 2, key=key, reason="LOST")
    with after_commit():
        assert "Remplacement en cours" in follow(desk, "booklet_reissue", 1, 2)
    run_waiting_jobs()
    assert "1-0000004" in text_of(desk.get(reverse("vouchers:booklet", args=[1, 2])))
    again = read_paper(download(desk, "booklet_file", 1, 4))
    assert {number_of(address) for address in again} == {4}
    assert len(again) == 5
    assert not set(again) & set(paper), "new references, new codes"
    assert "est en opposition" in text_of(desk.post(reverse("vouchers:handover"), {"carnet": scan}))

    figures = text_of(buyer.get(reverse("vouchers:order", args=[order.uid])))
    for told in ('data-label="Produits">3<', 'data-label="Livrés">3<', 'data-label="Remis">1<', "0 carnet entamé"):
        assert told in figures
    taken = AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").values_list("by_role", flat=True)
    assert sorted(taken) == ["DISTRIBUTOR", "PILOT"]
    assert Job.objects.exclude(status="DONE").count() == 0

    relay = organisation("Centre social", OrganisationKind.ASSOCIATION)
    Organisation.objects.filter(pk=relay.pk).update(parent=ccas)
    sent_on(desk, relay, signed_in(relay, Role.DISTRIBUTOR, now()), 3)
    ended(
        clock,
        buyer=lambda: signed_in(mairie, Role.FUNDER, now()),
        finance=lambda: signed_in(metropole, Role.FINANCE, now()),
    )
    call_command("check_register")
