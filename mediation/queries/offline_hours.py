"""How many hours a device and a place took without network on a day: what their caps are held to."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, Sum

from mediation.models import Redemption, RedemptionLine, Site
from passnum.kit.clock import end_of_day, start_of_day
from passnum.kit.idempotency import turn_of


def lock_caps(*, device_id: UUID, site: Site) -> None:
    """Make the uploads of one device, and those of one place, come one after the other until their transactions end."""
    with connection.cursor() as cursor:
        for number in sorted((turn_of(device_id, of="cap"), turn_of(site.uid, of="cap"))):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _accepted_on(day: date) -> Q:
    """Hours that happened on a day (Paris) and took their tickets: contested, refused and undone ones fill no cap."""
    return Q(
        redemption__is_offline=True,
        redemption__happened_at__gte=start_of_day(day),
        redemption__happened_at__lt=end_of_day(day),
        movement__isnull=False,
        movement__reversed_by__isnull=True,
    )


def device_hours(*, device_id: UUID, day: date) -> int:
    """Return the hours that a device took offline on a day."""
    lines = RedemptionLine.objects.filter(_accepted_on(day), redemption__device_id=device_id)
    return lines.aggregate(n=Sum("tickets_count"))["n"] or 0


def site_hours(*, site: Site, day: date) -> int:
    """Return the hours that all the devices of a place took offline on a day."""
    lines = RedemptionLine.objects.filter(_accepted_on(day), redemption__site=site)
    return lines.aggregate(n=Sum("tickets_count"))["n"] or 0


def typed_hours(*, device_id: UUID, day: date) -> int:
    """Return the hours typed offline on a device on a day, in acts that took a ticket."""
    acts = Redemption.objects.filter(
        device_id=device_id,
        is_offline=True,
        happened_at__gte=start_of_day(day),
        happened_at__lt=end_of_day(day),
        pk__in=RedemptionLine.objects.filter(_accepted_on(day), redemption__device_id=device_id).values("redemption"),
    )
    return acts.aggregate(n=Sum("typed_count"))["n"] or 0
