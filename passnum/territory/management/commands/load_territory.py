from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now, paris_date
from passnum.territory.actions.territory import load_territory
from passnum.territory.queries.communes import communes_on


class Command(BaseCommand):
    help = "Charge le territoire (communes datées, arrondissements, EPT, populations) depuis les tables du logiciel."

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            load = load_territory(by=SYSTEM, at=at)
        except IntegrityError as refused:
            raise CommandError(
                "Les tables de référence contredisent une ligne déjà chargée  ; rien n’a été changé. "
                f"Détail pour l'exploitant : {refused}"
            ) from refused
        if not options["verbosity"]:
            return
        count = len(communes_on(day=paris_date(at)))
        self.stdout.write(
            f"Territoire chargé : {count} communes aujourd’hui ({load.created_count} lignes ajoutées, "
            f"{load.updated_count} corrigées, {load.unchanged_count} déjà justes)."
        )
