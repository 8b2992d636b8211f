"""A database written with other keys is refused at once, not at the first counter."""

import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from passnum import health
from passnum.kit import key_fingerprints
from passnum.kit.codes.keyring import FINGERPRINT_OF, DigestKeyring
from passnum.kit.key_fingerprints import lost_kids, remember_keys, replace_fingerprints
from passnum.kit.keys import digest_keyring
from passnum.kit.models import KeyFingerprint
from passnum.management.commands import first_start
from tests.lifecycle import Scene

pytestmark = pytest.mark.django_db
OTHER = DigestKeyring(keys={1: b"o" * 32}, current=1)


def given(monkeypatch: pytest.MonkeyPatch, keyring: DigestKeyring) -> None:
    """Another key file than the tests' own, as after a new clone."""
    for room in (key_fingerprints, first_start):
        monkeypatch.setattr(room, "digest_keyring", lambda: keyring)
    health._known_keys.clear()


def start(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.IS_TRIAL = True
    first_start.Command(stdout=io.StringIO())._check_keys()


def test_the_same_keys_are_known_and_a_new_one_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_keys()
    remember_keys()
    assert list(KeyFingerprint.objects.values_list("kid", flat=True)) == sorted(digest_keyring().kids)
    assert lost_kids() == []
    grown = replace(digest_keyring(), keys={**digest_keyring().keys, 9: b"n" * 32})
    given(monkeypatch, grown)
    assert lost_kids() == []
    remember_keys()
    assert KeyFingerprint.objects.filter(kid=9).exists()


def test_a_fingerprint_is_the_digest_of_no_code() -> None:
    assert not FINGERPRINT_OF.isalnum(), "a code is letters and figures"
    assert digest_keyring().fingerprint(1) not in {OTHER.fingerprint(1), digest_keyring().keys[1]}


def test_other_keys_are_refused_where_there_are_tickets(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    scene = Scene()
    scene.produced()
    start(monkeypatch, settings)
    given(monkeypatch, OTHER)
    assert lost_kids() == [1]
    with pytest.raises(CommandError, match="d’autres clés que celles de ce dossier"):
        start(monkeypatch, settings)
    assert lost_kids() == [1], "nothing was replaced"


def test_a_kid_that_no_key_bears_is_refused(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    Scene().produced()
    given(monkeypatch, DigestKeyring(keys={7: b"o" * 32}, current=7))
    with pytest.raises(CommandError, match="d’autres clés"):
        start(monkeypatch, settings)


def test_other_keys_are_taken_where_no_ticket_was_made(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    remember_keys()
    given(monkeypatch, OTHER)
    start(monkeypatch, settings)
    assert lost_kids() == []
    replace_fingerprints()
    assert lost_kids() == []


def test_readyz_says_that_the_keys_are_others(monkeypatch: pytest.MonkeyPatch, client: Any) -> None:
    remember_keys()
    health._known_keys.clear()
    assert client.get("/readyz").json()["checks"]["keys"] is True
    given(monkeypatch, OTHER)
    told = client.get("/readyz")
    assert (told.status_code, told.json()["checks"]["keys"]) == (503, False)


def test_the_whole_command_refuses(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    Scene().produced()
    settings.IS_TRIAL = True
    given(monkeypatch, OTHER)
    with pytest.raises(CommandError, match="choisissez une base vide"):
        call_command("first_start")
