"""The places as who labels them sees them: what the label says today, what is missing."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet

from mediation.models import Label, Site


class LabelState(StrEnum):
    """What the label of a place is worth on a day."""

    IN_FORCE = "Labellisé"
    ENDING = "Bientôt terminé"
    TO_COME = "À venir"
    ENDED = "Terminé"
    NONE = "Sans label"


# Time for a renewal to be examined before the place has to stop.
ENDING_DAYS = 60


@dataclass(frozen=True, slots=True)
class SiteLabel:
    """A place and its label: the one in force, else the next one, else the last one."""

    site: Site
    state: LabelState
    label: Label | None


def sites_to_label(*, text: str = "") -> QuerySet[Site]:
    """Return every place by name, their labels loaded; `text` is a part of a name, an address or a postal code."""
    labels = Prefetch("labels", queryset=Label.objects.order_by("starts_on"), to_attr="known_labels")
    sites = Site.objects.select_related("operator").prefetch_related(labels).order_by("name", "pk")
    text = text.strip()
    if text:
        sites = sites.filter(Q(name__icontains=text) | Q(address__icontains=text) | Q(postal_code__startswith=text))
    return sites


def state_of(site: Site, day: date) -> SiteLabel:
    """Return what the label of a place says on a day, from the labels loaded with it."""
    labels: list[Label] = [one for one in site.known_labels if one.ends_on >= one.starts_on]  # type: ignore[attr-defined]
    current = next((one for one in labels if one.starts_on <= day <= one.ends_on), None)
    if current:
        is_ending = (current.ends_on - day).days <= ENDING_DAYS
        return SiteLabel(site, LabelState.ENDING if is_ending else LabelState.IN_FORCE, current)
    coming = next((one for one in labels if one.starts_on > day), None)
    if coming:
        return SiteLabel(site, LabelState.TO_COME, coming)
    return SiteLabel(site, LabelState.ENDED, labels[-1]) if labels else SiteLabel(site, LabelState.NONE, None)
