"""Waves: their list, their creation, the cockpit of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, NotFound
from vouchers.actions.wave import close_wave, create_wave, open_wave
from vouchers.forms.wave import NUMBER_TAKEN, WaveForm
from vouchers.forms.wave_extension import ExtensionForm
from vouchers.models import MeaningOfA, TitleProfile, Wave
from vouchers.pages.wave_alerts import alerts_of
from vouchers.policies.wave_extension import can_extend
from vouchers.queries.orders import orders_visible_to, with_amounts
from vouchers.queries.organisations import issuers
from vouchers.queries.wave_end import end_calendar, unanswered_funders
from vouchers.queries.waves import next_wave_number, wave_cockpit, waves_visible_to, waves_with_money
from vouchers.states import OrderStatus, WaveStatus

READERS = (Role.PILOT, Role.ISSUER, Role.EVALUATOR, Role.AUDITOR)
# Those of READERS who find the page of the end (mediation/pages/wave_end.py) open to them.
END_READERS = (Role.PILOT, Role.ISSUER, Role.AUDITOR)
RULES = (
    "face_value_cents",
    "upload_days",
    "silence_days",
    "late_entry_days",
    "undo_minutes",
    "shortest_act_minutes",
)


@require_safe
@post_required(*READERS)
def waves_page(request: HttpRequest) -> HttpResponse:
    """List the waves that this post may see, newest first."""
    post = post_of(request)
    rows = waves_with_money(waves=waves_visible_to(by=post.actor()))
    return render(request, "vouchers/waves.html", {"rows": rows, "may_create": post.role == Role.PILOT})


@require_http_methods(["GET", "POST"])
@post_required(Role.PILOT)
def wave_new_page(request: HttpRequest) -> HttpResponse:
    """Prepare a wave."""
    if request.method != "POST":
        form = WaveForm(initial={"number": next_wave_number()}, issuers=issuers())
        return render(request, "vouchers/wave_new.html", {"form": form, "refusal": None})
    form, refusal = WaveForm(request.POST, issuers=issuers()), None
    if form.is_valid():
        try:
            return redirect("vouchers:wave", number=_created(request, form).number)
        except DomainError as error:
            refusal = error
        except IntegrityError as error:  # two pilots at once: the number was free a moment ago
            if "vouchers_wave_number_key" not in str(error):
                raise
            form.add_error("number", NUMBER_TAKEN)
    status = refusal.status if refusal else 422
    return render(request, "vouchers/wave_new.html", {"form": form, "refusal": refusal}, status=status)


def _created(request: HttpRequest, form: WaveForm) -> Wave:
    found = form.cleaned_data
    return create_wave(
        number=found["number"],
        name=found["name"],
        a_on=found["a_on"],
        a_meaning=MeaningOfA(found["a_meaning"]),
        issuer=found["issuer"],
        issuer_address=found["issuer_address"],
        contract_number=found["contract_number"],
        ceiling_cents=found["ceiling_cents"],
        valid_from=found["valid_from"],
        valid_until=found["valid_until"],
        profile=TitleProfile(found["profile"]),
        grace_days=found["grace_days"],
        target_hours=found["target_hours"],
        by=post_of(request).actor(),
        at=now(),
        **{name: found[name] for name in RULES},
    )


def visible_wave(request: HttpRequest, number: int) -> Wave:
    """Return a wave that this post may see. Raises NotFound."""
    wave = waves_visible_to(by=post_of(request).actor()).filter(number=number).first()
    if wave is None:
        raise NotFound
    return wave


def _report_url(wave: Wave) -> str:
    """Return the address of the wave's report, empty where that room does not exist."""
    try:
        return reverse("reporting:wave_report", args=[wave.number])
    except NoReverseMatch:
        return ""


def _rules_url(wave: Wave) -> str:
    """Return where the rules at the counter are set, empty where that room does not exist."""
    try:
        return reverse("mediation:counter_rules", args=[wave.number])
    except NoReverseMatch:
        return ""


def _end_url(wave: Wave) -> str:
    """Return where the end of a wave is followed, empty where that room does not exist or before the wave is opened."""
    try:
        return reverse("mediation:wave_end", args=[wave.number]) if wave.status != WaveStatus.DRAFT else ""
    except NoReverseMatch:
        return ""


def cockpit_page(
    request: HttpRequest, wave: Wave, refusal: DomainError | None = None, *, extension: ExtensionForm | None = None
) -> HttpResponse:
    """Show a wave; with why an act was refused, or a form of extension to mend."""
    post = post_of(request)
    cockpit = wave_cockpit(wave=wave, at=now())
    counts = cockpit.counts
    waiting = orders_visible_to(by=post.actor()).filter(wave=wave, status=OrderStatus.SUBMITTED)
    context: dict[str, Any] = {
        "wave": wave,
        "cockpit": cockpit,
        "alerts": alerts_of(wave, cockpit.alerts, today=paris_date(now())) if post.role != Role.ISSUER else [],
        "waiting": list(with_amounts(waiting)),
        "funnel_steps": [
            ("Commandés", cockpit.ordered_booklets),
            ("Produits", counts.produced),
            ("Livrés", counts.delivered),
            ("Remis", counts.handed_over),
            ("Entamés", counts.started),
            ("Soldés", counts.completed),
        ],
        "report_url": _report_url(wave) if post.role != Role.ISSUER else "",
        "rules_url": _rules_url(wave) if post.role == Role.PILOT else "",
        "steps": end_calendar(wave=wave),
        "unanswered": unanswered_funders(wave=wave) if post.role == Role.PILOT else [],
        "end_url": _end_url(wave) if post.role in END_READERS else "",
        "can_open": post.role == Role.PILOT and wave.status == WaveStatus.DRAFT,
        "can_close": post.role == Role.PILOT and wave.status == WaveStatus.OPEN,
        "can_extend": post.role == Role.PILOT and can_extend(wave=wave, at=now()),
        "extension": extension or ExtensionForm(),
        "extensions": list(wave.extensions.order_by("ended_on")),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if extension else 200
    return render(request, "vouchers/wave.html", context, status=status)


@require_safe
@post_required(*READERS)
def wave_page(request: HttpRequest, number: int) -> HttpResponse:
    """The cockpit of a wave: its dates, its money, where its booklets are, what waits."""
    return cockpit_page(request, visible_wave(request, number))


def _act(request: HttpRequest, number: int, action: Callable[..., None], said: str) -> HttpResponse:
    wave = visible_wave(request, number)
    try:
        action(wave=wave, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return cockpit_page(request, visible_wave(request, number), refusal)
    messages.success(request, said)
    return redirect("vouchers:wave", number=number)


@require_POST
@post_required(Role.PILOT)
def open_wave_page(request: HttpRequest, number: int) -> HttpResponse:
    """Open a wave to orders."""
    return _act(request, number, open_wave, "La vague est ouverte\u00a0: les financeurs peuvent commander.")


@require_POST
@post_required(Role.PILOT)
def close_wave_page(request: HttpRequest, number: int) -> HttpResponse:
    """Close a wave for good."""
    return _act(request, number, close_wave, "La vague est close\u00a0: rien n’y est plus remis ni utilisé.")
