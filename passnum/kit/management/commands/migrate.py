"""`migrate` as the owner of the tables, then the guards: grants, append-only triggers, listed moves."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from passnum.kit.guards import install_guards


class Command(DjangoMigrate):
    help = "Met la base à jour avec le rôle propriétaire, puis pose les garde-fous du registre."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        database = options["database"]
        if (
            database == "owner"
            and connections["owner"].settings_dict["USER"] == connections["default"].settings_dict["USER"]
        ):
            raise CommandError(
                "DATABASE_OWNER_URL manque : donnez l'adresse du rôle propriétaire, qui seul met la base à jour."
            )
        super().handle(*args, **options)
        is_whole = not options["app_label"] and not options["plan"] and not options["check_unapplied"]
        if is_whole:
            install_guards(connections[database])
