"""The end of a wave: its calendar, the notice, the freeze to confirm, the statements to sign, the list of a CAP."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mediation.actions.closing_statement import FUNDER_SIDE, ISSUER_SIDE, side_of, sign_statement
from mediation.documents.closing_statement import Signature, StatementSheet, statement_pdf
from mediation.models import ClosingStatement
from mediation.queries.cap_sites import cap_sites, cap_sites_csv
from mediation.queries.closing import signers_of, statements_visible_to
from passnum.accounts.post import Post, post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, NotAllowed, NotFound
from passnum.kit.templatetags.french import instant_fr
from vouchers.actions.wave_end import confirm_freeze
from vouchers.models import EndNotice, TitleProfile, Wave
from vouchers.queries.wave_end import end_calendar, freeze_answers, notices_for, unanswered_funders, waves_ending_for

SIGNERS = (Role.FUNDER, Role.PILOT, Role.FINANCE, Role.ISSUER)
STATEMENT_READERS = (*SIGNERS, Role.AUDITOR)
READERS = (*STATEMENT_READERS, Role.DISTRIBUTOR)
NOTICE_READERS = (Role.FUNDER, Role.PILOT, Role.FINANCE, Role.AUDITOR)
CAP_READERS = (Role.DISTRIBUTOR, Role.PILOT)
SUMS = ("issued", "injected", "not_injected", "started")


@require_safe
@post_required(*READERS)
def wave_ends_page(request: HttpRequest) -> HttpResponse:
    """List the waves whose end this post may follow, with the next threshold of each."""
    waves = waves_ending_for(by=post_of(request).actor()).prefetch_related("thresholds")
    rows = [(wave, next((s for s in end_calendar(wave=wave) if s.is_next), None)) for wave in waves]
    return render(request, "mediation/wave_ends.html", {"rows": rows})


def _visible(request: HttpRequest, number: int) -> Wave:
    wave = waves_ending_for(by=post_of(request).actor()).filter(number=number).first()
    if wave is None:
        raise NotFound
    return wave


def _may_sign(statement: ClosingStatement, post: Post) -> bool:
    """Tell whether a post still has its side to sign."""
    if post.role not in SIGNERS:
        return False
    try:
        side = side_of(statement, post.actor())
    except NotAllowed:
        return False
    return getattr(statement, f"{side}_signed_at") is None


def _totals(notices: list[EndNotice]) -> dict[str, tuple[int, int]]:
    """Return each sum of the notices, in tickets and in cents."""
    return {
        name: (sum(getattr(n, name) for n in notices), sum(getattr(n, f"{name}_cents") for n in notices))
        for name in SUMS
    }


def _page(request: HttpRequest, wave: Wave, refusal: DomainError | None = None) -> HttpResponse:
    post = post_of(request)
    by = post.actor()
    steps = end_calendar(wave=wave)
    answers = freeze_answers(wave=wave, by=by, at=now())
    statements = list(statements_visible_to(by=by).filter(wave=wave)) if post.role in STATEMENT_READERS else []
    notices: list[EndNotice] = []
    if post.role in NOTICE_READERS:
        notices = list(notices_for(wave=wave, funder=post.organisation if post.role == Role.FUNDER else None))
    context: dict[str, Any] = {
        "wave": wave,
        "steps": steps,
        "is_funder": post.role == Role.FUNDER,
        "notices": notices,
        "notice_at": steps[0].done_at,
        "totals": _totals(notices),
        "answers": answers,
        "shows_late": post.role in NOTICE_READERS,
        "may_confirm": post.role == Role.FUNDER and bool(unanswered_funders(wave=wave)) and not answers[0].confirmed_at,
        "statements": [(statement, _may_sign(statement, post)) for statement in statements],
        "shows_cap_list": post.role in CAP_READERS and wave.profile == TitleProfile.CAP,
        "refusal": refusal,
    }
    return render(request, "mediation/wave_end.html", context, status=refusal.status if refusal else 200)


@require_safe
@post_required(*READERS)
def wave_end_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the end of a wave: what is due, what is done, what this post has to do."""
    return _page(request, _visible(request, number))


@require_POST
@post_required(Role.FUNDER)
def freeze_confirm_page(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm, for one's organisation, that its booklets are handed over no more."""
    wave, post = _visible(request, number), post_of(request)
    try:
        confirm_freeze(wave=wave, funder=post.organisation, by=post.actor(), at=now())
    except DomainError as refusal:
        return _page(request, wave, refusal)
    messages.success(request, "Le gel est confirmé\u00a0: vos carnets de cette vague ne se remettent plus.")
    return redirect("mediation:wave_end", number=number)


def _statement(request: HttpRequest, uid: UUID) -> ClosingStatement:
    found = statements_visible_to(by=post_of(request).actor()).select_related("wave__issuer").filter(uid=uid).first()
    if found is None:
        raise NotFound
    return found


@require_POST
@post_required(*SIGNERS)
def statement_sign_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign a statement for one's side."""
    statement = _statement(request, uid)
    try:
        signed = sign_statement(statement=statement, by=post_of(request).actor(), at=now())
    except DomainError as refusal:
        return _page(request, _visible(request, statement.wave.number), refusal)
    told = "il est signé des deux côtés" if signed.is_signed else "l’autre côté doit encore signer"
    messages.success(request, f"Le décompte {signed.number} est signé\u00a0: {told}.")
    return redirect("mediation:wave_end", number=signed.wave.number)


def _signature(statement: ClosingStatement, side: str, label: str, names: dict[UUID, str]) -> Signature:
    organisation = statement.funder if side == FUNDER_SIDE else statement.issuer
    signed_at = getattr(statement, f"{side}_signed_at")
    return Signature(
        side=label,
        organisation=names.get(getattr(statement, f"{side}_signed_for"), organisation.name),
        signer=names.get(getattr(statement, f"{side}_signed_by_id"), ""),
        signed=instant_fr(signed_at) if signed_at else "",
    )


@require_safe
@post_required(*STATEMENT_READERS)
def statement_pdf_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a statement as a PDF, with the signatures received."""
    statement = _statement(request, uid)
    names = signers_of(statement)
    sheet = StatementSheet(
        content=json.loads(statement.content),
        digest=bytes(statement.sha256).hex(),
        drawn_on=paris_date(statement.drawn_at),
        signatures=(
            _signature(statement, ISSUER_SIDE, "Émetteur", names),
            _signature(statement, FUNDER_SIDE, "Financeur", names),
        ),
    )
    return HttpResponse(
        statement_pdf(sheet),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{statement.number}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )


def _cap_wave(request: HttpRequest, number: int) -> Wave:
    wave = _visible(request, number)
    if wave.profile != TitleProfile.CAP:
        raise NotFound
    return wave


@require_safe
@post_required(*CAP_READERS)
def cap_sites_page(request: HttpRequest, number: int) -> HttpResponse:
    """List the places where cheques of a CAP wave were used."""
    wave = _cap_wave(request, number)
    return render(
        request, "mediation/cap_sites.html", {"wave": wave, "sites": cap_sites(wave=wave, day=wave.valid_until)}
    )


@require_safe
@post_required(*CAP_READERS)
def cap_sites_csv_page(request: HttpRequest, number: int) -> HttpResponse:
    """Give the same list for a spreadsheet."""
    wave = _cap_wave(request, number)
    return HttpResponse(
        cap_sites_csv(cap_sites(wave=wave, day=wave.valid_until)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="lieux-cap-{wave.valid_until.year}.csv"'},
    )
