"""All that the rules of the counter need, read in one statement: the place, the service, the tickets and their waves.

With `is_locked`, the tickets are locked in primary-key order by that same statement, and the request takes the turn of
its key. What may change while it waits for a lock and is not on the ticket's own row is read after it, by others: see
`handover_words`. Rows become instances of the models, so that the rules read here like everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from string import Template
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Model

from mediation.models import CounterRules, Service, Site
from mediation.queries.places import Scope
from mediation.queries.ticket import ReadCode
from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.idempotency import turn_of
from passnum.kit.prepared import fetch_prepared
from vouchers.models import Booklet, Ticket, Wave
from vouchers.states import TitleStatus

# Guessing a code: 60 bits against at most 30 tries per 10 minutes, for each device or person, never the whole place.
GUESS_WINDOW: Final = timedelta(minutes=10)
GUESSES: Final = ("TICKET_UNKNOWN", "CODE_MALFORMED", "CHECK_LETTER_WRONG", "PAYLOAD_FORGED", "PAYLOAD_KEY_UNKNOWN")


def _names(model: type[Model], *wanted: str) -> tuple[str, ...]:
    """Return column names in the model's own order, which `from_db` asks for."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in wanted)


_SITE = _names(Site, "id", "uid", "operator_id", "name", "commune_code")
_SERVICE = _names(Service, "id", "code", "name", "starts_on", "ends_on")
_TICKET = _names(Ticket, "id", "booklet_id", "position", "digest", "status", "movement_id")
_BOOKLET = _names(
    Booklet, "id", "wave_id", "number", "order_id", "funder_id", "distributor_id", "size", "status", "funded_at"
)
_WAVE = _names(
    Wave, "id", "number", "name", "status", "face_value_cents", "ticket_minutes", "shortest_act_minutes", "valid_from",
    "valid_until", "grace_days", "upload_days", "undo_minutes", "late_entry_days", "opened_at", "closed_at",
)  # fmt: skip
_RULES = ("required_answers", "offline_device_hours", "offline_site_hours", "typed_device_hours", "skew_minutes")


def _columns(table: str, names: Sequence[str]) -> str:
    return ", ".join(f"{table}.{name}" for name in names)


_COLUMNS = {
    "site_columns": _columns("s", _SITE),
    "service_columns": _columns("v", _SERVICE),
    "ticket_columns": _columns("t", _TICKET),
    "booklet_columns": _columns("b", _BOOKLET),
    "wave_columns": _columns("w", _WAVE),
    "rules_columns": _columns("r", _RULES),
}
# The race tests take it away.
LOCK = "FOR NO KEY UPDATE OF t"
# A booklet still in stock is handed over first, by whoever comes: until then none of the basket is locked, since
# booklets are locked before tickets.
_NOTHING_IN_STOCK = """
    AND NOT EXISTS (SELECT FROM vouchers_ticket x WHERE x.digest = ANY(%(digests)s::bytea[]) AND x.status = 'IN_STOCK')
"""

# Not EXISTS, which may be planned as one pass over all hand-overs for any ticket: a row looked up is a row looked up.
_READ = Template("""
WITH turn AS MATERIALIZED (SELECT $turn AS is_mine),
found AS (
    SELECT $ticket_columns FROM vouchers_ticket t
    WHERE t.digest = ANY(%(digests)s::bytea[])),
held AS (
    SELECT $ticket_columns FROM vouchers_ticket t, turn
    WHERE t.digest = ANY(%(digests)s::bytea[]) AND turn.is_mine $nothing_in_stock
    ORDER BY t.id $lock),
taken AS (SELECT * FROM held UNION ALL SELECT * FROM found WHERE NOT EXISTS (SELECT FROM held))
SELECT turn.is_mine, k.act, k.scope, k.content_hash, k.result,
    (SELECT count(*) FROM mediation_attempt a WHERE a.by_id = %(by_id)s::uuid AND a.by_kind = %(by_kind)s
        AND NOT a.is_accepted AND a.reason = ANY(%(guesses)s::text[]) AND a.recorded_at > %(since)s),
    coalesce((SELECT true FROM mediation_label l
        WHERE l.site_id = s.id AND %(day)s BETWEEN l.starts_on AND l.ends_on LIMIT 1), false),
    o.uid, $site_columns, $service_columns,
    $ticket_columns, $booklet_columns, $wave_columns, $rules_columns,
    (SELECT array_agg(p.service_id) FROM mediation_wavescope p WHERE p.wave_id = w.id AND p.service_id IS NOT NULL),
    (SELECT array_agg(p.site_id) FROM mediation_wavescope p WHERE p.wave_id = w.id AND p.site_id IS NOT NULL),
    (SELECT array_agg(p.commune_code) FROM mediation_wavescope p WHERE p.wave_id = w.id AND p.commune_code <> ''),
    coalesce((SELECT true FROM vouchers_handover h
        WHERE h.booklet_id = b.id AND h.undone_at IS NULL AND h.channel = 'AT_USE' LIMIT 1), false)
FROM turn
LEFT JOIN kit_idempotencykey k ON k.key = %(key)s::uuid
LEFT JOIN mediation_site s ON s.uid = %(site)s::uuid
LEFT JOIN accounts_organisation o ON o.id = s.operator_id
LEFT JOIN mediation_service v ON v.code = %(service)s
LEFT JOIN taken t ON true
LEFT JOIN vouchers_booklet b ON b.id = t.booklet_id
LEFT JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN mediation_counterrules r ON r.wave_id = w.id
ORDER BY t.id""")


