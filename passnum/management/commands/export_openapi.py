"""`export_openapi`: writes docs/openapi.json; with --check, says whether the committed file is what the code does."""

import json
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from passnum.api import openapi_document

FILE: Final = Path(settings.BASE_DIR) / "docs" / "openapi.json"


def openapi_text() -> str:
    """Return the document as it is committed: sorted, indented, readable in a comparison."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(BaseCommand):
    help = "Écrit la description de l'API (docs/openapi.json) ; --check refuse celle qui n'est plus à jour."
    requires_system_checks: list[str] = []  # reads no table

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="ne rien écrire, comparer")
        parser.add_argument("--file", type=Path, default=FILE, help="fichier (docs/openapi.json par défaut)")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        text = openapi_text()
        if not options["check"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            self.stdout.write(f"{file} : {len(openapi_document()['paths'])} adresses.")
            return
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            raise CommandError(f"{file.name} n'est plus à jour : lancez « manage.py export_openapi » et relisez.")
        self.stdout.write(f"{file.name} est à jour.")
