"""Hours used at a pair (cut-off day, seal): the tickets of each act that was not taken back, and whether they are owed.

Place, commune, service and kind of act are those that the seal covers (the movement's own details), not today's.
"""

from dataclasses import dataclass
from string import Template
from typing import Final

from mediation.states import SETTLED_ON_FREE_HOUR
from reporting.queries.as_of import COUNTS, SEALED, AsOf, parameters, rows_of
from vouchers.models import Wave


@dataclass(frozen=True, slots=True)
class UseGroup:
    """Hours that share a place, a commune, a service, a kind of act and a month (Paris): one ticket is one hour.

    An act that took tickets of several booklets, or one more when a contested hour was settled, is one act. The last
    three count tickets that are used all the same, but are not, or not yet, owed to the place.
    """

    site_uid: str
    commune_code: str
    service_code: str
    act_type: str
    month: str
    hours: int
    acts: int
    pending: int
    contested: int
    refused: int


# The same condition as COUNTS, for the movement that takes an act back.
_TAKEN_BACK: Final = """
    SELECT 1 FROM vouchers_movement r
    JOIN vouchers_sealentry re ON re.movement_id = r.id JOIN vouchers_seal rs ON rs.id = re.seal_id
    WHERE r.act = 'UNDO_REDEMPTION' AND r.reverses_id = m.id AND r.happened_at < %(end)s AND rs.number <= %(seal)s"""
_DECISIONS: Final = """
    JOIN mediation_oweddecision d ON d.line_id = x.id JOIN vouchers_movement m ON m.id = d.movement_id"""
_PARTS: Final = {
    "sealed": SEALED,
    "counts": COUNTS,
    "taken_back": _TAKEN_BACK,
    "decisions": _DECISIONS,
    "settled": SETTLED_ON_FREE_HOUR,
}

# Most lines are payable from the first and stay so (mediation.states): the others alone are judged again. At the counter
# an act is one movement; recorded late, it may have several (tickets of several states, a contested hour settled later).
_USES: Final = Template("""
WITH doubtful AS (
    SELECT DISTINCT ON (x.id) x.movement_id, x.booklet_id, d.owed
    FROM mediation_redemptionline x $decisions $sealed
    WHERE x.wave_id = %(wave)s AND x.movement_id IS NOT NULL AND $counts
        AND x.id IN (SELECT line_id FROM mediation_oweddecision WHERE rank = 1 AND owed <> 'PAYABLE')
    ORDER BY x.id, d.rank DESC),
act AS (
    SELECT m.id, m.subject, m.details, m.happened_at, sum(l.tickets_count)::int AS n,
        sum(l.tickets_count) FILTER (WHERE o.owed = 'PENDING_CONFIRMATION')::int AS pending,
        sum(l.tickets_count) FILTER (WHERE o.owed = 'CONTESTED')::int AS contested,
        sum(l.tickets_count) FILTER (WHERE o.owed = 'REFUSED')::int AS refused
    FROM vouchers_booklet b
    JOIN vouchers_movementline l ON l.booklet_id = b.id
    JOIN vouchers_movement m ON m.id = l.movement_id $sealed
    LEFT JOIN doubtful o ON o.movement_id = m.id AND o.booklet_id = b.id
    WHERE b.wave_id = %(wave)s AND (%(funder)s::bigint IS NULL OR b.funder_id = %(funder)s)
        AND m.act = 'REDEEM' AND $counts AND NOT EXISTS ($taken_back)
    GROUP BY m.id),
first AS (SELECT min(id) AS id FROM act WHERE details ? 'late' GROUP BY subject)
SELECT coalesce(details ->> 'site', ''), coalesce(details ->> 'commune', ''), coalesce(details ->> 'service', ''),
    coalesce(details ->> 'type', ''), to_char(happened_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM'),
    sum(n), count(*) FILTER (WHERE NOT details ? 'late' OR id IN (SELECT id FROM first)),
    coalesce(sum(pending), 0), coalesce(sum(contested), 0), coalesce(sum(refused), 0)
FROM act GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5""").substitute(_PARTS)


def use_groups(*, wave: Wave, known: AsOf, funder_id: int | None = None) -> list[UseGroup]:
    """Return every hour used in a wave, in groups; those of one funder's booklets if asked."""
    rows = rows_of(_USES, parameters(known, wave=wave.pk, funder=funder_id))
    return [UseGroup(*row[:5], *(int(n) for n in row[5:])) for row in rows]


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Hours declared by places that consumed no ticket: they stand apart from every figure.

    Those settled on a free hour are counted with the hours used, by the line that consumed it.
    """

    contested: int
    refused: int


_NOT_COUNTED: Final = Template("""
WITH decided AS (
    SELECT DISTINCT ON (x.id) x.id, x.tickets_count AS n, d.owed, d.reason
    FROM mediation_redemptionline x $decisions $sealed
    WHERE x.wave_id = %(wave)s AND (%(funder)s::bigint IS NULL OR x.funder_id = %(funder)s)
        AND x.movement_id IS NULL AND $counts ORDER BY x.id, d.rank DESC)
SELECT coalesce(sum(n) FILTER (WHERE owed = 'CONTESTED'), 0), coalesce(sum(n) FILTER (WHERE owed = 'REFUSED'), 0)
FROM decided WHERE reason <> '$settled'""").substitute(_PARTS)


def not_counted(*, wave: Wave, known: AsOf, funder_id: int | None = None) -> NotCounted:
    """Return the hours declared that took no ticket: contested, or refused."""
    ((contested, refused),) = rows_of(_NOT_COUNTED, parameters(known, wave=wave.pk, funder=funder_id))
    return NotCounted(int(contested), int(refused))
