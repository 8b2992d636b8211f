"""docs/etats: the life of each object, drawn from the tables that the database itself holds."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

import mediation.states
import vouchers.states
from passnum.kit.moves_drawing import draw_moves

FOLDER = Path("docs") / "etats"


def drawings() -> dict[str, str]:
    """Return every page by file name. A name used by two packages is an error of ours: the last would hide the first."""
    pages: dict[str, str] = {}
    for package in (vouchers.states, mediation.states):
        for name, (title, statuses, moves) in package.DRAWINGS.items():
            if f"{name}.md" in pages:
                raise CommandError(f"Deux objets se dessinent sous le nom {name}.")
            pages[f"{name}.md"] = draw_moves(title, statuses, moves)
    return pages


def stale_pages(folder: Path) -> list[str]:
    """Return the names of pages that are missing, different or drawn from nothing."""
    pages = drawings()
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in pages.keys() | present.keys() if pages.get(name) != present.get(name))


class Command(BaseCommand):
    help = "Dessine docs/etats d'après les tables d'états ; avec --check, dit seulement si les dessins sont à jour."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="n'écrit rien, échoue si un dessin n'est pas à jour")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / FOLDER
        stale = stale_pages(folder)
        if options["check"]:
            if stale:
                raise CommandError(f"Dessins à refaire (manage.py draw_states) : {', '.join(stale)}")
            self.stdout.write("Les dessins des états sont à jour.")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in drawings().items():
            (folder / name).write_text(page, encoding="utf-8")
        for name in set(stale) - set(drawings()):
            (folder / name).unlink()
        self.stdout.write(f"Dessins refaits : {', '.join(stale) or 'aucun'}.")
