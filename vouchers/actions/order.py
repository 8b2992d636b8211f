from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siret as siret_number

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed, NotFound
from passnum.kit.idempotency import claim
from passnum.kit.money import euros
from vouchers.actions.print_proof import withdraw_proof, write_proof
from vouchers.models import FunderLogo, Order, OrderLine, OrderStep, Wave
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET
from vouchers.queries.order import committed_cents, order_total_cents
from vouchers.states import ORDER_MOVES, OrderAct, WaveStatus

# A hundred times the trial's largest order: beyond it, somebody's finger slipped.
MOST_BOOKLETS = 100_000


@dataclass(frozen=True, slots=True)
class LineInput:
    """So many booklets of one size for one distributor."""

    distributor: Organisation
    size: int
    quantity: int


class OrderNotReady(DomainError):
    code = "ORDER_NOT_READY"
    message = "La commande {reference} est « {status} » : cette étape n’est pas possible maintenant."
    status = 409


class OrderAmended(DomainError):
    code = "ORDER_AMENDED"
    message = (
        "La commande {reference} a été modifiée depuis que vous l’avez lue\u00a0: relisez-la avant de l’approuver."
    )
    status = 409


class ApproverIsAuthor(DomainError):
    code = "APPROVER_IS_AUTHOR"
    message = "Vous avez rédigé cette commande : une autre personne doit l’approuver."
    status = 403


class WaveNotOpen(DomainError):
    code = "WAVE_NOT_OPEN"
    message = "La vague « {wave} » n’est pas ouverte : la commande ne peut pas y être prise."
    status = 409


class CeilingExceeded(DomainError):
    code = "CEILING_EXCEEDED"
    message = "Cette commande dépasse ce qui reste du plafond de la vague : il manque {missing}."
    status = 409


def move_order(order: Order, act: OrderAct, *, by: Actor, at: datetime, **changes: Any) -> None:
    """The only place that assigns an order's status; writes the dated step that reports read.

    Raises OrderNotReady.
    """
    one = ORDER_MOVES[act]
    (target,) = one.targets
    if not Order.objects.filter(pk=order.pk, status__in=one.sources).update(status=target, **changes):
        raise OrderNotReady(reference=order.reference, status=order.get_status_display())
    order.refresh_from_db()
    OrderStep.objects.create(
        order=order,
        act=act,
        status=target,
        happened_at=at,
        recorded_at=at,
        revision=order.revision,
        **by.columns(),
    )
    record_audit(act=f"ORDER_{act}", subject_type="order", subject=order.uid, by=by, at=at)


def check_lines(lines: Sequence[LineInput]) -> None:
    """Raise InvalidInput for lines that make no order."""
    if not lines:
        raise InvalidInput(sentence="La commande est vide : ajoutez au moins une ligne.")
    for rank, line in enumerate(lines, start=1):
        if not SMALLEST_BOOKLET <= line.size <= LARGEST_BOOKLET:
            raise InvalidInput(sentence=f"Ligne {rank} : un carnet compte de 5 à 10 tickets, pas {line.size}.")
        if line.quantity < 1:
            raise InvalidInput(sentence=f"Ligne {rank} : indiquez au moins un carnet.")
    total = sum(line.quantity for line in lines)
    if total > MOST_BOOKLETS:
        raise InvalidInput(
            sentence=f"{total} carnets dépassent le maximum d’une commande ({MOST_BOOKLETS}) : vérifiez les quantités."
        )


def checked_siret(text: str) -> str:
    """Return the 14 figures of a SIRET. Raises InvalidInput."""
    try:
        return str(siret_number.validate(text))
    except NumberError:
        raise InvalidInput(
            sentence="Ce SIRET n’est pas valide : il compte 14 chiffres et une clé de contrôle. Vérifiez-le."
        ) from None


def handover_words(perimeter: str, first: date | None, last: date | None) -> dict[str, Any]:
    """Return where and when the funder wants booklets handed over. Raises InvalidInput for dates out of order."""
    if first and last and last < first:
        raise InvalidInput(sentence="La remise finit après avoir commencé\u00a0: vérifiez ses deux dates.")
    return {"perimeter": perimeter, "handed_over_from": first, "handed_over_until": last}


def check_own_logo(logo: FunderLogo, funder: Organisation) -> None:
    """Raise NotFound for the logo of another: another's and none look alike."""
    if logo.organisation_id != funder.pk:
        raise NotFound


def write_lines(order: Order, lines: Sequence[LineInput]) -> None:
    """Write the lines of a draft that has none."""
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=i, distributor=x.distributor, size=x.size, quantity=x.quantity)
        for i, x in enumerate(lines, start=1)
    )


def _draft(order: Order, lines: Sequence[LineInput], *, by: Actor, at: datetime) -> None:
    order.save(force_insert=True)
    write_lines(order, lines)
    OrderStep.objects.create(
        order=order, act=OrderAct.CREATE, status=order.status, happened_at=at, recorded_at=at, **by.columns()
    )
    record_audit(act="ORDER_CREATE", subject_type="order", subject=order.uid, by=by, at=at)


