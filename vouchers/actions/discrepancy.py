"""What was sent and did not arrive ends found or lost: both sides say the same, or the pilot decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from vouchers.actions.loss import block_lost
from vouchers.actions.ranges import move_each_from_its_place, place_of
from vouchers.models import Booklet, Discrepancy, DisputeReason, Shipment
from vouchers.register.writer import Context
from vouchers.states import Act, DiscrepancyStatus, TitleStatus

Side = Literal["sender", "recipient", "pilot"]
FOUND = (DiscrepancyStatus.FOUND_BY_SENDER, DiscrepancyStatus.FOUND_BY_RECIPIENT)


class NotInDispute(DomainError):
    code = "BOOKLET_NOT_IN_DISCREPANCY"
    message = "Le carnet {number} n’est pas, ou n’est plus, un écart de cet envoi : vérifiez le numéro."
    status = 409


class CannotBeFound(DomainError):
    code = "BOOKLET_CANNOT_BE_FOUND"
    message = "Le carnet {number} est bloqué ou périmé : il ne revient plus en stock. Dites-le perdu."
    status = 409


class SamePersonForBothSides(DomainError):
    code = "SAME_PERSON_FOR_BOTH_SIDES"
    message = "Vous avez déjà répondu pour l’autre côté : une autre personne doit répondre pour celui-ci."
    status = 409


def side_of(shipment: Shipment, by: Actor) -> Side:
    """Return for whom an actor speaks of a shipment's gap. Raises NotAllowed.

    The printer has no account: the wave's issuer speaks for it.
    """
    check_role(by, Role.PILOT, Role.ISSUER, Role.DISTRIBUTOR)
    if by.kind == ActorKind.SYSTEM or by.role == Role.PILOT:
        return "pilot"
    if by.organisation_id == shipment.to_organisation.uid:
        return "recipient"
    sender = shipment.from_organisation
    if sender is not None and by.organisation_id == sender.uid:
        return "sender"
    if sender is None and by.role == Role.ISSUER and by.organisation_id == shipment.wave.issuer.uid:
        return "sender"
    raise NotAllowed


@transaction.atomic
def say_of_missing(
    *,
    shipment: Shipment,
    numbers: Sequence[int],
    word: DiscrepancyStatus,
    by: Actor,
    at: datetime,
    complaint_reference: str = "",
) -> int:
    """Say what became of missing booklets; return how many are settled by it.

    Raises NotAllowed, InvalidInput, NotInDispute, CannotBeFound, SamePersonForBothSides.
    """
    side = side_of(shipment, by)
    if word == DiscrepancyStatus.OPEN or not numbers:
        raise InvalidInput(sentence="Dites quels carnets, et s’ils sont retrouvés ou perdus.")
    shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment.pk)
    found = _locked(shipment, set(numbers))
    booklets = {
        b.pk: b
        for b in Booklet.objects.select_for_update(no_key=True)
        .filter(pk__in=[d.booklet_id for d in found])
        .order_by("number")
    }
    if word in FOUND:
        gone = [b.number for b in booklets.values() if b.status != TitleStatus.MISSING]
        if gone:
            raise CannotBeFound(number=min(gone))
    settled = [d for d in found if _say(d, side, word, by=by, at=at)]
    _act_on(
        [booklets[d.booklet_id] for d in settled],
        shipment=shipment,
        word=word,
        complaint_reference=complaint_reference,
        by=by,
        at=at,
    )
    record_audit(
        act="SAY_OF_MISSING",
        subject_type="shipment",
        subject=shipment.uid,
        by=by,
        at=at,
        word=word.value,
        side=side,
        booklets=len(found),
        settled=len(settled),
    )
    return len(settled)


def _locked(shipment: Shipment, numbers: set[int]) -> list[Discrepancy]:
    """Lock the open discrepancies of these numbers. Raises NotInDispute."""
    found = list(
        Discrepancy.objects.select_for_update(of=("self",), no_key=True)
        .filter(shipment=shipment, status=DiscrepancyStatus.OPEN, booklet__number__in=numbers)
        .select_related("booklet")
        .order_by("booklet_id")
    )
    strangers = numbers - {d.booklet.number for d in found}
    if strangers:
        raise NotInDispute(number=min(strangers))
    return found


def _say(discrepancy: Discrepancy, side: Side, word: DiscrepancyStatus, *, by: Actor, at: datetime) -> bool:
    """Write a word; tell whether it settles the discrepancy. Raises SamePersonForBothSides."""
    changed: dict[str, Any] = {}
    if side != "pilot":
        other = "recipient" if side == "sender" else "sender"
        if by.id is not None and getattr(discrepancy, f"{other}_said_by_id") == by.id:
            raise SamePersonForBothSides
        changed = {f"{side}_word": word, f"{side}_said_at": at, f"{side}_said_by_id": by.id}
        is_settled = getattr(discrepancy, f"{other}_word") == word
    else:
        is_settled = True
    if is_settled:
        changed |= {
            "status": word,
            "settled_at": at,
            "settled_by_id": by.id,
            "is_settled_by_pilot": side == "pilot",
        }
    Discrepancy.objects.filter(pk=discrepancy.pk).update(**changed)
    return is_settled


def _act_on(
    booklets: Sequence[Booklet],
    *,
    shipment: Shipment,
    word: DiscrepancyStatus,
    complaint_reference: str,
    by: Actor,
    at: datetime,
) -> None:
    """Put what was found in the stock of whoever found it; block and report what was lost."""
    missing = [b for b in booklets if b.status == TitleStatus.MISSING]
    if not missing:
        return
    if word == DiscrepancyStatus.LOST:
        block_lost(
            missing,
            wave=shipment.wave,
            holder=shipment.from_organisation,
            shipment=shipment,
            reason=DisputeReason.LOST,
            complaint_reference=complaint_reference,
            by=by,
            at=at,
        )
        return
    context = Context(happened_at=at, at=at, by=by, subject=shipment.uid)
    target = place_of(TitleStatus.IN_STOCK, finder_of(shipment, word))
    move_each_from_its_place(Act.FIND, missing, target, context)


def finder_of(shipment: Shipment, word: DiscrepancyStatus) -> Organisation:
    """Return whose stock a found booklet enters; what the printer finds is the issuer's."""
    if word == DiscrepancyStatus.FOUND_BY_RECIPIENT:
        return shipment.to_organisation
    return shipment.from_organisation or shipment.wave.issuer
