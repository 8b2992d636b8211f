"""Through HTTP alone: a device is paired, told its places and the waves, held, let in where devices are, revoked."""

import json
import re
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from mediation.models import Redemption
from passnum.accounts.actions.device import revoke_device
from passnum.accounts.actions.pairing import create_pairing
from passnum.accounts.actions.pin import set_pin
from passnum.accounts.api import BearerToken, device_of
from passnum.accounts.models import Device, DevicePresence, RevokeReason
from passnum.accounts.roles import Role
from passnum.api import openapi_document
from passnum.kit.actor import ActorKind
from passnum.kit.clock import now
from passnum.kit.errors import NotAllowed
from passnum.kit.keys import public_keyring
from tests.caller import Caller, caller_for, person_at
from tests.lifecycle import Scene, site_of

OPERATIONS = [
    (path.removeprefix("/api/v1"), method, told)
    for path, methods in openapi_document()["paths"].items()
    for method, told in methods.items()
]


@pytest.fixture(autouse=True)
def no_earlier_attempt() -> None:
    cache.clear()


@pytest.fixture
def phone(scene: Scene) -> Caller:
    """A phone of one person of the place."""
    return Caller(scene.device().token)


@pytest.fixture
def shared(scene: Scene) -> Caller:
    return Caller(scene.device("Bureau", is_shared=True).token)


def revoke(scene: Scene) -> None:
    revoke_device(device=Device.objects.latest("pk"), reason=RevokeReason.LOST, by=scene.manager, at=scene.tick())


def call(caller: Caller, method: str, path: str) -> HttpResponse:
    address = "/api/v1" + re.sub(r"\{(?!uid)\w+\}", "1", path.replace("{uid}", str(uuid4())))
    headers = caller.headers(uuid4())
    if method == "get":
        return caller.client.get(address, headers=headers)
    return caller.client.generic(method.upper(), address, b"{}", content_type="application/json", headers=headers)


# --- pairing


def test_six_figures_give_a_token_once(scene: Scene) -> None:
    made = create_pairing(organisation=scene.operator, name="Accueil", is_shared=True, by=scene.manager, at=now())
    answer = Caller().post("/devices/pair", {"code": f"{made.figures[:3]} {made.figures[3:]}", "version": "1.0"})
    assert answer.status_code == 201
    told = answer.json()
    device = Device.objects.get()
    assert told == {
        "token": told["token"],
        "device": {"uid": str(device.uid), "name": "Accueil", "is_shared": True},
        "organisation": {"uid": str(scene.operator.uid), "name": "Maison du numérique"},
    }
    assert answer["Cache-Control"] == "no-store"
    assert Caller(told["token"]).get("/device").status_code == 200
    again = Caller().post("/devices/pair", {"code": made.figures})
    assert (again.status_code, again.json()["code"]) == (422, "PAIRING_UNKNOWN")


def test_guesses_are_slowed_down(scene: Scene) -> None:
    answers = [Caller().post("/devices/pair", {"code": "000000"}) for _ in range(21)]
    assert [a.status_code for a in answers] == [422] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) <= 600


# --- where devices are let in


