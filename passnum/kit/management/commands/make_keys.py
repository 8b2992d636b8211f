"""`make_keys`: the first keys of an instance, in two files that live apart."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from passnum.kit.codes.key_documents import new_keys


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads; refuses to replace one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


class Command(BaseCommand):
    help = "Tire les premières clés : un fichier pour le web (contrôle), un pour la production (codes et signature)."
    requires_system_checks: list[str] = []  # runs before any database or key exists

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web", required=True, type=Path)
        parser.add_argument("--production", required=True, type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        web, production = options["web"], options["production"]
        if web.exists() and production.exists():
            self.stdout.write("Les clés existent déjà : rien n'est changé.")
            return
        if web.exists() or production.exists():
            raise CommandError(
                "Un seul des deux fichiers de clés existe. Restaurez l'autre : en tirer de nouvelles "
                "rendrait illisibles les tickets déjà imprimés."
            )
        documents = new_keys()
        write_secret(web, documents.web)
        write_secret(production, documents.production)
        self.stdout.write(f"Clés écrites : {web} (web) et {production} (production). Sauvegardez-les à part.")