@dataclass(slots=True)
class Counter:
    """What was read. `tickets` by their rank in the basket; an unknown code has none. `served` as the key's row holds it."""

    is_turn: bool
    served: tuple[str, str, bytes, UUID] | None
    guesses_count: int
    site: Site | None
    is_labelled: bool
    service: Service | None
    tickets: dict[int, Ticket] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    rules: dict[int, CounterRules] = field(default_factory=dict)
    noticed_booklets: set[int] = field(default_factory=set)


class _Row:
    """Takes the columns of a row one model after the other."""

    def __init__(self, values: tuple[Any, ...]) -> None:
        self._values, self._at = values, 0

    def take(self, count: int) -> tuple[Any, ...]:
        """Return the next columns."""
        start, self._at = self._at, self._at + count
        return self._values[start : self._at]


def read_counter(
    *,
    codes: Sequence[ReadCode],
    site_uid: UUID,
    service_code: str | None,
    happened_at: datetime,
    by: Actor,
    at: datetime,
    key: UUID | None = None,
    is_locked: bool = False,
    is_noticed: bool = False,
) -> Counter:
    """Read what the rules need of a basket at a place; `key` is looked up when it is given.

    `is_noticed`: hand-overs were noticed before; what is still in stock is locked like the rest.
    """
    rank_of = {digest: rank for rank, code in enumerate(codes) for digest in code.digests}
    sql = _READ.substitute(
        _COLUMNS,
        turn="pg_try_advisory_xact_lock(%(turn)s)" if is_locked else "true",
        nothing_in_stock=_NOTHING_IN_STOCK if is_locked and not is_noticed else "",
        lock=LOCK if is_locked else "",
    )
    rows = fetch_prepared(
        sql,
        {
            "turn": turn_of(key) if key else None,
            "key": key,
            "digests": list(rank_of),
            "by_id": by.id,
            "by_kind": by.kind.value,
            "guesses": list(GUESSES),
            "since": at - GUESS_WINDOW,
            "day": paris_date(happened_at),
            "site": site_uid,
            "service": service_code,
        },
    )
    return _counter(rows, rank_of)


def _counter(rows: Sequence[tuple[Any, ...]], rank_of: dict[bytes, int]) -> Counter:
    counter: Counter | None = None
    waves: dict[int, Wave] = {}
    booklets: dict[int, Booklet] = {}
    for values in rows:
        row = _Row(values)
        is_turn, *served, guesses, is_labelled, operator_uid = row.take(8)
        site, service = row.take(len(_SITE)), row.take(len(_SERVICE))
        if counter is None:
            key = (served[0], served[1], bytes(served[2]), served[3]) if served[0] is not None else None
            counter = Counter(
                is_turn, key, guesses, _site(site, operator_uid), is_labelled,
                Service.from_db(None, _SERVICE, service) if service[0] is not None else None,
            )  # fmt: skip
        ticket = row.take(len(_TICKET))
        if ticket[0] is None:
            break
        _add_ticket(counter, ticket, row, rank_of, waves, booklets)
    assert counter is not None
    return counter


