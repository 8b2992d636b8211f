"""What a paper day needs to know: until when it may be typed in, for which services."""

from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from mediation.models import Service
from mediation.queries.places import waves_in_use
from vouchers.models import Wave

# Between a paper day and the day it is typed in, a service may have ended; no wave lets more days pass than this.
SERVICE_WAS_ON: Final = 60


def late_days(*, at: datetime) -> int:
    """Return how many days later an act may be typed in: the shortest delay of the waves in use, else the usual one."""
    found = [wave.late_entry_days for wave in waves_in_use(at=at)]
    return min(found) if found else int(Wave._meta.get_field("late_entry_days").default)


def services_lately(*, day: date) -> QuerySet[Service]:
    """Return the services in force on a day or shortly before, by name: the act itself judges its date."""
    lately = Q(ends_on__isnull=True) | Q(ends_on__gte=date.fromordinal(day.toordinal() - SERVICE_WAS_ON))
    return Service.objects.filter(lately, starts_on__lte=day).order_by("name", "pk")
