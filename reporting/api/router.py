"""Wave reports for software: the same figures as the page, at the same pair. passnum/api.py mounts this router."""

from datetime import date
from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Path, Query, Router

from passnum.accounts.api import actor_of, guarded, refusals
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import NotAllowed
from reporting.api.schemas import ReportWaveOut, WaveReportOut, report_out
from reporting.queries.as_of import as_of
from reporting.queries.wave_report import wave_report
from reporting.queries.waves import report_wave, report_waves

router = Router(tags=["rapports"])
READERS: Final = guarded(Role.PILOT, Role.EVALUATOR, Role.AUDITOR, Role.FUNDER)
# Largest whole number that the database holds in such a column.
MOST: Final = 2_147_483_647

Number = Annotated[int, Path(ge=1, le=MOST, description="Numéro court de la vague.")]
Day = Annotated[date | None, Query(description="Jour d'arrêté (Paris, compris) ; aujourd'hui par défaut.")]
SealNumber = Annotated[int | None, Query(ge=1, le=MOST, description="Dernier scellé lu ; le plus récent par défaut.")]


def _funder(request: HttpRequest) -> Organisation | None:
    """Return whose titles alone may be read; None for those who read all. Raises NotAllowed."""
    by = actor_of(request)
    if by.role != Role.FUNDER:
        return None
    if by.organisation_id is None:
        raise NotAllowed
    return Organisation.objects.get(uid=by.organisation_id)


@router.get(
    "/waves",
    summary="Vagues dont on peut lire le rapport",
    operation_id="list_report_waves",
    **READERS,
    response={200: list[ReportWaveOut], **refusals(401, 403)},
)
def list_waves(request: HttpRequest) -> list[ReportWaveOut]:
    """Les vagues, la plus récente d'abord ; pour un financeur, celles où il a une commande."""
    return [
        ReportWaveOut(number=w.number, name=w.name, a_on=w.a_on, evaluation_due_on=w.evaluation_due_on)
        for w in report_waves(funder=_funder(request))
    ]


@router.get(
    "/waves/{number}/report",
    summary="Rapport d'une vague à un jour d'arrêté et à un scellé",
    operation_id="get_wave_report",
    **READERS,
    response={200: WaveReportOut, **refusals(401, 403, 404, 422)},
)
def get_wave_report(
    request: HttpRequest, number: Number, cut_off_on: Day = None, seal: SealNumber = None
) -> WaveReportOut:
    """Le même couple (jour d'arrêté, scellé) redonne les mêmes chiffres. Un financeur lit ses propres titres."""
    funder = _funder(request)
    wave = report_wave(number=number, funder=funder)
    known = as_of(at=now(), cut_off_on=cut_off_on, seal_number=seal)
    return report_out(wave_report(wave=wave, as_of=known, funder=funder))
