"""The territory at a date: a report, an import or a map asks for its day, never for « now »."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from passnum.kit.collation import sort_key
from passnum.territory.models import CommunePeriod, EptMembership, Population


@dataclass(frozen=True, slots=True)
class CommuneAsOf:
    """A commune, or an arrondissement of Paris (`parent_code` then says 75056), as it is on a day."""

    code: str
    name: str
    departement: str
    siren: str
    postal_codes: tuple[str, ...]
    parent_code: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class EptAsOf:
    number: str
    name: str
    siren: str


@dataclass(frozen=True, slots=True)
class PopulationAsOf:
    """Inhabitants, and the year of the census that a reader must be told."""

    inhabitants_count: int
    census_year: int


@dataclass(frozen=True, slots=True)
class Territory:
    """The whole territory on a day, read once: for what asks many times (an import, a map, a report)."""

    day: date
    places: Mapping[str, CommuneAsOf]
    successors: Mapping[str, str]

    def resolve(self, code: str) -> str | None:
        """Return the commune that governs a code on this day: 751xx → 75056, a merged commune → the one it joined.

        Returns None for a code that is not of the territory on this day.
        """
        for _ in range(len(self.successors) + 1):  # a commune may have joined one that joined another
            place = self.places.get(code)
            if place is not None:
                return place.parent_code or place.code
            if code not in self.successors:
                return None
            code = self.successors[code]
        return None

    def communes(self) -> tuple[CommuneAsOf, ...]:
        """Return the communes by code, arrondissements left out."""
        return tuple(place for _, place in sorted(self.places.items()) if not place.parent_code)

    def named(self, name: str, postal_code: str) -> str | None:
        """Return the commune that bears this name and has this postal code; None when none or several do."""
        wanted = sort_key(name)
        found = {
            place.parent_code or place.code
            for place in self.places.values()
            if postal_code in place.postal_codes and sort_key(place.name) == wanted
        }
        return found.pop() if len(found) == 1 else None


def _as_of(row: CommunePeriod) -> CommuneAsOf:
    parent = row.commune.parent
    return CommuneAsOf(
        code=row.commune.code,
        name=row.name,
        departement=row.departement,
        siren=row.siren,
        postal_codes=tuple(row.postal_codes),
        parent_code=parent.code if parent else "",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def territory_on(*, day: date) -> Territory:
    """Return the territory of a day, in two statements."""
    rows = CommunePeriod.objects.on(day).select_related("commune__parent").order_by("commune__code")
    ended = CommunePeriod.objects.filter(successor__isnull=False, valid_until__lt=day)
    return Territory(
        day=day,
        places={row.commune.code: _as_of(row) for row in rows},
        successors=dict(ended.order_by("valid_until").values_list("commune__code", "successor__code")),
    )


def communes_on(*, day: date) -> tuple[CommuneAsOf, ...]:
    """Return the communes of a day in alphabetical order (131 until 31/12/2024, 130 after), no arrondissement."""
    rows = CommunePeriod.objects.on(day).filter(commune__parent__isnull=True).select_related("commune__parent")
    return tuple(_as_of(row) for row in rows.order_by("sort_key", "commune__code"))


def arrondissements_on(*, day: date) -> tuple[CommuneAsOf, ...]:
    """Return the arrondissements of Paris by code."""
    rows = CommunePeriod.objects.on(day).filter(commune__parent__isnull=False).select_related("commune__parent")
    return tuple(_as_of(row) for row in rows.order_by("commune__code"))


def commune_as_of(*, code: str, on: date) -> CommuneAsOf | None:
    """Return what bears this very code on a day (an arrondissement included), None when nothing does."""
    row = CommunePeriod.objects.on(on).filter(commune__code=code).select_related("commune__parent").first()
    return _as_of(row) if row else None


def resolve_code(*, code: str, on: date) -> str | None:
    """Return the commune that governs a code on a day: 751xx → 75056, 93059 → 93066 from 2025 on; None if foreign."""
    return territory_on(day=on).resolve(code)


def ept_of(*, code: str, on: date) -> EptAsOf | None:
    """Return the EPT of a commune on a day (that of Paris for an arrondissement), None if the code is foreign."""
    governing = resolve_code(code=code, on=on)
    row = EptMembership.objects.on(on).filter(commune__code=governing).select_related("ept").first()
    return EptAsOf(row.ept.number, row.ept.name, row.ept.siren) if row else None


def epts_on(*, day: date) -> dict[str, EptAsOf]:
    """Return the EPT of every commune of a day, by commune code."""
    rows = EptMembership.objects.on(day).select_related("ept", "commune").order_by("commune__code")
    return {row.commune.code: EptAsOf(row.ept.number, row.ept.name, row.ept.siren) for row in rows}


def population_on(*, code: str, day: date) -> PopulationAsOf | None:
    """Return the inhabitants of a commune in its boundaries of a day, None for an arrondissement or a foreign code."""
    row = Population.objects.on(day).filter(commune__code=code).first()
    return PopulationAsOf(row.inhabitants_count, row.census_year) if row else None


def populations_on(*, day: date) -> dict[str, PopulationAsOf]:
    """Return the inhabitants of every commune of a day, by commune code."""
    rows = Population.objects.on(day).select_related("commune").order_by("commune__code")
    return {row.commune.code: PopulationAsOf(row.inhabitants_count, row.census_year) for row in rows}
