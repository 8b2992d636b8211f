"""The report of a wave at a pair (cut-off day, seal): every figure, its card and its tables, in one frozen value."""

from collections.abc import Sequence
from typing import Final

from mediation.coop import ActType
from passnum.accounts.models import Organisation
from passnum.territory.queries.communes import territory_on
from reporting.queries import cards, wave_tables
from reporting.queries.as_of import AsOf, one_view, seal_of
from reporting.queries.cards import Figure
from reporting.queries.funder_view import masked
from reporting.queries.names import organisations_as_of, service_names, sites_as_of
from reporting.queries.report import Apart, StateCount, WaveFacts, WaveReport
from reporting.queries.titles import TICKET_STATES, TitleGroup, ordered_lines, title_groups, to_produce
from reporting.queries.uses import NotCounted, UseGroup, not_counted, use_groups
from reporting.version import software_version
from vouchers.models import Wave
from vouchers.states import TO_PRODUCE, TitleStatus

STATE_LABELS: Final[dict[str, str]] = {
    TO_PRODUCE: "À produire",
    TitleStatus.PRODUCED: "Produits, chez l’imprimeur",
    TitleStatus.IN_TRANSIT: "En transit",
    TitleStatus.IN_STOCK: "En stock chez un distributeur",
    TitleStatus.MISSING: "Manquants",
    TitleStatus.HANDED_OVER: "Remis, encore utilisables",
    TitleStatus.REDEEMED: "Utilisés",
    TitleStatus.EXPIRED: "Périmés",
    TitleStatus.BLOCKED: "En opposition",
    TitleStatus.CANCELLED: "Annulés",
    TitleStatus.DESTROYED: "Détruits",
}


def wave_report(*, wave: Wave, as_of: AsOf, funder: Organisation | None = None) -> WaveReport:
    """Compute the report of a wave; for a funder, their own titles only, with small cells masked.

    Raises NothingSealed, SealUnknown.
    """
    with one_view():
        seal = seal_of(as_of)
        funder_id = funder.pk if funder else None
        groups = title_groups(wave=wave, known=as_of, funder_id=funder_id)
        ordered = ordered_lines(
            wave=wave,
            known=as_of,
            produced=sorted({g.order_id for g in groups}),
            funder_id=funder_id,
        )
        groups += to_produce(ordered=ordered, groups=groups)
        uses = use_groups(wave=wave, known=as_of, funder_id=funder_id)
        apart = not_counted(wave=wave, known=as_of, funder_id=funder_id)
        names = _names(wave, as_of, groups, uses)
        issuer = names.organisation(wave.issuer_id).name
        label = organisations_as_of(known=as_of, ids=[funder.pk])[funder.pk].name if funder else ""
    report = WaveReport(
        wave=_facts(wave, issuer),
        as_of=as_of,
        seal=seal,
        software_version=software_version(),
        funder=label,
        is_masked=False,
        states=_states(groups),
        funnel=_funnel(groups),
        figures=_figures(groups, uses),
        breakdowns=(
            wave_tables.by_month(groups, uses),
            wave_tables.by_service(uses, names),
            wave_tables.by_funder(groups, names),
            wave_tables.by_distributor(groups, names),
            wave_tables.by_handover_commune(groups, names),
            wave_tables.by_use_commune(uses, names),
            wave_tables.by_site(uses, names),
        ),
        apart=_apart(uses, apart),
    )
    return masked(report) if funder else report


def _names(wave: Wave, known: AsOf, groups: Sequence[TitleGroup], uses: Sequence[UseGroup]) -> wave_tables.Names:
    ids = {wave.issuer_id, *(g.funder_id for g in groups), *(g.distributor_id for g in groups)}
    return wave_tables.Names(
        organisations=organisations_as_of(known=known, ids=ids),
        sites=sites_as_of(known=known, uids={u.site_uid for u in uses if u.site_uid}),
        services=service_names(codes={u.service_code for u in uses}),
        territory=territory_on(day=known.cut_off_on),
    )


def _facts(wave: Wave, issuer: str) -> WaveFacts:
    return WaveFacts(
        number=wave.number,
        name=wave.name,
        a_on=wave.a_on,
        evaluation_due_on=wave.evaluation_due_on,
        issuer=issuer,
        contract_number=wave.contract_number,
        ticket_minutes=wave.ticket_minutes,
        face_value_cents=wave.face_value_cents,
        target_hours=wave.target_hours,
    )


def _states(groups: Sequence[TitleGroup]) -> tuple[StateCount, ...]:
    booklets = dict.fromkeys(STATE_LABELS, 0)
    tickets = dict.fromkeys(STATE_LABELS, 0)
    for g in groups:
        booklets[g.state] += g.booklets
        if g.state == TO_PRODUCE:
            tickets[TO_PRODUCE] += g.tickets
        for state, count in zip(TICKET_STATES, g.by_state, strict=True):
            tickets[state] += count
    return tuple(StateCount(str(s), label, booklets[s], tickets[s]) for s, label in STATE_LABELS.items())


def _funnel(groups: Sequence[TitleGroup]) -> tuple[tuple[str, int], ...]:
    """Return tickets at each stage they ever reached: each stage holds the next one."""
    made = [g for g in groups if g.state != TO_PRODUCE]
    return (
        ("Commandés", sum(g.tickets for g in groups)),
        ("Produits", sum(g.tickets for g in made)),
        ("Livrés à un distributeur", sum(g.tickets for g in made if g.is_received)),
        ("Remis à une personne", sum(g.tickets for g in made if g.is_handed)),
        ("Utilisés", sum(g.redeemed for g in made)),
    )


def _figures(groups: Sequence[TitleGroup], uses: Sequence[UseGroup]) -> tuple[Figure, ...]:
    ordered = sum(g.tickets for g in groups)
    handed = sum(g.tickets for g in groups if g.is_handed)
    redeemed = sum(g.redeemed for g in groups)
    booklets = sum(g.booklets for g in groups if g.is_handed)
    started, completed = sum(g.started for g in groups), sum(g.completed for g in groups)
    hours, acts = sum(u.hours for u in uses), sum(u.acts for u in uses)
    typed = {t: sum(u.hours for u in uses if u.act_type == t) for t in ActType.values}
    no_service = sum(u.hours for u in uses if not u.service_code)
    no_type = hours - sum(typed.values())
    return (
        Figure(cards.IP2, ordered, ordered, n=ordered),
        Figure(cards.USE_RATE_HANDED, redeemed, handed, n=handed),
        Figure(cards.USE_RATE_ORDERED, redeemed, ordered, n=ordered),
        Figure(cards.STARTED, started, booklets, n=booklets),
        Figure(cards.COMPLETED, completed, booklets, n=booklets),
        Figure(cards.MEAN_TICKETS, redeemed, started, n=started),
        Figure(cards.HOURS, hours, None, n=acts, missing=no_service),
        Figure(cards.INDIVIDUAL, typed[ActType.INDIVIDUEL], hours, n=hours, missing=no_type),
        Figure(cards.COLLECTIVE, typed[ActType.COLLECTIF], hours, n=hours, missing=no_type),
    )


def _apart(uses: Sequence[UseGroup], other: NotCounted) -> Apart:
    return Apart(
        pending=sum(u.pending for u in uses),
        contested=sum(u.contested for u in uses),
        refused=sum(u.refused for u in uses),
        not_counted_contested=other.contested,
        not_counted_refused=other.refused,
    )
