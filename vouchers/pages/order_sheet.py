"""What the page of an order shows, and to whom: shared by the page itself and by the acts that show it again."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passnum.accounts.post import Post, post_of
from passnum.accounts.roles import Role
from passnum.kit.errors import DomainError, NotFound
from passnum.kit.models import JobStatus
from vouchers.actions.production import PRODUCE_ORDER
from vouchers.forms.order import FundingLineForm, PrintProofForm, ProofForm
from vouchers.models import Order
from vouchers.queries.jobs import job_of
from vouchers.queries.orders import masked, order_sheet, orders_visible_to
from vouchers.queries.organisations import co_funders
from vouchers.queries.print_proof import funder_has_agents, proofs_of
from vouchers.queries.printer_file import PRINTER_FILES, printer_files
from vouchers.states import ORDER_MOVES, OrderAct, OrderStatus, PrintProofStatus

READERS = (Role.FUNDER, Role.PILOT, Role.ISSUER, Role.FINANCE, Role.AUDITOR, Role.EVALUATOR)
PROVERS = (Role.FUNDER, Role.PILOT, Role.FINANCE, Role.ISSUER)
VERIFIERS = (Role.PILOT, Role.FINANCE)
PRODUCERS = (Role.PILOT, Role.ISSUER)
ACTORS: dict[OrderAct, tuple[Role, ...]] = {
    OrderAct.SUBMIT: (Role.FUNDER,),
    OrderAct.APPROVE: (Role.PILOT,),
    OrderAct.SEND_BACK: (Role.PILOT,),
    OrderAct.START_PRODUCTION: PRODUCERS,
    OrderAct.CANCEL: (Role.FUNDER, Role.PILOT),
    OrderAct.AMEND: (Role.FUNDER, Role.PILOT),
}
LINES_CANCELLED = (OrderStatus.IN_PRODUCTION, OrderStatus.DELIVERED)
# Rank of the present step in the stepper; 6 is past the last one.
STEPS = {
    OrderStatus.DRAFT: 1,
    OrderStatus.SUBMITTED: 2,
    OrderStatus.APPROVED: 3,
    OrderStatus.IN_PRODUCTION: 4,
    OrderStatus.DELIVERED: 6,
    OrderStatus.CLOSED: 6,
    OrderStatus.CANCELLED: 0,
}
PROOF_PREFIX, CO_FUNDER_PREFIX, PRINT_PROOF_PREFIX = "preuve", "cofinanceur", "bat"


def visible_order(request: HttpRequest, uid: UUID) -> Order:
    """Return an order that this post may see. Raises NotFound: unknown and another's look alike."""
    orders = orders_visible_to(by=post_of(request).actor()).select_related("wave__issuer", "funder")
    order = orders.filter(uid=uid).first()
    if order is None:
        raise NotFound
    return order


def acts_for(order: Order, *, post: Post) -> set[str]:
    """Return the acts that this post may do on an order in its present state."""
    return {
        act.value for act, roles in ACTORS.items() if post.role in roles and order.status in ORDER_MOVES[act].sources
    }


def job_context(order: Order) -> dict[str, Any]:
    """Return the production job of an order and how it goes."""
    job = job_of(kind=PRODUCE_ORDER, subject=order.uid) if order.started_at else None
    is_running = job is not None and job.status in {JobStatus.WAITING, JobStatus.RUNNING}
    return {"job": job, "is_running": is_running, "is_failed": job is not None and job.status == JobStatus.FAILED}


def proof_context(order: Order, *, post: Post) -> dict[str, Any]:
    """Return the versions of an order's proof (bon à tirer), and what this post may do about them."""
    versions = proofs_of(order=order) if order.approved_at else []
    last = versions[0] if versions else None
    is_open = order.status == OrderStatus.APPROVED
    is_waiting = last is not None and is_open and last.status == PrintProofStatus.WAITING
    answers_for = (
        post.role == Role.PILOT
        and is_waiting
        and not funder_has_agents(order=order)
        and post.actor().id not in {order.by_id, last.by_id if last else None}
    )
    return {
        "print_proofs": versions,
        "print_proof": last,
        "may_answer_proof": is_waiting and (post.role == Role.FUNDER or answers_for),
        "answers_for_funder": answers_for,
        "may_make_proof": is_open and post.role in PRODUCERS,
        "print_proof_form": PrintProofForm(prefix=PRINT_PROOF_PREFIX),
    }


def printer_context(order: Order, *, post: Post) -> dict[str, Any]:
    """Return how the variable data for an industrial printer goes, for who may have it."""
    if post.role not in PRODUCERS or not order.started_at:
        return {"printer": None}
    job, files = job_of(kind=PRINTER_FILES, subject=order.uid), printer_files(order=order)
    is_deleted = any(file.deleted_at for file in files)
    is_done = job is not None and job.status == JobStatus.DONE
    return {
        "printer": {
            "job": job,
            "files": files,
            "is_deleted": is_deleted,
            "is_ready": is_done and not is_deleted,
            "may_prepare": not files and order.status == OrderStatus.IN_PRODUCTION and (job is None or not is_done),
        }
    }


def order_again(request: HttpRequest, order: Order, *, status: int = 200, **shown: Any) -> HttpResponse:
    """Render the page of an order, with a refusal or a form to mend among `shown`."""
    post = post_of(request)
    by, sheet = post.actor(), order_sheet(order=order)
    context = {
        "sheet": sheet,
        "order": order,
        "current_step": STEPS[OrderStatus(order.status)],
        "acts": acts_for(order, post=post),
        "is_author": by.is_same_person(order.by_kind, order.by_id),
        "me": by.id,
        "may_prove": post.role in PROVERS,
        "may_verify": post.role in VERIFIERS,
        "may_produce": post.role in PRODUCERS,
        "may_copy": post.role == Role.FUNDER,
        "may_cancel_lines": post.role in ACTORS[OrderAct.CANCEL] and order.status in LINES_CANCELLED,
        "started": masked(sheet.total_use.started, by=by),
        "used": masked(sheet.total_use.used_tickets, by=by),
        "proof_form": ProofForm(prefix=PROOF_PREFIX),
        "co_funder_form": None,
        **proof_context(order, post=post),
        **printer_context(order, post=post),
        "refusal": None,
        **job_context(order),
        **shown,
    }
    if post.role in VERIFIERS and context["co_funder_form"] is None:
        context["co_funder_form"] = FundingLineForm(prefix=CO_FUNDER_PREFIX, organisations=co_funders())
    return render(request, "vouchers/order.html", context, status=status)


def refused(request: HttpRequest, uid: UUID, refusal: DomainError, **shown: Any) -> HttpResponse:
    """Show the page of an order again, as it is now, with the sentence of a refusal."""
    return order_again(request, visible_order(request, uid), status=refusal.status, refusal=refusal, **shown)
