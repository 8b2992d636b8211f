"""An invitation is shown once, lasts ten minutes and makes one device; its figures cannot be guessed."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from passnum.accounts.actions import pairing as pairings
from passnum.accounts.actions.pairing import (
    TRIES_IN_ALL,
    TRIES_PER_ADDRESS,
    Invitation,
    Paired,
    PairingUnknown,
    cancel_pairing,
    create_pairing,
    pair_device,
)
from passnum.accounts.models import Device, DevicePairing, Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.clock import now
from passnum.kit.errors import InvalidInput, NotAllowed, NotFound, TooManyAttempts
from passnum.kit.models import AuditEntry

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(datetime.fromisoformat("2026-03-03T09:00:00+00:00"), tick=False):
        yield


@pytest.fixture
def organisation() -> Organisation:
    return Organisation.objects.create(kind="ASSOCIATION", name="Maison", created_at=now())


@pytest.fixture
def manager(organisation: Organisation) -> Actor:
    return Actor(ActorKind.USER, uuid4(), organisation.uid, Role.SITE_MANAGER.value)


@pytest.fixture
def invite(organisation: Organisation, manager: Actor) -> Callable[..., Invitation]:
    def make(**terms: object) -> Invitation:
        given = {"organisation": organisation, "name": "Accueil 1", "by": manager, "at": now()}
        return create_pairing(**{**given, **terms})  # type: ignore[arg-type]

    return make


def pair(code: str, **terms: object) -> Paired:
    return pair_device(**{"code": code, "address": "192.0.2.1", "at": now(), **terms})  # type: ignore[arg-type]


def test_the_secret_and_the_figures_are_kept_nowhere(invite: Callable[..., Invitation]) -> None:
    made = invite(is_shared=True)
    assert len(made.secret) == 22
    assert len(made.figures) == 6 and made.figures.isdigit()
    row = str(DevicePairing.objects.values().get())
    assert made.secret not in row + repr(made)
    assert made.figures not in row + repr(made)
    assert made.pairing.expires_at - made.pairing.created_at == timedelta(minutes=10)


@pytest.mark.parametrize("shown", ["secret", "figures"])
def test_either_of_them_makes_one_device(invite: Callable[..., Invitation], manager: Actor, shown: str) -> None:
    made = invite(name="  Accueil   1 ", is_shared=True)
    paired = pair(getattr(made, shown), version="1.2\x00.3")
    assert paired.token.startswith("pd_") and len(paired.token) == 46
    device = Device.objects.get()
    assert (device.name, device.is_shared, device.app_version, device.organisation.uid) == (
        "Accueil 1", True, "1.2.3", manager.organisation_id,
    )  # fmt: skip
    assert device.actor() == manager
    assert paired.token not in str(Device.objects.values().get()) + repr(paired)
    for again in (made.secret, made.figures):
        with pytest.raises(PairingUnknown):
            pair(again)
    assert [e.act for e in AuditEntry.objects.order_by("pk")][-2:] == ["CREATE_PAIRING", "PAIR_DEVICE"]


@pytest.mark.parametrize("spelling", ["{} {}", "{}-{}", " {}\u00a0{} ", "{}\u202f{}"])
def test_figures_are_typed_as_people_do(invite: Callable[..., Invitation], spelling: str) -> None:
    figures = invite().figures
    assert pair(spelling.format(figures[:3], figures[3:])).device.name == "Accueil 1"


def test_it_expires_and_can_be_taken_back(
    invite: Callable[..., Invitation], organisation: Organisation, manager: Actor
) -> None:
    late, cancelled = invite(), invite()
    cancel_pairing(uid=cancelled.pairing.uid, organisation=organisation, by=manager, at=now())
    with pytest.raises(PairingUnknown):
        pair(cancelled.figures)
    with pytest.raises(PairingUnknown):
        pair(late.secret, at=now() + 10 * MINUTES)
    assert pair(late.secret, at=now() + 10 * MINUTES - timedelta(seconds=1)).device
    cancel_pairing(uid=late.pairing.uid, organisation=organisation, by=manager, at=now())  # used: stays so
    assert DevicePairing.objects.get(pk=late.pairing.pk).cancelled_at is None
    with pytest.raises(NotFound):
        cancel_pairing(uid=uuid4(), organisation=organisation, by=manager, at=now())


def test_only_the_manager_of_the_organisation_invites(
    invite: Callable[..., Invitation], organisation: Organisation, manager: Actor
) -> None:
    others = [
        Actor(ActorKind.USER, uuid4(), organisation.uid, Role.MEDIATOR.value),
        Actor(ActorKind.USER, uuid4(), uuid4(), Role.SITE_MANAGER.value),
        Actor(ActorKind.USER, uuid4(), organisation.uid, Role.PILOT.value),
    ]
    made = invite()
    for other in others:
        with pytest.raises(NotAllowed):
            invite(by=other)
        with pytest.raises(NotAllowed):
            cancel_pairing(uid=made.pairing.uid, organisation=organisation, by=other, at=now())
    for name in (" ", "x" * 61, "a\u202eb"):
        with pytest.raises(InvalidInput):
            invite(name=name)


def test_no_two_living_invitations_share_their_figures(
    invite: Callable[..., Invitation], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["000111", "000111", "000111", "000222", "000111"])
    monkeypatch.setattr(pairings, "_draw", lambda: next(drawn))
    first = invite()
    assert (first.figures, invite().figures) == ("000111", "000222")
    pair("000111")
    assert invite().figures == "000111"  # free again once used


def test_guessing_figures_is_slowed_by_address(invite: Callable[..., Invitation]) -> None:
    made = invite()
    wrong = f"{(int(made.figures) + 1) % 1_000_000:06d}"
    for _ in range(TRIES_PER_ADDRESS):
        with pytest.raises(PairingUnknown):
            pair(wrong)
    with pytest.raises(TooManyAttempts) as refusal:
        pair(made.figures)
    assert refusal.value.details["seconds"] <= 600
    assert pair(made.figures, address="192.0.2.2").device  # the place next door goes on


def test_a_place_pairs_all_its_phones_in_one_morning(invite: Callable[..., Invitation]) -> None:
    for _ in range(TRIES_PER_ADDRESS + 1):
        pair(invite().secret)
    assert Device.objects.count() == TRIES_PER_ADDRESS + 1


def test_guessing_figures_from_everywhere_is_slowed_and_the_qr_code_goes_on(invite: Callable[..., Invitation]) -> None:
    made, other = invite(), invite()
    wrong = f"{(int(made.figures) + 1) % 1_000_000:06d}"
    if wrong == other.figures:
        wrong = f"{(int(made.figures) + 2) % 1_000_000:06d}"
    for rank in range(TRIES_IN_ALL):
        with pytest.raises(PairingUnknown):
            pair(wrong, address=str(rank))
    with pytest.raises(TooManyAttempts):
        pair(made.figures, address="ailleurs")
    assert pair(made.secret, address="ailleurs").device
