"""Where tickets may be used: the places of an organisation, those labelled on a day, the nearest ones."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from mediation.models import Label, Service, Site, WaveScope
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.collation import sort_key
from passnum.kit.errors import DomainError, NotFound
from passnum.territory import contours
from passnum.territory.queries.communes import Territory, territory_on
from vouchers.models import Wave
from vouchers.states import WaveStatus

EARTH_KM: Final = 6371.0
# Words of the national standard that promise a place for people who use a wheelchair.
STEP_FREE: Final = "Handicaps moteurs"


class SiteUnknown(NotFound):
    code = "SITE_UNKNOWN"
    message = "Aucun lieu de votre structure ne porte cet identifiant. La liste de vos lieux dit lesquels choisir."


class ServiceUnknown(DomainError):
    code = "SERVICE_UNKNOWN"
    message = "Aucun service du catalogue ne porte ce code. La liste des services dit lesquels choisir."
    status = 404


def sites_visible_to(by: Actor) -> QuerySet[Site]:
    """Return the places that an organisation holds, by name."""
    if by.organisation_id is None:
        return Site.objects.none()
    return Site.objects.filter(operator__uid=by.organisation_id).order_by("name", "pk")


def site_of(*, uid: UUID, by: Actor) -> Site:
    """Return one of the caller's places, its operator loaded. Raises SiteUnknown, for another's place as well."""
    site = sites_visible_to(by).select_related("operator").filter(uid=uid).first()
    if site is None:
        raise SiteUnknown
    return site


def services_on(*, day: date) -> QuerySet[Service]:
    """Return the services of the catalogue in force on a day, by name."""
    in_force = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    return Service.objects.filter(in_force, starts_on__lte=day).order_by("name", "pk")


def service_named(*, code: str) -> Service:
    """Return a service by its code, whatever its dates: the rules of the act judge them. Raises ServiceUnknown."""
    service = Service.objects.filter(code=code).first()
    if service is None:
        raise ServiceUnknown
    return service


def label_on(*, site: Site, day: date) -> Label | None:
    """Return the label of a place on a day."""
    return Label.objects.filter(site=site, starts_on__lte=day, ends_on__gte=day).first()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a wave buys; an empty set means all of that kind."""

    wave: Wave
    services: frozenset[int]
    sites: frozenset[int]
    communes: frozenset[str]

    def takes(self, site: Site) -> bool:
        """Tell whether the wave's tickets may be used in a place, label apart."""
        here = not self.sites or site.pk in self.sites
        return here and (not self.communes or site.commune_code in self.communes)


def scopes_of(waves: Iterable[Wave]) -> list[Scope]:
    """Return the scopes of waves, in one statement."""
    waves = list(waves)
    rows: dict[int, list[WaveScope]] = {wave.pk: [] for wave in waves}
    for row in WaveScope.objects.filter(wave__in=waves):
        rows[row.wave_id].append(row)
    return [
        Scope(
            wave,
            frozenset(r.service_id for r in rows[wave.pk] if r.service_id),
            frozenset(r.site_id for r in rows[wave.pk] if r.site_id),
            frozenset(r.commune_code for r in rows[wave.pk] if r.commune_code),
        )
        for wave in waves
    ]


def waves_in_use(*, at: datetime) -> list[Wave]:
    """Return the open waves whose tickets may be used now, by number."""
    day = paris_date(at)
    waves = Wave.objects.filter(status=WaveStatus.OPEN, valid_from__lte=day).order_by("number")
    return [wave for wave in waves if wave.is_redeemable_at(at)]


@dataclass(frozen=True, slots=True)
class Found:
    """A place where tickets may be used: its commune as it is called today, the waves it takes, how far it is."""

    site: Site
    commune: str
    waves: tuple[Wave, ...] = ()
    km: float | None = None

    @property
    def is_step_free(self) -> bool:
        """Tell whether the place says that it welcomes people who use a wheelchair."""
        return STEP_FREE in self.site.specific_care


def _labelled(day: date) -> QuerySet[Site]:
    label = Label.objects.filter(site=OuterRef("pk"), starts_on__lte=day, ends_on__gte=day)
    return Site.objects.complete().filter(Exists(label)).order_by("name", "pk")


