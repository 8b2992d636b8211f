"""What a basket may hold, who may present it, and what a repeated request must repeat."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from mediation.actions import basket as action
from mediation.actions.basket import MOST_TICKETS, TicketTwice
from mediation.actions.redemption import attempt_redemption
from mediation.coop import ActType
from mediation.models import Attempt, Redemption, Site
from mediation.policies.redemption import (
    TicketUnknown,
)
from mediation.queries.places import SiteUnknown
from mediation.queries.ticket import ReadCode
from passnum.kit.actor import Actor
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.codes.errors import CheckLetterWrong, CodeMalformed, PayloadForged
from passnum.kit.codes.payload import pack
from passnum.kit.errors import DomainError, InvalidInput, KeyReused, TooManyAttempts
from passnum.kit.keys import production_keyring
from tests.lifecycle import AN_HOUR, Scene, site_of
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.models import Ticket

ATTEMPT = "mediation_attempt"


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def redeem(scene: Scene, *codes: str, **terms: Any) -> Redemption:
    given: dict[str, Any] = {
        "site": scene.site,
        "service": scene.service,
        "details": AN_HOUR,
        "by": scene.mediator,
        "at": scene.tick(),
        "key": uuid.uuid4(),
    }
    return attempt_redemption(codes=codes, **(given | terms))


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 1441},
        {"extra_paid_cents": -1},
        {"type": "danse"},
        {"place_type": "lune"},
        {"themes": ("email", "x")},
        {"equipment": ("x",)},
    ],
    ids=str,
)
def test_answers_outside_the_lists_are_refused(scene: Scene, wrong: dict[str, Any]) -> None:
    code = scene.codes(scene.in_hand())[0]
    with refused(InvalidInput, but=(ATTEMPT,)):
        redeem(scene, code, details=replace(AN_HOUR, **wrong))


def test_a_basket_holds_tickets_once(scene: Scene) -> None:
    booklet = scene.in_hand()
    (code, *_), ticket = scene.codes(booklet), Ticket.objects.get(booklet=booklet, position=1)
    payload = pack(production_keyring(), kid=ticket.kid, series=1, number=booklet.number, position=1, code=code)
    scanned = f"HTTPS://PASS.METROPOLE.EXAMPLE/T/{ticket.ref}#{payload}"
    for pair in ((code, code), (code, f"{code[:4]} {code[4:8]}-{code[8:].lower()}"), (code, scanned), (scanned, code)):
        with refused(TicketTwice, but=(ATTEMPT,)):
            redeem(scene, *pair, details=replace(AN_HOUR, minutes=120))
    with refused(InvalidInput, but=(ATTEMPT,)):
        redeem(scene)
    with refused(InvalidInput, but=(ATTEMPT,)):
        redeem(scene, *[code] * (MOST_TICKETS + 1))


def test_a_ticket_scanned_then_typed_is_the_same_one_whatever_the_keys(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several keys a typed code may be one of several digests; the scanned one says which."""
    reads = {"scanned": ReadCode((b"1" * 32,), is_signed=True), "typed": ReadCode((b"2" * 32, b"1" * 32), False)}
    monkeypatch.setattr(action, "read_code", reads.__getitem__)
    for pair in (["scanned", "typed"], ["typed", "scanned"]):
        with pytest.raises(TicketTwice):
            action.read_basket(pair)


def test_a_code_that_cannot_be_read_is_kept_as_an_attempt_without_it(scene: Scene) -> None:
    booklet = scene.in_hand()
    (code, *_), ticket = scene.codes(booklet), Ticket.objects.get(booklet=booklet, position=1)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    payload = pack(production_keyring(), kid=ticket.kid, series=1, number=booklet.number, position=2, code=code)
    forged = payload[:-3] + ("A" if payload[-3] != "A" else "B") + payload[-2:]
    cases: list[tuple[str, type[DomainError]]] = [
        ("ABC", CodeMalformed),
        (wrong, CheckLetterWrong),
        (f"https://ailleurs.example/t/{ticket.ref}#{forged}", PayloadForged),
    ]
    for text, reason in cases:
        with refused(reason, but=(ATTEMPT,)):
            redeem(scene, text)
        assert Attempt.objects.latest("pk").digests == []


def test_guessing_is_slowed_down(scene: Scene) -> None:
    booklet = scene.in_hand()
    first, letters = scene.now, "ZZZZZZZZZZZZ"
    for _ in range(30):
        with pytest.raises(TicketUnknown):
            redeem(scene, letters + check_letter(letters), at=first)
    with refused(TooManyAttempts, but=(ATTEMPT,)):
        redeem(scene, scene.codes(booklet)[0], at=first + timedelta(minutes=9))
    redeem(scene, scene.codes(booklet)[0], at=first + timedelta(minutes=10))


CHANGES: list[dict[str, Any]] = [
    {"minutes": 59},
    {"type": ActType.COLLECTIF},
    {"place_type": "domicile"},
    {"themes": ("sante",)},
    {"themes": ()},
    {"equipment": ("telephone",)},
    {"autonomy": "autonome"},
    {"is_first": False},
    {"extra_paid_cents": 1},
]


def test_a_repeated_request_repeats_everything(scene: Scene) -> None:
    booklet, key = scene.in_hand(), uuid.uuid4()
    code = scene.codes(booklet)[0]
    first = redeem(scene, code, key=key)
    before = fingerprint(but=(ATTEMPT,))
    assert redeem(scene, code.lower(), key=key) == first
    assert fingerprint(but=(ATTEMPT,)) == before
    for change in CHANGES:
        with refused(KeyReused, but=(ATTEMPT,)):
            redeem(scene, code, key=key, details=replace(AN_HOUR, **change))
    assert Attempt.objects.filter(reason="KEY_REUSED").count() == len(CHANGES)


def test_the_order_of_a_list_is_no_other_content(scene: Scene) -> None:
    key, codes = uuid.uuid4(), scene.codes(scene.in_hand())[:2]
    two_hours = replace(AN_HOUR, minutes=120, themes=("email", "sante"))
    first = redeem(scene, *codes, key=key, details=two_hours)
    again = redeem(scene, *reversed(codes), key=key, details=replace(two_hours, themes=("sante", "email")))
    assert again == first


def test_a_place_without_operator_takes_nothing(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    orphan = site_of(scene.operator, "Orphelin")
    Site.objects.filter(pk=orphan.pk).update(operator=None)
    orphan.refresh_from_db()
    with refused(SiteUnknown, but=(ATTEMPT,)):
        redeem(scene, code, site=orphan)


def test_nobody_without_an_organisation_works_there(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    with refused(SiteUnknown, but=(ATTEMPT,)):
        redeem(scene, code, by=Actor(scene.mediator.kind, uuid.uuid4(), None, scene.mediator.role))


@override_settings(PASS_HOST="AILLEURS.EXAMPLE")
def test_a_ticket_scanned_at_another_operators_host_is_the_same_ticket(scene: Scene) -> None:
    booklet = scene.in_hand()
    (code, *_), ticket = scene.codes(booklet), Ticket.objects.get(booklet=booklet, position=1)
    payload = pack(production_keyring(), kid=ticket.kid, series=1, number=booklet.number, position=1, code=code)
    assert redeem(scene, f"https://pass.metropole.example/t/{ticket.ref.lower()}#{payload.lower()}")
