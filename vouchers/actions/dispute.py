"""Opposition: effective at once, never backwards. The unused remainder goes to a new booklet linked to the old one."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.codes.crockford import random_ref
from passnum.kit.errors import DomainError, NotAllowed
from passnum.kit.idempotency import claim
from passnum.kit.keys import digest_keyring, production_keyring
from vouchers.models import Booklet, Dispute, DisputeReason, Handover, HandoverChannel, Ticket, Wave
from vouchers.policies.issuer import check_issues
from vouchers.policies.referent import check_answers_for
from vouchers.queries.custody import remainder_of
from vouchers.queries.referents import desks_of
from vouchers.register.writer import (
    WITH_PERSON,
    Context,
    Line,
    Place,
    full_mask,
    insert_lines,
    insert_movement,
    mask_of,
    project_booklets,
    record_movement,
)
from vouchers.states import TICKET_MOVES, Act, HolderKind, TitleStatus, WaveStatus

BLOCKED = Place(TitleStatus.BLOCKED, HolderKind.VOID)
REPLACED = Place(TitleStatus.REPLACED, HolderKind.VOID)


class NothingToBlock(DomainError):
    code = "NOTHING_TO_BLOCK"
    message = "Il ne reste rien à bloquer sur ce carnet : tous ses tickets sont utilisés, périmés ou déjà bloqués."
    status = 409


class TicketNotBlockable(DomainError):
    code = "TICKET_NOT_BLOCKABLE"
    message = "Un de ces tickets n’est plus à bloquer : il est utilisé, périmé ou déjà bloqué. Rien n’a été changé."
    status = 409


class WholeBookletOnly(DomainError):
    code = "WHOLE_BOOKLET_ONLY"
    message = "Ce carnet n’a pas été remis : un ticket seul ne s’y bloque pas. Faites opposition au carnet entier."
    status = 409


class NotReissuable(DomainError):
    code = "NOT_REISSUABLE"
    message = "Ce carnet ne peut pas être remplacé : il n’avait pas été remis, ou sa vague est close."
    status = 409


def check_may_dispute(booklet: Booklet, by: Actor, day: date) -> None:
    """Let the pilot, the wave's issuer, or the distributor that holds or handed over this booklet act.

    A person who lost it may come to the CCAS of the relay that gave it, or to the referent of a CCAS without account:
    they answer too. Raises NotAllowed.
    """
    check_issues(by, booklet.wave, Role.PILOT, Role.DISTRIBUTOR)
    if by.kind == ActorKind.SYSTEM or by.role != Role.DISTRIBUTOR:
        return
    if by.organisation_id is None:
        raise NotAllowed
    theirs = booklet.holder is not None and booklet.holder.uid == by.organisation_id
    given = booklet.handovers.filter(distributor__in=desks_of(by=by, day=day), undone_at__isnull=True)
    if not theirs and not given.exists():
        raise NotAllowed


def _place_of(booklet: Booklet) -> Place:
    return Place(booklet.status, HolderKind(booklet.holder_kind), booklet.holder_id)


def _positions(booklet: Booklet, source: Place, asked: Sequence[int]) -> tuple[list[int], bool]:
    """Return the positions to block, tickets locked, and whether nothing is left in that state after them.

    Raises NothingToBlock, WholeBookletOnly, TicketNotBlockable.
    """
    tickets = Ticket.objects.select_for_update(no_key=True).filter(booklet=booklet).order_by("position")
    left = [t.position for t in tickets if t.status == source.state]
    if source.state not in TICKET_MOVES[Act.BLOCK].sources or not left:
        raise NothingToBlock
    if not asked:
        return left, True
    if source.state != TitleStatus.HANDED_OVER:  # a stock moves by whole booklets
        raise WholeBookletOnly
    if not set(asked) <= set(left):
        raise TicketNotBlockable
    return sorted(set(asked)), set(asked) == set(left)


@transaction.atomic
def block_booklet(
    *, booklet: Booklet, reason: DisputeReason, by: Actor, at: datetime, key: UUID, positions: Sequence[int] = ()
) -> Dispute:
    """Block what is left of a booklet, or the tickets at some positions (from 1), at once.

    Raises NotAllowed, NothingToBlock, WholeBookletOnly, TicketNotBlockable, KeyReused.
    """
    check_role(by, Role.PILOT, Role.ISSUER, Role.DISTRIBUTOR)
    uid = uuid4()
    scope = f"organisation:{by.organisation_id}"
    content: dict[str, object] = {"booklet": booklet.uid, "reason": reason}
    if positions:
        content["positions"] = sorted(set(positions))
    claimed = claim(key=key, act="BLOCK", scope=scope, content=content, result=uid, at=at)
    if claimed.result:
        return Dispute.objects.get(uid=claimed.result)
    booklet = Booklet.objects.select_for_update(no_key=True).get(pk=booklet.pk)
    check_may_dispute(booklet, by, paris_date(at))
    source = _place_of(booklet)
    blocked, is_whole = _positions(booklet, source, positions)
    context = Context(
        happened_at=at, at=at, by=by, key=key, subject=uid, details={"reason": reason.value, "dispute": str(uid)}
    )
    movement = record_movement(
        Act.BLOCK, source=source, target=BLOCKED, lines=[Line(booklet.pk, mask_of(blocked))], context=context
    )
    if is_whole:
        project_booklets(movement, [booklet.pk], source=source, target=BLOCKED)
    dispute = Dispute.objects.create(
        uid=uid,
        booklet=booklet,
        mask=mask_of(blocked),
        reason=reason,
        movement=movement,
        happened_at=at,
        recorded_at=at,
        **by.columns(),
    )
    record_audit(act="BLOCK", subject_type="booklet", subject=booklet.uid, by=by, at=at, reason=reason.value)
    return dispute


@transaction.atomic
def reissue_booklet(*, dispute: Dispute, distributor: Organisation, by: Actor, at: datetime) -> Booklet:
    """Give what an opposition blocked of a handed-over booklet a new print generation, in a replacement booklet.

    Needs the production keys (the new codes are derived here, printed by the desk or the printer). Asked twice, also
    at once, it gives one new booklet. Raises NotAllowed, NotReissuable.
    """
    dispute = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
    check_may_dispute(dispute.booklet, by, paris_date(at))
    if by.role == Role.DISTRIBUTOR:
        check_answers_for(by, distributor, paris_date(at))
    if dispute.replacement_id:
        return Booklet.objects.get(pk=dispute.replacement_id)
    wave = Wave.objects.select_for_update(no_key=True).get(pk=dispute.booklet.wave_id)
    old = Booklet.objects.select_for_update(no_key=True).get(pk=dispute.booklet_id)
    tickets = list(remainder_of(dispute=dispute).select_for_update(no_key=True))
    was_handed_over = dispute.movement.from_state == TitleStatus.HANDED_OVER
    if wave.status != WaveStatus.OPEN or not tickets or not was_handed_over:
        raise NotReissuable
    new = _replace(old, tickets, wave=wave, dispute=dispute, by=by, at=at)
    Dispute.objects.filter(pk=dispute.pk).update(replacement=new)
    Handover.objects.create(
        booklet=new,
        distributor=distributor,
        movement=new.movement,
        receipt=random_ref(8),
        channel=HandoverChannel.IN_PERSON,
        had_one_already=True,
        happened_at=at,
        recorded_at=at,
        **by.columns(),
    )
    record_audit(act="REISSUE", subject_type="booklet", subject=new.uid, by=by, at=at, replaces=str(old.uid))
    return new


def _replace(old: Booklet, tickets: list[Ticket], *, wave: Wave, dispute: Dispute, by: Actor, at: datetime) -> Booklet:
    """Move the tickets' identities from the old booklet to a new one: two movements, nothing added to what was ordered."""
    details = {"dispute": str(dispute.uid), "wave": wave.number, "booklets": [old.number, wave.next_booklet_number]}
    context = Context(happened_at=at, at=at, by=by, subject=dispute.uid, details=details)
    out = record_movement(
        Act.REISSUE,
        source=BLOCKED,
        target=REPLACED,
        lines=[Line(old.pk, mask_of([t.position for t in tickets]))],
        context=context,
    )
    # tickets opposed alone leave their booklet where it is; the last to go takes a blocked booklet along
    if old.status == TitleStatus.BLOCKED and not old.tickets.filter(status=TitleStatus.BLOCKED).exists():
        project_booklets(out, [old.pk], source=BLOCKED, target=REPLACED)
    into = insert_movement(Act.REISSUE, source=REPLACED, target=WITH_PERSON, count=len(tickets), context=context)
    new = Booklet.objects.create(
        wave=wave,
        number=wave.next_booklet_number,
        order=old.order,
        line=old.line,
        funder=old.funder,
        distributor=old.distributor,
        size=len(tickets),
        replaces=old,
        status=TitleStatus.HANDED_OVER,
        holder_kind=HolderKind.PERSON,
        movement=into,
        funded_at=old.funded_at,
        funded_by=old.funded_by,
        created_at=at,
    )
    Wave.objects.filter(pk=wave.pk).update(next_booklet_number=wave.next_booklet_number + 1)
    insert_lines(into, [Line(new.pk, full_mask(len(tickets)))])
    keyring, digests = production_keyring(), digest_keyring()
    kid = keyring.current
    Ticket.objects.bulk_create(
        Ticket(
            uid=t.uid,
            generation=t.generation + 1,
            booklet=new,
            position=position,
            ref=random_ref(),
            kid=kid,
            digest=digests.digest(keyring.derive(t.uid, t.generation + 1, kid=kid), kid=kid),
            status=TitleStatus.HANDED_OVER,
            movement=into,
        )
        for position, t in enumerate(tickets, start=1)
    )
    return new
