"""The desk: scan a booklet, four taps, done. Two steps without JavaScript; the last tap is what records."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passnum.accounts.post import Post, post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date, start_of_day
from passnum.kit.errors import DomainError, NotFound
from passnum.territory.queries.communes import communes_on
from vouchers.actions.handover import UNDO_WINDOW, LateEntryTooLate, hand_over, send_by_post, undo_handover
from vouchers.forms.handover import HandoverForm, ScanForm
from vouchers.models import Booklet, Carrier, Handover, HandoverChannel
from vouchers.policies.handover import (
    BookletExpired,
    BookletNotInStock,
    HandoversFrozen,
    check_freeze,
    check_handover,
)
from vouchers.queries.booklet import find_booklet
from vouchers.queries.desk import (
    DeskBooklet,
    booklet_by_number,
    declared_instant,
    desk_booklet,
    desk_commune,
    handover_at_desk,
    recent_handovers,
)
from vouchers.queries.wave_end import is_freeze_asked

# The button that Enter presses; where no script stops it, the answers are shown again and nothing is recorded.
ENTER = "enter"
# The languages of a person that are a sheet's too: others are chosen on its page, where a file may have been added.
SHEET_LANGUAGES = ("fr", "en")


def check_for_desk(booklet: Booklet | None, post: Post) -> Booklet:
    """Return a booklet that this desk may hand over, today or on a declared day not long past.

    Raises BookletNotInStock (unknown and another's look alike) and the other refusals of `check_handover`.
    """
    if booklet is None:
        raise BookletNotInStock
    # A sheet filled before the end of validity may be typed after it: the day is judged with the four taps.
    instant = min(now(), start_of_day(booklet.wave.valid_until))
    with suppress(HandoversFrozen):  # a sheet filled before the freeze too: the page of the taps warns
        check_handover(booklet=booklet, distributor_id=post.organisation.pk, happened_at=instant)
    return booklet


def _frozen(booklet: Booklet) -> str:
    """Return the sentence of a funder's freeze, empty when this booklet may be handed over today."""
    try:
        check_freeze(booklet, now())
    except HandoversFrozen as refusal:
        return refusal.sentence
    return ""


def _scan_page(request: HttpRequest, form: ScanForm, refusal: DomainError | None = None) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "recent": recent_handovers(by=post_of(request).actor(), at=now()),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "vouchers/handover.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def handover_page(request: HttpRequest) -> HttpResponse:
    """First step: which booklet. What is scanned comes by POST, since it may be worth an hour."""
    if request.method != "POST":
        return _scan_page(request, ScanForm())
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _scan_page(request, form)
    try:
        booklet = check_for_desk(find_booklet(text=form.cleaned_data["carnet"]), post_of(request))
    except DomainError as refusal:
        return _scan_page(request, form.kept(), refusal)
    return redirect("vouchers:handover_booklet", wave=booklet.wave.number, number=booklet.number)


def _taps_form(request: HttpRequest, desk: DeskBooklet) -> HandoverForm:
    today = paris_date(now())
    data = request.POST if request.method == "POST" else None
    return HandoverForm(
        data,
        desk=desk,
        communes=communes_on(day=today),
        commune_code=desk_commune(organisation=post_of(request).organisation, day=today),
    )


@never_cache
@require_http_methods(["GET", "POST"])
@post_required(Role.DISTRIBUTOR)
def handover_booklet_page(request: HttpRequest, wave: int, number: int) -> HttpResponse:
    """Second step: the four taps; the fourth records the hand-over."""
    booklet = booklet_by_number(wave=wave, number=number)
    again = ScanForm(initial={"carnet": f"{wave}-{number:07d}"})
    try:
        if request.method == "POST" and booklet is not None:
            return _record(request, booklet)
        desk = desk_booklet(booklet=check_for_desk(booklet, post_of(request)))
    except DomainError as refusal:
        return _scan_page(request, again, refusal)
    return _taps_page(request, desk, _taps_form(request, desk))


def _taps_page(
    request: HttpRequest, desk: DeskBooklet, form: HandoverForm, refusal: DomainError | None = None, status: int = 200
) -> HttpResponse:
    frozen = "" if refusal else _frozen(desk.booklet)
    is_late = not frozen and is_freeze_asked(wave=desk.booklet.wave)
    context = {
        "desk": desk,
        "form": form,
        "refusal": refusal,
        "enter": ENTER,
        "frozen": frozen,
        "is_late": is_late,
    }
    return render(request, "vouchers/handover_taps.html", context, status=status)


def _record(request: HttpRequest, booklet: Booklet) -> HttpResponse:
    """Record the hand-over, or show the taps again with the sentence that says why not, and everything kept.

    Raises what forbids even to show the taps: a booklet of another's stock, already handed over, blocked.
    """
    post, at = post_of(request), now()
    desk = desk_booklet(booklet=booklet)
    form = _taps_form(request, desk)
    if not form.is_valid() or ENTER in request.POST:
        check_for_desk(booklet, post)
        return _taps_page(request, desk, form, status=422)
    try:
        handover = _act_of(form)(
            booklet=booklet,
            distributor=post.organisation,
            profile=form.profile(),
            by=post.actor(),
            at=at,
            key=form.cleaned_data["key"],
            happened_at=declared_instant(day=form.cleaned_data["declared_on"], today=paris_date(at)),
            had_one_already=form.cleaned_data["had_one_already"],
        )
    except (
        LateEntryTooLate,
        BookletExpired,
        HandoversFrozen,
    ) as refusal:  # the declared day is what can be mended here
        return _taps_page(request, desk, form, refusal, refusal.status)
    return redirect("vouchers:handover_done", uid=handover.uid)


def _act_of(form: HandoverForm) -> Callable[..., Handover]:
    """Return the action that these answers ask for."""
    if form.cleaned_data["by_post"]:
        return send_by_post
    return partial(hand_over, carrier=Carrier(form.cleaned_data["carrier"] or Carrier.PERSON))


def handover_here(request: HttpRequest, uid: UUID) -> Handover:
    """Return a hand-over of this desk, or of one that it serves. Raises NotFound: another's and none look alike."""
    handover = handover_at_desk(uid=uid, by=post_of(request).actor(), day=paris_date(now()))
    if handover is None:
        raise NotFound
    return handover


def _sheet_url(handover: Handover) -> str:
    """Return the address of the sheet of nearest places to print, empty where that room does not exist."""
    profile = getattr(handover, "profile", None)
    asked = {"vague": handover.booklet.wave.number, "commune": profile.commune_code if profile else ""}
    if profile and profile.language in SHEET_LANGUAGES:
        asked["langue"] = profile.language
    try:
        return reverse("mediation:places_sheet") + "?" + urlencode(asked)
    except NoReverseMatch:
        return ""


def _appointment_url(handover: Handover) -> str:
    """Return where a first appointment is noted, empty where that room does not exist."""
    try:
        return reverse("mediation:first_appointment", args=[handover.uid])
    except NoReverseMatch:
        return ""


def _can_undo(request: HttpRequest, handover: Handover) -> bool:
    is_mine = post_of(request).actor().is_same_person(handover.by_kind, handover.by_id)
    return is_mine and handover.undone_at is None and now() - handover.recorded_at <= UNDO_WINDOW


def done_page(request: HttpRequest, handover: Handover, refusal: DomainError | None = None) -> HttpResponse:
    """Show a hand-over: its receipt, what can still be done, the field for the next booklet."""
    context = {
        "handover": handover,
        "booklet": handover.booklet,
        "form": ScanForm.below(),
        "can_undo": _can_undo(request, handover),
        "undo_until": handover.recorded_at + UNDO_WINDOW,
        "is_posted": handover.channel == HandoverChannel.BY_POST,
        "activation": getattr(handover, "activation", None),
        "sheet_url": _sheet_url(handover),
        "appointment_url": _appointment_url(handover),
        "refusal": refusal,
    }
    return render(request, "vouchers/handover_done.html", context, status=refusal.status if refusal else 200)


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def handover_done_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the receipt number, and the field for the next booklet."""
    return done_page(request, handover_here(request, uid))


@never_cache
@require_safe
@post_required(Role.DISTRIBUTOR)
def receipt_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the receipt to print: numbers and dates, nothing about the person."""
    handover = handover_here(request, uid)
    return render(request, "vouchers/receipt.html", {"handover": handover, "booklet": handover.booklet})


@require_POST
@post_required(Role.DISTRIBUTOR)
def undo_handover_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a hand-over back."""
    handover = handover_here(request, uid)
    try:
        undo_handover(handover=handover, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return done_page(request, handover, refusal)
    return redirect("vouchers:handover_done", uid=uid)
