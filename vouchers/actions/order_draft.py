"""An order written in steps: each is kept as typed, and nothing is ordered before the last one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.order import LineInput, create_order
from vouchers.models import Order, OrderDraft, Wave

# Nobody writes so many at once: beyond, they were forgotten.
MOST_DRAFTS: Final = 50


class TooManyDrafts(DomainError):
    code = "TOO_MANY_DRAFTS"
    message = f"{MOST_DRAFTS} commandes sont déjà commencées\u00a0: reprenez-en une, ou abandonnez-en."
    status = 409


class DraftOrdered(DomainError):
    code = "DRAFT_ORDERED"
    message = "Cette commande est déjà enregistrée ({reference})\u00a0: rien n’a été changé."
    status = 409


def start_draft(
    *, organisation: Organisation, wave: Wave, content: Mapping[str, Any], by: Actor, at: datetime, uid: UUID
) -> OrderDraft:
    """Begin an order. `uid` was drawn with the form: sent again, it saves the same draft again.

    Raises NotAllowed, TooManyDrafts, DraftOrdered, NotFound for the number of another's draft.
    """
    check_acts_for(by, organisation, Role.FUNDER)
    mine = OrderDraft.objects.filter(organisation=organisation)
    if not mine.filter(uid=uid).exists():
        if mine.filter(order__isnull=True).count() >= MOST_DRAFTS:
            raise TooManyDrafts
        try:
            with transaction.atomic():
                draft = OrderDraft.objects.create(
                    uid=uid,
                    organisation=organisation,
                    wave=wave,
                    content=dict(content),
                    started_at=at,
                    updated_at=at,
                    **by.columns(),
                )
                record_audit(act="START_ORDER_DRAFT", subject_type="order_draft", subject=uid, by=by, at=at)
                return draft
        except IntegrityError as error:
            if "uid" not in violated(error):
                raise
    found = mine.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return save_draft(draft=found, wave=wave, said=content, by=by, at=at)


def _locked(draft: OrderDraft, by: Actor) -> OrderDraft:
    """Lock a draft. Raises NotAllowed, NotFound once it is abandoned."""
    check_acts_for(by, draft.organisation, Role.FUNDER)
    drafts = OrderDraft.objects.select_for_update(of=("self",)).select_related("organisation", "wave", "order")
    found = drafts.filter(pk=draft.pk).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def save_draft(
    *, draft: OrderDraft, said: Mapping[str, Any], by: Actor, at: datetime, wave: Wave | None = None
) -> OrderDraft:
    """Keep what was typed in some steps, the others as they are. Raises NotAllowed, NotFound, DraftOrdered."""
    draft = _locked(draft, by)
    if draft.order:
        raise DraftOrdered(reference=draft.order.reference)
    content = {**draft.content, **said}
    columns = {"content": content, "updated_at": at, "wave": wave or draft.wave, **by.columns()}
    OrderDraft.objects.filter(pk=draft.pk).update(**columns)
    draft.refresh_from_db()
    return draft


@transaction.atomic
def drop_draft(*, draft: OrderDraft, by: Actor, at: datetime) -> None:
    """Abandon an order that is not written. Raises NotAllowed, NotFound, DraftOrdered."""
    draft = _locked(draft, by)
    if draft.order:
        raise DraftOrdered(reference=draft.order.reference)
    draft.delete()
    record_audit(act="DROP_ORDER_DRAFT", subject_type="order_draft", subject=draft.uid, by=by, at=at)


@transaction.atomic
def finish_draft(
    *, draft: OrderDraft, lines: Sequence[LineInput], terms: Mapping[str, Any], by: Actor, at: datetime
) -> Order:
    """Write the order of a draft, once: the draft then names it. Raises as `create_order`, and NotFound."""
    draft = _locked(draft, by)
    if draft.order:
        return draft.order
    order = create_order(wave=draft.wave, funder=draft.organisation, lines=lines, by=by, at=at, key=draft.key, **terms)
    OrderDraft.objects.filter(pk=draft.pk).update(order=order, content={}, updated_at=at, **by.columns())
    return order
