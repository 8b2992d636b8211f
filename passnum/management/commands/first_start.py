"""`first_start`: what a trial needs before its first visitor. Run at each start, it does its work once."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from passnum.accounts.models import Organisation, User
from passnum.accounts.roles import Role
from passnum.kit import clock
from passnum.kit.key_fingerprints import lost_kids, replace_fingerprints
from passnum.kit.keys import digest_keyring
from passnum.kit.models import AuditEntry
from passnum.management.commands.play_wave import gather, trial_calendar
from passnum.trial.cast import Cast, make_account
from vouchers.models import Ticket

FINISHED = "TRIAL_PLAYED"
DOMAIN = "essai.example"
ACCOUNTS_FILE = "trial-accounts.txt"


def posts(cast: Cast) -> list[tuple[str, str, Organisation, Role]]:
    """Return (mailbox, name, organisation, role): one account per role."""
    operator = next(s.operator for s in cast.sites if s.commune_code == cast.distributors[0].commune_code)
    assert operator is not None
    metropole = cast.metropole
    return [
        ("pilote", "Paule Pilote", metropole, Role.PILOT),
        ("finances", "Fatou Finances", metropole, Role.FINANCE),
        ("evaluation", "Éva Évaluation", metropole, Role.EVALUATOR),
        ("label", "Lazare Label", metropole, Role.LABEL_OFFICER),
        ("audit", "Aude Auditrice", metropole, Role.AUDITOR),
        ("fournisseur", "Fanny Fournisseur", cast.issuer, Role.ISSUER),
        ("financeur", "Francis Financeur", cast.funders[1], Role.FUNDER),
        ("ccas", "Cécile Guichet", cast.distributors[0], Role.DISTRIBUTOR),
        ("mediation", "Mehdi Médiateur", operator, Role.MEDIATOR),
        ("lieu", "Lina Lieu", operator, Role.SITE_MANAGER),
    ]


class Command(BaseCommand):
    help = "Prépare l'essai : territoire, comptes, deux vagues jouées. Sans effet quand c'est déjà fait."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_TRIAL:
            raise CommandError("Cette commande ne sert qu'à un essai (PASSNUM_ENV=trial) : rien n'a été fait.")
        self._check_keys()
        call_command("load_territory", verbosity=0)
        if AuditEntry.objects.filter(act=FINISHED).exists():
            return
        if User.objects.exists() and not self._accounts_file().is_file():
            raise CommandError(
                "Cette base a déjà des comptes qui ne sont pas ceux d'un essai : choisissez une base vide."
            )
        self.stdout.write("Premier démarrage : deux vagues d'essai vont être jouées (une à deux minutes)…")
        calendar = trial_calendar(None)
        cast = gather(calendar, None)
        self._make_accounts(cast)
        call_command("play_wave", stdout=self.stdout)
        AuditEntry.objects.create(act=FINISHED, subject_type="trial", by_kind="SYSTEM", recorded_at=clock.now())

    def _check_keys(self) -> None:
        """Refuse a database whose tickets were made with other keys: none of them would be recognised any more."""
        known = set(digest_keyring().kids)
        lost = {*lost_kids(), *(set(Ticket.objects.values_list("kid", flat=True).distinct()) - known)}
        if Ticket.objects.filter(kid__in=lost).exists():
            raise CommandError(
                "Cette base contient des tickets faits avec d’autres clés que celles de ce dossier\u00a0: remettez les"
                " fichiers de clés d’origine, ou choisissez une base vide."
            )
        replace_fingerprints()

    def _accounts_file(self) -> Path:
        return Path(settings.VAR_DIR) / ACCOUNTS_FILE

    @transaction.atomic
    def _make_accounts(self, cast: Cast) -> None:
        """Make one account per role, with a password drawn once and kept in a file that only its owner reads.

        The file is written before the accounts are committed: an interruption leaves a file too many, never accounts
        that nobody can open.
        """
        if User.objects.exists():
            return
        lines = ["Comptes d'essai (un par rôle) :"]
        for mailbox, name, organisation, role in posts(cast):
            password = secrets.token_urlsafe(9)
            email = f"{mailbox}@{DOMAIN}"
            make_account(
                email=email, full_name=name, organisation=organisation, role=role, password=password, at=clock.now()
            )
            lines.append(f"  {role.label:<36} {email:<28} {password}")
        descriptor = os.open(self._accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
