"""`play_wave`: two overlapping waves told through the real actions, ended by `check_register` and the report."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from passnum.accounts.models import OrganisationKind
from passnum.kit import clock
from passnum.trial.calendar import TrialCalendar, at_hour, calendar_of
from passnum.trial.cast import FUNDERS, Cast, make_cast, make_organisation
from passnum.trial.places import open_places
from passnum.trial.play import play
from vouchers.models import Wave

SEED = 20191104


def trial_calendar(today: date | None) -> TrialCalendar:
    """Return the calendar of the play: that of the day it began when it is taken up again."""
    begun = Wave.objects.filter(number=1).values_list("valid_until", flat=True).first()
    if begun is not None:
        return calendar_of(begun + timedelta(days=50))
    return calendar_of(today or clock.paris_date(clock.now()))


def gather(calendar: TrialCalendar, sites_file: Path | None) -> Cast:
    """Make the cast and open its places."""
    since = calendar.first.a_on - timedelta(days=30)
    at = at_hour(since, 9)
    name, kind, commune, siret = FUNDERS[0]
    metropole = make_organisation(name, OrganisationKind(kind), commune, siret, since=since, at=at)
    sites = open_places(
        path=sites_file,
        metropole=metropole,
        since=since,
        late_from=calendar.second.a_on + timedelta(days=90),
        until=calendar.second.valid_until + timedelta(days=365),
        at=at,
    )
    return make_cast(sites=sites, since=since, at=at)


class Command(BaseCommand):
    help = "Joue deux vagues d'essai, de la commande au rapport, par les vraies opérations."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sites", type=Path, help="fichier de lieux à la place des lieux fictifs")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument("--today", type=date.fromisoformat, help="jour de la représentation (AAAA-MM-JJ)")
        parser.add_argument("--report", type=Path, help="où écrire le rapport de la vague 2 (PDF)")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        # Thousands of small commits: a trial may lose its last ones in a power cut, and goes on where it stopped.
        self._wait_for_disk(False)
        calendar = trial_calendar(options["today"])
        call_command("load_territory", verbosity=0)
        cast = gather(calendar, options["sites"])
        played = play(cast, calendar, seed=options["seed"])
        self._wait_for_disk(True)
        call_command("check_register", stdout=self.stdout)
        report = options["report"] or Path(settings.PRIVATE_ROOT) / "rapports" / "vague-2.pdf"
        report.parent.mkdir(parents=True, exist_ok=True)
        call_command("write_report", "2", out=str(report), cut_off=calendar.today.isoformat(), stdout=self.stdout)
        seconds = time.monotonic() - began
        self.stdout.write(f"{played} moments joués en {seconds:.0f} s. Rapport : {report.name}")

    def _wait_for_disk(self, waits: bool) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit TO " + ("on" if waits else "off"))