@transaction.atomic
def create_order(
    *,
    wave: Wave,
    funder: Organisation,
    lines: Sequence[LineInput],
    siret: str,
    by: Actor,
    at: datetime,
    key: UUID,
    service_code: str = "",
    commitment_number: str = "",
    fees_cents: int = 0,
    eligible_publics: str = "",
    letter: str = "",
    perimeter: str = "",
    handed_over_from: date | None = None,
    handed_over_until: date | None = None,
    logo: FunderLogo | None = None,
) -> Order:
    """Write a draft order. Raises NotAllowed, InvalidInput, KeyReused, NotFound for the logo of another."""
    if by.role != Role.PILOT:
        check_acts_for(by, funder, Role.FUNDER)
    check_lines(lines)
    if fees_cents < 0:
        raise InvalidInput(sentence="Les frais ne peuvent pas être négatifs.")
    number = checked_siret(siret)
    words = handover_words(perimeter, handed_over_from, handed_over_until)
    if logo:
        check_own_logo(logo, funder)
    uid = uuid4()
    content = {
        "wave": wave.uid,
        "funder": funder.uid,
        "lines": [[x.distributor.uid, x.size, x.quantity] for x in lines],
        "siret": number,
        "terms": [service_code, commitment_number, fees_cents, eligible_publics, letter],
    }
    if any(words.values()):  # said later than the rest: a key of before still answers
        content["handover"] = words
    if logo:
        content["logo"] = logo.uid
    claimed = claim(
        key=key, act="CREATE_ORDER", scope=f"organisation:{by.organisation_id}", content=content, result=uid, at=at
    )
    if claimed.result:
        return Order.objects.get(uid=claimed.result)
    Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)  # one reference at a time
    rank = Order.objects.filter(wave=wave).count() + 1
    order = Order(
        uid=uid,
        reference=f"BC-{wave.number:02d}-{rank:04d}",
        wave=wave,
        funder=funder,
        siret=number,
        service_code=service_code,
        commitment_number=commitment_number,
        fees_cents=fees_cents,
        eligible_publics=eligible_publics,
        letter=letter,
        **words,
        logo=logo,
        created_at=at,
        **by.columns(),
    )
    _draft(order, lines, by=by, at=at)
    return order


@transaction.atomic
def submit_order(*, order: Order, by: Actor, at: datetime) -> None:
    """Send a draft to approval. Raises NotAllowed, OrderNotReady, WaveNotOpen."""
    if by.role != Role.PILOT:
        check_acts_for(by, order.funder, Role.FUNDER)
    if order.wave.status != WaveStatus.OPEN:
        raise WaveNotOpen(wave=order.wave.name)
    move_order(order, OrderAct.SUBMIT, by=by, at=at, submitted_at=at)


@transaction.atomic
def approve_order(*, order: Order, by: Actor, at: datetime, revision: int | None = None) -> None:
    """Approve an order within what remains of the wave's ceiling; two approvals at once cannot overrun it.

    The first version of its proof (bon à tirer) is made, for its funder to approve.

    `revision`: the one that the approver read. Raises NotAllowed, ApproverIsAuthor, WaveNotOpen, CeilingExceeded,
    OrderAmended, OrderNotReady.
    """
    check_role(by, Role.PILOT)
    if by.id is None:
        raise NotAllowed
    wave = Wave.objects.select_for_update(no_key=True).get(pk=order.wave_id)
    if wave.status != WaveStatus.OPEN:
        raise WaveNotOpen(wave=wave.name)
    locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)  # its lines stand still
    if by.id in {locked.by_id, locked.amended_by_id}:
        raise ApproverIsAuthor
    if revision is not None and revision != locked.revision:
        raise OrderAmended(reference=order.reference)
    excess = committed_cents(wave=wave) + order_total_cents(order=locked) - wave.ceiling_cents
    if excess > 0:
        raise CeilingExceeded(missing=euros(excess), missing_cents=excess)
    move_order(order, OrderAct.APPROVE, by=by, at=at, approved_at=at, approved_by_id=by.id)
    write_proof(order=order, by=by, at=at)


@transaction.atomic
def send_back_order(*, order: Order, by: Actor, at: datetime) -> None:
    """Give a submitted order back to its author. Raises NotAllowed, OrderNotReady."""
    check_role(by, Role.PILOT)
    move_order(order, OrderAct.SEND_BACK, by=by, at=at)


@transaction.atomic
def cancel_order(*, order: Order, by: Actor, at: datetime) -> None:
    """Cancel an order that is not in production yet. Raises NotAllowed, OrderNotReady."""
    if by.role != Role.PILOT:
        check_acts_for(by, order.funder, Role.FUNDER)
    move_order(order, OrderAct.CANCEL, by=by, at=at, cancelled_at=at)
    withdraw_proof(order=order, by=by, at=at)
