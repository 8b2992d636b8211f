"""« Règles au comptoir » of a wave: what mediators must answer, how far devices go without the network."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mediation.actions.counter_rules import set_counter_rules
from mediation.forms.counter_rules import CounterRulesForm
from mediation.queries.counter_rules import rules_of
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, NotFound
from vouchers.queries.waves import waves_visible_to
from vouchers.states import WaveStatus


@require_http_methods(["GET", "POST"])
@post_required(Role.PILOT)
def counter_rules_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the rules of a wave; change them while it is not closed."""
    by = post_of(request).actor()
    wave = waves_visible_to(by=by).filter(number=number).first()
    if wave is None:
        raise NotFound
    refusal = None
    initial = asdict(rules_of([wave])[wave.pk])
    form = CounterRulesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            set_counter_rules(wave=wave, terms=form.terms(), by=by, at=now())
        except DomainError as error:
            refusal = error
        else:
            messages.success(
                request, "Les règles au comptoir sont enregistrées. Les appareils les recevront sans tarder."
            )
            return redirect("vouchers:wave", number=number)
    context = {"wave": wave, "form": form, "refusal": refusal, "is_closed": wave.status == WaveStatus.CLOSED}
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "mediation/counter_rules.html", context, status=status)
