"""May this person decide on this contested act, and which hours may pay for it? register.md, *Happened and owed*."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from mediation.models import Redemption
from mediation.states import REASONS_TO_PAY, REASONS_TO_REFUSE, SettleReason
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import Dispute, Ticket
from vouchers.states import REDEEMABLE


class OwnActNotSettled(DomainError):
    code = "OWN_ACT_NOT_SETTLED"
    message = "Vous avez fait cet acte vous-même\u00a0: une autre personne des finances doit décider."
    status = 403


class NoFreeHour(DomainError):
    """The contested hours consumed nothing, and the booklet has not as many free ones."""

    code = "NO_FREE_HOUR"
    message = (
        "Ce carnet n’a plus assez d’heures libres ({left} pour {asked})\u00a0: l’acte ne peut pas être payé en valeur"
        " faciale. Accordez un geste hors valeur faciale, ou refusez."
    )


class HoursWereConsumed(DomainError):
    code = "HOURS_WERE_CONSUMED"
    message = (
        "Ces heures ont bien pris leurs tickets\u00a0: décidez si elles sont payées, sans geste hors valeur faciale."
    )


def check_may_settle(redemption: Redemption, *, by: Actor) -> None:
    """Let a finance officer decide, never on their own act. Raises NotAllowed, OwnActNotSettled."""
    check_role(by, Role.FINANCE)
    if by.id is not None and by.id in (redemption.by_id, redemption.mediator_id):
        raise OwnActNotSettled


def can_settle(redemption: Redemption, *, by: Actor) -> bool:
    """Tell what `check_may_settle` would say."""
    try:
        check_may_settle(redemption, by=by)
    except DomainError:
        return False
    return True


def check_settle_reason(reason: str, *, is_payable: bool) -> None:
    """Hold the reason to the list of what was decided. Raises InvalidInput."""
    if reason not in SettleReason.values:
        raise InvalidInput(sentence="Choisissez le motif\u00a0: le lieu et le distributeur le liront.")
    if reason not in (REASONS_TO_PAY if is_payable else REASONS_TO_REFUSE):
        what = "payer" if is_payable else "refuser"
        raise InvalidInput(sentence=f"Ce motif n’explique pas pourquoi {what}\u00a0: choisissez-en un autre.")


def _is_free(ticket: Ticket, *, blocked: Collection[datetime], happened_at: datetime) -> bool:
    in_time = ticket.booklet.wave.is_redeemable_at(happened_at)
    return ticket.status in REDEEMABLE and in_time and all(happened_at < instant for instant in blocked)


def free_hours(tickets: Iterable[Ticket], *, happened_at: datetime) -> list[Ticket]:
    """Return the tickets that nobody used and that an act of that time could have used, as for any late record.

    In order of booklets and positions. What came after an opposition is not paid by what it blocked.
    """
    tickets = list(tickets)
    blocked: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for dispute in Dispute.objects.filter(booklet__in={t.booklet_id for t in tickets}):
        for position in range(1, dispute.mask.bit_length() + 1):
            if dispute.mask >> (position - 1) & 1:
                blocked[dispute.booklet_id, position].append(dispute.happened_at)
    found = [t for t in tickets if _is_free(t, blocked=blocked[t.booklet_id, t.position], happened_at=happened_at)]
    return sorted(found, key=lambda t: (t.booklet_id, t.position))
