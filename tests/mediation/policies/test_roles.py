"""Every action of places × every role × (the organisation concerned, another one)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from mediation.actions.appointment import mark_appointment, move_appointment, set_first_appointment
from mediation.actions.closing_statement import draw_statements, sign_statement
from mediation.actions.label import grant_label
from mediation.actions.late_entry import attempt_late_entry
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.recovery import recover
from mediation.actions.redemption import attempt_redemption
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingStatement, QuarantinedAct, RedemptionLine
from mediation.queries.places import SiteUnknown
from mediation.states import AppointmentStatus, SettleReason, UndoReason
from passnum.accounts.models import OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotAllowed
from tests.lifecycle import AN_HOUR, Scene, organisation, site_of
from tests.mediation.contested import used_twice
from tests.mediation.revoked import lost_phone, queued, send
from tests.role_matrix import ANYWHERE, Case, Rights, wrong_of
from vouchers.models import ConfirmationOutcome, Handover, HandoverChannel, ThresholdKind
from vouchers.models.wave_end import ready_at

pytestmark = pytest.mark.django_db
Cases = dict[str, Case]


def place_cases(s: Scene) -> Cases:
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
        "attempt_redemption": Case(redeem, at_work),
        "attempt_late_entry": Case(late, at_work),
        "undo_redemption by its author": Case(undo, at_work, s.mediator.id),
        "undo_redemption by another": Case(undo, {Role.SITE_MANAGER: s.operator}),
        "settle_contested": Case(settle, {Role.FINANCE: ANYWHERE}),
        "grant_goodwill": Case(grant, {Role.FINANCE: ANYWHERE}),
        "recover": Case(bring_back, {Role.SITE_MANAGER: s.operator, Role.PILOT: ANYWHERE}),
        "answer_handover_at_use": Case(answer, {Role.DISTRIBUTOR: s.ccas}),
        "grant_label": Case(label, {Role.LABEL_OFFICER: ANYWHERE}),
    }


def appointment_cases(s: Scene) -> Cases:
    """The desk notes what the person wants; the place, and no other, says what came of it."""
    booklet, other = s.delivered((s.ccas, 5, 2))
    handover, fresh = s.hand_over(booklet), s.hand_over(other)
    planned = {"choice": AppointmentStatus.PLANNED, "site": s.site}
    then = s.now + timedelta(days=7)
    known = set_first_appointment(handover=handover, **planned, planned_at=then, by=s.agent, at=s.tick(), key=uuid4())
    called_off = AppointmentStatus.CANCELLED
    at_work: Rights = dict.fromkeys((Role.MEDIATOR, Role.SITE_MANAGER), s.operator)

    def plan(by: Actor) -> Any:
        return set_first_appointment(handover=fresh, **planned, planned_at=then, by=by, at=s.now, key=uuid4())

    def mark(by: Actor) -> Any:
        return mark_appointment(appointment=known, outcome=called_off, by=by, at=s.now)

    def move(by: Actor) -> Any:
        return move_appointment(appointment=known, planned_at=then + timedelta(days=1), by=by, at=s.now)

    return {
        "set_first_appointment": Case(plan, {Role.DISTRIBUTOR: s.ccas}),
        "mark_appointment": Case(mark, at_work),
        "move_appointment": Case(move, at_work),
    }


def closing_cases(s: Scene) -> Cases:
    """The Métropole draws; who issues signs on one side, the funder on the other."""
    issuer = organisation("Imprimeur de titres", OrganisationKind.ENTREPRISE)
    wave = s.make_wave(2, issuer=issuer)
    s.in_hand(wave=wave)
    at = ready_at(wave, ThresholdKind.CLOSING) + timedelta(hours=5)
    run_wave_clocks(at=at)
    statement = ClosingStatement.objects.get(wave=wave, funder=s.funder)
    drawers: Rights = {Role.PILOT: ANYWHERE, Role.FINANCE: ANYWHERE}
    return {
        "draw_statements": Case(lambda by: draw_statements(wave=wave, by=by, at=at), drawers),
        "sign_statement": Case(
            lambda by: sign_statement(statement=statement, by=by, at=at),
            {**drawers, Role.ISSUER: issuer, Role.FUNDER: s.funder},
        ),
    }


@pytest.mark.parametrize("cases", [place_cases, appointment_cases, closing_cases])
def test_only_who_is_listed_may(cases: Callable[[Scene], Cases]) -> None:
    # another's place answers as one that does not exist
    tried, wrong = wrong_of(cases(Scene()), refusals=(NotAllowed, SiteUnknown))
    assert tried
    assert wrong == []