def _commune_name(territory: Territory, site: Site) -> str:
    place = territory.places.get(site.arrondissement_code or site.commune_code)
    return place.name if place else ""


def communes_matching(*, text: str, territory: Territory) -> set[str] | None:
    """Return the codes of what the start of a word of a name, or a postal code, stands for; None when left empty."""
    wanted = sort_key(text)
    if not wanted:
        return None
    return {
        place.code
        for place in territory.places.values()
        if text.strip() in place.postal_codes or f" {wanted}" in f" {sort_key(place.name)}"
    }


def services_bought(*, waves: Iterable[Wave], day: date) -> list[Service]:
    """Return the services in force on a day that every one of these waves buys, by name."""
    limits = [scope.services for scope in scopes_of(waves) if scope.services]
    return [service for service in services_on(day=day) if all(service.pk in limit for limit in limits)]


def find_places(*, at: datetime, commune: str = "", theme: str = "", step_free: bool = False) -> list[Found]:
    """Return the places labelled today where a wave in use is taken, by commune then name.

    `commune` is part of a name, or a postal code; `theme` one of the nine national services.
    """
    day = paris_date(at)
    territory = territory_on(day=day)
    sites = _labelled(day)
    codes = communes_matching(text=commune, territory=territory)
    if codes is not None:
        sites = sites.filter(
            Q(commune_code__in=codes) | Q(arrondissement_code__in=codes) | Q(postal_code=commune.strip())
        )
    if theme:
        sites = sites.filter(services__contains=[theme])
    if step_free:
        sites = sites.filter(specific_care__contains=[STEP_FREE])
    scopes = scopes_of(waves_in_use(at=at))
    found = []
    for site in sites:
        waves = tuple(scope.wave for scope in scopes if scope.takes(site))
        if waves:
            found.append(Found(site, _commune_name(territory, site), waves))
    governing = {code: sort_key(place.name) for code, place in territory.places.items()}
    return sorted(
        found,
        key=lambda f: (
            governing.get(f.site.commune_code, ""),
            f.site.arrondissement_code,
            sort_key(f.site.name),
            f.site.pk,
        ),
    )


def nearest_places(*, wave: Wave, commune_code: str, day: date, limit: int, theme: str = "") -> list[Found]:
    """Return the places nearest to the middle of a commune that take a wave's tickets, its own commune first.

    `theme` keeps those that offer one of the nine national services.
    """
    territory = territory_on(day=day)
    here = territory.resolve(commune_code) if commune_code else None
    centre = centre_of(code=here, day=day) if here else None
    (scope,) = scopes_of([wave])
    found = [
        Found(site, _commune_name(territory, site), (wave,), _km(centre, site, day))
        for site in (_labelled(day).filter(services__contains=[theme]) if theme else _labelled(day))
        if scope.takes(site)
    ]
    found.sort(key=lambda f: (f.site.commune_code != here, f.km is None, f.km or 0.0, sort_key(f.commune), f.site.pk))
    return [replace(f, km=None) if f.site.commune_code == here else f for f in found[:limit]]


@lru_cache(maxsize=512)
def _centre(code: str, day: date) -> tuple[float, float] | None:
    shapes = contours.contours_on(day=day)
    shape = shapes.shapes.get(code)
    if shape is None:
        return None
    box = contours.bounds()
    squeeze = math.cos(math.radians((box.south + box.north) / 2))
    scale = contours.WIDTH / ((box.east - box.west) * squeeze)
    x, y = shape.label_at
    return box.north - y / scale, box.west + x / (squeeze * scale)


def centre_of(*, code: str, day: date) -> tuple[float, float] | None:
    """Return latitude and longitude of a point well inside a commune, None for one that has no contour."""
    return _centre(code, day)


def where_is(site: Site, *, day: date) -> tuple[float, float] | None:
    """Return latitude and longitude of a place; one that was not located stands in the middle of its commune."""
    if site.latitude is not None and site.longitude is not None:
        return float(site.latitude), float(site.longitude)
    return centre_of(code=site.commune_code, day=day)


def _km(centre: tuple[float, float] | None, site: Site, day: date) -> float | None:
    """Return how far a place is."""
    there = where_is(site, day=day)
    return None if centre is None or there is None else distance_km(centre, there)


def distance_km(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the distance between two points (latitude, longitude) in kilometres (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(value) for value in (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
