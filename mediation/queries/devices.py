"""The devices of an organisation as its manager sees them, and its places as a device sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.db.models.functions import Coalesce

from mediation.models import Label, Redemption, Site
from mediation.queries.places import sites_visible_to
from passnum.accounts.models import Device
from passnum.accounts.queries.devices import devices_visible_to
from passnum.kit.actor import Actor

# Beyond, where a device was last used says nothing of where it is.
RECENT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SeenDevice:
    """A device and the place where it noted its last act, '' when it noted none lately."""

    device: Device
    place: str


@dataclass(frozen=True, slots=True)
class LabelledSite:
    """A place and its label on a day, None without one."""

    site: Site
    label: Label | None


def devices_with_place(*, by: Actor, at: datetime) -> list[SeenDevice]:
    """Return the devices of an organisation with the place of their last act, in two statements."""
    devices = list(devices_visible_to(by))
    places = _last_places([device.uid for device in devices], by, at)
    return [SeenDevice(device, places.get(device.uid, "")) for device in devices]


def _last_places(uids: Sequence[object], by: Actor, at: datetime) -> dict[object, str]:
    acts = (
        Redemption.objects.filter(
            Q(device_id__in=uids) | Q(by_id__in=uids),
            site__in=sites_visible_to(by),
            recorded_at__gt=at - RECENT,
        )
        .annotate(phone=Coalesce("device_id", "by_id"))
        .order_by("phone", "-recorded_at", "-pk")
        .distinct("phone")
    )
    return dict(acts.values_list("phone", "site__name"))


def labelled_sites(*, by: Actor, day: date) -> list[LabelledSite]:
    """Return the places of an organisation with their label on a day, by name, in two statements."""
    sites = list(sites_visible_to(by))
    labels = {
        label.site_id: label for label in Label.objects.filter(site__in=sites, starts_on__lte=day, ends_on__gte=day)
    }
    return [LabelledSite(site, labels.get(site.pk)) for site in sites]
