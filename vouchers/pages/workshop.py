"""Booklets handed over in a workshop: read them all, answer once for everybody, one receipt each. All or none."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, InvalidInput, NotFound
from vouchers.actions.handover import Given
from vouchers.actions.handover_batch import MOST_TOGETHER, BatchRefused, Gift, hand_over_together, handed_over_with
from vouchers.forms.taps import OwnTapsForm
from vouchers.forms.workshop import BookletsForm, WorkshopForm
from vouchers.models import Booklet
from vouchers.pages.handover import check_for_desk
from vouchers.queries.booklet import find_booklet
from vouchers.queries.desk import declared_instant, desk_commune


@dataclass(slots=True)
class Person:
    """One booklet of the workshop, and the answers of whoever gets it."""

    booklet: Booklet
    form: OwnTapsForm


def _booklets(request: HttpRequest, texts: list[str]) -> list[Booklet]:
    """Return what was read, each booklet once. Raises BatchRefused for the first that cannot be given."""
    found: dict[int, Booklet] = {}
    for rank, text in enumerate(texts, start=1):
        try:
            booklet = check_for_desk(find_booklet(text=text), post_of(request))
        except DomainError as refusal:
            # what was read may be worth an hour: it is told by its line, a number by itself
            told = text if len(text) <= len("65535-999999999") else f"de la ligne {rank}"
            raise BatchRefused(booklet=told, sentence=refusal.sentence, refusal=refusal.code) from refusal
        found[booklet.pk] = booklet
    return list(found.values())


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def workshop_page(request: HttpRequest) -> HttpResponse:
    """First the booklets, then the answers; the second sending records."""
    if request.method != "POST":
        return _first(request, BookletsForm())
    if "numero" in request.POST:
        return _second(request)
    form = BookletsForm(request.POST)
    if not form.is_valid():
        return _first(request, form)
    try:
        booklets = _booklets(request, form.cleaned_data["carnets"])
    except DomainError as refusal:
        return _first(request, form, refusal)
    people = [Person(b, OwnTapsForm(prefix=f"b{b.pk}")) for b in booklets]
    return _taps(request, WorkshopForm(), people)


def _first(request: HttpRequest, form: BookletsForm, refusal: DomainError | None = None) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "vouchers/workshop.html", {"form": form, "refusal": refusal}, status=status)


def _taps(
    request: HttpRequest,
    form: WorkshopForm,
    people: list[Person],
    refusal: DomainError | None = None,
) -> HttpResponse:
    is_wrong = bool(form.errors) or any(person.form.errors for person in people)
    context = {"form": form, "people": people, "refusal": refusal}
    status = refusal.status if refusal else 422 if is_wrong else 200
    return render(request, "vouchers/workshop_taps.html", context, status=status)


def _second(request: HttpRequest) -> HttpResponse:
    """Record the workshop, or show the answers again with what blocks, and everything kept."""
    post, at = post_of(request), now()
    numbers = request.POST.getlist("numero")
    if len(numbers) > MOST_TOGETHER:
        raise InvalidInput(sentence=f"De 1 à {MOST_TOGETHER} carnets à la fois.")
    booklets = [booklet for booklet in (find_booklet(text=number) for number in numbers) if booklet]
    if len(booklets) != len(numbers):
        raise NotFound
    form = WorkshopForm(request.POST)
    people = [Person(b, OwnTapsForm(request.POST, prefix=f"b{b.pk}")) for b in booklets]
    # every form is judged, so that all that is wrong is told at once
    if not all([form.is_valid(), *(person.form.is_valid() for person in people)]):
        return _taps(request, form, people)
    today = paris_date(at)
    shared = form.profile(commune_code=desk_commune(organisation=post.organisation, day=today))
    gifts = [
        Gift(
            person.booklet,
            Given(
                person.form.profile_like(shared),
                form.carrier_chosen(),
                person.form.cleaned_data["had_one_already"],
            ),
        )
        for person in people
    ]
    key: UUID = form.cleaned_data["key"]
    try:
        hand_over_together(
            gifts=gifts,
            distributor=post.organisation,
            by=post.actor(),
            at=at,
            key=key,
            happened_at=declared_instant(day=form.cleaned_data["declared_on"], today=today),
        )
    except DomainError as refusal:
        return _taps(request, form, people, refusal)
    return redirect("vouchers:workshop_done", key=key)


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def workshop_done_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the receipts of a workshop, one for each person."""
    given = handed_over_with(key=key, distributor=post_of(request).organisation)
    if not given:
        raise NotFound
    return render(request, "vouchers/workshop_done.html", {"given": given})
