from uuid import uuid4

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import filled, text_of
from tests.vouchers.pages.test_shipments import ranges
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, DestructionReport, SealedLot
from vouchers.states import TitleStatus

NEW, LIST = reverse("vouchers:lot_new"), reverse("vouchers:lots")


@pytest.fixture
def back(scene) -> None:
    """Three booklets in the stock of the Métropole."""
    order = scene.produced((scene.ccas, 5, 3))
    shipment = send_booklets(
        wave=order.wave, sender=None, recipient=scene.metropole, ranges=[(1, 3)], by=scene.pilot, at=scene.tick(),
        key=uuid4(),
    )  # fmt: skip
    receive_shipment(shipment=shipment, missing=[], by=scene.pilot, at=scene.tick())


def seal(client, *spans, counted="3", reference="MGP-0042"):
    return client.post(
        NEW, filled(client.get(NEW), wave="1", counted=counted, seal_reference=reference, **ranges(*spans))
    )


def test_a_lot_is_sealed_signed_twice_and_has_its_report(scene, pilot, browser, back, audited) -> None:
    assert "1-0000001 à 1-0000003" in text_of(pilot.get(NEW))
    wrong = seal(pilot, ("1", "3"), counted="2")
    assert wrong.status_code == 422
    assert "Ces plages font 3 carnets et vous en avez compté 2" in text_of(wrong)
    lot = seal(pilot, ("1", "3"))["Location"]
    assert "Signer le procès-verbal" in text_of(pilot.get(lot))
    assert pilot.get(f"{lot}proces-verbal/").status_code == 404
    assert pilot.post(f"{lot}signer/").status_code == 422
    assert "Une autre personne doit contresigner" in text_of(
        pilot.post(f"{lot}signer/", {"method": "SHREDDED"}, follow=True)
    )
    twice = pilot.post(f"{lot}signer/")
    assert twice.status_code == 409
    assert "une autre personne doit le contresigner" in text_of(twice)
    assert "SIGN_DESTRUCTION_REFUSED" in audited()
    second = browser(scene.metropole, Role.ISSUER)
    done = text_of(second.post(f"{lot}signer/", follow=True))
    assert "Le procès-verbal n° 1 est signé" in done
    assert set(Booklet.objects.values_list("status", flat=True)) == {TitleStatus.DESTROYED}
    report = second.get(f"{lot}proces-verbal/")
    assert report.content.startswith(b"%PDF") and report["Content-Type"] == "application/pdf"
    assert report.content == pilot.get(f"{lot}proces-verbal/").content
    auditor = browser(scene.metropole, Role.AUDITOR)
    assert "procès-verbal n° 1" in text_of(auditor.get(LIST))


def test_a_stranger_issuer_sees_no_lot(scene, pilot, browser, back) -> None:
    lot = seal(pilot, ("1", "3"))["Location"]
    stranger = browser(scene.operator, Role.ISSUER)
    assert "Aucun lot scellé" in text_of(stranger.get(LIST))
    assert stranger.get(lot).status_code == stranger.post(f"{lot}signer/").status_code == 404


def test_what_is_in_anothers_drawer_is_not_sealed(scene, pilot, back, audited) -> None:
    scene.delivered((scene.ccas, 5, 2))
    page = seal(pilot, ("4", "5"), counted="2")
    assert page.status_code == 409
    assert not SealedLot.objects.exists() and not DestructionReport.objects.exists()
    assert "SEAL_LOT_REFUSED" in audited()
