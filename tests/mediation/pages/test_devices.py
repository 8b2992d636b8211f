"""The manager's pages: list, invite, rename, revoke. The secret of an invitation is shown once and kept nowhere."""

import re
from datetime import timedelta

import numpy as np
import pytest
import zxingcpp
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mediation.documents.pairing_qr import pairing_qr_svg
from mediation.queries.devices import devices_with_place
from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pairing import create_pairing
from passnum.accounts.models import Device, DevicePairing, RevokeReason
from passnum.accounts.queries.devices import actor_of_device
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.templatetags.french import hour_fr
from tests.caller import Caller, signed_in
from tests.lifecycle import Scene, person
from tests.staff import text_of


@pytest.fixture
def manager(scene: Scene, clock: object) -> Client:
    return signed_in(scene.operator, Role.SITE_MANAGER, scene.now)


def invite(client: Client, **fields: str) -> HttpResponse:
    return client.post("/appareils/nouveau/", {"name": "Accueil", **fields})


def figures_of(answer: HttpResponse) -> str:
    found = re.search(r'figures-six"><span>(\d{3})</span> <span>(\d{3})</span>', answer.content.decode())
    assert found is not None
    return "".join(found.groups())


def test_an_empty_list_says_what_to_do(manager: Client) -> None:
    page = manager.get("/appareils/")
    assert "Aucun appareil pour le moment" in text_of(page)
    assert "/appareils/nouveau/" in page.content.decode()


def test_an_invitation_makes_a_phone_work(scene: Scene, manager: Client) -> None:
    shown = invite(manager, is_shared="on")
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    told = shown.content.decode().replace("&nbsp;", "\u00a0")
    assert (
        f"<strong>{hour_fr(DevicePairing.objects.get().expires_at)}</strong> (10\u00a0minutes), une seule fois." in told
    )
    assert "testserver/comptoir/" in told
    waiting = text_of(manager.get("/appareils/"))
    assert "En attente d’association" in waiting
    paired = Caller().post("/devices/pair", {"code": figures_of(shown), "version": "1.0"})
    assert paired.status_code == 201
    listed = text_of(manager.get("/appareils/"))
    assert "En attente" not in listed
    assert "Accueil" in listed and "partagé" in listed and "Associé" in listed and "1.0" in listed


def test_what_was_shown_is_in_no_address_session_or_row(manager: Client) -> None:
    shown = invite(manager)
    figures = figures_of(shown)
    assert shown.request["PATH_INFO"] == "/appareils/nouveau/"
    kept = str([session.get_decoded() for session in Session.objects.all()]) + str(DevicePairing.objects.values().get())
    assert figures not in kept
    again = manager.get("/appareils/nouveau/").content.decode() + manager.get("/appareils/").content.decode()
    assert figures[:3] + "</span>" not in again
    assert 'class="qr"' not in again


def test_the_qr_code_leads_a_phone_to_its_secret() -> None:
    address = "https://pass.metropole.example/comptoir/#appairer=Zm9vYmFyYmF6cXV4MTIzNA"
    svg = pairing_qr_svg(address)
    side = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))  # type: ignore[union-attr]
    picture = np.full((side, side), 255, dtype=np.uint8)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        picture[int(y), int(x) : int(x) + int(length)] = 0
    (found,) = zxingcpp.read_barcodes(np.kron(picture, np.ones((8, 8), dtype=np.uint8)))
    assert found.text == address
    assert address not in svg


def test_a_name_is_asked(manager: Client) -> None:
    refused = invite(manager, name=" ")
    assert refused.status_code == 422
    assert "Donnez un nom à l’appareil" in text_of(refused)
    odd = invite(manager, name="a\u202eb")
    assert odd.status_code == 422
    assert "Donnez à l’appareil un nom" in text_of(odd)
    assert not DevicePairing.objects.exists()


def test_an_invitation_is_taken_back(manager: Client) -> None:
    figures = figures_of(invite(manager))
    pairing = DevicePairing.objects.get()
    answer = manager.post(f"/appareils/invitations/{pairing.uid}/annuler/", follow=True)
    assert "L’invitation est annulée" in text_of(answer)
    assert "En attente" not in text_of(answer)
    assert Caller().post("/devices/pair", {"code": figures}).status_code == 422


def test_another_name(scene: Scene, manager: Client) -> None:
    device = scene.device().device
    address = f"/appareils/{device.uid}/"
    assert 'value="Accueil"' in manager.get(address).content.decode()
    assert manager.post(address, {"name": ""}).status_code == 422
    answer = manager.post(address, {"name": "Bureau 2"}, follow=True)
    assert "L’appareil s’appelle maintenant « Bureau 2 »." in text_of(answer)
    revoke_device(device=device, reason=RevokeReason.LOST, by=scene.manager, at=scene.tick())
    assert manager.post(address, {"name": "Trop tard"}).status_code == 401
    assert Device.objects.get().name == "Bureau 2"


def test_revoked_at_once_with_a_reason(scene: Scene, manager: Client) -> None:
    paired = scene.device()
    phone = Caller(paired.token)
    address = f"/appareils/{paired.device.uid}/"
    refused = manager.post(address + "revoquer/")
    assert refused.status_code == 422
    assert "Choisissez pourquoi vous révoquez cet appareil." in text_of(refused)
    assert '<details class="more danger" open' in refused.content.decode()
    assert phone.get("/device").status_code == 200
    answer = manager.post(address + "revoquer/", {"reason": "STOLEN"}, follow=True)
    assert "« Accueil » est révoqué : il ne peut plus rien faire." in text_of(answer)
    assert phone.get("/device").json()["code"] == "DEVICE_REVOKED"
    page = text_of(manager.get(address))
    assert "Volé" in page
    assert "Révoquer cet appareil" not in page and "Changer son nom" not in page


def test_another_structure_s_devices_do_not_exist(scene: Scene, manager: Client) -> None:
    device = scene.device().device
    theirs = create_pairing(organisation=scene.operator, name="X", by=scene.manager, at=now()).pairing
    stranger = signed_in(scene.other_operator, Role.SITE_MANAGER, scene.now)
    assert "Accueil" not in text_of(stranger.get("/appareils/"))
    for answer in (
        stranger.get(f"/appareils/{device.uid}/"),
        stranger.post(f"/appareils/{device.uid}/revoquer/", {"reason": "LOST"}),
        stranger.post(f"/appareils/invitations/{theirs.uid}/annuler/"),
    ):
        assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.cancelled_at is None


def test_names_are_shown_as_text(scene: Scene, manager: Client) -> None:
    shown = invite(manager, name="<b>x</b>")
    for page in (shown, manager.get("/appareils/")):
        assert "<b>x</b>" not in page.content.decode()


def test_where_each_was_last_used_in_two_statements(scene: Scene) -> None:
    first, second = scene.device("A").device, scene.device("B").device
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0], by=actor_of_device(first))
    by = person(scene.operator, Role.SITE_MANAGER)
    with CaptureQueriesContext(connection) as done:
        rows = devices_with_place(by=by, at=scene.now)
    assert len(done) == 2
    assert [(row.device, row.place) for row in rows] == [(first, "Le Lieu"), (second, "")]
    rows = devices_with_place(by=by, at=scene.now + timedelta(days=31))
    assert [row.place for row in rows] == ["", ""]
