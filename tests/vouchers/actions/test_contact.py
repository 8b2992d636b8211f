"""A contact is kept for what was agreed, unreadable without the keys, erased on demand and at the end of the wave."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from passnum.celery import app
from passnum.kit.errors import InvalidInput, NotAllowed
from passnum.kit.models import AuditEntry
from passnum.kit.sealed import SealBroken, Sealed, seal, unseal
from tests.lifecycle import A_PROFILE, Scene
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.contact import (
    PURPOSE,
    ContactOfUndone,
    GuardianNeeded,
    NoContactKept,
    WaveStillRunning,
    erase_contact,
    purge_contacts,
    read_contact,
    record_contact,
)
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.wave import close_wave
from vouchers.models import ContactKind, ContactPurpose, Handover, HandoverContact, Wave
from vouchers.tasks import purge_contacts as purge_contacts_task

PHONE = "06 12 34 56 78"


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


@pytest.fixture
def handover(scene: Scene) -> Handover:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return scene.hand_over(booklet)


def keep(scene: Scene, handover: Handover, **terms: Any) -> HandoverContact:
    given: dict[str, Any] = {
        "kind": ContactKind.PHONE,
        "value": PHONE,
        "purposes": [ContactPurpose.REMINDER],
        "by": scene.agent,
        "at": scene.tick(),
    }
    return record_contact(handover=handover, **(given | terms))


def test_it_is_unreadable_in_the_database_and_the_audit_and_read_by_its_desk(
    scene: Scene, handover: Handover, caplog: pytest.LogCaptureFixture
) -> None:
    contact = keep(scene, handover)
    with connection.cursor() as cursor:
        for table in ("vouchers_handovercontact", "kit_auditentry"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            (row,) = cursor.fetchone()
            for trace in ("0612345678", b"0612345678".hex(), PHONE):
                assert trace not in row
    assert "0612345678" not in caplog.text
    assert read_contact(handover=handover, by=scene.agent, at=scene.tick()) == "0612345678"
    assert list(AuditEntry.objects.order_by("pk").values_list("act", flat=True))[-2:] == [
        "RECORD_CONTACT",
        "READ_CONTACT",
    ]
    assert keep(scene, handover, kind=ContactKind.EMAIL, value=" jeanne@exemple.fr ").pk != contact.pk
    assert read_contact(handover=handover, by=scene.agent, at=scene.tick()) == "jeanne@exemple.fr"
    assert HandoverContact.objects.count() == 1


def test_a_seal_opens_for_what_it_belongs_to_only() -> None:
    of = uuid4()
    one = seal("texte", purpose=PURPOSE, of=of)
    assert seal("texte", purpose=PURPOSE, of=of) != one, "the same text twice is not seen to be the same"
    assert unseal(one, purpose=PURPOSE, of=of) == "texte"
    changed = Sealed(one.kid, one.data[:-1] + bytes([one.data[-1] ^ 1]))
    for wrong, terms in (
        (one, {"of": uuid4(), "purpose": PURPOSE}),
        (one, {"of": of, "purpose": "autre"}),
        (changed, {"of": of, "purpose": PURPOSE}),
        (Sealed(200, one.data), {"of": of, "purpose": PURPOSE}),
    ):
        with pytest.raises(SealBroken):
            unseal(wrong, **terms)


def test_nothing_is_kept_without_consent_nor_what_is_no_contact(scene: Scene, handover: Handover) -> None:
    for wrong in (
        {"purposes": []},
        {"purposes": ["PUB"]},
        {"value": "06 12"},
        {"value": "Jeanne Martin"},
        {"kind": ContactKind.EMAIL, "value": "jeanne"},
        {"kind": "FAX"},
    ):
        with refused(InvalidInput):
            keep(scene, handover, **wrong)


@pytest.mark.parametrize("band", ["moins_de_douze", "douze_dix_huit"])
def test_a_minors_contact_is_the_guardians(scene: Scene, band: str) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    young = replace(A_PROFILE, age_band=band)
    terms = {"distributor": scene.ccas, "by": scene.agent, "at": scene.tick(), "key": uuid4()}
    handover = hand_over(booklet=booklet, profile=young, **terms)
    with refused(GuardianNeeded):
        keep(scene, handover)
    assert keep(scene, handover, is_guardians=True).is_guardians


def test_its_desk_alone_keeps_reads_and_erases_it(scene: Scene, handover: Handover) -> None:
    keep(scene, handover)
    for stranger in (scene.other_agent, scene.pilot, scene.mediator):
        for act in (read_contact, erase_contact):
            with refused(NotAllowed):
                act(handover=handover, by=stranger, at=scene.tick())
        with refused(NotAllowed):
            keep(scene, handover, by=stranger)
    assert erase_contact(handover=handover, by=scene.agent, at=scene.tick())
    assert not erase_contact(handover=handover, by=scene.agent, at=scene.tick())
    with refused(NoContactKept):
        read_contact(handover=handover, by=scene.agent, at=scene.tick())


def test_an_undone_hand_over_keeps_none(scene: Scene, handover: Handover) -> None:
    keep(scene, handover)
    undo_handover(handover=handover, by=scene.agent, at=scene.tick())
    assert not HandoverContact.objects.exists()
    with refused(ContactOfUndone):
        keep(scene, handover)


def test_contacts_go_with_their_wave(scene: Scene, handover: Handover, capsys: pytest.CaptureFixture[str]) -> None:
    keep(scene, handover)
    wave = Wave.objects.get(pk=scene.wave.pk)
    with refused(WaveStillRunning):
        purge_contacts(wave=wave, by=scene.pilot, at=scene.tick())
    with refused(NotAllowed):
        purge_contacts(wave=wave, by=scene.agent, at=scene.tick())
    with pytest.raises(CommandError, match="n’est pas close"):
        call_command("purge_contacts", "1")
    close_wave(wave=wave, by=scene.pilot, at=scene.tick())
    call_command("purge_contacts", "1")
    assert "1" in capsys.readouterr().out
    assert not HandoverContact.objects.exists()
    assert purge_contacts(wave=wave, by=scene.pilot, at=scene.tick()) == 0


def test_the_nightly_task_purges_closed_waves_and_no_other(scene: Scene, handover: Handover) -> None:
    keep(scene, handover)
    purge_contacts_task()
    assert HandoverContact.objects.count() == 1, "its wave is open"
    close_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=scene.tick())
    purge_contacts_task()
    purge_contacts_task()
    assert not HandoverContact.objects.exists()
    (noted,) = AuditEntry.objects.filter(act="PURGE_CONTACTS")
    assert noted.by_kind == "SYSTEM"
    assert app.conf.beat_schedule["purge-contacts"]["task"] == purge_contacts_task.name
