"""Taking back what nobody holds: booklets of a line that are still at the printer. Before production a line is amended."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError
from vouchers.actions.funding import activate_funded_booklets
from vouchers.actions.order import OrderNotReady, move_order
from vouchers.actions.printer_file import delete_printer_files
from vouchers.models import Booklet, Order, OrderLine, Ticket, Wave
from vouchers.queries.line import LineStock, line_stock
from vouchers.register.writer import (
    Context,
    Line,
    Place,
    RegisterConflict,
    full_mask,
    project_booklets,
    record_movement,
)
from vouchers.states import Act, HolderKind, OrderAct, OrderStatus, TitleStatus

AT_PRINTER = Place(TitleStatus.PRODUCED, HolderKind.PRINTER)
CANCELLED = Place(TitleStatus.CANCELLED, HolderKind.VOID)


class LineStillProduced(DomainError):
    code = "LINE_STILL_PRODUCED"
    message = "La production de cette ligne n’est pas finie\u00a0: attendez qu’elle le soit pour annuler ses carnets."
    status = 409


class LineHeld(DomainError):
    code = "LINE_HELD"
    message = "Aucun carnet de cette ligne n’est resté chez l’imprimeur. Quelqu’un tient déjà {held}."
    status = 409


class LineStockChanged(DomainError):
    code = "LINE_STOCK_CHANGED"
    message = (
        "Des carnets ont bougé depuis que vous avez lu cette page\u00a0: {free} sont encore chez l’imprimeur, et non"
        " {expected}. Relisez, puis recommencez."
    )
    status = 409


@transaction.atomic
def cancel_line(*, line: OrderLine, by: Actor, at: datetime, expected: int | None = None) -> LineStock:
    """Cancel the booklets of a produced line that are still at the printer; what somebody holds stays.

    Their value leaves the wave's ceiling, and their funding goes to the next booklets of the order. `expected`: how
    many the asker read. Returns what was cancelled and what is held. Raises NotAllowed, OrderNotReady,
    LineStillProduced, LineHeld, LineStockChanged.
    """
    if by.role != Role.PILOT:
        check_acts_for(by, line.order.funder, Role.FUNDER)
    Wave.objects.select_for_update(no_key=True).get(pk=line.order.wave_id)  # its ceiling is being counted
    order = Order.objects.select_for_update(no_key=True).get(pk=line.order_id)
    if order.status not in {OrderStatus.IN_PRODUCTION, OrderStatus.DELIVERED}:
        raise OrderNotReady(reference=order.reference, status=order.get_status_display())
    list(Booklet.objects.select_for_update(no_key=True).filter(line=line, replaces__isnull=True).order_by("pk"))
    stock = line_stock(line=line)
    if stock.made_count < line.quantity:
        raise LineStillProduced
    if not stock.free:
        raise LineHeld(held=stock.held_text or "tous ses carnets, ou ils sont déjà annulés")
    if expected is not None and expected != len(stock.free):
        raise LineStockChanged(free=len(stock.free), expected=expected)
    _cancel(line, stock, by=by, at=at)
    activate_funded_booklets(order=order, at=at)
    _deliver_the_rest(order, by=by, at=at)
    return stock


def _cancel(line: OrderLine, stock: LineStock, *, by: Actor, at: datetime) -> None:
    ids = sorted(stock.free)
    count = Ticket.objects.select_for_update(no_key=True).filter(booklet__in=ids, status=TitleStatus.PRODUCED).count()
    if count != len(ids) * line.size:
        raise RegisterConflict
    context = Context(
        happened_at=at,
        at=at,
        by=by,
        subject=line.order.uid,
        details={"order": line.order.reference, "line": line.position},
    )
    lines = [Line(pk, full_mask(line.size)) for pk in ids]
    movement = record_movement(Act.CANCEL, source=AT_PRINTER, target=CANCELLED, lines=lines, context=context)
    project_booklets(movement, ids, source=AT_PRINTER, target=CANCELLED)
    Booklet.objects.filter(pk__in=ids).update(funded_at=None, funded_by=None)
    OrderLine.objects.filter(pk=line.pk).update(cancelled_count=F("cancelled_count") + len(ids))
    record_audit(
        act="CANCEL_LINE",
        subject_type="order",
        subject=line.order.uid,
        by=by,
        at=at,
        line=line.position,
        booklets=len(ids),
    )


def _deliver_the_rest(order: Order, *, by: Actor, at: datetime) -> None:
    """An order whose last booklets at the printer are cancelled is delivered, if others were received."""
    if order.status != OrderStatus.IN_PRODUCTION:
        return
    own = Booklet.objects.filter(order=order)
    if own.filter(holder_kind=HolderKind.PRINTER).exclude(status=TitleStatus.MISSING).exists():
        return
    if own.exclude(status__in=[TitleStatus.CANCELLED, TitleStatus.MISSING]).exists():
        move_order(order, OrderAct.RECORD_DELIVERY, by=by, at=at, delivered_at=at)
        delete_printer_files(order=order, by=SYSTEM, at=at)
