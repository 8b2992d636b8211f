"""Codes reach the server in POST bodies only, and leave no trace in what it writes: logs, sessions, addresses."""

import io
import logging
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog
import time_machine
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client

from mediation.pages import redeem as redeem_pages
from passnum.accounts.actions.pairing import create_pairing
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.models import AuditEntry
from tests.caller import Caller, caller_for, person_at, signed_in
from tests.lifecycle import Scene
from tests.mediation.pages.test_redeem import check, use
from tests.printed import printed_addresses


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    scene = Scene()
    with time_machine.travel(scene.now + timedelta(days=1), tick=False):
        yield scene


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged at any level, as production writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    form = dict(django_settings.LOGGING["formatters"]["json"])
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**{k: v for k, v in form.items() if k != "()"}))
    names = (
        "",
        "django",
        "django.request",
        "django.db.backends",
        "passnum",
        "mediation",
        "vouchers",
        "django_structlog",
    )
    loggers = [logging.getLogger(name) for name in names]
    levels = [one.level for one in loggers]
    logging.getLogger().addHandler(handler)
    for one in loggers:
        if one.name != "django.db.backends":  # its statements hold parameters and are never logged in production
            one.setLevel(logging.DEBUG)
    yield stream
    logging.getLogger().removeHandler(handler)
    for one, level in zip(loggers, levels, strict=True):
        one.setLevel(level)


def letters(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


def secrets_of(scene: Scene, booklet: object) -> list[str]:
    codes = scene.codes(booklet)  # type: ignore[arg-type]
    return codes + [address.split("#")[1] for address in printed_addresses(booklet)]  # type: ignore[arg-type]


def test_a_day_at_the_counter_writes_no_code(
    scene: Scene, written: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    booklet = scene.in_hand()
    secrets = secrets_of(scene, booklet)
    code, other, typed = scene.codes(booklet)[:3]
    address = printed_addresses(booklet)[3]
    client = signed_in(scene.operator, Role.MEDIATOR, scene.now)
    caller = caller_for(scene.operator, Role.MEDIATOR, scene.now)
    with caplog.at_level(logging.DEBUG):
        use(client, check(client, code, address), scene, minutes="120")
        check(client, code)  # refused: already used
        client.get("/utiliser/journal/")
        body = {"site": str(scene.site.uid), "service": scene.service.code, "codes": [other], "minutes": 60}
        assert caller.write("/redemptions", body).status_code == 201
        assert caller.write("/redemptions", body).status_code == 409
        caller.write("/redemptions", body | {"minutes": 0})
        caller.post("/tickets/check", body)
        Client().get(f"/t/{typed}/")  # a code typed in the address bar instead of the reference
    logged = letters(written.getvalue()) + letters(caplog.text) + letters(str([r.__dict__ for r in caplog.records]))
    formatted = letters(written.getvalue())
    assert "REQUESTSTARTED" in formatted, "the logs are on"
    assert [s for s in secrets if s in formatted] == []
    assert [s for s in secrets if s in logged and s != typed] == []
    kept = letters(str([session.get_decoded() for session in Session.objects.all()]))
    assert [s for s in secrets if s in kept] == []


def test_a_device_is_paired_and_held_without_a_trace_of_its_secrets(
    scene: Scene, written: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    manager = signed_in(scene.operator, Role.SITE_MANAGER, scene.now)
    user, _ = person_at(scene.operator, Role.MEDIATOR, scene.now)
    mediator = Client()
    mediator.force_login(user)
    with caplog.at_level(logging.DEBUG):
        shown = manager.post("/appareils/nouveau/", {"name": "Accueil", "is_shared": "on"}).content.decode()
        figures = "".join(re.findall(r"<span>(\d{3})</span>", shown))
        Caller().post("/devices/pair", {"code": f"{(int(figures) + 1) % 1_000_000:06d}"})
        made = create_pairing(organisation=scene.operator, name="B", is_shared=True, by=scene.manager, at=now())
        Caller().post("/devices/pair", {"code": made.secret})
        Caller().post("/devices/pair", {"code": made.secret, "version": {}})
        token = Caller().post("/devices/pair", {"code": figures}).json()["token"]
        mediator.post("/compte/code/", {"pin": "48271593", "again": "48271593"})
        mediator.post("/compte/code/", {"pin": "48271593", "again": "1"})
        phone = Caller(token)
        for pin in ("59371826", "48271593"):
            phone.post("/device/presence", {"mediator": str(user.uid), "pin": pin})
        assert phone.get("/device").json()["presence"]["mediator"]["name"] == user.full_name
        Caller(token + "x").get("/device")
    assert "request_started" in written.getvalue(), "the logs are on"
    secrets = [token, token[3:], made.secret, made.figures, figures, "59371826", "48271593", user.full_name, "Accueil"]

    def found_in(text: str) -> list[str]:
        return [secret for secret in secrets if re.search(rf"\b{re.escape(secret)}\b", text)]

    assert found_in(written.getvalue()) == []
    assert found_in(str(list(AuditEntry.objects.filter(act__endswith="PRESENCE").values()))) == []
    assert found_in(str(list(AuditEntry.objects.filter(act__contains="PAIR").values()))) == []
    assert found_in(str([session.get_decoded() for session in Session.objects.all()])) == []


def test_a_breakdown_in_the_middle_of_an_act_writes_no_code(
    scene: Scene, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    booklet = scene.in_hand()
    secrets = secrets_of(scene, booklet)
    address = printed_addresses(booklet)[0]

    def break_down(**terms: object) -> None:
        raise RuntimeError(f"lost with {terms['codes']}")

    client = signed_in(scene.operator, Role.MEDIATOR, scene.now)
    checked = check(client, address)
    monkeypatch.setattr(redeem_pages, "attempt_redemption", break_down)
    monkeypatch.setattr("mediation.api.redemptions.redeem_at_counter", break_down)
    client.raise_request_exception = False
    assert use(client, checked, scene).status_code == 500
    caller: Caller = caller_for(scene.operator, Role.MEDIATOR, scene.now)
    caller.client.raise_request_exception = False
    body = {
        "site": str(scene.site.uid),
        "service": scene.service.code,
        "codes": scene.codes(booklet)[:2],
        "minutes": 60,
    }
    assert caller.write("/redemptions", body).status_code == 500
    formatted = letters(written.getvalue())
    assert "LOSTWITH" in formatted, "the breakdown is told"
    assert [s for s in secrets if s in formatted] == []
