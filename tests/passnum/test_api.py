"""The API as a whole: who comes in, how each refusal is told, what its description promises."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client

from mediation.api import sites
from passnum.accounts.actions.token import revoke_token
from passnum.accounts.models import ApiToken
from passnum.accounts.roles import Role
from passnum.api import openapi_document
from passnum.kit.actor import SYSTEM
from passnum.management.commands.export_openapi import openapi_text
from passnum.validation import fault_of
from tests.caller import Caller, caller_for, signed_in
from tests.lifecycle import Scene


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    scene = Scene()
    with time_machine.travel(scene.now + timedelta(days=1), tick=False):
        yield scene


@pytest.fixture
def place(scene: Scene) -> Caller:
    return caller_for(scene.operator, Role.MEDIATOR, scene.now)


def refusal(answer: HttpResponse, status: int, code: str) -> dict[str, object]:
    """Check the one shape of a refusal, and return it."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json"), answer.content
    told = answer.json()
    assert sorted(told) == ["code", "details", "message"]
    assert told["code"] == code
    assert told["message"].endswith(".")
    assert isinstance(told["details"], dict)
    return told


# --- who comes in


def test_without_a_token_in_force_nobody_comes_in(scene: Scene, place: Caller) -> None:
    expired = caller_for(scene.operator, Role.MEDIATOR, scene.now - timedelta(days=400))
    revoked = caller_for(scene.operator, Role.MEDIATOR, scene.now)
    revoke_token(token=ApiToken.objects.latest("pk"), by=SYSTEM, at=scene.now)
    for caller in (Caller(), Caller("pn_x"), Caller("x" * 5000), Caller("é\x00"), expired, revoked):
        answer = caller.get("/sites")
        refusal(answer, 401, "TOKEN_REFUSED")
        assert answer["WWW-Authenticate"] == "Bearer"
    assert place.get("/sites").status_code == 200
    basic = Client().get("/api/v1/sites", headers={"Authorization": f"Basic {place.token}"})
    refusal(basic, 401, "TOKEN_REFUSED")


def test_a_browser_session_opens_nothing_here(scene: Scene) -> None:
    """No cookie is read: a page of another site cannot make a browser write in somebody's name."""
    client = signed_in(scene.operator, Role.MEDIATOR, scene.now)
    refusal(client.get("/api/v1/sites"), 401, "TOKEN_REFUSED")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    refusal(strict.post("/api/v1/redemptions", "{}", content_type="application/json"), 401, "TOKEN_REFUSED")


def test_the_role_is_judged_before_the_request(scene: Scene) -> None:
    ccas = caller_for(scene.ccas, Role.DISTRIBUTOR, scene.now)
    refusal(ccas.post("/redemptions", "not json"), 403, "NOT_ALLOWED")


# --- how a refusal is told


def test_unknown_addresses_answer_in_the_same_shape(place: Caller) -> None:
    paths = (
        "/",
        "/nulle-part",
        "/sites/",
        "/redemptions/%00",
        "/redemptions/a%0Ab",
        "/redemptions/pas-un-uuid",
        "/%FF",
    )
    for path in paths:
        refusal(place.get(path), 404, "NOT_FOUND")
        refusal(Caller().get(path), 404, "NOT_FOUND")