@pytest.mark.parametrize(("path", "method", "told"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
def test_devices_enter_where_it_is_said_and_nowhere_else(
    phone: Caller, path: str, method: str, told: dict[str, object]
) -> None:
    answer = call(phone, method, path)
    if told.get("x-devices") or not told.get("security"):
        assert answer.status_code not in {401, 403}
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")


def test_the_counter_is_open_to_devices(scene: Scene) -> None:
    assert {told["operationId"] for _, _, told in OPERATIONS if told.get("x-devices") == "too"} >= {
        "check_tickets", "redeem_tickets", "read_redemption", "undo_redemption", "list_sites", "list_services",
    }  # fmt: skip
    assert {told["operationId"] for _, _, told in OPERATIONS if told.get("x-devices") == "alone"} >= {
        "read_device", "read_bundle", "start_presence", "end_presence",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "method", "told"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
def test_programs_do_not_pass_for_devices(
    scene: Scene, place: Caller, path: str, method: str, told: dict[str, object]
) -> None:
    if told.get("x-devices") == "alone":
        assert call(place, method, path).status_code == 403


def test_a_revoked_device_is_told_so_everywhere(scene: Scene, phone: Caller) -> None:
    revoke(scene)
    for path, method, told in OPERATIONS:
        if told.get("security"):
            answer = call(phone, method, path)
            assert (answer.status_code, answer.json()["code"]) == (401, "DEVICE_REVOKED"), path
            assert "responsable du lieu" in answer.json()["message"]
    unknown = Caller(phone.token + "x").get("/device")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "TOKEN_REFUSED")


def test_an_operation_may_answer_a_revoked_device_itself(scene: Scene, phone: Caller) -> None:
    revoke(scene)
    request = HttpRequest()
    actor = BearerToken(devices=True, tokens=False, revoked=True).authenticate(request, phone.token)
    device = device_of(request)
    assert device.revoked_at is not None
    assert actor is not None
    assert (actor.kind, actor.id, actor.organisation_id) == (ActorKind.DEVICE, device.uid, scene.operator.uid)
    with pytest.raises(NotAllowed):
        device_of(HttpRequest())


def test_it_uses_tickets_as_the_device_that_it_is(scene: Scene, phone: Caller) -> None:
    code = scene.codes(scene.in_hand())[0]
    body = {"site": str(scene.site.uid), "service": scene.service.code, "codes": [code]}
    assert phone.post("/tickets/check", body).json()["tickets"][0]["is_accepted"]
    made = phone.write("/redemptions", body | {"minutes": 60})
    assert made.status_code == 201
    act = Redemption.objects.get()
    assert (act.by_kind, act.by_id, act.by_role) == ("DEVICE", Device.objects.get().uid, "MEDIATOR")
    assert phone.get(f"/redemptions/{act.uid}").status_code == 200
    assert phone.write(f"/redemptions/{act.uid}/undo", {"reason": "WRONG_TICKET"}).status_code == 200


def test_its_token_costs_one_read_and_at_most_one_write_a_minute(
    scene: Scene, phone: Caller, clock: time_machine.Traveller
) -> None:
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as done:
            assert phone.get("/services").status_code == 200
        return [one["sql"] for one in done if "accounts_device" in one["sql"]]

    clock.shift(61)
    first = statements()
    assert [sql.split()[0] for sql in first] == ["SELECT", "UPDATE"]
    assert "LIMIT 1" in first[0] and "digest" in first[0]
    clock.shift(59)
    assert [sql.split()[0] for sql in statements()] == ["SELECT"]


def test_the_version_that_it_says_is_kept(scene: Scene, phone: Caller, clock: time_machine.Traveller) -> None:
    clock.shift(61)
    phone.client.get("/api/v1/device", headers=phone.headers() | {"X-App-Version": "2026.11"})
    assert Device.objects.get().app_version == "2026.11"


# --- what it is told


def test_it_knows_its_places_and_no_other(scene: Scene, phone: Caller) -> None:
    site_of(scene.operator, "Annexe", labelled=False)
    told = phone.get("/device").json()
    assert told["device"]["name"] == "Accueil"
    assert [(p["name"], p["is_labelled"], p["label_ends_on"]) for p in told["places"]] == [
        ("Annexe", False, None),
        ("Le Lieu", True, "2028-12-31"),
    ]
    assert sorted(told["places"][0]) == [
        "address", "commune_code", "is_labelled", "label_ends_on", "name", "postal_code", "uid",
    ]  # fmt: skip
    assert (told["mediators"], told["presence"]) == ([], None)
    assert told["server_time"] == now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_same_statements_whatever_the_number_of_places(scene: Scene, shared: Caller) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as done:
            shared.get("/device")
        return len(done)

    count()  # notes that it was seen
    few = count()
    for rank in range(4):
        site_of(scene.operator, f"Annexe {rank}")
        person_at(scene.operator, Role.MEDIATOR, scene.now)
    assert count() == few


def test_a_shared_device_is_held_by_name_and_code(scene: Scene, shared: Caller) -> None:
    user, actor = person_at(scene.operator, Role.MEDIATOR, scene.now)
    person_at(scene.other_operator, Role.MEDIATOR, scene.now)
    unset = shared.post("/device/presence", {"mediator": str(user.uid), "pin": "4827"})
    assert (unset.status_code, unset.json()["code"]) == (422, "PIN_NOT_CHOSEN")
    set_pin(pin="4827", by=actor, at=scene.now)
    told = shared.get("/device").json()
    assert (told["mediators"], told["presence"]) == ([{"uid": str(user.uid), "name": "Jeanne Martin"}], None)

    wrong = shared.post("/device/presence", {"mediator": str(user.uid), "pin": "4828"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "PIN_WRONG")
    held = shared.post("/device/presence", {"mediator": str(user.uid), "pin": "4827"})
    assert held.status_code == 200
    presence = DevicePresence.objects.get()
    assert held.json()["uid"] == str(presence.uid)
    assert held.json()["mediator"] == {"uid": str(user.uid), "name": "Jeanne Martin"}
    assert shared.get("/device").json()["presence"] == held.json()

    left = shared.client.delete("/api/v1/device/presence", headers=shared.headers())
    assert (left.status_code, left.content) == (204, b"")
    assert shared.get("/device").json()["presence"] is None
    for _ in range(4):
        shared.post("/device/presence", {"mediator": str(user.uid), "pin": "0001"})
    locked = shared.post("/device/presence", {"mediator": str(user.uid), "pin": "0001"})
    assert (locked.status_code, locked.json()["code"], locked["Retry-After"]) == (429, "PIN_LOCKED", "300")


def test_a_personal_device_asks_no_name(scene: Scene, phone: Caller) -> None:
    answer = phone.post("/device/presence", {"mediator": str(uuid4()), "pin": "4827"})
    assert (answer.status_code, answer.json()["code"]) == (409, "DEVICE_NOT_SHARED")


# --- the bundle


def read(answer: HttpResponse) -> dict[str, object]:
    """What a bundle says, once one of its signatures is verified as a device does."""
    told = answer.json()
    content = unpadded(told["bundle"])
    said: dict[str, object] = json.loads(content)
    keys = said["bundle_keys"]
    assert isinstance(keys, dict)
    for one in told["signatures"]:
        Ed25519PublicKey.from_public_bytes(unpadded(keys[str(one["kid"])])).verify(unpadded(one["signature"]), content)
    assert told["signatures"]
    return said


def unpadded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_signed_bundle(scene: Scene, phone: Caller) -> None:
    answer = phone.get("/device/bundle")
    said = read(answer)
    assert said["format"] == 1
    assert said["issued_at"] == now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    kid = str(public_keyring().current)
    assert unpadded(said["public_keys"][kid]) == public_keyring().keys[int(kid)]  # type: ignore[index]
    (wave,) = said["waves"]  # type: ignore[misc]
    assert wave == {
        "number": 1,
        "name": "Vague 1",
        "valid_from": "2026-02-01",
        "valid_until": "2026-12-31",
        "redeemable_until": "2027-01-30",
        "ticket_minutes": 60,
        "shortest_act_minutes": 45,
        "undo_minutes": 15,
        "services": [],
        "communes": [],
        "sites": [],
        "required_answers": [],
        "list_warn_hours": 24,
        "list_stop_hours": 72,
        "offline_device_hours": 20,
        "offline_site_hours": 60,
        "typed_device_hours": 2,
        "skew_minutes": 10,
        "blocked": [],
    }
    (service,) = said["services"]  # type: ignore[misc]
    assert sorted(service) == ["code", "ends_on", "name", "starts_on", "theme"]
    assert date.fromisoformat(service["starts_on"]) == date(2020, 1, 1)


def test_what_did_not_change_is_not_sent_again(scene: Scene, phone: Caller, clock: time_machine.Traveller) -> None:
    def fetch(etag: str = "") -> HttpResponse:
        headers = phone.headers() | ({"If-None-Match": etag} if etag else {})
        return phone.client.get("/api/v1/device/bundle", headers=headers)

    first = fetch()
    assert first["Cache-Control"] == "private, no-cache"
    clock.shift(timedelta(minutes=5))
    same = fetch(first["ETag"])
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert fetch(f'W/"x", {first["ETag"]}').status_code == fetch("*").status_code == 304
    scene.block(scene.in_hand())
    changed = fetch(first["ETag"])
    assert changed.status_code == 200
    assert read(changed)["waves"][0]["blocked"] == [[1, 31]]  # type: ignore[index]
    clock.shift(timedelta(hours=1))  # a device knows from it how old its list is
    later = fetch(changed["ETag"])
    assert later.status_code == 200
    assert read(later)["issued_at"] > read(changed)["issued_at"]  # type: ignore[operator]


def test_programs_do_not_read_it(scene: Scene) -> None:
    answer = caller_for(scene.operator, Role.SITE_MANAGER, scene.now).get("/device/bundle")
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts_device SET revoked_at = NULL, revoked_by_id = NULL, revoke_reason = ''",
        "UPDATE accounts_device SET revoked_at = now()",
    ],
)
def test_what_was_said_of_a_device_is_not_unsaid_by_hand(scene: Scene, change: str) -> None:
    device = scene.device().device
    revoke_device(device=device, reason=RevokeReason.STOLEN, by=scene.manager, at=scene.tick())
    with pytest.raises(IntegrityError, match="said once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
