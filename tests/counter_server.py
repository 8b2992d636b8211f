"""What answers the scanning page in its own tests: the API of devices, in memory, seen from the browser.

It stands outside of the page under test. The real server is tried elsewhere, by the same gestures.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import BrowserContext, Route

from mediation.states import UndoReason

KEYS = json.loads((Path(__file__).parent / "keys" / "web.json").read_text())
ESPACE = {
    "uid": "11111111-1111-4111-8111-111111111111",
    "name": "Espace numérique de Montreuil",
    "address": "1 rue de la Paix",
    "postal_code": "93100",
    "commune_code": "93048",
    "is_labelled": True,
    "label_ends_on": None,
}
BIBLIOTHEQUE = ESPACE | {"uid": "22222222-2222-4222-8222-222222222222", "name": "Bibliothèque Robert-Desnos"}
SERVICES = [
    {
        "code": "bases",
        "name": "Les bases de l’ordinateur",
        "theme": "Outils",
        "starts_on": "2020-01-01",
        "ends_on": None,
    },
    {
        "code": "demarches",
        "name": "Démarches en ligne",
        "theme": "Démarches",
        "starts_on": "2020-01-01",
        "ends_on": None,
    },
]
Answer = tuple[int, Any]


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def refusal(status: int, code: str, message: str, **details: Any) -> Answer:
    return status, {"code": code, "message": message, "details": details}


def moment(delay: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + delay).isoformat()


@dataclass
class CounterServer:
    """A server that a test can cut, and tell what to refuse."""

    is_up: bool = True
    places: list[dict[str, Any]] = field(default_factory=lambda: [ESPACE])
    is_shared: bool = False
    wave: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)
    """What is refused, by the end of what was scanned or typed: (code, sentence)."""
    loses_answers: bool = False
    """The act is recorded, its answer never arrives."""
    is_revoked: bool = False
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    acts: dict[str, dict[str, Any]] = field(default_factory=dict)
    presence: dict[str, Any] | None = None
    signer: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def serve(self, context: BrowserContext) -> None:
        context.route("**/api/v1/**", self._answer)

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.calls]

    def redeemed(self) -> int:
        return sum(act["tickets_count"] for act in self.acts.values() if act["undone_at"] is None)

    def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path.removeprefix("/api/v1")
        if not self.is_up:
            route.abort("internetdisconnected")
            return
        body = request.post_data_json if request.post_data else None
        key = request.headers.get("idempotency-key", "")
        self.calls.append((request.method, path, body))
        status, told = self._reply(f"{request.method} {path}", body, key)
        if self.loses_answers and path == "/redemptions":
            route.abort("connectionreset")
        else:
            route.fulfill(status=status, content_type="application/json", body=json.dumps(told))

    def _reply(self, asked: str, body: Any, key: str) -> Answer:
        if self.is_revoked and asked != "POST /devices/pair":
            return refusal(401, "DEVICE_REVOKED", "Cet appareil a été retiré. Ses actes sont mis de côté.")
        if asked.endswith("/undo"):
            return self._undo(asked.split("/")[2], body["reason"])
        answers: dict[str, Callable[[Any, str], Answer]] = {
            "POST /devices/pair": self._pair,
            "GET /device": self._device,
            "GET /device/bundle": self._bundle,
            "POST /device/presence": self._arrive,
            "DELETE /device/presence": self._leave,
            "POST /tickets/check": self._check,
            "POST /redemptions": self._redeem,
            "GET /redemptions": self._day,
            "POST /device/acts": self._upload,
        }
        return answers[asked](body, key)

    def _told(self) -> dict[str, Any]:
        device = {"uid": str(uuid4()), "name": "Téléphone de l’accueil", "is_shared": self.is_shared}
        return {"device": device, "organisation": {"uid": str(uuid4()), "name": "Association Le Lien"}}

    def _pair(self, body: Any, _key: str) -> Answer:
        if body["code"] not in {"123456", "SECRET"}:
            return refusal(422, "PAIRING_UNKNOWN", "Ce code n’est pas ou plus valable. Demandez-en un autre.")
        return 201, {"token": "pd_test", **self._told()}

    def _device(self, _body: Any, _key: str) -> Answer:
        mediators = [{"uid": str(uuid4()), "name": "Ana Martin"}] if self.is_shared else []
        more = {"places": self.places, "mediators": mediators, "presence": self.presence, "server_time": moment()}
        return 200, {**self._told(), **more}

    def _bundle(self, _body: Any, _key: str) -> Answer:
        public = self.signer.public_key().public_bytes_raw()
        keys = {kid: base64url(bytes.fromhex(key)) for kid, key in KEYS["public"]["keys"].items()}
        wave = {
            "number": 1,
            "name": "Vague 1",
            "valid_from": "2020-01-01",
            "valid_until": "2099-12-31",
            "redeemable_until": "2099-12-31",
            "ticket_minutes": 60,
            "shortest_act_minutes": 45,
            "undo_minutes": 15,
            **{name: [] for name in ("services", "communes", "sites", "required_answers", "blocked")},
            "list_warn_hours": 24,
            "list_stop_hours": 72,
            "offline_device_hours": 20,
            "offline_site_hours": 60,
            "typed_device_hours": 2,
            "skew_minutes": 10,
        }
        content = {"format": 1, "issued_at": moment(), "public_keys": keys, "bundle_keys": {"1": base64url(public)}}
        raw = json.dumps(content | {"services": SERVICES, "waves": [wave | self.wave]}).encode()
        return 200, {
            "bundle": base64url(raw),
            "signatures": [{"kid": 1, "signature": base64url(self.signer.sign(raw))}],
        }

    def _arrive(self, body: Any, _key: str) -> Answer:
        if body["pin"] != "1234":
            return refusal(422, "PIN_WRONG", "Ce code personnel est faux. Il vous reste 4 essais.")
        mediator = {"uid": body["mediator"], "name": "Ana Martin"}
        self.presence = {"uid": str(uuid4()), "mediator": mediator, "expires_at": moment(timedelta(hours=12))}
        return 200, self.presence

    def _leave(self, _body: Any, _key: str) -> Answer:
        self.presence = None
        return 200, {}

    def _outcome(self, code: str, rank: int) -> dict[str, Any]:
        found = next((why for end, why in self.refused.items() if code.endswith(end)), None)
        told = {
            "rank": rank,
            "is_accepted": found is None,
            "booklet": "1-0000001",
            "position": rank + 1,
            "hours_left": 4,
        }
        reason = {"code": found[0], "message": found[1]} if found else {"code": "", "message": ""}
        return told | reason

    def _check(self, body: Any, _key: str) -> Answer:
        outcomes = [self._outcome(code, rank) for rank, code in enumerate(body["codes"])]
        tickets = [
            told | {"awaits_confirmation": False, "refusal": None if told["is_accepted"] else told} for told in outcomes
        ]
        return 200, {"tickets": tickets}

    def _redeem(self, body: Any, key: str) -> Answer:
        if key in self.acts:
            return 200, self.acts[key]
        outcomes = [self._outcome(code, rank) for rank, code in enumerate(body["codes"])]
        bad = [told for told in outcomes if not told["is_accepted"]]
        if bad:
            offer = [told["rank"] for told in outcomes if told["is_accepted"]]
            return refusal(409, bad[0]["code"], bad[0]["message"], tickets=outcomes, offer=offer)
        self.acts[key] = {
            "uid": str(uuid4()),
            "service": body["service"],
            "happened_at": body.get("device_at") or body["happened_at"],
            "tickets_count": len(body["codes"]),
            "undo_until": moment(timedelta(minutes=15)),
            "undone_at": None,
            "undo_reason": "",
            "mediator": self.presence["mediator"]["name"] if self.presence else "",
            "lines": [{"owed": "PAYABLE", "reason": "REDEEMED"}],
        }
        return 201, self.acts[key]

    def _undo(self, uid: str, reason: str) -> Answer:
        act = next(act for act in self.acts.values() if act["uid"] == uid)
        act.update(undone_at=moment(), undo_reason=UndoReason(reason).label)
        return 200, act

    def _day(self, _body: Any, _key: str) -> Answer:
        return 200, {"acts": list(self.acts.values())}

    def _upload(self, body: Any, _key: str) -> Answer:
        results = []
        for act in body["acts"]:
            was_known = act["key"] in self.acts
            status, told = self._redeem(act, act["key"])
            outcome = "refused" if status >= 400 else "replayed" if was_known else "recorded"
            why = {"code": told["code"], "message": told["message"], "act": None} if status >= 400 else {"act": told}
            results.append({"key": act["key"], "outcome": outcome, "code": "", "message": "", **why})
        return 200, {"server_time": moment(), "results": results}
