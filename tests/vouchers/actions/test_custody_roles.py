"""The acts before and after the hand × every role × (the organisations concerned, another one)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.actor import Actor
from tests.guards import capture_after_commit
from tests.lifecycle import A_PROFILE, SIRETS, Scene, organisation
from tests.role_matrix import ANYWHERE, Case, Rights, wrong_of
from vouchers.actions.contact import erase_contact, purge_contacts, read_contact, record_contact
from vouchers.actions.destruction import propose_destruction, seal_lot, sign_destruction
from vouchers.actions.discrepancy import say_of_missing
from vouchers.actions.expiry import expire_wave
from vouchers.actions.handover import Given, hand_over
from vouchers.actions.handover_batch import Gift, hand_over_together
from vouchers.actions.inventory import (
    close_inventory,
    declare_missing,
    drop_inventory,
    find_missing,
    read_booklets,
    start_inventory,
    take_out,
)
from vouchers.actions.loss import report_loss
from vouchers.actions.order import LineInput
from vouchers.actions.order_change import amend_order, revise_texts
from vouchers.actions.order_line import cancel_line
from vouchers.actions.printer_file import delete_printer_files, prepare_printer_files, take_printer_files
from vouchers.actions.recall import recall_stock, withdraw_recall
from vouchers.actions.referent import end_mandate, give_mandate
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import close_wave
from vouchers.actions.wave_end import confirm_freeze, meet_threshold
from vouchers.models import (
    Booklet,
    ContactKind,
    ContactPurpose,
    DestructionMethod,
    DisputeReason,
    InventoryCount,
    OrderLine,
    SealedLot,
    Shipment,
    ThresholdKind,
)
from vouchers.models.wave_end import ready_at
from vouchers.states import DiscrepancyStatus

pytestmark = pytest.mark.django_db
R = Role
Cases = dict[str, Case]


def make_scene() -> Scene:
    scene = Scene()
    scene.issuer = organisation("Imprimeur de titres", OrganisationKind.ENTREPRISE)  # type: ignore[attr-defined]
    scene.wave = scene.make_wave(2, issuer=scene.issuer)
    return scene


def order_change_cases(s: Scene) -> Cases:
    approved, made = s.approved(), s.produced()
    line = OrderLine.objects.select_related("order__wave", "order__funder").get(order=made)
    money: Rights = {R.PILOT: ANYWHERE, R.FUNDER: s.funder}

    def amend(by: Actor) -> None:
        terms: dict[str, Any] = {"lines": [LineInput(s.ccas, 5, 1)], "fees_cents": 0, "siret": SIRETS[1]}
        amend_order(order=approved, by=by, at=s.now, key=uuid4(), **terms)

    def revise(by: Actor) -> None:
        revise_texts(order=approved, eligible_publics="Tous", letter="Bonjour", by=by, at=s.now)

    return {
        "amend_order": Case(amend, money),
        "revise_texts": Case(revise, money),
        "cancel_line": Case(lambda by: cancel_line(line=line, by=by, at=s.now), money),
    }


def printer_file_cases(s: Scene) -> Cases:
    order = s.produced()
    with capture_after_commit(execute=False):
        job = prepare_printer_files(order=order, by=s.pilot, at=s.tick())
    assert jobs.run_job(job.uid, now=lambda: s.now)
    makers: Rights = {R.PILOT: ANYWHERE, R.ISSUER: s.wave.issuer}

    def prepare(by: Actor) -> None:
        with capture_after_commit(execute=False):
            prepare_printer_files(order=order, by=by, at=s.now)

    return {
        "prepare_printer_files": Case(prepare, makers),
        "take_printer_files": Case(lambda by: list(take_printer_files(order=order, by=by, at=s.now)), makers),
        "delete_printer_files": Case(lambda by: delete_printer_files(order=order, by=by, at=s.now), makers),
    }


def sent(s: Scene, number: int, sender: Organisation | None, to: Organisation) -> Shipment:
    terms: dict[str, Any] = {"wave": s.wave, "ranges": [(number, number)], "by": s.pilot, "key": uuid4()}
    if sender is not None:
        terms["by"] = s.agent
    return send_booklets(sender=sender, recipient=to, at=s.tick(), **terms)


def discrepancy_cases(s: Scene) -> Cases:
    """The sender and the recipient speak each for itself; the issuer speaks for the printer."""
    s.make_relay(s.other_ccas)
    first = s.produced((s.ccas, 5, 1)).first_booklet_number or 0
    (stock,) = s.delivered((s.ccas, 5, 1))
    from_printer, from_stock = sent(s, first, None, s.ccas), sent(s, stock.number, s.ccas, s.other_ccas)
    receive_shipment(shipment=from_printer, missing=[first], by=s.agent, at=s.tick())
    receive_shipment(shipment=from_stock, missing=[stock.number], by=s.other_agent, at=s.tick())

    def say(shipment: Shipment, number: int) -> Callable[[Actor], Any]:
        word = DiscrepancyStatus.LOST
        return lambda by: say_of_missing(shipment=shipment, numbers=[number], word=word, by=by, at=s.now)

    sides = (s.ccas, s.other_ccas)
    return {
        "say_of_missing from the printer": Case(
            say(from_printer, first),
            {R.PILOT: ANYWHERE, R.ISSUER: (s.wave.issuer, s.ccas), R.DISTRIBUTOR: s.ccas},
        ),
        "say_of_missing from a stock": Case(
            say(from_stock, stock.number), {R.PILOT: ANYWHERE, R.ISSUER: sides, R.DISTRIBUTOR: sides}
        ),
    }


def loss_cases(s: Scene) -> Cases:
    first = s.produced((s.ccas, 5, 1)).first_booklet_number or 0
    (stock,) = s.delivered((s.ccas, 5, 1))

    def lose(number: int, holder: Organisation | None) -> Callable[[Actor], Any]:
        terms: dict[str, Any] = {"wave": s.wave, "holder": holder, "reason": DisputeReason.STOLEN, "at": s.now}
        return lambda by: report_loss(ranges=[(number, number)], by=by, key=uuid4(), **terms)

    return {
        "report_loss at the printer": Case(lose(first, None), {R.PILOT: ANYWHERE, R.ISSUER: s.wave.issuer}),
        "report_loss in a stock": Case(
            lose(stock.number, s.ccas),
            {R.PILOT: ANYWHERE, R.ISSUER: (s.wave.issuer, s.ccas), R.DISTRIBUTOR: s.ccas},
        ),
    }


def counted(s: Scene, numbers: list[int]) -> InventoryCount:
    inventory = start_inventory(holder=s.ccas, wave=s.wave, by=s.agent, at=s.tick())
    read_booklets(inventory=inventory, numbers=numbers, by=s.agent, at=s.tick())
    return close_inventory(inventory=inventory, by=s.agent, at=s.tick())


def inventory_cases(s: Scene) -> Cases:
    here, away = s.delivered((s.ccas, 5, 2))
    gap = counted(s, [here.number])
    declare_missing(count=gap, by=s.agent, at=s.tick())
    back = counted(s, [here.number, away.number])
    unread = counted(s, [away.number])
    inventory = start_inventory(holder=s.ccas, wave=s.wave, by=s.agent, at=s.tick())
    counters: Rights = dict.fromkeys((R.DISTRIBUTOR, R.PILOT, R.ISSUER), s.ccas)
    terms: dict[str, Any] = {"inventory": inventory, "numbers": [here.number]}
    return {
        "start_inventory": Case(lambda by: start_inventory(holder=s.ccas, wave=s.wave, by=by, at=s.now), counters),
        "read_booklets": Case(lambda by: read_booklets(by=by, at=s.now, **terms), counters),
        "take_out": Case(lambda by: take_out(by=by, **terms), counters),
        "close_inventory": Case(lambda by: close_inventory(inventory=inventory, by=by, at=s.now), counters),
        "drop_inventory": Case(lambda by: drop_inventory(inventory=inventory, by=by, at=s.now), counters),
        "declare_missing": Case(lambda by: declare_missing(count=unread, by=by, at=s.now), counters),
        "find_missing": Case(lambda by: find_missing(count=back, by=by, at=s.now), counters),
    }


def recall_cases(s: Scene) -> Cases:
    s.delivered((s.ccas, 5, 2))
    recall = s.reallocate()
    terms: dict[str, Any] = {"wave": s.wave, "holder": s.ccas, "recipient": s.metropole, "count": 1, "reason": "Dort"}
    pilot: Rights = {R.PILOT: ANYWHERE}
    return {
        "recall_stock": Case(lambda by: recall_stock(by=by, at=s.now, **terms), pilot),
        "withdraw_recall": Case(lambda by: withdraw_recall(recall=recall, by=by, at=s.now), pilot),
    }


def came_back(s: Scene, holder: Organisation) -> Booklet:
    order = s.produced((s.ccas, 5, 1))
    number = order.first_booklet_number or 0
    shipment = sent(s, number, None, holder)
    keeper = Actor(s.pilot.kind, uuid4(), holder.uid, R.PILOT.value)
    receive_shipment(shipment=shipment, missing=[], by=keeper, at=s.tick())
    return Booklet.objects.get(order=order)


def destruction_cases(s: Scene) -> Cases:
    """Two people of the Métropole or of the wave's issuer; each seals what it keeps itself."""
    issuer = s.wave.issuer
    loose, kept, bare, signed = (came_back(s, o) for o in (s.metropole, issuer, s.metropole, s.metropole))

    def seal(booklet: Booklet, holder: Organisation, by: Actor) -> SealedLot:
        terms: dict[str, Any] = {"ranges": [(booklet.number, booklet.number)], "counted": 1, "seal_reference": "S"}
        return seal_lot(wave=s.wave, holder=holder, by=by, at=s.now, key=uuid4(), **terms)

    lots = [seal(booklet, s.metropole, s.pilot) for booklet in (bare, signed)]
    method = DestructionMethod.BURNT
    report = propose_destruction(lot=lots[1], method=method, by=s.pilot, at=s.tick())
    signers: Rights = {R.PILOT: ANYWHERE, R.ISSUER: issuer}
    return {
        "seal_lot at the Métropole": Case(lambda by: seal(loose, s.metropole, by), {R.PILOT: s.metropole}),
        "seal_lot at the issuer": Case(lambda by: seal(kept, issuer, by), dict.fromkeys((R.PILOT, R.ISSUER), issuer)),
        "propose_destruction": Case(
            lambda by: propose_destruction(lot=lots[0], method=method, by=by, at=s.now), signers
        ),
        "sign_destruction": Case(lambda by: sign_destruction(report=report, by=by, at=s.now), signers),
    }


