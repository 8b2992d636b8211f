"""A production file is worth its face value: who takes it, how, and what stands in the way of others."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import NotAllowed
from passnum.kit.models import AuditEntry
from tests.staff import text_of
from vouchers.actions.production_download import take_production_file
from vouchers.models import Order, ProductionFile


@pytest.fixture
def order(scene) -> Order:
    return scene.produced((scene.ccas, 5, 2))


@pytest.fixture
def file(order) -> ProductionFile:
    return ProductionFile.objects.get(order=order)


def url(file: ProductionFile) -> str:
    return reverse("vouchers:production_file", args=[file.order.uid, file.uid])


def _forged(order: Order, path: str) -> ProductionFile:
    """A row that names a path of its choice, as an attacker with the application's role could write."""
    return ProductionFile.objects.create(
        order=order,
        batch=99,
        first_number=1,
        last_number=1,
        path=path,
        sha256=b"0" * 32,
        bytes_count=1,
        pages_count=1,
        tickets_count=1,
        created_at=order.created_at,
    )


@pytest.mark.parametrize("role", [Role.PILOT, Role.ISSUER])
def test_the_pilot_and_the_issuer_take_it_and_it_is_written_down(scene, browser, file, role) -> None:
    client = browser(scene.metropole, role)
    sent = client.post(url(file))
    assert sent.status_code == 200
    assert b"".join(sent.streaming_content).startswith(b"%PDF-")
    assert sent["Content-Disposition"] == f'attachment; filename="{file.order.reference}-lot-00001.pdf"'
    assert "no-store" in sent["Cache-Control"]
    assert sent["X-Content-Type-Options"] == "nosniff"
    entry = AuditEntry.objects.get(act="TAKE_PRODUCTION_FILE")
    assert (entry.subject, entry.by_role) == (file.uid, role.value)


def test_a_link_does_not_take_it(pilot, file) -> None:
    assert pilot.get(url(file)).status_code == 405
    assert not AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in {Role.PILOT, Role.ISSUER}])
def test_no_other_role_takes_it_not_even_the_funder(scene, browser, file, role) -> None:
    assert browser(scene.funder, role).post(url(file)).status_code == 403
    assert not AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").exists()


def test_the_issuer_of_another_wave_does_not_see_it(scene, browser, file) -> None:
    other = browser(scene.operator, Role.ISSUER)
    theirs, none = other.post(url(file)), other.post(reverse("vouchers:production_file", args=[uuid4(), uuid4()]))
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs) == text_of(none)


def test_a_file_is_only_found_under_its_own_order(scene, pilot, file) -> None:
    other = scene.draft()
    assert pilot.post(reverse("vouchers:production_file", args=[other.uid, file.uid])).status_code == 404
    assert pilot.post(reverse("vouchers:production_file", args=[file.order.uid, uuid4()])).status_code == 404


def test_a_passer_by_is_sent_to_sign_in(client, file) -> None:
    assert client.post(url(file))["Location"].startswith("/compte/connexion/")


def test_no_address_leads_to_the_private_folder(pilot, file) -> None:
    guesses = (
        f"/{file.path}",
        f"/files/{file.path}",
        f"/media/{file.path}",
        f"/static/{file.path}",
        f"/static/../{file.path}",
        f"/static/%2e%2e/files/{file.path}",
        f"/var/files/{file.path}",
    )
    for guess in guesses:
        for answer in (pilot.get(guess), pilot.post(guess)):
            assert answer.status_code in {404, 405}, guess


@pytest.mark.parametrize(
    "path", ["../secret.pdf", "/etc/passwd", "production/../../secret.pdf", "lien.pdf", "production"]
)
def test_a_row_cannot_lead_out_of_the_private_folder(pilot, order, path) -> None:
    root = Path(settings.PRIVATE_ROOT)
    secret = root.parent / "secret.pdf"
    secret.write_bytes(b"%PDF-secret")
    link = root / "lien.pdf"
    link.unlink(missing_ok=True)
    link.symlink_to(secret)
    answer = pilot.post(url(_forged(order, path)))
    assert answer.status_code == 404
    assert "Ce fichier n’est plus sur le serveur." in text_of(answer)
    assert not AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").exists()


def test_a_file_that_was_changed_does_not_go_out(pilot, file) -> None:
    path = Path(settings.PRIVATE_ROOT) / file.path
    kept = path.read_bytes()
    path.write_bytes(kept + b"%")
    try:
        answer = pilot.post(url(file))
    finally:
        path.write_bytes(kept)
    assert answer.status_code == 409
    assert "ne l’imprimez pas" in text_of(answer)
    assert not AuditEntry.objects.filter(act="TAKE_PRODUCTION_FILE").exists()


def test_a_file_that_was_removed_is_told(pilot, file) -> None:
    path = Path(settings.PRIVATE_ROOT) / file.path
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        assert pilot.post(url(file)).status_code == 404
    finally:
        away.rename(path)


def test_the_folder_and_the_file_are_for_the_service_alone(file) -> None:
    path = Path(settings.PRIVATE_ROOT) / file.path
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_system_itself_has_no_business_there(file) -> None:

    with pytest.raises(NotAllowed):
        take_production_file(file=file, by=SYSTEM, at=file.created_at)
