from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from passnum.kit import clock
from passnum.kit.actor import SYSTEM
from passnum.kit.errors import DomainError
from vouchers.actions.contact import purge_contacts
from vouchers.models import Wave


class Command(BaseCommand):
    help = "Efface les contacts gardés pour une vague close."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("wave", type=int, metavar="VAGUE", help="numéro de la vague")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(number=options["wave"]).first()
        if wave is None:
            raise CommandError("Aucune vague ne porte ce numéro.")
        try:
            erased = purge_contacts(wave=wave, by=SYSTEM, at=clock.now())
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Contacts effacés\u00a0: {erased}")
