from typing import Any

from django.core.management.base import BaseCommand

from passnum.kit import clock
from vouchers.actions.attribution import seal_and_attribute


class Command(BaseCommand):
    help = "Scelle les faits enregistrés depuis le dernier scellé."

    def handle(self, *args: Any, **options: Any) -> None:
        seal = seal_and_attribute(at=clock.now())
        if seal is None:
            self.stdout.write("Rien à sceller : tous les faits le sont déjà.")
        else:
            self.stdout.write(f"Scellé {seal.number}, empreinte {bytes(seal.hash).hex()}")