def desk_cases(s: Scene) -> Cases:
    stock, given, kept = s.delivered((s.ccas, 5, 3))
    receipt, noted = s.hand_over(given), s.hand_over(kept)
    told: dict[str, Any] = {"kind": ContactKind.PHONE, "value": "0612345678", "purposes": [ContactPurpose.REMINDER]}
    record_contact(handover=noted, by=s.agent, at=s.tick(), **told)
    gifts = [Gift(stock, Given(A_PROFILE))]
    desk: Rights = {R.DISTRIBUTOR: s.ccas}

    def together(by: Actor) -> Any:
        return hand_over_together(gifts=gifts, distributor=s.ccas, by=by, at=s.now, key=uuid4())

    return {
        "hand_over_together": Case(together, desk),
        "record_contact": Case(lambda by: record_contact(handover=receipt, by=by, at=s.now, **told), desk),
        "read_contact": Case(lambda by: read_contact(handover=noted, by=by, at=s.now), desk),
        "erase_contact": Case(lambda by: erase_contact(handover=noted, by=by, at=s.now), desk),
    }


def referent_cases(s: Scene) -> Cases:
    """A referent serves whom the pilot says, with the same rights at the desk and nothing more."""
    mandate = s.mandate()
    served, today = s.served_ccas, s.now.date()
    order = s.produced((served, 5, 1))
    shipment = sent(s, order.first_booklet_number or 0, None, served)
    receiver = Actor(s.agent.kind, uuid4(), served.uid, R.DISTRIBUTOR.value)
    receive_shipment(shipment=shipment, missing=[], by=receiver, at=s.tick())
    booklet = Booklet.objects.get(order=order)
    both: Rights = {R.DISTRIBUTOR: (s.ccas, served)}
    pilot: Rights = {R.PILOT: ANYWHERE}
    later = today + timedelta(days=90)

    def name(by: Actor) -> Any:
        return give_mandate(served=served, referent=s.ccas, starts_on=later, ends_on=later, by=by, at=s.now)

    def give(by: Actor) -> Any:
        return hand_over(booklet=booklet, distributor=served, profile=A_PROFILE, by=by, at=s.now, key=uuid4())

    def together(by: Actor) -> Any:
        gifts = [Gift(booklet, Given(A_PROFILE))]
        return hand_over_together(gifts=gifts, distributor=served, by=by, at=s.now, key=uuid4())

    return {
        "give_mandate": Case(name, pilot),
        "end_mandate": Case(lambda by: end_mandate(mandate=mandate, by=by, at=s.now), pilot),
        "hand_over for the one served": Case(give, both),
        "hand_over_together for the one served": Case(together, both),
    }


