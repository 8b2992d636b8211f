"""The report of a wave: to read, to print, to compute with. A GET that writes nothing: seals are made elsewhere."""

from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from passnum.accounts.models import Organisation
from passnum.accounts.post import post_of, post_required
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.picture import to_svg
from reporting.documents import wording
from reporting.documents.charts import hours_map, month_picture
from reporting.documents.report_csv import wave_report_csv
from reporting.documents.report_pdf import wave_report_pdf
from reporting.forms.pair import PairForm
from reporting.queries.as_of import NothingSealed, as_of, latest_seal
from reporting.queries.pair import KnownSeal
from reporting.queries.report import WaveReport
from reporting.queries.wave_report import wave_report
from reporting.queries.waves import report_wave, report_waves
from vouchers.models import Wave

READERS: Final = (Role.PILOT, Role.EVALUATOR, Role.AUDITOR, Role.FUNDER)
FIELDS: Final = ("arrete_au", "scelle")


def _funder(request: HttpRequest) -> Organisation | None:
    """Return whose titles alone may be read; None for those who read all."""
    post = post_of(request)
    return post.organisation if post.role == Role.FUNDER else None


@require_safe
@post_required(*READERS)
def wave_report_list_page(request: HttpRequest) -> HttpResponse:
    """List the waves whose report may be opened."""
    waves = report_waves(funder=_funder(request))
    return render(request, "reporting/wave_report_list.html", {"waves": waves, "is_funder": bool(_funder(request))})


def _form(request: HttpRequest, last: KnownSeal) -> PairForm:
    """Return the form with what the address says; today and the last seal stand for what it does not."""
    data = QueryDict(mutable=True)
    data["arrete_au"], data["scelle"] = paris_date(now()).isoformat(), str(last.number)
    for name in FIELDS:
        if name in request.GET:
            data[name] = request.GET[name]
    return PairForm(data, last=last)


def _report(request: HttpRequest, wave: Wave, form: PairForm) -> WaveReport | None:
    """Return the report that a form asks for; None when it is refused, the form then says why."""
    if not form.is_valid():
        return None
    try:
        known = as_of(at=now(), cut_off_on=form.cleaned_data["arrete_au"], seal_number=form.cleaned_data["scelle"])
        return wave_report(wave=wave, as_of=known, funder=_funder(request))
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return None


@require_safe
@post_required(*READERS)
def wave_report_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the report of a wave at the pair that the address gives."""
    wave = report_wave(number=number, funder=_funder(request))
    context: dict[str, object] = {"wave": wave, "form": None, "report": None, "nothing_sealed": ""}
    try:
        form = _form(request, latest_seal())
    except NothingSealed as nothing:
        return render(request, "reporting/wave_report.html", {**context, "nothing_sealed": nothing.sentence})
    report = _report(request, wave, form)
    context["form"] = form
    if report is None:
        return render(request, "reporting/wave_report.html", context, status=422)
    return render(request, "reporting/wave_report.html", {**context, "report": report, **_shown(report)})


def _shown(report: WaveReport) -> dict[str, object]:
    """Return what the template shows, in words."""
    pair = QueryDict(mutable=True)
    pair["arrete_au"], pair["scelle"] = report.as_of.cut_off_on.isoformat(), str(report.seal.number)
    month = month_picture(report.breakdown("month"))
    drawn = hours_map(report)
    title, desc = "Tickets remis et heures utilisées par mois", "Les chiffres sont dans le tableau qui suit."
    return {
        "pair": pair.urlencode(),
        "subtitle": wording.subtitle(report),
        "scope": wording.scope(report),
        "key_figures": wording.key_figures(report),
        "brief": wording.brief(report),
        "warnings": wording.warnings(report),
        "figures": [(f, wording.value_text(f), wording.calculation(f)) for f in report.figures],
        "tables": [(table, wording.parts(table)) for table in report.breakdowns],
        "apart": wording.apart_rows(report),
        "method": wording.method(report),
        "identity": wording.identity(report),
        # both drawings escape every word that they hold (kit/picture.py)
        "month_svg": mark_safe(to_svg(month, title=title, desc=desc, ident="mois")) if month else "",  # noqa: S308
        "map_svg": mark_safe(drawn.svg()),  # noqa: S308
    }


def _asked_report(request: HttpRequest, number: int) -> WaveReport:
    """Return the report of a file. Raises NotFound, NothingSealed, InvalidInput."""
    wave = report_wave(number=number, funder=_funder(request))
    form = _form(request, latest_seal())
    report = _report(request, wave, form)
    if report is None:
        raise InvalidInput(sentence=" ".join(str(fault) for faults in form.errors.values() for fault in faults))
    return report


def _file(report: WaveReport, data: bytes, *, kind: str, suffix: str) -> HttpResponse:
    name = f"rapport-vague-{report.wave.number}-{report.as_of.cut_off_on}-scelle-{report.seal.number}.{suffix}"
    return HttpResponse(
        data,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


@require_safe
@post_required(*READERS)
def wave_report_pdf_page(request: HttpRequest, number: int) -> HttpResponse:
    """Give the report as a PDF: same pair, same bytes."""
    report = _asked_report(request, number)
    return _file(report, wave_report_pdf(report), kind="application/pdf", suffix="pdf")


@require_safe
@post_required(*READERS)
def wave_report_csv_page(request: HttpRequest, number: int) -> HttpResponse:
    """Give the tables of the report as a CSV."""
    report = _asked_report(request, number)
    return _file(report, wave_report_csv(report), kind="text/csv; charset=utf-8", suffix="csv")