def test_a_method_that_is_not_served(place: Caller) -> None:
    for method in ("get", "put", "patch", "delete", "options"):
        answer = getattr(place.client, method)("/api/v1/tickets/check", headers=place.headers())
        told = refusal(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer["Allow"] == "POST"
        assert told["details"] == {"method": method.upper(), "allowed": "POST"}


@pytest.mark.parametrize("body", ["", "{", "\x00", b"\xff\xfe", "[" * 100_000, '{"codes": NaN'])
def test_what_is_not_json(place: Caller, body: str | bytes) -> None:
    answer = place.post("/redemptions", body, key=uuid4())
    if body:
        refusal(answer, 400, "JSON_EXPECTED")
    else:
        assert refusal(answer, 422, "INVALID_INPUT")["message"] == "Ce champ est obligatoire."


def test_too_long_a_body(place: Caller, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000  # type: ignore[attr-defined]
    refusal(place.post("/redemptions", {"codes": ["x" * 2000]}, key=uuid4()), 413, "BODY_TOO_BIG")


def whole(scene: Scene) -> dict[str, object]:
    return {"site": str(scene.site.uid), "service": scene.service.code, "codes": ["ABCD"], "minutes": 60}


@pytest.mark.parametrize(
    ("field", "value", "where", "sentence"),
    [
        ("minutes", "60", "body.minutes", "Donnez un nombre entier."),
        ("minutes", 0, "body.minutes", "Donnez au moins 1."),
        ("minutes", 1441, "body.minutes", "Donnez 1440 au plus."),
        ("codes", [], "body.codes", "Donnez au moins 1 élément(s)."),
        ("codes", ["A"] * 61, "body.codes", "Donnez 60 éléments au plus."),
        ("codes", [7], "body.codes.0", "Donnez un texte."),
        ("codes", [""], "body.codes.0", "Donnez au moins 1 caractère(s)."),
        ("codes", ["\ud800"], "body.codes.0", "Ce texte n'est pas de l'Unicode lisible."),
        ("site", "ici", "body.site", "Donnez un identifiant (UUID)."),
        ("service", "a\x00b", "body.service", "Ce texte n'a pas la forme attendue."),
        ("type", "groupe", "body.type", "Cette valeur n'est pas dans la liste : 'individuel' or 'collectif'."),
        ("is_first", "oui", "body.is_first", "Donnez true ou false."),
        ("device_at", 1_700_000_000, "body.device_at", "Donnez une date et une heure avec leur fuseau"),
        ("device_at", "2026-03-02T09:00:00", "body.device_at", "Donnez le fuseau horaire avec l'heure"),
        ("device_at", "0001-01-01T00:00:00+14:00", "body.device_at", "Cette date est hors du possible"),
        ("device_at", "2026-03-02", "body.device_at", "Donnez une date et une heure avec leur fuseau"),
        ("inconnu", 1, "body.inconnu", "Ce champ n'existe pas."),
    ],
)
def test_what_is_wrong_is_said_in_french_and_not_repeated(
    scene: Scene, place: Caller, field: str, value: object, where: str, sentence: str
) -> None:
    told = refusal(place.post("/redemptions", {**whole(scene), field: value}, key=uuid4()), 422, "INVALID_INPUT")
    (fault,) = told["details"]["fields"]
    assert fault["field"] == where
    assert fault["message"].startswith(sentence.replace(" or ", " ou "))
    assert told["message"] == fault["message"]


def test_every_fault_is_told_at_once(place: Caller) -> None:
    told = refusal(place.post("/redemptions", {}), 422, "INVALID_INPUT")
    assert told["message"] == "5 champs sont à corriger."
    assert [fault["field"] for fault in told["details"]["fields"]] == [
        "body.site",
        "body.service",
        "body.codes",
        "body.minutes",
        "header.Idempotency-Key",
    ]


def test_an_unforeseen_kind_of_fault_has_a_sentence_too() -> None:
    assert fault_of({"type": "unheard_of", "loc": ("query", "page")}) == {
        "field": "query.page",
        "message": "Cette valeur ne convient pas.",
    }
    assert (
        fault_of({"type": "greater_than_equal", "loc": ("body", "x", "y")})["message"]
        == "Cette valeur ne convient pas."
    )


@pytest.mark.parametrize("path", ["/tickets/check", "/redemptions"])
def test_nul_and_odd_letters_in_codes_are_only_wrong_codes(scene: Scene, place: Caller, path: str) -> None:
    for code in ("\x00", "A\x00BCD", "🎫", "\u202e", "A" * 1024, "HTTPS://X/T/\x00#\x00"):
        body = whole(scene) | {"codes": [code]}
        if path == "/tickets/check":
            del body["minutes"]
            told = place.post(path, body).json()["tickets"]
            assert told[0]["refusal"]["code"] in {
                "CODE_MALFORMED",
                "SCAN_UNREADABLE",
                "PAYLOAD_MALFORMED",
                "REF_MALFORMED",
            }
        else:
            assert place.post(path, body, key=uuid4()).status_code == 422


def test_a_breakdown_is_told_without_a_word_of_it(place: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: object) -> None:
        raise RuntimeError("secret du serveur")

    monkeypatch.setattr(sites, "sites_visible_to", break_down)
    place.client.raise_request_exception = False
    answer = place.get("/sites")
    refusal(answer, 500, "INTERNAL_ERROR")
    assert "secret" not in answer.content.decode()


def test_a_database_that_does_not_answer_asks_to_come_back(place: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(sites, "sites_visible_to", lost)
    answer = place.get("/sites")
    refusal(answer, 503, "UNAVAILABLE")
    assert int(answer["Retry-After"]) > 0


def test_answers_are_not_kept_by_anybody(place: Caller) -> None:
    for answer in (place.get("/sites"), Caller().get("/sites"), place.get("/nulle-part")):
        assert answer["Cache-Control"] == "no-store"
        assert not answer.cookies


# --- what the description promises


def test_the_description_is_public_and_the_committed_one(db: None) -> None:
    served = Caller().get("/openapi.json")
    assert served.status_code == 200
    assert served.json() == openapi_document()
    committed = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert committed.read_text() == openapi_text(), "lancez « manage.py export_openapi »"


def test_the_command_writes_and_compares(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "openapi.json"
    with pytest.raises(CommandError, match="n'est plus à jour"):
        call_command("export_openapi", "--check", "--file", str(file))
    call_command("export_openapi", "--file", str(file), stdout=StringIO())
    said = StringIO()
    call_command("export_openapi", "--check", "--file", str(file), stdout=said)
    assert "est à jour" in said.getvalue()
    file.write_text(file.read_text().replace("3.1.0", "3.1.1"))
    with pytest.raises(CommandError, match="n'est plus à jour"):
        call_command("export_openapi", "--check", "--file", str(file))


# A check writes nothing that counts, an invitation serves once, a presence follows another.
UNNUMBERED = {"check_tickets", "pair_device", "start_presence", "end_presence", "upload_acts"}
OPERATIONS = [
    (path, method, told) for path, methods in openapi_document()["paths"].items() for method, told in methods.items()
]


@pytest.mark.parametrize(("path", "method", "told"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
def test_every_operation_is_described_guarded_and_numbered(path: str, method: str, told: dict[str, object]) -> None:
    assert told["summary"]
    assert told.get("description")
    assert told["tags"]
    assert isinstance(told["x-roles"], list)
    answers = set(told["responses"])
    if told["operationId"] == "pair_device":  # who pairs has no token yet: what is shown is the secret
        assert "security" not in told
    else:
        assert told["security"] == [{"BearerToken": []}]
        assert "401" in answers
    if told["x-roles"] or told.get("x-devices") == "alone":
        assert "403" in answers
    names = {parameter["name"] for parameter in told["parameters"]}
    if "requestBody" in told:
        assert {"400", "422"} <= answers
    if method != "get" and told["operationId"] not in UNNUMBERED:
        assert "Idempotency-Key" in names
    assert "code" not in json.dumps([p for p in told["parameters"] if p["in"] != "header"]), "codes go in bodies only"
    assert {p["name"] for p in told["parameters"] if p["in"] == "path"} <= {"uid", "number", "position", "version"}, (
        "no primary key"
    )


def test_the_guide_lists_every_operation(db: None) -> None:
    page = Client().get("/api/").content.decode()
    for path, method, told in OPERATIONS:
        assert f"<strong>{method.upper()}</strong> {path}" in page
        assert told["summary"] in page.replace("&#x27;", "'")
    assert "<script" not in page
    assert "cdn" not in page.lower()
