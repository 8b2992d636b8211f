"""What a wave asks at the counter: set by a pilot, refused when it makes no sense, the defaults otherwise."""

from dataclasses import replace

import pytest

from mediation.actions.counter_rules import set_counter_rules
from mediation.models import CounterRules
from mediation.queries.counter_rules import CounterTerms, rules_of
from passnum.kit.errors import InvalidInput, NotAllowed
from passnum.kit.models import AuditEntry
from tests.lifecycle import Scene
from vouchers.actions.wave import WaveNotReady, close_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def usual(scene: Scene) -> CounterTerms:
    return rules_of([scene.wave])[scene.wave.pk]


def test_a_wave_that_says_nothing_has_the_defaults(usual: CounterTerms) -> None:
    assert usual == CounterTerms(
        required_answers=(),
        list_warn_hours=24,
        list_stop_hours=72,
        offline_device_hours=20,
        offline_site_hours=60,
        typed_device_hours=2,
        skew_minutes=10,
    )
    assert not CounterRules.objects.exists()


def test_a_pilot_sets_them_again_and_again(scene: Scene, usual: CounterTerms) -> None:
    other = scene.make_wave(2)
    first = replace(usual, required_answers=("THEMES", "AUTONOMY", "THEMES"), list_stop_hours=None)
    set_counter_rules(wave=scene.wave, terms=first, by=scene.pilot, at=scene.tick())
    second = replace(first, typed_device_hours=0)
    rules = set_counter_rules(wave=scene.wave, terms=second, by=scene.second_pilot, at=scene.tick())
    assert rules.updated_at == scene.now
    said = rules_of([scene.wave, other])
    assert said[scene.wave.pk] == replace(second, required_answers=("AUTONOMY", "THEMES"))
    assert said[other.pk] == usual
    entry = AuditEntry.objects.latest("pk")
    assert (entry.act, entry.details["typed_device_hours"]) == ("SET_COUNTER_RULES", 0)


@pytest.mark.parametrize(
    "change",
    [
        {"list_warn_hours": 73},
        {"typed_device_hours": 21},
        {"required_answers": ("NAME",)},
        {"skew_minutes": -1},
        {"offline_site_hours": 40_000},
    ],
)
def test_what_makes_no_sense_is_refused(scene: Scene, usual: CounterTerms, change: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        set_counter_rules(wave=scene.wave, terms=replace(usual, **change), by=scene.pilot, at=scene.tick())
    assert refusal.value.sentence.endswith(".")
    assert not CounterRules.objects.exists()


def test_only_a_pilot_and_not_once_the_wave_is_closed(scene: Scene, usual: CounterTerms) -> None:
    for other in (scene.manager, scene.mediator, scene.finance, scene.buyer):
        with pytest.raises(NotAllowed):
            set_counter_rules(wave=scene.wave, terms=usual, by=other, at=scene.tick())
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    with pytest.raises(WaveNotReady):
        set_counter_rules(wave=scene.wave, terms=usual, by=scene.pilot, at=scene.tick())
