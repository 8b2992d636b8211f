"""Count the drawer: scan or type what is there, see what differs, sign. Begun today, it may go on tomorrow."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, InvalidInput, NotFound
from passnum.kit.templatetags.french import counted
from vouchers.actions.inventory import (
    close_inventory,
    declare_missing,
    drop_inventory,
    find_missing,
    read_booklets,
    start_inventory,
    take_out,
)
from vouchers.forms.custody import InventoryReadForm
from vouchers.forms.fields import check_how_many, parse_numbers
from vouchers.models import Inventory, InventoryCount, Wave
from vouchers.queries.booklet import NUMBER, find_booklet
from vouchers.queries.inventories import counts_visible_to, inventories_of, seen_of, unexpected_of
from vouchers.queries.stock import ranges_of, stock_ranges
from vouchers.states import InventoryStatus

COUNTERS = (Role.DISTRIBUTOR, Role.PILOT, Role.ISSUER)
READERS = (*COUNTERS, Role.AUDITOR, Role.FINANCE)
PAGE_SIZE = 25
# A reference, a code or the address of a QR has at least this many signs; a number typed short has nine at most.
LONGEST_NUMBER = 9


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*READERS)
def inventories_page(request: HttpRequest) -> HttpResponse:
    """List the inventories that go on and the signed counts; a POST starts one, or goes on with it."""
    post = post_of(request)
    by = post.actor()
    stock = stock_ranges(organisation=post.organisation) if post.role in COUNTERS else []
    if request.method == "POST":
        wave = Wave.objects.filter(number=_number(request.POST.get("vague", ""))).first()
        if wave is None:
            raise NotFound
        inventory = start_inventory(holder=post.organisation, wave=wave, by=by, at=now())
        return redirect("vouchers:inventory", uid=inventory.uid)
    context = {
        "opened": inventories_of(by=by).filter(status=InventoryStatus.OPEN) if post.role in COUNTERS else [],
        "waves": [wave for wave, _ in stock],
        "page": Paginator(counts_visible_to(by=by), PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "vouchers/inventories.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else -1


def _mine(request: HttpRequest, uid: UUID) -> Inventory:
    inventory = inventories_of(by=post_of(request).actor()).filter(uid=uid).first()
    if inventory is None:
        raise NotFound
    return inventory


def numbers_read(text: str, *, wave: Wave) -> list[int]:
    """Return the numbers that lines stand for: printed numbers, spans, QR addresses, references.

    Raises ValidationError, InvalidInput for what is unknown, and the sentences of `passnum.kit.codes`.
    """
    numbers: set[int] = set()
    for line in filter(None, (part.strip() for part in text.splitlines())):
        is_code = len(line) > LONGEST_NUMBER and " " not in line and "," not in line and not NUMBER.fullmatch(line)
        if not is_code:
            numbers.update(parse_numbers(line, wave=wave))
            check_how_many(numbers)
            continue
        booklet = find_booklet(text=line)
        if booklet is None:
            raise InvalidInput(sentence="Un des codes lus n’est celui d’aucun carnet\u00a0: reprenez-le à part.")
        if booklet.wave_id != wave.pk:
            raise InvalidInput(
                sentence=f"Le carnet {booklet.label} n’est pas de cette vague\u00a0: comptez-le dans l’autre inventaire."
            )
        numbers.add(booklet.number)
    return sorted(numbers)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(*COUNTERS)
def inventory_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Read booklets; see what is expected, found, missing, unexpected."""
    inventory, by = _mine(request, uid), post_of(request).actor()
    if request.method != "POST":
        if inventory.status == InventoryStatus.CLOSED:
            return redirect("vouchers:inventory_count", uid=inventory.count.uid)
        return _inventory(request, inventory, InventoryReadForm())
    form = InventoryReadForm(request.POST)
    if not form.is_valid():
        return _inventory(request, inventory, form, status=422)
    try:
        numbers = numbers_read(form.cleaned_data["read"], wave=inventory.wave)
        if "take_out" in request.POST:
            told = f"{counted(take_out(inventory=inventory, numbers=numbers, by=by), 'carnet retiré,carnets retirés')}."
        else:
            fresh = read_booklets(inventory=inventory, numbers=numbers, by=by, at=now())
            again = len(numbers) - fresh
            told = f"{counted(fresh, 'carnet noté,carnets notés')}." + (
                f" {counted(again, 'était déjà lu,étaient déjà lus')}." if again else ""
            )
    except forms.ValidationError as error:
        form.add_error("read", error)
        return _inventory(request, inventory, form, status=422)
    except DomainError as refusal:
        return _inventory(request, inventory, form, refusal=refusal)
    messages.success(request, told)
    return redirect("vouchers:inventory", uid=uid)


