"""Nothing is lost and nothing is added: per order, per wave, per holder; numbers without a hole; funding covered.

*Ordered* and *to produce* are counted from the orders' lines and the booklets, the present states from the tickets,
what a holder received and gave from the movements: equal sums come from different rows.
"""

from vouchers.register.check_rule import Rule

# Tickets by present state; what was replaced is left out: its identity lives in the replacement.
_STATES = """
    count(*) FILTER (WHERE t.status = 'PRODUCED') AS produced,
    count(*) FILTER (WHERE t.status = 'IN_TRANSIT') AS in_transit,
    count(*) FILTER (WHERE t.status = 'IN_STOCK') AS in_stock,
    count(*) FILTER (WHERE t.status = 'MISSING') AS missing,
    count(*) FILTER (WHERE t.status = 'HANDED_OVER') AS handed_over,
    count(*) FILTER (WHERE t.status = 'REDEEMED') AS redeemed,
    count(*) FILTER (WHERE t.status = 'EXPIRED') AS expired,
    count(*) FILTER (WHERE t.status = 'BLOCKED') AS blocked,
    count(*) FILTER (WHERE t.status = 'CANCELLED') AS cancelled,
    count(*) FILTER (WHERE t.status = 'DESTROYED') AS destroyed,
    count(*) FILTER (WHERE t.status <> 'REPLACED') AS alive"""

_SUM = (
    "{ordered} tickets commandés, mais {to_produce} à produire + {produced} produits + {in_transit} en transit"
    " + {in_stock} en stock + {missing} manquants + {handed_over} remis + {redeemed} utilisés + {expired} périmés"
    " + {blocked} en opposition + {cancelled} annulés + {destroyed} détruits = {found}."
)

# Per line of an order in production or later: what was ordered, and the original booklets made for it.
_LINES = """
line AS (
    SELECT l.id, l.order_id, o.wave_id, l.size, l.quantity, count(b.id) AS made
    FROM vouchers_orderline l
    JOIN vouchers_order o ON o.id = l.order_id AND o.status IN ('IN_PRODUCTION', 'DELIVERED', 'CLOSED')
    LEFT JOIN vouchers_booklet b ON b.line_id = l.id AND b.replaces_id IS NULL
    GROUP BY l.id, o.wave_id)"""


def _conserved(name: str, *, title: str, by_line: str, by_booklet: str, table: str, label: str) -> Rule:
    """Return the rule « ordered = to produce + every present state » for an order or a wave."""
    return Rule(
        name,
        sql="""
WITH $lines,
asked AS (
    SELECT $by_line AS id, sum(size * quantity) AS ordered, sum(size * (quantity - made)) AS to_produce
    FROM line GROUP BY 1),
present AS (
    SELECT $by_booklet AS id, $states
    FROM vouchers_ticket t JOIN vouchers_booklet b ON b.id = t.booklet_id GROUP BY 1)
SELECT $name AS subject, coalesce(a.ordered, 0) AS ordered, coalesce(a.to_produce, 0) AS to_produce,
    coalesce(a.to_produce, 0) + coalesce(p.alive, 0) AS found,
    coalesce(p.produced, 0) AS produced, coalesce(p.in_transit, 0) AS in_transit, coalesce(p.in_stock, 0) AS in_stock,
    coalesce(p.missing, 0) AS missing, coalesce(p.handed_over, 0) AS handed_over, coalesce(p.redeemed, 0) AS redeemed,
    coalesce(p.expired, 0) AS expired, coalesce(p.blocked, 0) AS blocked, coalesce(p.cancelled, 0) AS cancelled,
    coalesce(p.destroyed, 0) AS destroyed
FROM asked a FULL JOIN present p ON p.id = a.id JOIN $table x ON x.id = coalesce(a.id, p.id)
WHERE coalesce(a.ordered, 0) <> coalesce(a.to_produce, 0) + coalesce(p.alive, 0)""",
        sentence=title + _SUM,
        parts={
            "lines": _LINES,
            "states": _STATES,
            "by_line": by_line,
            "by_booklet": by_booklet,
            "table": table,
            "name": label,
        },
    )


