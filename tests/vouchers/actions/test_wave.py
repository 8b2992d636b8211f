from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from passnum.kit.errors import InvalidInput
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.wave import IssuerAddressMissing, WaveNotReady, close_wave, create_wave, open_wave
from vouchers.models import MeaningOfA, TitleProfile, Wave
from vouchers.states import WaveStatus


@pytest.fixture
def scene(bare: Scene) -> Scene:
    return bare


def make(scene: Scene, **terms: Any) -> Wave:
    given: dict[str, Any] = {
        "number": 7,
        "name": "Vague 7",
        "a_on": date(2026, 1, 15),
        "a_meaning": MeaningOfA.ORDER_NOTIFIED,
        "issuer": scene.metropole,
        "contract_number": "2026-PN-07",
        "ceiling_cents": 1_000_00,
        "valid_from": date(2026, 2, 1),
        "valid_until": date(2026, 12, 31),
    }
    return create_wave(by=scene.pilot, at=scene.tick(), **(given | terms))


def test_a_wave_is_born_in_preparation_then_opens_then_closes(scene: Scene) -> None:
    wave = make(scene)
    assert (wave.status, wave.opened_at, wave.next_booklet_number) == (WaveStatus.DRAFT, None, 1)
    open_wave(wave=wave, by=scene.pilot, at=scene.tick())
    opened_at = scene.now
    close_wave(wave=wave, by=scene.pilot, at=scene.tick())
    assert (wave.status, wave.opened_at, wave.closed_at) == (WaveStatus.CLOSED, opened_at, scene.now)


def test_a_wave_goes_forward_only(scene: Scene) -> None:
    wave = make(scene)
    with refused(WaveNotReady):
        close_wave(wave=wave, by=scene.pilot, at=scene.tick())
    open_wave(wave=wave, by=scene.pilot, at=scene.tick())
    with refused(WaveNotReady):
        open_wave(wave=wave, by=scene.pilot, at=scene.tick())
    close_wave(wave=wave, by=scene.pilot, at=scene.tick())
    for act in (open_wave, close_wave):
        with refused(WaveNotReady):
            act(wave=wave, by=scene.pilot, at=scene.tick())


@pytest.mark.parametrize(
    "terms",
    [
        {"valid_from": date(2027, 1, 1)},
        {"number": 1},  # the scene's own
        {"number": 0},
        {"number": 65_536},  # two bytes on paper
        {"ceiling_cents": -1},
        {"face_value_cents": 0},
        {"shortest_act_minutes": 61},
        {"profile": TitleProfile.CAP},  # 30 days of grace
        {"profile": TitleProfile.CAP, "grace_days": 0, "valid_until": date(2026, 11, 30)},
        {"profile": TitleProfile.CAP, "grace_days": 0, "valid_from": date(2025, 12, 1)},
        {"name": "V" * 81},
    ],
    ids=str,
)
def test_impossible_terms_are_refused_in_a_sentence(scene: Scene, terms: dict[str, Any]) -> None:
    with refused(InvalidInput):
        make(scene, **terms)


def test_a_cheque_of_the_social_aid_ends_with_its_year(scene: Scene) -> None:
    wave = make(scene, profile=TitleProfile.CAP, grace_days=0)
    assert wave.redeemable_until == date(2026, 12, 31)


@pytest.mark.parametrize("address", ["", "  "])
def test_a_cheque_of_the_social_aid_opens_with_the_address_of_its_issuer(scene: Scene, address: str) -> None:
    wave = make(scene, profile=TitleProfile.CAP, grace_days=0, issuer_address=address)
    with refused(IssuerAddressMissing):
        open_wave(wave=wave, by=scene.pilot, at=scene.tick())
    with pytest.raises(IntegrityError, match="wave_cap_opens_with_its_issuers_address"), transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(status=WaveStatus.OPEN, opened_at=scene.now)
    told = make(scene, number=8, profile=TitleProfile.CAP, grace_days=0, issuer_address=" 15 avenue, Paris ")
    open_wave(wave=told, by=scene.pilot, at=scene.tick())
    assert (told.status, told.issuer_address) == (WaveStatus.OPEN, "15 avenue, Paris")


def test_the_evaluation_is_due_six_months_after_a(scene: Scene) -> None:
    assert make(scene, a_on=date(2026, 8, 31)).evaluation_due_on == date(2027, 2, 28)