def _site(values: tuple[Any, ...], operator_uid: UUID | None) -> Site | None:
    if values[0] is None:
        return None
    site = Site.from_db(None, _SITE, values)
    if operator_uid is not None:
        site.operator = Organisation.from_db(None, ("id", "uid"), (site.operator_id, operator_uid))
    return site


def _add_ticket(
    counter: Counter,
    values: tuple[Any, ...],
    row: _Row,
    rank_of: dict[bytes, int],
    waves: dict[int, Wave],
    booklets: dict[int, Booklet],
) -> None:
    ticket = Ticket.from_db(None, _TICKET, values)
    booklet, wave, rules = row.take(len(_BOOKLET)), row.take(len(_WAVE)), row.take(len(_RULES))
    services, sites, communes, is_noticed = row.take(4)
    if wave[0] not in waves:
        waves[wave[0]] = made = Wave.from_db(None, _WAVE, wave)
        counter.scopes[made.pk] = Scope(
            made, frozenset(services or ()), frozenset(sites or ()), frozenset(communes or ())
        )
        stated = dict(zip(_RULES, rules, strict=True)) if rules[0] is not None else {}
        counter.rules[made.pk] = CounterRules(wave_id=made.pk, **stated)
    if booklet[0] not in booklets:
        booklets[booklet[0]] = Booklet.from_db(None, _BOOKLET, booklet)
        booklets[booklet[0]].wave = waves[wave[0]]
    ticket.booklet = booklets[booklet[0]]
    if is_noticed:
        counter.noticed_booklets.add(ticket.booklet_id)
    counter.tickets[rank_of[bytes(ticket.digest)]] = ticket


@dataclass(frozen=True, slots=True)
class Again:
    """What may have changed while the tickets were waited for: the key's row, when used tickets (by their id) were used
    and whether it was at this place."""

    served: tuple[str, str, bytes, UUID] | None
    used: dict[int, tuple[datetime, bool]]


# OFFSET 0: uses are looked up one by one, whatever the planner thinks of tables that were small.
_AGAIN = """
SELECT k.act, k.scope, k.content_hash, k.result, use.*
FROM (VALUES (true)) always
LEFT JOIN kit_idempotencykey k ON k.key = %(key)s::uuid
LEFT JOIN (unnest(%(movements)s::bigint[]) moved(id) CROSS JOIN LATERAL (
    SELECT l.movement_id, l.booklet_id, act.* FROM mediation_redemptionline l CROSS JOIN LATERAL (
        SELECT r.happened_at, r.site_id FROM mediation_redemption r WHERE r.id = l.redemption_id OFFSET 0) act
    WHERE l.movement_id = moved.id OFFSET 0) use) ON true"""


def look_again(*, key: UUID | None, tickets: Iterable[Ticket], site_id: int) -> Again:
    """Read, after the tickets were locked, whether the key was served meanwhile and when used tickets were used."""
    redeemed = [ticket for ticket in tickets if ticket.status == TitleStatus.REDEEMED]
    if key is None and not redeemed:
        return Again(None, {})
    rows = fetch_prepared(_AGAIN, {"key": key, "movements": [ticket.movement_id for ticket in redeemed]})
    uses = {(movement, booklet): (when, site == site_id) for *_, movement, booklet, when, site in rows}
    found = ((ticket.pk, uses.get((ticket.movement_id, ticket.booklet_id))) for ticket in redeemed)
    used = {pk: use for pk, use in found if use is not None}
    act, scope, content_hash, result = rows[0][:4]
    return Again((act, scope, content_hash, result) if result is not None else None, used)


def handover_words(booklet_ids: Iterable[int]) -> dict[int, str]:
    """Return what distributors said of hand-overs noticed at use: '' while they are asked, else the outcome.

    Read after the tickets are locked: an answer locks them too, so it comes before this or after the whole act.
    """
    wanted = list(booklet_ids)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.booklet_id, coalesce(c.outcome, '') FROM vouchers_handover h"
            " LEFT JOIN vouchers_handoverconfirmation c ON c.handover_id = h.id"
            " WHERE h.booklet_id = ANY(%s) AND h.undone_at IS NULL AND h.channel = 'AT_USE'",
            [wanted],
        )
        return dict(cursor.fetchall())
