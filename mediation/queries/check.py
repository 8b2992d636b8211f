"""`check_register`, the acts' part: what happened, what was consumed and what is owed tell one story."""

from django.db import DEFAULT_DB_ALIAS

from mediation.queries.check_closing import RULES as CLOSING_RULES
from mediation.queries.check_settlement import RULES as SETTLEMENT_RULES
from mediation.states import OWED_MOVES
from vouchers.register.check_rule import Fault, Rule

LINE_HAS_ITS_MOVEMENT = Rule(
    "REDEMPTION_LINE_HAS_ITS_MOVEMENT",
    sql="""
SELECT r.uid::text AS subject, $label AS booklet
FROM mediation_redemptionline rl JOIN mediation_redemption r ON r.id = rl.redemption_id
JOIN vouchers_booklet b ON b.id = rl.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN vouchers_movement m ON m.id = rl.movement_id AND m.act = 'REDEEM'
LEFT JOIN vouchers_movementline l ON l.movement_id = m.id AND l.booklet_id = rl.booklet_id AND l.mask = rl.mask
WHERE rl.movement_id IS NOT NULL AND l.id IS NULL""",
    sentence="L’utilisation {subject} dit consommer des tickets du carnet {booklet} que son mouvement ne prend pas.",
)

MOVEMENT_HAS_ITS_LINE = Rule(
    "REDEEM_MOVEMENT_HAS_ITS_LINE",
    sql="""
WITH told AS (
    SELECT movement_id, booklet_id, mask, count(*) AS n FROM mediation_redemptionline
    WHERE movement_id IS NOT NULL GROUP BY movement_id, booklet_id, mask)
SELECT m.uid::text AS subject, $label AS booklet, coalesce(c.n, 0) AS n
FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id AND m.act = 'REDEEM'
JOIN vouchers_booklet b ON b.id = l.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN told c ON c.movement_id = l.movement_id AND c.booklet_id = l.booklet_id AND c.mask = l.mask
WHERE coalesce(c.n, 0) <> 1""",
    sentence=(
        "Le mouvement {subject} consomme des tickets du carnet {booklet} pour {n} utilisations : il en faut une."
    ),
)

TICKET_USED_ONCE = Rule(
    "TICKET_USED_ONCE",
    sql="""
WITH used AS (
    SELECT rl.booklet_id, t.position, count(*) AS n
    FROM mediation_redemptionline rl
    JOIN vouchers_ticket t ON t.booklet_id = rl.booklet_id AND (rl.mask::int >> (t.position - 1)) & 1 = 1
    LEFT JOIN vouchers_movement u ON u.reverses_id = rl.movement_id
    WHERE rl.movement_id IS NOT NULL AND u.id IS NULL
    GROUP BY rl.booklet_id, t.position HAVING count(*) > 1)
SELECT $label || '/' || x.position AS subject, x.n
FROM used x JOIN vouchers_booklet b ON b.id = x.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id""",
    sentence="Le ticket {subject} est consommé par {n} utilisations à la fois.",
)

LINE_COPIES_ITS_BOOKLET = Rule(
    "REDEMPTION_LINE_COPIES_ITS_BOOKLET",
    sql="""
SELECT r.uid::text AS subject, $label AS booklet, rl.tickets_count, rl.price_cents, w.face_value_cents
FROM mediation_redemptionline rl JOIN mediation_redemption r ON r.id = rl.redemption_id
JOIN vouchers_booklet b ON b.id = rl.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
WHERE (rl.wave_id, rl.order_id, rl.funder_id, rl.distributor_id)
        IS DISTINCT FROM (b.wave_id, b.order_id, b.funder_id, b.distributor_id)
    OR rl.tickets_count <> bit_count(rl.mask::int::bit(16)) OR rl.mask::int >> b.size <> 0
    OR rl.price_cents <> w.face_value_cents""",
    sentence=(
        "L’utilisation {subject} ({tickets_count} tickets à {price_cents} centimes) ne copie pas le carnet {booklet}"
        " (financeur, distributeur, positions ou valeur faciale de {face_value_cents} centimes)."
    ),
)

