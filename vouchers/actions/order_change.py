"""An order that changes before its production: another amount is another order to approve, other words another proof."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import InvalidInput
from passnum.kit.idempotency import claim
from vouchers.actions.order import (
    LineInput,
    OrderNotReady,
    check_lines,
    check_own_logo,
    checked_siret,
    handover_words,
    move_order,
    write_lines,
)
from vouchers.actions.print_proof import withdraw_proof, write_proof
from vouchers.models import FunderLogo, Order, OrderLine, OrderRevision
from vouchers.states import ORDER_MOVES, OrderAct, OrderStatus


def _locked(order: Order) -> Order:
    return (
        Order.objects.select_for_update(no_key=True, of=("self",))
        .select_related("wave__issuer", "funder")
        .get(pk=order.pk)
    )


@transaction.atomic
def amend_order(
    *,
    order: Order,
    lines: Sequence[LineInput],
    fees_cents: int,
    siret: str,
    by: Actor,
    at: datetime,
    key: UUID,
    service_code: str = "",
    commitment_number: str = "",
    eligible_publics: str = "",
    letter: str = "",
    perimeter: str = "",
    handed_over_from: date | None = None,
    handed_over_until: date | None = None,
) -> None:
    """Write other lines, fees or references: the order is a draft again, whoever had approved it.

    What it said is kept (OrderRevision); its proof is withdrawn; the wave's ceiling has its amount back.
    Raises NotAllowed, InvalidInput, OrderNotReady, KeyReused.
    """
    if by.role != Role.PILOT:
        check_acts_for(by, order.funder, Role.FUNDER)
    check_lines(lines)
    if fees_cents < 0:
        raise InvalidInput(sentence="Les frais ne peuvent pas être négatifs.")
    terms = {
        "siret": checked_siret(siret),
        "service_code": service_code,
        "commitment_number": commitment_number,
        "fees_cents": fees_cents,
        "eligible_publics": eligible_publics,
        "letter": letter,
    }
    words = handover_words(perimeter, handed_over_from, handed_over_until)
    asked = [[x.distributor.uid, x.size, x.quantity] for x in lines]
    content = {"order": order.uid, "lines": asked, "terms": list(terms.values())}
    if any(words.values()):  # said later than the rest: a key of before still answers
        content["handover"] = words
    scope = f"organisation:{by.organisation_id}"
    if claim(key=key, act="AMEND_ORDER", scope=scope, content=content, result=order.uid, at=at).result:
        return
    locked = _locked(order)
    if locked.status not in ORDER_MOVES[OrderAct.AMEND].sources:
        raise OrderNotReady(reference=locked.reference, status=locked.get_status_display())
    _keep(locked, at=at)
    withdraw_proof(order=locked, by=by, at=at)
    _write(locked, lines, terms | words, by=by, at=at)
    order.refresh_from_db()


def _keep(order: Order, *, at: datetime) -> None:
    kept = OrderLine.objects.filter(order=order).order_by("position")
    OrderRevision.objects.create(
        order=order,
        number=order.revision,
        lines=[list(line) for line in kept.values_list("distributor_id", "size", "quantity")],
        fees_cents=order.fees_cents,
        approved_at=order.approved_at,
        approved_by_id=order.approved_by_id,
        replaced_at=at,
    )


def _write(order: Order, lines: Sequence[LineInput], terms: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Make the order a draft first: its lines and fees change in no other state."""
    move_order(
        order,
        OrderAct.AMEND,
        by=by,
        at=at,
        revision=F("revision") + 1,
        amended_by_id=by.id,
        approved_at=None,
        approved_by_id=None,
        **terms,
    )
    OrderLine.objects.filter(order=order).delete()
    write_lines(order, lines)


@transaction.atomic
def revise_texts(
    *,
    order: Order,
    eligible_publics: str,
    letter: str,
    by: Actor,
    at: datetime,
    perimeter: str = "",
    handed_over_from: date | None = None,
    handed_over_until: date | None = None,
    logo: FunderLogo | None = None,
    drops_logo: bool = False,
) -> None:
    """Change the words of an order that is not in production; an approved one gets a new proof of what is printed.

    The logo stays unless another is given or it is dropped. Raises NotAllowed, InvalidInput, OrderNotReady, NotFound.
    """
    if by.role != Role.PILOT:
        check_acts_for(by, order.funder, Role.FUNDER)
    words = handover_words(perimeter, handed_over_from, handed_over_until)
    locked = _locked(order)
    if locked.status not in ORDER_MOVES[OrderAct.AMEND].sources:
        raise OrderNotReady(reference=locked.reference, status=locked.get_status_display())
    if logo:
        check_own_logo(logo, locked.funder)
    if logo or drops_logo:
        words["logo"] = logo
    printed = (locked.letter, locked.logo_id)
    Order.objects.filter(pk=order.pk).update(eligible_publics=eligible_publics, letter=letter, **words)
    record_audit(act="REVISE_ORDER_TEXTS", subject_type="order", subject=order.uid, by=by, at=at)
    locked.refresh_from_db()
    if locked.status == OrderStatus.APPROVED and printed != (locked.letter, locked.logo_id):
        write_proof(order=locked, by=by, at=at)
    order.refresh_from_db()