def end_cases(s: Scene) -> Cases:
    """Thresholds are the pilot's; the freeze is taken note of by the funder alone."""
    s.delivered((s.ccas, 5, 1))
    closed = s.make_wave(3, valid_until=s.now.date(), grace_days=0)
    expire_wave(wave=closed, by=s.pilot, at=s.now + timedelta(days=3))
    close_wave(wave=closed, by=s.pilot, at=s.now + timedelta(days=3))
    late = ready_at(s.wave, ThresholdKind.FREEZE) + timedelta(hours=1)
    for kind in list(ThresholdKind)[: list(ThresholdKind).index(ThresholdKind.FREEZE) + 1]:
        meet_threshold(wave=s.wave, kind=kind, by=s.pilot, at=late)
    fresh = s.make_wave(4)
    pilot: Rights = {R.PILOT: ANYWHERE}

    def meet(by: Actor) -> Any:
        kind = next(iter(ThresholdKind))
        return meet_threshold(wave=fresh, kind=kind, by=by, at=ready_at(fresh, kind))

    def confirm(by: Actor) -> Any:
        return confirm_freeze(wave=s.wave, funder=s.funder, by=by, at=late)

    return {
        "purge_contacts": Case(lambda by: purge_contacts(wave=closed, by=by, at=s.now), pilot),
        "meet_threshold": Case(meet, pilot),
        "confirm_freeze": Case(confirm, {R.FUNDER: s.funder}),
    }


@pytest.mark.parametrize(
    "cases",
    [
        order_change_cases,
        printer_file_cases,
        discrepancy_cases,
        loss_cases,
        inventory_cases,
        recall_cases,
        destruction_cases,
        desk_cases,
        referent_cases,
        end_cases,
    ],
)
def test_only_who_is_listed_may(cases: Callable[[Scene], Cases]) -> None:
    tried, wrong = wrong_of(cases(make_scene()))
    assert tried
    assert wrong == []
