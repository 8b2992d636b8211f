"""Every action of places × every role × (the organisation concerned, another one)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from mediation.actions.label import grant_label
from mediation.actions.late_entry import attempt_late_entry
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.recovery import recover
from mediation.actions.redemption import attempt_redemption
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.models import QuarantinedAct, RedemptionLine
from mediation.queries.places import SiteUnknown
from mediation.states import SettleReason, UndoReason
from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.errors import NotAllowed
from tests.lifecycle import AN_HOUR, Scene, organisation, site_of
from tests.mediation.contested import used_twice
from tests.mediation.revoked import lost_phone, queued, send
from vouchers.models import ConfirmationOutcome, Handover, HandoverChannel

pytestmark = pytest.mark.django_db
ANYWHERE = "anywhere"
Rights = dict[Role, Organisation | str]
Act = Callable[[Actor], Any]


def cases(s: Scene) -> dict[str, tuple[Act, Rights, UUID | None]]:
    unpaid = used_twice(s, s.in_hand())
    lost = queued(s, s.codes(s.in_hand())[0])
    send(s, lost_phone(s), lost)
    aside = QuarantinedAct.objects.get(key=lost.key)
    booklet = s.in_hand()
    codes = s.codes(booklet)
    done = s.redeem(codes[0])
    denied, asked = s.delivered((s.ccas, 5, 2))
    contested = s.redeem(s.codes(denied)[0])
    s.redeem(s.codes(asked)[0])
    at_use = Handover.objects.filter(channel=HandoverChannel.AT_USE)
    answer_handover_at_use(
        handover=at_use.get(booklet=denied), outcome=ConfirmationOutcome.DENIED, by=s.agent, at=s.tick()
    )
    line = RedemptionLine.objects.get(redemption=contested)
    new_site = site_of(s.operator, "Le Nouveau Lieu", labelled=False)
    at_work: Rights = dict.fromkeys((Role.MEDIATOR, Role.SITE_MANAGER), s.operator)
    place: dict[str, Any] = {"site": s.site, "service": s.service, "details": AN_HOUR}

    def redeem(by: Actor) -> Any:
        return attempt_redemption(codes=[codes[1]], by=by, at=s.now, key=uuid4(), **place)

    def late(by: Actor) -> Any:
        return attempt_late_entry(codes=[codes[1]], happened_at=s.now, by=by, at=s.now, key=uuid4(), **place)

    def undo(by: Actor) -> Any:
        return undo_redemption(redemption=done, reason=UndoReason.OTHER, by=by, at=s.now, key=uuid4())

    def settle(by: Actor) -> Any:
        return settle_contested(line=line, is_payable=True, reason=SettleReason.AGREED, by=by, at=s.now)

    def grant(by: Actor) -> Any:
        return grant_goodwill(line=unpaid, amount_cents=1, reason=SettleReason.AGREED, by=by, at=s.now)

    def bring_back(by: Actor) -> Any:
        return recover(aside=aside, reason="Vu ensemble", by=by, at=s.now)

    def answer(by: Actor) -> Any:
        return answer_handover_at_use(
            handover=at_use.get(booklet=asked), outcome=ConfirmationOutcome.CONFIRMED, by=by, at=s.now
        )

    def label(by: Actor) -> Any:
        return grant_label(
            site=new_site,
            starts_on=date(2026, 3, 2),
            ends_on=date(2027, 3, 1),
            charter_version="2026-1",
            reasons="Charte signée.",
            by=by,
            at=s.now,
        )

    return {
        "attempt_redemption": (redeem, at_work, None),
        "attempt_late_entry": (late, at_work, None),
        "undo_redemption by its author": (undo, at_work, s.mediator.id),
        "undo_redemption by another": (undo, {Role.SITE_MANAGER: s.operator}, None),
        "settle_contested": (settle, {Role.FINANCE: ANYWHERE}, None),
        "grant_goodwill": (grant, {Role.FINANCE: ANYWHERE}, None),
        "recover": (bring_back, {Role.SITE_MANAGER: s.operator, Role.PILOT: ANYWHERE}, None),
        "answer_handover_at_use": (answer, {Role.DISTRIBUTOR: s.ccas}, None),
        "grant_label": (label, {Role.LABEL_OFFICER: ANYWHERE}, None),
    }


def test_only_who_is_listed_may() -> None:
    scene = Scene()
    elsewhere = organisation("Une organisation d'ailleurs", OrganisationKind.OTHER)
    wrong: list[str] = []
    for name, (act, rights, actor_id) in cases(scene).items():
        concerned = {o.pk: o for o in rights.values() if isinstance(o, Organisation)}
        for role in Role:
            for org in (elsewhere, *concerned.values()):
                may = rights.get(role) in (ANYWHERE, org)
                if _passes(act, Actor(ActorKind.USER, actor_id or uuid4(), org.uid, role.value)) != may:
                    wrong.append(f"{name}: {role} of {org.name} should {'' if may else 'not '}pass")
    assert wrong == []


def _passes(act: Act, by: Actor) -> bool:
    with transaction.atomic():
        try:
            act(by)
        except (NotAllowed, SiteUnknown):  # another's place answers as one that does not exist
            return False
        finally:
            transaction.set_rollback(True)
    return True
