"""Checks on paper: the auditor draws, the place shows, finance decides on what is missing. Not one code is shown."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mediation.actions.paper_sample import decide_correction, draw_sample, note_item
from mediation.forms.paper_sample import DecideForm, NoteForm, SampleForm
from mediation.models import PaperOutcome, PaperSample
from mediation.queries.paper_sample import (
    drawn_again,
    item_of,
    papers_of,
    population_csv,
    population_known,
    proposed_corrections,
    sample_of,
    samples_visible_to,
    sites_with_acts,
    with_counts,
)
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.queries.waves import waves_visible_to

READERS = (Role.AUDITOR, Role.FINANCE, Role.SITE_MANAGER)
NOTERS = (Role.AUDITOR, Role.SITE_MANAGER)
SHOWN = 100
NOTED = {
    PaperOutcome.FOUND: "Noté\u00a0: le papier de la ligne {rank} a été présenté.",
    PaperOutcome.MISSING: "Noté\u00a0: le papier de la ligne {rank} manque. Les finances décideront.",
}
DECIDED = {
    True: "Les heures du carnet {booklet} ne sont plus dues à ce lieu.",
    False: "La correction est écartée\u00a0: les heures du carnet {booklet} restent dues.",
}


@require_safe
@post_required(*READERS)
def paper_samples_page(request: HttpRequest) -> HttpResponse:
    """List the samples that this post sees, the last one first."""
    post = post_of(request)
    by = post.actor()
    context: dict[str, Any] = {
        "samples": with_counts(samples_visible_to(by=by))[:SHOWN],
        "may_draw": post.role == Role.AUDITOR,
        "proposed_count": len(proposed_corrections(by=by)) if post.role == Role.FINANCE else 0,
        "may_decide": post.role == Role.FINANCE,
    }
    return render(request, "mediation/paper_samples.html", context)


@require_http_methods(["GET", "POST"])
@post_required(Role.AUDITOR)
def paper_sample_new_page(request: HttpRequest) -> HttpResponse:
    """Draw a sample."""
    by, at = post_of(request).actor(), now()
    form = SampleForm(
        request.POST if request.method == "POST" else None,
        waves=waves_visible_to(by=by),
        sites=sites_with_acts(),
        initial={"ends_on": paris_date(at)},
    )
    refusal = None
    if form.is_valid():
        try:
            sample = draw_sample(**form.cleaned_data, by=by, at=at)
        except DomainError as error:
            refusal = error
        else:
            return redirect("mediation:paper_sample", uid=sample.uid)
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "mediation/paper_sample_new.html", {"form": form, "refusal": refusal}, status=status)


@require_safe
@post_required(*READERS)
def paper_sample_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what a place must present, and what was noted."""
    return _sample(request, sample_of(uid=uid, by=post_of(request).actor()))


def _sample(request: HttpRequest, sample: PaperSample, refusal: DomainError | None = None) -> HttpResponse:
    papers = papers_of(sample=sample)
    post = post_of(request)
    context: dict[str, Any] = {
        "sample": sample,
        "papers": papers,
        "waiting_count": sum(paper.is_waiting for paper in papers),
        "may_note": post.role in NOTERS,
        "me": post.actor().id,
        "checks_draw": post.role in {Role.AUDITOR, Role.FINANCE},
        "is_drawn_again": post.role in {Role.AUDITOR, Role.FINANCE} and drawn_again(sample=sample),
        "refusal": refusal,
    }
    return render(request, "mediation/paper_sample.html", context, status=refusal.status if refusal else 200)


@require_POST
@post_required(*NOTERS)
def paper_note_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note one paper of a sample, shown or missing."""
    by = post_of(request).actor()
    sample = sample_of(uid=uid, by=by)
    form = NoteForm(request.POST)
    try:
        if not form.is_valid():
            raise InvalidInput(sentence="Répondez\u00a0: présenté, ou manquant.")
        outcome = PaperOutcome(form.cleaned_data["outcome"])
        noted = note_item(item=item_of(uid=form.cleaned_data["item"], by=by), outcome=outcome, by=by, at=now())
    except DomainError as refusal:
        return _sample(request, sample, refusal)
    messages.success(request, NOTED[outcome].format(rank=noted.rank))
    return redirect("mediation:paper_sample", uid=noted.sample.uid)


@require_safe
@post_required(*READERS)
def paper_population_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give the lines among which a sample was drawn, in the order of the draw: public keys alone."""
    sample = sample_of(uid=uid, by=post_of(request).actor())
    return HttpResponse(
        population_csv(population_known(sample=sample)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="population-{sample.uid}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "POST"])
@post_required(Role.FINANCE)
def paper_corrections_page(request: HttpRequest) -> HttpResponse:
    """List what is missing and waits for a decision; take one."""
    by = post_of(request).actor()
    refusal = None
    if request.method == "POST":
        form = DecideForm(request.POST)
        try:
            if not form.is_valid():
                raise InvalidInput(sentence="Choisissez de retirer ces heures, ou de les laisser.")
            is_accepted = form.cleaned_data["answer"] == "accept"
            item = item_of(uid=form.cleaned_data["item"], by=by)
            decided = decide_correction(item=item, is_accepted=is_accepted, by=by, at=now())
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, DECIDED[is_accepted].format(booklet=decided.line.booklet.label))
            return redirect("mediation:paper_corrections")
    papers = [(paper, paper.item.noted_by_id == by.id) for paper in proposed_corrections(by=by)]
    context = {"papers": papers, "refusal": refusal}
    return render(request, "mediation/paper_corrections.html", context, status=refusal.status if refusal else 200)
