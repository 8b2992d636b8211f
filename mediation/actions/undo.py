"""Take an act back within the window: by who did it, or by the place's manager. It stays visible with its reason."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from mediation.actions.attempt import attempt_part, keeping_refusals
from mediation.actions.owed import OwedAlreadySettled, decide
from mediation.models import AttemptKind, OwedDecision, Redemption, RedemptionLine
from mediation.queries.ticket import site_scope
from mediation.states import GOODWILL, Owed, OwedAct, UndoReason
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from passnum.kit.idempotency import claim
from passnum.kit.together import run_together
from vouchers.models import Booklet, Movement, Ticket
from vouchers.register.writer import CONSUMED, Context, Line, Place, record_movement
from vouchers.states import Act, HolderKind, TitleStatus


class UndoTooLate(DomainError):
    code = "UNDO_TOO_LATE"
    message = "Cet acte date de plus de {minutes} minutes : il ne s’annule plus ici. Demandez une correction."
    status = 409


class AlreadyUndone(DomainError):
    code = "ALREADY_UNDONE"
    message = "Cet acte est déjà annulé : rien n’a été changé."
    status = 409


def _check_may_undo(redemption: Redemption, lines: list[RedemptionLine], by: Actor, at: datetime) -> None:
    check_acts_for(by, redemption.site.operator, Role.MEDIATOR, Role.SITE_MANAGER)
    if not by.is_same_person(redemption.by_kind, redemption.by_id) and by.role != Role.SITE_MANAGER:
        raise NotAllowed
    minutes = min(line.wave.undo_minutes for line in lines)
    if at - redemption.recorded_at > timedelta(minutes=minutes):
        raise UndoTooLate(minutes=minutes)


def undo_redemption(*, redemption: Redemption, reason: UndoReason, by: Actor, at: datetime, key: UUID) -> Redemption:
    """Undo an act and keep the attempt. Replaying the act's old key never brings it back.

    Raises NotAllowed, InvalidInput, UndoTooLate, AlreadyUndone, OwedAlreadySettled, KeyReused.
    """
    with keeping_refusals(kind=AttemptKind.UNDO, site_uid=redemption.site.uid, by=by, at=at, key=key) as kept:
        kept.redemption = redemption.uid
        with transaction.atomic():
            is_replay = _undo(redemption, reason=reason, by=by, at=at, key=key)
            done = attempt_part(
                kind=AttemptKind.UNDO,
                site_uid=redemption.site.uid,
                digests=[],
                by=by,
                at=at,
                key=key,
                redemption=redemption.uid,
                is_replay=is_replay,
            )
            run_together([done])
    return redemption


def _undo(redemption: Redemption, *, reason: UndoReason, by: Actor, at: datetime, key: UUID) -> bool:
    """Undo, and tell whether this key had been served before."""
    if reason not in UndoReason.values:
        raise InvalidInput(sentence="Choisissez pourquoi vous annulez cet acte.")
    content = {"redemption": redemption.uid, "reason": str(reason)}
    claimed = claim(
        key=key, act="UNDO", scope=site_scope(redemption.site.uid), content=content, result=redemption.uid, at=at
    )
    if claimed.result:
        return True
    lines = _lock_lines(redemption)
    _check_may_undo(redemption, lines, by, at)
    decided = set(OwedDecision.objects.filter(line__in=lines).values_list("owed", "reason"))
    if any(owed == Owed.UNDONE for owed, _ in decided):
        raise AlreadyUndone
    if any(reason == GOODWILL for _, reason in decided):
        raise OwedAlreadySettled
    consumed = [line for line in lines if line.movement_id]
    movements = _mirror(redemption, consumed, reason=reason, by=by, at=at, key=key)
    for line in consumed:
        _follow_booklet(line, by=by, at=at)
    for line in lines:
        decide(
            line,
            OwedAct.UNDO,
            Owed.UNDONE,
            reason="UNDONE",
            by=by,
            at=at,
            movement=movements.get(line.movement_id or 0),
        )
    record_audit(act="UNDO_REDEMPTION", subject_type="redemption", subject=redemption.uid, by=by, at=at)
    return False


def _lock_lines(redemption: Redemption) -> list[RedemptionLine]:
    """Lock the booklets of an act, before tickets and in order like every act, and return its lines.

    A settlement locks the same booklets: its line, which pays for a contested one, is then among these or comes never.
    """
    lines = RedemptionLine.objects.filter(redemption=redemption).select_related("wave", "booklet", "redemption")
    locked: set[int] = set()
    while missing := set(lines.values_list("booklet_id", flat=True)) - locked:
        list(Booklet.objects.select_for_update(no_key=True).filter(pk__in=missing).order_by("pk"))
        locked |= missing
    return list(lines.order_by("pk"))


def _mirror(
    redemption: Redemption, lines: list[RedemptionLine], *, reason: UndoReason, by: Actor, at: datetime, key: UUID
) -> dict[int, Movement]:
    """Give tickets back to where they came from, one mirrored movement for each; by the original's primary key."""
    mirrored: dict[int, Movement] = {}
    context = Context(happened_at=at, at=at, by=by, key=key, subject=redemption.uid, details={"reason": str(reason)})
    for original in Movement.objects.filter(pk__in=[x.movement_id for x in lines]).order_by("pk"):
        source = Place(original.from_state, HolderKind(original.from_kind), original.from_organisation_id)
        mine = [Line(x.booklet_id, x.mask) for x in lines if x.movement_id == original.pk]
        list(
            Ticket.objects.select_for_update(no_key=True)
            .filter(booklet_id__in=[x.booklet_id for x in mine])
            .order_by("pk")
        )
        mirrored[original.pk] = record_movement(
            Act.UNDO_REDEMPTION, source=CONSUMED, target=source, lines=mine, context=context, reverses=original
        )
    return mirrored


def _follow_booklet(line: RedemptionLine, *, by: Actor, at: datetime) -> None:
    """A ticket given back to a booklet that was blocked or expired since then shares its fate: it revives nothing."""
    booklet = Booklet.objects.get(pk=line.booklet_id)
    act, state = {
        TitleStatus.BLOCKED: (Act.BLOCK, TitleStatus.BLOCKED),
        TitleStatus.REPLACED: (Act.BLOCK, TitleStatus.BLOCKED),
        TitleStatus.EXPIRED: (Act.EXPIRE, TitleStatus.EXPIRED),
    }.get(TitleStatus(booklet.status), (None, None))
    if act is None or state is None or line.movement is None or line.movement.from_state == state:
        return
    context = Context(happened_at=at, at=at, by=by, subject=line.redemption.uid)
    given_back = Place(line.movement.from_state, HolderKind(line.movement.from_kind))
    record_movement(
        act,
        source=given_back,
        target=Place(state, HolderKind.VOID),
        lines=[Line(line.booklet_id, line.mask)],
        context=context,
    )
