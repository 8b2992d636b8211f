from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vouchers.models import Seal
from vouchers.register.check import one_instant
from vouchers.register.export import export_register


class Command(BaseCommand):
    help = "Écrit le registre scellé dans un fichier, à vérifier par « python3 verify_register.py FICHIER »."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="fichier à créer (il ne doit pas exister)")
        parser.add_argument("--up-to", type=int, metavar="N", help="dernier scellé à écrire (tous, sans cette option)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        up_to: int | None = options["up_to"]
        with one_instant():
            seals = Seal.objects.order_by("-number")
            last = (seals if up_to is None else seals.filter(number=up_to)).first()
            if up_to is not None and last is None:
                raise CommandError(f"Le scellé {up_to} n'existe pas : choisissez un numéro de scellé déjà fait.")
            try:
                with path.open("x", encoding="utf-8", newline="\n") as out:
                    facts_count = export_register(out, up_to=up_to)
            except FileExistsError:
                raise CommandError(f"{path} existe déjà : choisissez un autre nom, rien n'a été écrit.") from None
            except OSError as error:
                raise CommandError(f"{path} ne peut pas être écrit : {error.strerror}.") from None
        root = bytes(last.hash).hex() if last else "aucun"
        self.stdout.write(f"{facts_count} faits écrits dans {path}, dernier scellé {root}")
