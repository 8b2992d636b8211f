"""The whole check, from the package that sees them all: titles, acts, then what the database itself must refuse."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections

import mediation.queries.check
import vouchers.register.check
from passnum.kit.guards_check import missing_guards
from vouchers.register.check_rule import Fault
from vouchers.register.check_seals import unsealed_count

# Faults of one rule shown to a person; --json gives them all.
SHOWN_PER_RULE = 20


def all_faults(*, using: str = DEFAULT_DB_ALIAS, since: int = 1) -> list[Fault]:
    """Return every fault of the register and of its guards; the caller holds the instant."""
    with connections[using].cursor() as cursor:
        guards = [Fault("GUARD_IN_PLACE", "garde-fous", sentence) for sentence in missing_guards(cursor)]
    return [
        *vouchers.register.check.faults(using=using, since=since),
        *mediation.queries.check.faults(using=using),
        *guards,
    ]


class Command(BaseCommand):
    help = "Vérifie le registre : conservation, états recalculés, scellés, utilisations et garde-fous. Ne change rien."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")
        parser.add_argument(
            "--since", type=int, default=1, metavar="N", help="ne recalcule les empreintes qu'à partir du scellé N"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with vouchers.register.check.one_instant():
            faults = all_faults(since=options["since"])
            unsealed = unsealed_count(DEFAULT_DB_ALIAS)
        if options["json"]:
            report = {"faults": [asdict(fault) for fault in faults], "unsealed": unsealed}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
        else:
            self._tell(faults)
            self.stdout.write(f"Faits en attente d'un scellé : {unsealed}")
        if faults:
            raise CommandError(
                f"Le registre a {len(faults)} défaut(s). Ne corrigez rien à la main : prévenez le pilote."
            )
        if not options["json"]:
            self.stdout.write("Registre juste : aucune règle n'est contredite.")

    def _tell(self, faults: Sequence[Fault]) -> None:
        for rule, group in groupby(sorted(faults), key=lambda fault: fault.rule):
            found = list(group)
            self.stdout.write(f"{rule} ({len(found)})")
            for fault in found[:SHOWN_PER_RULE]:
                self.stdout.write(f"  {fault.sentence}")
            if len(found) > SHOWN_PER_RULE:
                self.stdout.write(f"  … et {len(found) - SHOWN_PER_RULE} autres (--json les donne).")