_MOVES = ", ".join(
    f"('{act}', '{source}', '{target}')" for act, one in OWED_MOVES.items() for source, target in sorted(one.pairs())
)
DECISIONS_FOLLOW = Rule(
    "OWED_DECISIONS_FOLLOW",
    sql="""
WITH move (act, source, target) AS (VALUES $moves),
step AS (
    SELECT line_id, rank, act, owed, row_number() OVER w AS place, coalesce(lag(owed) OVER w, '') AS before
    FROM mediation_oweddecision WINDOW w AS (PARTITION BY line_id ORDER BY rank, id))
SELECT r.uid::text AS subject, s.rank, s.act, s.before, s.owed
FROM step s JOIN mediation_redemptionline l ON l.id = s.line_id JOIN mediation_redemption r ON r.id = l.redemption_id
LEFT JOIN move v ON v.act = s.act AND v.source = s.before AND v.target = s.owed
WHERE s.rank <> s.place OR v.act IS NULL
UNION ALL
SELECT r.uid::text, 1, 'RECORD', '', '' FROM mediation_redemption r
LEFT JOIN mediation_redemptionline l ON l.redemption_id = r.id
WHERE NOT EXISTS (SELECT FROM mediation_oweddecision d WHERE d.line_id = l.id)""",
    sentence=(
        "Utilisation {subject} : la décision {rank} ({act}, de « {before} » à « {owed} ») manque, ne suit pas"
        " la précédente ou n’est pas permise."
    ),
    parts={"moves": _MOVES},
)

# The last decision of each line holds.
_LAST = """
last AS (
    SELECT DISTINCT ON (line_id) line_id, owed FROM mediation_oweddecision ORDER BY line_id, rank DESC)"""

OWED_FOLLOWS_MOVEMENT = Rule(
    "OWED_FOLLOWS_MOVEMENT",
    sql="""
WITH $last
SELECT r.uid::text AS subject, $label AS booklet, d.owed
FROM mediation_redemptionline rl JOIN last d ON d.line_id = rl.id
JOIN mediation_redemption r ON r.id = rl.redemption_id
JOIN vouchers_booklet b ON b.id = rl.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN vouchers_movement u ON u.reverses_id = rl.movement_id
WHERE CASE WHEN rl.movement_id IS NULL THEN d.owed IN ('PAYABLE', 'PENDING_CONFIRMATION')
    ELSE (d.owed = 'UNDONE') <> (u.id IS NOT NULL) END""",
    sentence="Utilisation {subject}, carnet {booklet} : le dû est {owed}, mais les mouvements disent le contraire.",
    parts={"last": _LAST},
)

# Both sides in cents: what the movements took at a place and gave back; what its acts that stand are worth.
SITE_CONSERVED = Rule(
    "SITE_CONSERVED",
    sql="""
WITH $last,
sums AS (
    SELECT r.site_id, l.tickets_count * w.face_value_cents AS redeemed,
        coalesce(x.tickets_count, 0) * w.face_value_cents AS corrected, 0 AS owed, 0 AS withheld
    FROM mediation_redemptionline rl JOIN mediation_redemption r ON r.id = rl.redemption_id
    JOIN vouchers_movementline l ON l.movement_id = rl.movement_id AND l.booklet_id = rl.booklet_id
    JOIN vouchers_booklet b ON b.id = rl.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
    LEFT JOIN vouchers_movement u ON u.reverses_id = rl.movement_id
    LEFT JOIN vouchers_movementline x ON x.movement_id = u.id AND x.booklet_id = rl.booklet_id
    UNION ALL
    SELECT r.site_id, 0, 0,
        CASE WHEN d.owed IN ('PAYABLE', 'PENDING_CONFIRMATION') THEN rl.tickets_count * rl.price_cents ELSE 0 END,
        CASE WHEN d.owed IN ('CONTESTED', 'REFUSED') THEN rl.tickets_count * rl.price_cents ELSE 0 END
    FROM mediation_redemptionline rl JOIN mediation_redemption r ON r.id = rl.redemption_id
    JOIN last d ON d.line_id = rl.id WHERE rl.movement_id IS NOT NULL)
SELECT s.name AS subject, sum(x.redeemed) AS redeemed, sum(x.corrected) AS corrected, sum(x.owed) AS owed,
    sum(x.withheld) AS withheld
FROM sums x JOIN mediation_site s ON s.id = x.site_id GROUP BY s.id
HAVING sum(x.redeemed) - sum(x.corrected) <> sum(x.owed) + sum(x.withheld)""",
    sentence=(
        "Lieu {subject} : {redeemed} centimes utilisés − {corrected} annulés ne font pas {owed} centimes dus"
        " + {withheld} contestés ou refusés."
    ),
    parts={"last": _LAST},
)

RULES = (
    LINE_HAS_ITS_MOVEMENT,
    MOVEMENT_HAS_ITS_LINE,
    TICKET_USED_ONCE,
    LINE_COPIES_ITS_BOOKLET,
    DECISIONS_FOLLOW,
    OWED_FOLLOWS_MOVEMENT,
    SITE_CONSERVED,
    *SETTLEMENT_RULES,
    *CLOSING_RULES,
)


def faults(*, using: str = DEFAULT_DB_ALIAS) -> list[Fault]:
    """Return every contradiction between acts, movements and what is owed."""
    return [fault for rule in RULES for fault in rule.faults(using)]