ORDER_CONSERVED = _conserved(
    "ORDER_CONSERVED",
    title="Commande {subject} : ",
    by_line="order_id",
    by_booklet="b.order_id",
    table="vouchers_order",
    label="x.reference",
)
WAVE_CONSERVED = _conserved(
    "WAVE_CONSERVED",
    title="Vague {subject} : ",
    by_line="wave_id",
    by_booklet="b.wave_id",
    table="vouchers_wave",
    label="x.number::text",
)

# VOID gives what is produced: only what comes into being (TO_PRODUCE) is left out of what a holder gave.
HOLDER_CONSERVED = Rule(
    "HOLDER_CONSERVED",
    sql="""
WITH moved AS (
    SELECT b.wave_id, l.tickets_count, m.from_kind, m.from_organisation_id, m.from_state,
        m.to_kind, m.to_organisation_id
    FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id
    JOIN vouchers_booklet b ON b.id = l.booklet_id),
flow AS (
    SELECT wave_id, to_kind AS kind, to_organisation_id AS organisation_id,
        tickets_count AS received, 0 AS given, 0 AS held
    FROM moved
    UNION ALL
    SELECT wave_id, from_kind, from_organisation_id, 0, tickets_count, 0 FROM moved WHERE from_state <> 'TO_PRODUCE'
    UNION ALL
    SELECT b.wave_id,
        CASE t.status WHEN 'PRODUCED' THEN 'PRINTER' WHEN 'HANDED_OVER' THEN 'PERSON' WHEN 'REDEEMED' THEN 'CONSUMED'
            WHEN 'IN_TRANSIT' THEN b.holder_kind WHEN 'IN_STOCK' THEN b.holder_kind WHEN 'MISSING' THEN b.holder_kind
            ELSE 'VOID' END,
        CASE WHEN t.status IN ('IN_TRANSIT', 'IN_STOCK', 'MISSING') THEN b.holder_id END,
        0, 0, count(*)
    FROM vouchers_ticket t JOIN vouchers_booklet b ON b.id = t.booklet_id
    WHERE t.status <> 'REPLACED' GROUP BY 1, 2, 3)
SELECT coalesce(o.name, f.kind) AS subject, w.number AS wave,
    sum(f.received) AS received, sum(f.given) AS given, sum(f.held) AS held
FROM flow f JOIN vouchers_wave w ON w.id = f.wave_id
LEFT JOIN accounts_organisation o ON o.id = f.organisation_id
GROUP BY w.number, f.kind, f.organisation_id, o.name
HAVING sum(f.received) - sum(f.given) <> sum(f.held)""",
    sentence=(
        "Vague {wave}, détenteur {subject} : {received} tickets reçus − {given} donnés"
        " ne font pas les {held} qu’il détient."
    ),
)

LINE_HELD = Rule(
    "ORDER_LINE_HELD",
    sql="""
WITH $lines
SELECT o.reference AS subject, l.quantity, l.made FROM line l JOIN vouchers_order o ON o.id = l.order_id
WHERE l.made > l.quantity OR (l.made < l.quantity AND o.status <> 'IN_PRODUCTION')
UNION ALL
SELECT o.reference, 0, count(*) FROM vouchers_booklet b JOIN vouchers_order o ON o.id = b.order_id
WHERE o.status NOT IN ('IN_PRODUCTION', 'DELIVERED', 'CLOSED') GROUP BY o.id""",
    sentence="Commande {subject} : {made} carnets produits pour {quantity} à produire à ce stade.",
    parts={"lines": _LINES},
)

BOOKLET_FOLLOWS_ORDER = Rule(
    "BOOKLET_FOLLOWS_ORDER",
    sql="""
SELECT $label AS subject, o.reference
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id
JOIN vouchers_order o ON o.id = b.order_id JOIN vouchers_orderline l ON l.id = b.line_id
WHERE b.wave_id <> o.wave_id OR l.order_id <> b.order_id OR b.funder_id <> o.funder_id
    OR b.distributor_id <> l.distributor_id OR (b.replaces_id IS NULL AND b.size <> l.size)""",
    sentence="Le carnet {subject} ne porte pas la vague, le financeur, le distributeur ou la taille de {reference}.",
)

NUMBER_IN_RANGE = Rule(
    "NUMBER_IN_RANGE",
    sql="""
WITH range AS (
    SELECT o.id, o.reference, o.first_booklet_number AS first, o.first_booklet_number + sum(l.quantity) AS after
    FROM vouchers_order o JOIN vouchers_orderline l ON l.order_id = o.id GROUP BY o.id)
SELECT $label AS subject, r.reference
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id JOIN range r ON r.id = b.order_id
WHERE b.replaces_id IS NULL AND (r.first IS NULL OR b.number < r.first OR b.number >= r.after)""",
    sentence="Le carnet {subject} n’a pas un numéro réservé à sa commande {reference}.",
)

