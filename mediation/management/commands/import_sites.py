from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mediation.actions.import_sites import import_sites
from mediation.imports.report import RowError
from mediation.imports.site_file import SiteFile, read_sites
from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now, paris_date
from passnum.kit.csv_table import MAX_BYTES
from passnum.kit.errors import DomainError
from passnum.territory.queries.communes import territory_on

SHOWN_ERRORS = 100
EXIT_PARTIAL = 2


class Command(BaseCommand):
    help = (
        "Importe des lieux de médiation depuis un fichier CSV : standard national v1.0.2 ou v0.1.1, ou table des "
        "structures de la Métropole. Code de sortie : 0 tout est importé, 1 rien ne l’est, 2 une partie l’est."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="le fichier CSV")
        parser.add_argument("--partial", action="store_true", help="garder les lignes justes malgré les erreurs")
        parser.add_argument("--trial", action="store_true", help="marquer ces lieux comme des données d’essai")
        parser.add_argument("--all-errors", action="store_true", help=f"écrire plus de {SHOWN_ERRORS} erreurs")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        today = paris_date(at)
        try:
            read = read_sites(_bytes_of(Path(options["file"])), territory=territory_on(day=today), today=today)
            self._tell(read, shows_all=options["all_errors"])
            if read.errors and not options["partial"]:
                raise CommandError(
                    f"{_plural(len(_lines(read.errors)), 'ligne')} à corriger\u00a0: rien n’a été importé. Corrigez le "
                    "fichier, ou ajoutez --partial pour garder les lignes justes."
                )
            done = import_sites(rows=read.rows, by=SYSTEM, at=at, is_trial=options["trial"])
        except DomainError as refused:
            raise CommandError(f"{refused.sentence} Rien n’a été importé.") from refused
        self.stdout.write(
            f"{_plural(done.created_count, 'lieu créé')}, {_plural(done.updated_count, 'mis à jour', '')}, "
            f"{_plural(done.unchanged_count, 'inchangé')}\u00a0; {_plural(done.operators_count, 'structure créée')}\u00a0; "
            f"{_plural(done.to_complete_count, 'lieu')} à compléter (sans SIRET\u00a0: rien ne peut y être payé)."
        )
        if read.errors:
            raise CommandError(
                f"{_plural(len(_lines(read.errors)), 'ligne')} à corriger, les autres sont importées.",
                returncode=EXIT_PARTIAL,
            )

    def _tell(self, read: SiteFile, *, shows_all: bool) -> None:
        self.stdout.write(f"Fichier lu\u00a0: {read.shape.value}, {_plural(read.lines_count, 'ligne')}.")
        for notice in read.notices:
            self.stdout.write(f"À savoir\u00a0: {notice}")
        shown = read.errors if shows_all else read.errors[:SHOWN_ERRORS]
        for error in shown:
            self.stderr.write(f"ligne {error.line}, {error.field}\u00a0: {error.sentence}")
        if len(shown) < len(read.errors):
            self.stderr.write(
                f"… et {len(read.errors) - len(shown)} autres erreurs (--all-errors pour les lire toutes)."
            )


def _lines(errors: Sequence[RowError]) -> set[int]:
    return {error.line for error in errors}


def _plural(count: int, noun: str, mark: str = "s") -> str:
    """Return « 2 lieux créés » for 2 and « lieu créé »."""
    if count < 2:  # noqa: PLR2004  (two makes a plural)
        return f"{count} {noun}"
    return f"{count} " + " ".join({"lieu": "lieux"}.get(word, word + mark) for word in noun.split())


def _bytes_of(path: Path) -> bytes:
    """Read a file; of one that is too big, just enough to know it."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as refused:
        raise CommandError(
            f"Le fichier {path} ne peut pas être lu\u00a0: vérifiez le chemin et les droits."
        ) from refused
