"""The tables of a wave report, from groups of titles and uses: by funder, distributor, commune, place, service, month."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from mediation.coop import ActType
from passnum.kit.collation import sort_key
from passnum.kit.templatetags.french import month_fr
from passnum.territory.queries.communes import Territory
from reporting.queries.breakdown import Breakdown, Column, Label, Tally
from reporting.queries.names import Named
from reporting.queries.titles import TitleGroup
from reporting.queries.uses import UseGroup

UNKNOWN: Final = ""
NOT_SAID: Final = Label("Non renseigné")
OUTSIDE: Final = "Hors de la Métropole"
_MONTHS_IN_A_YEAR: Final = 12

TITLE_COLUMNS: Final = (
    Column("ordered", "Tickets commandés", "Commandés"),
    Column("handed", "Tickets remis", "Remis"),
    Column("redeemed", "Tickets utilisés", "Utilisés"),
    Column("rate_handed", "Utilisés / remis", part="redeemed", whole="handed"),
    Column("rate_ordered", "Utilisés / commandés", part="redeemed", whole="ordered"),
    Column("booklets", "Carnets remis", "Remis"),
    Column("started", "Carnets commencés", "Commencés"),
    Column("completed", "Carnets terminés", "Terminés"),
)
USE_COLUMNS: Final = (
    Column("individual", "Heures individuelles", "Individuelles"),
    Column("collective", "Heures en atelier", "En atelier"),
    Column("hours", "Heures utilisées", "Ensemble"),
    Column("collective_share", "Part en atelier", part="collective", whole="hours"),
    Column("acts", "Actes"),
)
MONTH_COLUMNS: Final = (
    Column("booklets", "Carnets remis"),
    Column("handed", "Tickets remis"),
    Column("individual", "Heures individuelles"),
    Column("collective", "Heures en atelier"),
    Column("hours", "Heures utilisées"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of the groups are called at the pair."""

    organisations: Mapping[int, Named]
    sites: Mapping[str, Named]
    services: Mapping[str, str]
    territory: Territory

    def organisation(self, pk: int) -> Named:
        """Return an organisation by primary key."""
        return self.organisations.get(pk, Named(UNKNOWN, NOT_SAID.text, ""))

    def governing(self, code: str) -> str:
        """Return the commune that governs a code on the cut-off day, the code itself when it is foreign."""
        return self.territory.resolve(code) or code

    def commune(self, code: str) -> Label:
        """Return the name of a governing commune; of one that is foreign, its code."""
        if not code:
            return NOT_SAID
        place = self.territory.places.get(code)
        return Label(place.name) if place else Label(OUTSIDE, f"INSEE {code}")

    def site(self, uid: str) -> Label:
        """Return the name of a place and its commune."""
        named = self.sites.get(uid)
        return Label(named.name, self.commune(self.governing(named.commune_code)).text) if named else NOT_SAID


def _title_counts(g: TitleGroup) -> dict[str, int]:
    handed = g.is_handed
    return {
        "ordered": g.tickets,
        "handed": g.tickets if handed else 0,
        "redeemed": g.redeemed,
        "booklets": g.booklets if handed else 0,
        "started": g.started,
        "completed": g.completed,
    }


def _use_counts(u: UseGroup) -> dict[str, int]:
    return {
        "individual": u.hours if u.act_type == ActType.INDIVIDUEL else 0,
        "collective": u.hours if u.act_type == ActType.COLLECTIF else 0,
        "hours": u.hours,
        "acts": u.acts,
    }


def _alphabetical(labels: Mapping[str, Label]) -> list[str]:
    """Return keys by label; what is not said, then what is foreign, comes last."""
    last = {NOT_SAID.text: 2, OUTSIDE: 1}
    return sorted(labels, key=lambda key: (last.get(labels[key].text, 0), sort_key(labels[key].text), key))


def _by_title(
    groups: Iterable[TitleGroup],
    names: Names,
    *,
    code: str,
    title: str,
    caption: str,
    head: str,
    note: str,
    key_of: Callable[[TitleGroup], str],
    label_of: Callable[[str, TitleGroup], Label],
) -> Breakdown:
    tally, missing = Tally(*TITLE_COLUMNS), 0
    labels: dict[str, Label] = {}
    for g in groups:
        key = key_of(g)
        labels[key] = label_of(key, g)
        missing += g.tickets if key == UNKNOWN else 0
        tally.add(key, **_title_counts(g))
    return tally.breakdown(
        code=code,
        title=title,
        caption=caption,
        head=head,
        note=note,
        labels=labels,
        order=_alphabetical(labels),
        missing=missing,
    )


def by_funder(groups: Sequence[TitleGroup], names: Names) -> Breakdown:
    """Return the titles by the organisation that ordered them."""
    return _by_title(
        groups,
        names,
        code="funder",
        title="Par financeur",
        caption="Ce que sont devenus les titres, par financeur",
        head="Financeur",
        note="Le financeur est celui de la commande.",
        key_of=lambda g: names.organisation(g.funder_id).uid,
        label_of=lambda _, g: Label(names.organisation(g.funder_id).name),
    )


