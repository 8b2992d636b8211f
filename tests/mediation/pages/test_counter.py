"""The shell of the scanning page: public, nobody's, light, whole."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from mediation.coop import Theme
from mediation.models import RequiredAnswer
from mediation.pages import counter
from mediation.pages.counter_sentences import OF_THE_DEVICE, sentences
from mediation.policies.redemption import TicketBlocked
from tools.front_end import SOURCES

ROOT = Path(__file__).resolve().parents[3]
WEIGHT_MAX = 100_000  # bytes on the wire, before the decoder
SCRIPTS = "".join(path.read_text() for path in sorted((ROOT / SOURCES).glob("*.js")))


@pytest.fixture
def client(db: None) -> Client:
    return Client()


def shell_of(client: Client) -> dict[str, Any]:
    """What the service worker is told to keep."""
    text = client.get(reverse("mediation:counter_worker")).content.decode()
    found = re.match(r"self\.SHELL = (\{.*\});\n", text)
    assert found is not None
    shell: dict[str, Any] = json.loads(found[1])
    return shell


def bytes_of(address: str) -> bytes:
    path = finders.find(address.removeprefix("/static/").partition("?")[0])
    assert path is not None
    return Path(path).read_bytes()


@pytest.mark.parametrize("name", ["counter", "counter_worker", "counter_manifest"])
def test_public_without_a_session(client: Client, name: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        answer = client.get(reverse(f"mediation:{name}"))
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-cache"
    assert "unsafe-inline" not in answer.get("Content-Security-Policy", "")


def test_the_worker_stands_over_the_page_alone(client: Client) -> None:
    worker, page = reverse("mediation:counter_worker"), reverse("mediation:counter")
    assert worker.startswith(page)
    assert client.get(worker)["Content-Type"].startswith("text/javascript")


def test_the_manifest_lets_a_phone_install_the_page(client: Client) -> None:
    manifest = client.get(reverse("mediation:counter_manifest")).json()
    assert manifest["start_url"] == manifest["scope"] == reverse("mediation:counter")
    assert manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert all(b"<svg" in bytes_of(icon["src"]) for icon in manifest["icons"])


def test_what_the_page_asks_for_is_kept_by_its_worker(client: Client) -> None:
    page = client.get(reverse("mediation:counter")).content.decode()
    shell = shell_of(client)
    asked = set(re.findall(r'(?:href|src)="(/(?:static|comptoir)/[^"#]+)"', page))
    assert len(asked) > 5
    assert asked <= set(shell["files"])
    data = json.loads(re.findall(r'<script id="counter-data"[^>]*>(.*?)</script>', page)[0])
    assert [data["decoder"], data["wasm"]] == shell["decoder"]
    assert data["icons"] in shell["files"]
    assert data["version"] == shell["version"]


def test_under_100_kilobytes_before_the_decoder(client: Client) -> None:
    shell = shell_of(client)
    page = client.get(shell["page"]).content
    manifest = client.get(reverse("mediation:counter_manifest")).content
    worker = client.get(reverse("mediation:counter_worker")).content
    files = [bytes_of(address) for address in shell["files"] if address.startswith("/static/")]
    weights = [len(gzip.compress(part)) for part in (*files, worker)] + [len(page), len(manifest)]  # static files alone
    assert sum(weights) < WEIGHT_MAX, weights


def test_nothing_in_the_scripts_leads_to_another_host() -> None:
    built = [bytes_of(f"/static/{name}").decode() for name in (counter.SCRIPT, counter.WORKER)]
    assert re.findall(r"https?://(?!www\.w3\.org/)[a-z]", "".join([*built, SCRIPTS])) == []


def test_another_version_when_the_page_says_something_else(client: Client, settings: Any) -> None:
    before = shell_of(client)
    settings.IS_TRIAL = True
    after = shell_of(client)
    assert before["version"] != after["version"]
    assert before["decoder"] == after["decoder"]


def test_not_built_is_said(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counter, "SCRIPT", "mediation/vendor/absent.js")
    answer = client.get(reverse("mediation:counter"))
    assert answer.status_code == 503
    assert "tools.front_end" in answer.content.decode()


def test_each_refusal_of_the_device_has_its_sentence() -> None:
    thrown = set(re.findall(r'new Refusal\("([A-Z_]+)"', SCRIPTS))
    assert len(thrown) > 15
    assert thrown <= set(sentences())
    assert set(OF_THE_DEVICE) <= thrown
    assert sentences()[TicketBlocked.code] == TicketBlocked.message


def test_the_choices_are_those_of_the_national_record(client: Client) -> None:
    page = client.get(reverse("mediation:counter")).content.decode()
    data = json.loads(re.findall(r'<script id="counter-data"[^>]*>(.*?)</script>', page)[0])
    assert [value for value, _ in data["choices"]["themes"]] == Theme.values


def test_what_a_wave_may_require_is_known_to_the_page() -> None:
    asked = re.search(r"const ASKED = \{(.*?)\};", SCRIPTS, re.S)
    assert asked is not None
    assert set(RequiredAnswer.values) | {"SERVICE"} == set(re.findall(r"^\s+([A-Z_]+):", asked[1], re.MULTILINE))


def test_without_javascript_another_page_is_named(client: Client) -> None:
    assert f'<a href="{reverse("mediation:redeem")}">' in client.get(reverse("mediation:counter")).content.decode()
