"""Run the clock of the waves by hand: after a long stop, or on the day of a simulation."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mediation.actions.wave_clock import run_wave_clocks
from passnum.kit import clock
from passnum.kit.days import long_date
from vouchers.models import ThresholdKind

# When the clock of a day that is given strikes, in Paris: about when the daily task runs.
HOUR = timedelta(hours=5)


def _instants(text: str | None) -> tuple[datetime, datetime]:
    """Return the instant that facts will bear, and the one by which thresholds are due.

    A fact is never dated back: for a day past, both differ. A day to come moves both, outside of production.
    Raises CommandError for what is no day, and for a day to come in production.
    """
    now = clock.now()
    if not text:
        return now, now
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            f"«\u00a0{text}\u00a0» n’est pas un jour\u00a0: écrivez-le AAAA-MM-JJ, par exemple 2026-12-01."
        ) from None
    due_by = clock.start_of_day(day) + HOUR
    if due_by > now and settings.ENVIRONMENT == "production":
        raise CommandError(
            f"Le {long_date(day)} n’est pas encore passé\u00a0: une échéance ne s’avance pas, rien n’a été fait."
        )
    return max(now, due_by), due_by


class Command(BaseCommand):
    help = (
        "Passe les échéances de fin de validité qui sont dues et ne l’ont pas été\u00a0: avis, gel, rappel, fin, refus,"
        " décompte. Chacune une fois, les jours manqués sont rattrapés. La tâche quotidienne fait la même chose."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="AAAA-MM-JJ", help="ne passer que ce qui était dû ce jour-là, à Paris")

    def handle(self, *args: Any, **options: Any) -> None:
        at, due_by = _instants(options["on"])
        met = run_wave_clocks(at=at, due_by=due_by)
        for one in met:
            label = ThresholdKind(one.kind).label
            self.stdout.write(f"{one.wave.name}\u00a0: {label}, prévu le {long_date(one.due_on)}.")
        if not met:
            self.stdout.write("Aucune échéance à passer.")
