"""A booklet sent by post reached its person: an agent was told so, or one of its codes was shown at a labelled place.

Never by the public page: whoever finds an envelope can open it.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from vouchers.models import ActivationSource, Handover, HandoverActivation, HandoverChannel
from vouchers.policies.referent import check_hands_over_for
from vouchers.queries.postal import waiting_for_activation
from vouchers.states import TitleStatus


class NotSentByPost(DomainError):
    code = "HANDOVER_NOT_SENT_BY_POST"
    message = "Ce carnet n’a pas été envoyé par la poste : il n’y a rien à activer."
    status = 409


class NothingToActivate(DomainError):
    code = "NOTHING_TO_ACTIVATE"
    message = "Cet envoi est annulé, ou son carnet est en opposition : il ne s’active plus. Regardez la page du carnet."
    status = 409


@transaction.atomic
def activate_handover(*, handover: Handover, by: Actor, at: datetime) -> HandoverActivation:
    """Note that a posted booklet arrived; asked again, return what was noted.

    Raises NotAllowed, NotSentByPost, NothingToActivate.
    """
    check_hands_over_for(by, handover.distributor, paris_date(at))
    if handover.channel != HandoverChannel.BY_POST:
        raise NotSentByPost
    known = HandoverActivation.objects.filter(handover=handover).first()
    if known:
        return known
    handover = Handover.objects.select_related("booklet").get(pk=handover.pk)
    if handover.undone_at or handover.booklet.status != TitleStatus.HANDED_OVER:
        raise NothingToActivate
    return _activate(handover, ActivationSource.AGENT, by=by, at=at)


@transaction.atomic
def activate_at_check(*, booklet_ids: Iterable[int], by: Actor, at: datetime) -> int:
    """Note that posted booklets were shown, good, at a labelled place; return how many were not known to have arrived.

    The place is the caller's business: it has judged the tickets. Raises NotAllowed.
    """
    check_role(by, Role.MEDIATOR, Role.SITE_MANAGER)
    waiting = list(waiting_for_activation().filter(booklet__in=set(booklet_ids)).order_by("pk"))
    for handover in waiting:
        _activate(handover, ActivationSource.CHECK, by=by, at=at)
    return len(waiting)


def _activate(handover: Handover, source: ActivationSource, *, by: Actor, at: datetime) -> HandoverActivation:
    activation, is_new = HandoverActivation.objects.get_or_create(
        handover=handover, defaults={"source": source, "recorded_at": at, **by.columns()}
    )
    if is_new:
        record_audit(
            act="ACTIVATE_HANDOVER", subject_type="handover", subject=handover.uid, by=by, at=at, source=source.value
        )
    return activation
