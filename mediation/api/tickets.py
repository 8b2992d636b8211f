from django.http import HttpRequest
from ninja import Router

from mediation.actions.check import TicketCheck, check_tickets
from mediation.api.schemas import CheckIn, CheckOut, TicketOut, WaveOut
from mediation.queries.places import service_named, site_of
from passnum.accounts.api import Problem, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now

router = Router(tags=["Tickets"])


def _ticket(check: TicketCheck) -> TicketOut:
    refusal = check.refusal
    return TicketOut(
        rank=check.rank,
        is_accepted=check.is_accepted,
        awaits_confirmation=check.awaits_confirmation,
        hours_left=check.hours_left,
        booklet=check.booklet or None,
        position=check.ticket.position if check.ticket else None,
        wave=WaveOut(number=check.wave.number, name=check.wave.name) if check.wave else None,
        valid_until=check.valid_until,
        redeemable_until=check.redeemable_until,
        refusal=Problem(code=refusal.code, message=refusal.sentence) if refusal else None,
    )


@router.post(
    "/tickets/check",
    summary="Contrôler des tickets",
    operation_id="check_tickets",
    **guarded(Role.MEDIATOR, Role.SITE_MANAGER, devices=True),
    response={200: CheckOut, **refusals(400, 401, 403, 404, 422, 429)},
)
def check(request: HttpRequest, body: CheckIn) -> CheckOut:
    """Dit ce que vaut chaque ticket, ici et maintenant, et ne consomme rien. L'essai est gardé."""
    by = actor_of(request)
    site = site_of(uid=body.site, by=by)
    service = service_named(code=body.service) if body.service else None
    checks = check_tickets(codes=body.codes, site=site, service=service, by=by, at=now())
    return CheckOut(tickets=[_ticket(one) for one in checks])
