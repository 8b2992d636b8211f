"""A stock that sleeps is called back, or sent on to another distributor. The movement is the holder's own sending."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.idempotency import claim
from vouchers.models import Booklet, Recall, Shipment, Wave
from vouchers.states import TitleStatus


class RecallAlreadyOpen(DomainError):
    code = "RECALL_ALREADY_OPEN"
    message = "Un rappel vers ce destinataire est déjà en cours : retirez-le, ou attendez qu’il soit fait."
    status = 409


class MoreThanHeld(DomainError):
    code = "RECALL_MORE_THAN_HELD"
    message = "Ce détenteur n’a que {held} carnets de cette vague en stock : demandez-en moins."
    status = 409


class RecallOver(DomainError):
    code = "RECALL_OVER"
    message = "Ce rappel est déjà fait ou retiré : rien n’a été changé."
    status = 409


def recall_stock(
    *,
    wave: Wave,
    holder: Organisation,
    recipient: Organisation,
    count: int,
    reason: str,
    by: Actor,
    at: datetime,
    key: UUID | None = None,
) -> Recall:
    """Ask a holder to send `count` booklets of its stock to a recipient; asked again with its key, return what was asked.

    Raises NotAllowed, InvalidInput, MoreThanHeld, RecallAlreadyOpen, KeyReused.
    """
    check_role(by, Role.PILOT)
    if holder.pk == recipient.pk:
        raise InvalidInput(sentence="Le détenteur et le destinataire sont les mêmes.")
    if count < 1 or not reason.strip():
        raise InvalidInput(sentence="Dites combien de carnets, au moins un, et pourquoi.")
    uid = uuid4()
    try:
        with transaction.atomic():
            if key is not None:
                terms = (wave.uid, holder.uid, recipient.uid, count, reason)
                content = dict(zip(("wave", "holder", "recipient", "count", "reason"), terms, strict=True))
                scope = f"organisation:{by.organisation_id}"
                claimed = claim(key=key, act="RECALL", scope=scope, content=content, result=uid, at=at)
                if claimed.result:
                    return Recall.objects.get(uid=claimed.result)
            held = Booklet.objects.filter(wave=wave, holder=holder, status=TitleStatus.IN_STOCK).count()
            if count > held:
                raise MoreThanHeld(held=held)
            recall = Recall.objects.create(
                uid=uid,
                wave=wave,
                holder=holder,
                recipient=recipient,
                booklets_count=count,
                reason=reason.strip(),
                recorded_at=at,
                **by.columns(),
            )
            record_audit(act="RECALL", subject_type="recall", subject=recall.uid, by=by, at=at, booklets=count)
    except IntegrityError as error:
        if violated(error) == "recall_is_open_once":
            raise RecallAlreadyOpen from error
        raise
    return recall


@transaction.atomic
def withdraw_recall(*, recall: Recall, by: Actor, at: datetime) -> Recall:
    """Take a recall back: what was sent for it stays sent. Raises NotAllowed, RecallOver."""
    check_role(by, Role.PILOT)
    recall = Recall.objects.select_for_update(no_key=True).get(pk=recall.pk)
    if recall.done_at or recall.withdrawn_at:
        raise RecallOver
    Recall.objects.filter(pk=recall.pk).update(withdrawn_at=at)
    record_audit(act="WITHDRAW_RECALL", subject_type="recall", subject=recall.uid, by=by, at=at)
    recall.refresh_from_db()
    return recall


def follow_recall(shipment: Shipment, *, at: datetime) -> None:
    """Count a sending towards the recall that asked for it, if any. In the transaction of the sending."""
    recall = (
        Recall.objects.select_for_update(no_key=True)
        .filter(
            wave=shipment.wave,
            holder=shipment.from_organisation,
            recipient=shipment.to_organisation,
            done_at__isnull=True,
            withdrawn_at__isnull=True,
        )
        .first()
    )
    if recall is None:
        return
    sent = recall.sent_count + shipment.sent_count
    done_at = at if sent >= recall.booklets_count else None
    Recall.objects.filter(pk=recall.pk).update(sent_count=sent, done_at=done_at)
