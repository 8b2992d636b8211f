"""`make_token`: a bearer token for a machine that calls the API, or the end of one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from passnum.accounts.actions.token import create_token, revoke_token
from passnum.accounts.models import ApiToken, Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now
from passnum.kit.errors import DomainError
from passnum.kit.templatetags.french import date_fr

# A yearly wave and the time to pay it.
DEFAULT_DAYS = 400
LONGEST_DAYS = 3660


def _organisation(text: str) -> Organisation:
    """Find an organisation by its public identifier, its SIRET or its exact name."""
    if len(text) == 14 and text.isdecimal():  # noqa: PLR2004  (a SIRET)
        found = Organisation.objects.filter(siret=text)
    else:
        try:
            found = Organisation.objects.filter(uid=UUID(text))
        except ValueError:
            found = Organisation.objects.filter(name=text)
    if found.count() != 1:
        many = "Plusieurs organisations répondent" if found else "Aucune organisation ne répond"
        raise CommandError(f"{many} à « {text} ». Donnez son identifiant, son SIRET ou son nom exact.")
    return found.get()


class Command(BaseCommand):
    help = "Fait un jeton d'API pour une organisation et un rôle, et l'affiche une seule fois ; ou en révoque un."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="à quoi sert le jeton")
        parser.add_argument("--organisation", help="identifiant, SIRET ou nom exact")
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help=f"durée de vie ({DEFAULT_DAYS} par défaut)")
        parser.add_argument("--revoke", type=UUID, metavar="IDENTIFIANT", help="identifiant du jeton à révoquer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["revoke"]:
            self._revoke(options["revoke"])
            return
        missing = [f"--{name}" for name in ("name", "organisation", "role") if not options[name]]
        if missing:
            raise CommandError(f"Il manque {', '.join(missing)}.")
        if not 1 <= options["days"] <= LONGEST_DAYS:
            raise CommandError(f"--days va de 1 à {LONGEST_DAYS}.")
        at = now()
        try:
            token, text = create_token(
                name=options["name"],
                organisation=_organisation(options["organisation"]),
                role=Role(options["role"]),
                expires_at=at + timedelta(days=options["days"]),
                by=SYSTEM,
                at=at,
            )
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from None
        self.stderr.write(
            f"Jeton {token.uid} pour « {token.organisation.name} » ({Role(token.role).label}), "
            f"valable jusqu'au {date_fr(token.expires_at)}. Il ne sera plus jamais affiché :"
        )
        self.stdout.write(text)

    def _revoke(self, uid: UUID) -> None:
        token = ApiToken.objects.filter(uid=uid).first()
        if token is None:
            raise CommandError("Aucun jeton ne porte cet identifiant.")
        revoke_token(token=token, by=SYSTEM, at=now())
        self.stdout.write(f"Jeton {uid} révoqué.")