def by_distributor(groups: Sequence[TitleGroup], names: Names) -> Breakdown:
    """Return the titles by distributor."""

    def label(_: str, g: TitleGroup) -> Label:
        named = names.organisation(g.distributor_id)
        code = names.governing(named.commune_code)
        return Label(named.name, names.commune(code).text if code else "Commune non renseignée", code)

    return _by_title(
        groups,
        names,
        code="distributor",
        title="Par distributeur",
        caption="Ce que sont devenus les titres, par distributeur",
        head="Distributeur",
        note=(
            "Le distributeur est celui qui a remis le carnet\u00a0; à défaut, celui qui le garde en stock\u00a0; à défaut,"
            " celui que la commande prévoit."
        ),
        key_of=lambda g: names.organisation(g.distributor_id).uid,
        label_of=label,
    )


def by_handover_commune(groups: Sequence[TitleGroup], names: Names) -> Breakdown:
    """Return the titles by commune of their distributor."""
    return _by_title(
        groups,
        names,
        code="handover_commune",
        title="Par commune de remise",
        caption="Ce que sont devenus les titres, par commune du distributeur",
        head="Commune de remise",
        note="La commune de remise est celle du distributeur, pas celle où la personne habite.",
        key_of=lambda g: names.governing(names.organisation(g.distributor_id).commune_code),
        label_of=lambda key, _: names.commune(key),
    )


def _by_use(
    uses: Iterable[UseGroup],
    *,
    code: str,
    title: str,
    caption: str,
    head: str,
    note: str,
    key_of: Callable[[UseGroup], str],
    label_of: Callable[[str], Label],
) -> Breakdown:
    tally, missing = Tally(*USE_COLUMNS), 0
    for u in uses:
        key = key_of(u)
        missing += u.hours if key == UNKNOWN else 0
        tally.add(key, **_use_counts(u))
    labels = {key: label_of(key) for key in tally.met}
    return tally.breakdown(
        code=code,
        title=title,
        caption=caption,
        head=head,
        note=note,
        labels=labels,
        order=_alphabetical(labels),
        missing=missing,
    )


def by_use_commune(uses: Sequence[UseGroup], names: Names) -> Breakdown:
    """Return the hours by commune of the place, as the seal of each act says it."""
    return _by_use(
        uses,
        code="use_commune",
        title="Par commune d’utilisation",
        caption="Heures utilisées, par commune du lieu",
        head="Commune d’utilisation",
        note="La commune d’utilisation est celle du lieu au jour de l’acte.",
        key_of=lambda u: names.governing(u.commune_code),
        label_of=names.commune,
    )


def by_site(uses: Sequence[UseGroup], names: Names) -> Breakdown:
    """Return the hours by place."""
    return _by_use(
        uses,
        code="site",
        title="Par lieu",
        caption="Heures utilisées, par lieu",
        head="Lieu",
        note="Le lieu porte le nom et la commune qu’il avait à la date d’arrêté.",
        key_of=lambda u: u.site_uid,
        label_of=names.site,
    )


def by_service(uses: Sequence[UseGroup], names: Names) -> Breakdown:
    """Return the hours by service of the catalogue (IR3)."""
    return _by_use(
        uses,
        code="service",
        title="Heures par service",
        caption="IR3 – Heures utilisées, par service du catalogue",
        head="Service",
        note="Un ticket utilisé paie une heure, pour une personne. Un atelier compte un ticket par personne.",
        key_of=lambda u: u.service_code,
        label_of=lambda key: Label(names.services.get(key, key)) if key else NOT_SAID,
    )


def _months_between(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (text := f"{year:04d}-{month:02d}") <= last:
        found.append(text)
        year, month = (year + 1, 1) if month == _MONTHS_IN_A_YEAR else (year, month + 1)
    return found


def by_month(groups: Sequence[TitleGroup], uses: Sequence[UseGroup]) -> Breakdown:
    """Return hand-overs and hours by month in Paris, without a gap from the first to the last."""
    tally = Tally(*MONTH_COLUMNS)
    for g in groups:
        if g.is_handed:
            tally.add(g.handed_month, booklets=g.booklets, handed=g.tickets)
    for u in uses:
        counts = _use_counts(u)
        tally.add(u.month, **{code: counts[code] for code in ("individual", "collective", "hours")})
    met = tally.met
    order = _months_between(met[0], met[-1]) if met else []
    labels = {month: Label(month_fr(date(int(month[:4]), int(month[5:]), 1))) for month in order}
    return tally.breakdown(
        code="month",
        title="Par mois",
        caption="Remises et heures utilisées, par mois",
        head="Mois",
        note="Le mois est celui de la remise ou de l’acte, à l’heure de Paris, pas celui de son enregistrement.",
        labels=labels,
        order=order,
    )