NUMBERS_CONTINUOUS = Rule(
    "NUMBERS_CONTINUOUS",
    sql="""
WITH reserved AS (
    SELECT o.wave_id, sum(l.quantity) AS n FROM vouchers_order o JOIN vouchers_orderline l ON l.order_id = o.id
    WHERE o.status IN ('IN_PRODUCTION', 'DELIVERED', 'CLOSED') GROUP BY o.wave_id),
made AS (
    SELECT wave_id, count(*) FILTER (WHERE replaces_id IS NOT NULL) AS replacements, max(number) AS highest
    FROM vouchers_booklet GROUP BY wave_id)
SELECT w.number::text AS subject, w.next_booklet_number - 1 AS given,
    coalesce(r.n, 0) AS ordered, coalesce(m.replacements, 0) AS replacements, coalesce(m.highest, 0) AS highest
FROM vouchers_wave w LEFT JOIN reserved r ON r.wave_id = w.id LEFT JOIN made m ON m.wave_id = w.id
WHERE w.next_booklet_number - 1 <> coalesce(r.n, 0) + coalesce(m.replacements, 0)
    OR coalesce(m.highest, 0) >= w.next_booklet_number""",
    sentence=(
        "Vague {subject} : {given} numéros de carnet donnés pour {ordered} carnets commandés"
        " et {replacements} remplacements (plus haut numéro : {highest})."
    ),
)

FUNDING_COVERED = Rule(
    "FUNDING_COVERED",
    sql="""
WITH funded AS (
    SELECT order_id, sum(size) AS tickets FROM vouchers_booklet
    WHERE funded_at IS NOT NULL AND replaces_id IS NULL GROUP BY order_id),
verified AS (
    SELECT order_id, sum(amount_cents) AS cents FROM vouchers_fundingproof
    WHERE verified_at IS NOT NULL GROUP BY order_id)
SELECT o.reference AS subject, f.tickets * w.face_value_cents AS funded, coalesce(v.cents, 0) AS verified
FROM funded f JOIN vouchers_order o ON o.id = f.order_id JOIN vouchers_wave w ON w.id = o.wave_id
LEFT JOIN verified v ON v.order_id = o.id
WHERE f.tickets * w.face_value_cents > coalesce(v.cents, 0)""",
    sentence="Commande {subject} : {funded} centimes de carnets actifs pour {verified} centimes de preuves vérifiées.",
)

FUNDING_IN_ORDER = Rule(
    "FUNDING_IN_ORDER",
    sql="""
WITH bounds AS (
    SELECT order_id, max(number) FILTER (WHERE funded_at IS NOT NULL) AS last_funded,
        min(number) FILTER (WHERE funded_at IS NULL AND status NOT IN ('CANCELLED', 'DESTROYED')) AS first_unfunded
    FROM vouchers_booklet WHERE replaces_id IS NULL GROUP BY order_id)
SELECT o.reference AS subject, s.last_funded, s.first_unfunded
FROM bounds s JOIN vouchers_order o ON o.id = s.order_id WHERE s.last_funded > s.first_unfunded""",
    sentence="Commande {subject} : le carnet {last_funded} est financé avant le carnet {first_unfunded}.",
)

FUNDING_PROVED = Rule(
    "FUNDING_PROVED",
    sql="""
SELECT $label AS subject, p.reference
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id JOIN vouchers_fundingproof p ON p.id = b.funded_by_id
WHERE p.verified_at IS NULL OR p.order_id <> b.order_id""",
    sentence="Le carnet {subject} est financé par la preuve {reference}, non vérifiée ou d’une autre commande.",
)

RULES = (
    ORDER_CONSERVED,
    WAVE_CONSERVED,
    HOLDER_CONSERVED,
    LINE_HELD,
    BOOKLET_FOLLOWS_ORDER,
    NUMBER_IN_RANGE,
    NUMBERS_CONTINUOUS,
    FUNDING_COVERED,
    FUNDING_IN_ORDER,
    FUNDING_PROVED,
)
