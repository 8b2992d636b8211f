"""Every action × every role × (the organisation concerned, another one): who is not listed here is refused."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.models import Job, JobStatus
from tests.guards import capture_after_commit
from tests.lifecycle import A_PROFILE, SIRETS, Scene, organisation
from tests.role_matrix import ANYWHERE, Case, Rights, passes, wrong_of
from vouchers.actions.dispute import block_booklet, reissue_booklet
from vouchers.actions.expiry import expire_wave
from vouchers.actions.funding import add_funding_line, record_proof, verify_proof
from vouchers.actions.handover import hand_over, send_by_post, undo_handover
from vouchers.actions.handover_activation import activate_at_check, activate_handover
from vouchers.actions.handover_confirmation import answer_handover
from vouchers.actions.order import (
    LineInput,
    approve_order,
    cancel_order,
    create_order,
    send_back_order,
    submit_order,
)
from vouchers.actions.print_proof import approve_proof, make_proof, send_back_proof
from vouchers.actions.production import restart_production, start_production
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import close_wave, create_wave, open_wave
from vouchers.models import (
    ConfirmationOutcome,
    DisputeReason,
    FundingBase,
    Handover,
    HandoverChannel,
    MeaningOfA,
    Order,
    PrintProof,
    ProofKind,
    Wave,
)

pytestmark = pytest.mark.django_db
R = Role


def make_scene() -> Scene:
    scene = Scene()
    scene.issuer = organisation("Imprimeur de titres", OrganisationKind.ENTREPRISE)  # type: ignore[attr-defined]
    scene.wave = scene.make_wave(2, issuer=scene.issuer)  # type: ignore[attr-defined]
    return scene


def submitted(scene: Scene) -> Order:
    order = scene.draft()
    submit_order(order=order, by=scene.buyer, at=scene.tick())
    return order


def approved_only(scene: Scene) -> Order:
    order = submitted(scene)
    approve_order(order=order, by=scene.pilot, at=scene.tick())
    return order


def draft_wave(scene: Scene, by: Actor) -> Wave:
    return create_wave(
        number=9,
        name="Vague 9",
        a_on=date(2026, 1, 15),
        a_meaning=MeaningOfA.MARKET_AWARD,
        issuer=scene.metropole,
        contract_number="C",
        ceiling_cents=1,
        valid_from=date(2026, 1, 15),
        valid_until=date(2026, 12, 31),
        by=by,
        at=scene.now,
    )


def wave_cases(s: Scene) -> dict[str, Case]:
    draft = draft_wave(s, s.pilot)
    open_one = s.make_wave(3)
    ended = s.make_wave(4, valid_until=date(2026, 3, 1), grace_days=0)
    pilot: Rights = {R.PILOT: ANYWHERE}
    return {
        "open_wave": Case(lambda by: open_wave(wave=draft, by=by, at=s.now), pilot),
        "close_wave": Case(lambda by: close_wave(wave=open_one, by=by, at=s.now), pilot),
        "expire_wave": Case(lambda by: expire_wave(wave=ended, by=by, at=s.now + timedelta(days=9)), pilot),
    }


def order_cases(s: Scene) -> dict[str, Case]:
    draft, sent, ready, made = s.draft(), submitted(s), s.approved(), s.produced()
    Job.objects.filter(subject=made.uid).update(status=JobStatus.FAILED, finished_at=None)
    funder: Rights = {R.PILOT: ANYWHERE, R.FUNDER: s.funder}
    pilot: Rights = {R.PILOT: ANYWHERE}

    def create(by: Actor) -> Order:
        lines = [LineInput(s.ccas, 5, 1)]
        return create_order(wave=s.wave, funder=s.funder, lines=lines, siret=SIRETS[1], by=by, at=s.now, key=uuid4())

    def produce(by: Actor) -> None:
        with capture_after_commit(execute=False):
            start_production(order=ready, by=by, at=s.now)

    proved = approved_only(s)
    proof = PrintProof.objects.select_related("order").get(order=proved)

    def restart(by: Actor) -> None:
        with capture_after_commit(execute=False):
            restart_production(order=made, by=by, at=s.now)

    return {
        "create_order": Case(create, funder),
        "submit_order": Case(lambda by: submit_order(order=draft, by=by, at=s.now), funder),
        "cancel_order": Case(lambda by: cancel_order(order=draft, by=by, at=s.now), funder),
        "approve_order": Case(lambda by: approve_order(order=sent, by=by, at=s.now), pilot),
        "send_back_order": Case(lambda by: send_back_order(order=sent, by=by, at=s.now), pilot),
        "make_proof": Case(lambda by: make_proof(order=proved, by=by, at=s.now), pilot | {R.ISSUER: s.wave.issuer}),
        "approve_proof": Case(lambda by: approve_proof(proof=proof, reason="Lettre.", by=by, at=s.now), funder),
        "send_back_proof": Case(lambda by: send_back_proof(proof=proof, remarks="Non.", by=by, at=s.now), funder),
        "start_production": Case(produce, pilot | {R.ISSUER: s.wave.issuer}),
        "restart_production": Case(restart, pilot | {R.ISSUER: s.wave.issuer}),
    }


def funding_cases(s: Scene) -> dict[str, Case]:
    order = s.approved()
    money: Rights = {R.PILOT: ANYWHERE, R.FINANCE: ANYWHERE}

    def record(by: Actor) -> Any:
        return record_proof(
            order=order,
            kind=ProofKind.MANDATE,
            reference="M-1",
            dated_on=date(2026, 3, 1),
            amount_cents=1,
            by=by,
            at=s.now,
        )

    def promise(by: Actor) -> Any:
        return add_funding_line(
            order=order,
            co_funder=s.metropole,
            is_state=False,
            rate_points=1,
            ceiling_cents=1,
            base=FundingBase.USED,
            target_publics=[],
            by=by,
            at=s.now,
        )

    proof = record_proof(
        order=order,
        kind=ProofKind.MANDATE,
        reference="M-2",
        dated_on=date(2026, 3, 1),
        amount_cents=1,
        by=s.buyer,
        at=s.now,
    )
    return {
        "record_proof": Case(record, money | {R.FUNDER: s.funder, R.ISSUER: s.wave.issuer}),
        "add_funding_line": Case(promise, money),
        "verify_proof": Case(lambda by: verify_proof(proof=proof, by=by, at=s.now), money),
    }


def custody_cases(s: Scene) -> dict[str, Case]:
    s.make_relay(s.other_ccas)
    made = s.produced((s.ccas, 5, 2))
    first = made.first_booklet_number or 0
    stock, *_ = s.delivered((s.ccas, 5, 1))

    def send(number: int, sender: Organisation | None, by: Actor) -> Any:
        return send_booklets(
            wave=s.wave,
            sender=sender,
            recipient=s.other_ccas,
            ranges=[(number, number)],
            by=by,
            at=s.now,
            key=uuid4(),
        )

    parcel = send(first, None, s.pilot)
    return {
        "send from the printer": Case(
            lambda by: send(first + 1, None, by), {R.PILOT: ANYWHERE, R.ISSUER: s.wave.issuer}
        ),
        "send from a stock": Case(
            lambda by: send(stock.number, s.ccas, by), dict.fromkeys((R.DISTRIBUTOR, R.PILOT, R.ISSUER), s.ccas)
        ),
        "receive_shipment": Case(
            lambda by: receive_shipment(shipment=parcel, missing=[], by=by, at=s.now),
            dict.fromkeys((R.DISTRIBUTOR, R.PILOT, R.ISSUER), s.other_ccas),
        ),
    }


def desk_cases(s: Scene) -> dict[str, Case]:
    stock, noticed, given, lost = s.delivered((s.ccas, 5, 4))
    receipt = s.hand_over(given)
    s.redeem(s.codes(noticed)[0])
    at_use = Handover.objects.get(channel=HandoverChannel.AT_USE)
    s.hand_over(lost)
    dispute = s.block(lost)
    (letter,) = s.delivered((s.ccas, 5, 1))
    posted = s.post(letter)
    desk: Rights = {R.DISTRIBUTOR: s.ccas}
    disputing: Rights = desk | {R.PILOT: ANYWHERE, R.ISSUER: s.wave.issuer}

    def give(by: Actor) -> Any:
        return hand_over(booklet=stock, distributor=s.ccas, profile=A_PROFILE, by=by, at=s.now, key=uuid4())

    def block(by: Actor) -> Any:
        return block_booklet(booklet=given, reason=DisputeReason.LOST, by=by, at=s.now, key=uuid4())

    def post(by: Actor) -> Any:
        return send_by_post(booklet=stock, distributor=s.ccas, profile=A_PROFILE, by=by, at=s.now, key=uuid4())

    def shown(by: Actor) -> Any:
        return activate_at_check(booklet_ids=[letter.pk], by=by, at=s.now)

    confirmed = ConfirmationOutcome.CONFIRMED
    return {
        "hand_over": Case(give, desk),
        "send_by_post": Case(post, desk),
        "activate_handover": Case(lambda by: activate_handover(handover=posted, by=by, at=s.now), desk),
        "activate_at_check": Case(shown, {R.MEDIATOR: ANYWHERE, R.SITE_MANAGER: ANYWHERE}),
        "undo_handover": Case(lambda by: undo_handover(handover=receipt, by=by, at=s.now), desk, s.agent.id),
        "answer_handover": Case(lambda by: answer_handover(handover=at_use, outcome=confirmed, by=by, at=s.now), desk),
        "block_booklet": Case(block, disputing),
        "reissue_booklet": Case(
            lambda by: reissue_booklet(dispute=dispute, distributor=s.ccas, by=by, at=s.now), disputing
        ),
    }


@pytest.mark.parametrize("cases", [wave_cases, order_cases, funding_cases, custody_cases, desk_cases])
def test_only_who_is_listed_may(cases: Callable[[Scene], dict[str, Case]]) -> None:
    tried, wrong = wrong_of(cases(make_scene()))
    assert tried
    assert wrong == []


def test_creating_a_wave_is_the_pilots() -> None:
    scene = Scene()
    for role in Role:
        case = Case(lambda by: draft_wave(scene, by), {})
        assert passes(case, Actor(ActorKind.USER, uuid4(), scene.metropole.uid, role.value)) == (role == R.PILOT)
