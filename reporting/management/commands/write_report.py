"""Write the report of a wave as a PDF: the same pair (cut-off day, seal) gives the same bytes."""

from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from passnum.kit import clock
from passnum.kit.errors import DomainError
from reporting.documents.report_pdf import wave_report_pdf
from reporting.queries.as_of import as_of
from reporting.queries.wave_report import wave_report
from reporting.queries.waves import report_wave


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(
            f"«\u00a0{text}\u00a0» n’est pas un jour\u00a0: écrivez-le AAAA-MM-JJ, par exemple 2026-09-30."
        ) from None


def _write(out: Path, data: bytes) -> None:
    """Write the whole file or nothing: a report half written could be sent."""
    try:
        with NamedTemporaryFile(dir=out.parent, prefix=".rapport-", delete=False) as file:
            part = Path(file.name)
            try:
                file.write(data)
                file.flush()
                part.replace(out)
            except OSError:
                part.unlink(missing_ok=True)
                raise
    except OSError as fault:
        raise CommandError(f"Le rapport n’a pas pu être écrit dans {out}\u00a0: {fault.strerror}.") from fault


class Command(BaseCommand):
    help = "Écrit le rapport d’une vague en PDF, à un jour d’arrêté et à un scellé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("wave", type=int, metavar="VAGUE", help="numéro de la vague")
        parser.add_argument("--cut-off", metavar="AAAA-MM-JJ", help="jour d’arrêté, compris (aujourd’hui à Paris)")
        parser.add_argument("--seal", type=int, metavar="N", help="dernier scellé lu (le plus récent)")
        parser.add_argument("--out", required=True, metavar="FICHIER", help="où écrire le PDF")

    def handle(self, *args: Any, **options: Any) -> None:
        out = Path(options["out"])
        try:
            wave = report_wave(number=options["wave"])
            known = as_of(at=clock.now(), cut_off_on=_day(options["cut_off"]), seal_number=options["seal"])
            report = wave_report(wave=wave, as_of=known)
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        _write(out, wave_report_pdf(report))
        self.stdout.write(
            f"Rapport de la vague {wave.number}, arrêté au {known.cut_off_on}, scellé {known.seal_number}\u00a0: {out}"
        )
        self.stdout.write(f"Empreinte du rapport\u00a0: {report.digest}")
