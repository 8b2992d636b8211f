import pytest
from django.test import Client

from mediation.models import CounterRules
from mediation.queries.counter_rules import rules_of
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.staff import text_of
from vouchers.actions.wave import close_wave

RULES = {
    "required_answers": ["THEMES", "IS_FIRST"],
    "list_warn_hours": "12",
    "list_stop_hours": "",
    "offline_device_hours": "10",
    "offline_site_hours": "30",
    "typed_device_hours": "0",
    "skew_minutes": "5",
}
ADDRESS = "/vagues/1/comptoir/"


@pytest.fixture
def pilot(scene: Scene, clock: object) -> Client:
    return signed_in(scene.metropole, Role.PILOT, scene.now)


def test_the_wave_leads_there_and_the_rules_are_kept(scene: Scene, pilot: Client) -> None:
    assert f'href="{ADDRESS}"' in pilot.get("/vagues/1/").content.decode()
    assert 'value="72"' in pilot.get(ADDRESS).content.decode()
    answer = pilot.post(ADDRESS, RULES, follow=True)
    assert "Les règles au comptoir sont enregistrées." in text_of(answer)
    said = rules_of([scene.wave])[scene.wave.pk]
    assert (said.required_answers, said.list_stop_hours, said.typed_device_hours) == (("IS_FIRST", "THEMES"), None, 0)
    page = pilot.get(ADDRESS).content.decode()
    assert page.count(" checked") == 2
    assert 'value="12"' in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("list_warn_hours", "", "obligatoire"),
        ("skew_minutes", "-1", "supérieure ou égale à 0"),
        ("offline_site_hours", "99999", "inférieure ou égale à 1"),
        ("list_stop_hours", "11", "L’avertissement vient avant le refus"),
        ("typed_device_hours", "11", "comptent dans les heures sans réseau"),
        ("required_answers", ["NAME"], "NAME"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(pilot: Client, field: str, value: object, said: str) -> None:
    answer = pilot.post(ADDRESS, RULES | {field: value})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not CounterRules.objects.exists()


def test_a_closed_wave_keeps_its_rules(scene: Scene, pilot: Client) -> None:
    close_wave(wave=scene.wave, by=scene.pilot, at=scene.tick())
    assert "Enregistrer ces règles" not in text_of(pilot.get(ADDRESS))
    assert pilot.post(ADDRESS, RULES).status_code == 409
    assert not CounterRules.objects.exists()


def test_others_do_not_see_the_way(scene: Scene, clock: object) -> None:
    auditor = signed_in(scene.metropole, Role.AUDITOR, scene.now)
    assert ADDRESS not in auditor.get("/vagues/1/").content.decode()