def _inventory(
    request: HttpRequest,
    inventory: Inventory,
    form: InventoryReadForm,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    seen = seen_of(inventory=inventory)
    context = {
        "inventory": inventory,
        "form": form,
        "refusal": refusal,
        "is_open": inventory.status == InventoryStatus.OPEN,
        "expected": len(seen.expected),
        "found": len(seen.found),
        "missing": ranges_of(seen.missing),
        "missing_count": len(seen.missing),
        "unexpected": unexpected_of(inventory=inventory, numbers=seen.unexpected, by=post_of(request).actor()),
        "unexpected_count": len(seen.unexpected),
        "found_ranges": ranges_of(seen.found),
    }
    return render(request, "vouchers/inventory.html", context, status=refusal.status if refusal else status)


@require_POST
@post_required(*COUNTERS)
def inventory_close_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign the count, or give the inventory up."""
    inventory, by = _mine(request, uid), post_of(request).actor()
    try:
        if "drop" in request.POST:
            drop_inventory(inventory=inventory, by=by, at=now())
            messages.success(request, "L’inventaire est abandonné\u00a0: rien n’a été signé.")
            return redirect("vouchers:inventories")
        count = close_inventory(inventory=inventory, by=by, at=now())
    except DomainError as refusal:
        return _inventory(request, _mine(request, uid), InventoryReadForm(), refusal=refusal)
    messages.success(request, "Le compte est signé.")
    return redirect("vouchers:inventory_count", uid=count.uid)


def _count(request: HttpRequest, uid: UUID) -> InventoryCount:
    count = counts_visible_to(by=post_of(request).actor()).filter(uid=uid).first()
    if count is None:
        raise NotFound
    return count


@never_cache
@require_safe
@post_required(*READERS)
def inventory_count_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a signed count; its holder may declare what is missing."""
    return _count_page(request, _count(request, uid))


def _count_page(request: HttpRequest, count: InventoryCount, *, refusal: DomainError | None = None) -> HttpResponse:
    post = post_of(request)
    context = {
        "count": count,
        "missing": [(a, b) for a, b in count.missing],
        "unexpected": [(a, b) for a, b in count.unexpected],
        "is_own": post.role in COUNTERS and count.holder.uid == post.organisation.uid,
        "refusal": refusal,
    }
    return render(request, "vouchers/inventory_count.html", context, status=refusal.status if refusal else 200)


@require_POST
@post_required(*COUNTERS)
def inventory_settle_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Declare missing what a signed count did not find, or put back in stock what it found."""
    count, by = _count(request, uid), post_of(request).actor()
    try:
        if "find" in request.POST:
            told = counted(find_missing(count=count, by=by, at=now()), "carnet revient,carnets reviennent")
            messages.success(request, f"{told} dans votre stock.")
        else:
            told = counted(declare_missing(count=count, by=by, at=now()), "carnet est noté,carnets sont notés")
            messages.success(request, f"{told} manquants. S’ils sont perdus, déclarez le lot perdu.")
    except DomainError as refusal:
        return _count_page(request, count, refusal=refusal)
    return redirect("vouchers:inventory_count", uid=uid)
