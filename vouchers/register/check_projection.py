"""The present state of titles, recomputed from the lines of the movements, in the order they were written."""

from vouchers.register.check_rule import Rule

# Per ticket, each movement that took it, beside the one before. One window, sorted once.
TICKET_FOLLOWS_MOVEMENTS = Rule(
    "TICKET_FOLLOWS_MOVEMENTS",
    sql="""
WITH step AS (
    SELECT t.id AS ticket_id, l.movement_id, m.act, m.from_state, m.to_state,
        (m.from_state, m.from_kind, m.from_organisation_id) IS DISTINCT FROM
            (lag(m.to_state) OVER w, lag(m.to_kind) OVER w, lag(m.to_organisation_id) OVER w) AS is_break,
        row_number() OVER w AS rank, lead(l.movement_id) OVER w IS NULL AS is_last,
        m.from_state = 'TO_PRODUCE' OR (m.act = 'REISSUE' AND m.to_state = 'HANDED_OVER') AS is_birth
    FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id
    JOIN vouchers_ticket t ON t.booklet_id = l.booklet_id AND (l.mask::int >> (t.position - 1)) & 1 = 1
    WINDOW w AS (PARTITION BY t.id ORDER BY l.movement_id)),
wrong AS (
    SELECT s.ticket_id, 'TICKET_CHAIN_UNBROKEN' AS kind, s.movement_id, s.to_state FROM step s
        WHERE s.rank > 1 AND s.is_break
    UNION ALL
    SELECT s.ticket_id, 'TICKET_BORN_ONCE', s.movement_id, s.to_state FROM step s WHERE (s.rank = 1) <> s.is_birth
    UNION ALL
    SELECT s.ticket_id, 'TICKET_FOLLOWS_MOVEMENTS', s.movement_id, s.to_state
    FROM step s JOIN vouchers_ticket t ON t.id = s.ticket_id
    WHERE s.is_last AND (t.status <> s.to_state OR t.movement_id <> s.movement_id)
    UNION ALL
    SELECT t.id, 'TICKET_BORN_ONCE', NULL, NULL FROM vouchers_ticket t
    WHERE NOT EXISTS (SELECT FROM step s WHERE s.ticket_id = t.id))
SELECT $label || '/' || t.position AS subject, x.kind, t.status, coalesce(m.uid::text, 'aucun') AS movement,
    coalesce(m.act, '') AS act, x.to_state
FROM wrong x JOIN vouchers_ticket t ON t.id = x.ticket_id JOIN vouchers_booklet b ON b.id = t.booklet_id
JOIN vouchers_wave w ON w.id = b.wave_id LEFT JOIN vouchers_movement m ON m.id = x.movement_id""",
    sentences={
        "TICKET_CHAIN_UNBROKEN": (
            "Le ticket {subject} ne quitte pas l'état ou le détenteur où il était (mouvement {movement}, {act})."
        ),
        "TICKET_BORN_ONCE": (
            "Le ticket {subject} n'a pas exactement une naissance, en premier (mouvement {movement})."
        ),
        "TICKET_FOLLOWS_MOVEMENTS": (
            "Le ticket {subject} est {status}, mais ses mouvements le mènent à {to_state} (mouvement {movement})."
        ),
    },
)

LINE_COUNTED = Rule(
    "LINE_COUNTED",
    sql="""
SELECT $label AS subject, m.uid AS movement, l.tickets_count, bit_count(l.mask::int::bit(16)) AS bits, b.size
FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id
JOIN vouchers_booklet b ON b.id = l.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
WHERE l.tickets_count <> bit_count(l.mask::int::bit(16)) OR l.mask::int >> b.size <> 0""",
    sentence=(
        "Carnet {subject}, mouvement {movement} : {tickets_count} tickets annoncés, {bits} positions cochées,"
        " {size} dans le carnet."
    ),
)

MOVEMENT_COUNTED = Rule(
    "MOVEMENT_COUNTED",
    sql="""
WITH counted AS (SELECT movement_id, sum(tickets_count) AS n FROM vouchers_movementline GROUP BY movement_id)
SELECT m.uid::text AS subject, m.act, m.tickets_count, coalesce(c.n, 0) AS lines
FROM vouchers_movement m LEFT JOIN counted c ON c.movement_id = m.id WHERE m.tickets_count <> coalesce(c.n, 0)""",
    sentence="Le mouvement {subject} ({act}) annonce {tickets_count} tickets, ses lignes en comptent {lines}.",
)

BOOKLET_HOLDS_ITS_TICKETS = Rule(
    "BOOKLET_HOLDS_ITS_TICKETS",
    sql="""
WITH counted AS (SELECT booklet_id, count(*) AS n, max(position) AS last FROM vouchers_ticket GROUP BY booklet_id)
SELECT $label AS subject, b.size, coalesce(c.n, 0) AS n
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id LEFT JOIN counted c ON c.booklet_id = b.id
WHERE coalesce(c.n, 0) <> b.size OR c.last <> b.size""",
    sentence="Le carnet {subject} annonce {size} tickets, il en porte {n} (ou leurs rangs ont un trou).",
)

# A paper moves whole: acts that carry it always project it, and so does any act that takes all its tickets.
BOOKLET_FOLLOWS_MOVEMENTS = Rule(
    "BOOKLET_FOLLOWS_MOVEMENTS",
    sql="""
WITH whole AS (
    SELECT l.booklet_id, max(l.movement_id) AS movement_id
    FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id
    JOIN vouchers_booklet b ON b.id = l.booklet_id
    WHERE m.act IN ('PRODUCE', 'SEND', 'RECEIVE', 'DECLARE_MISSING', 'FIND', 'HAND_OVER', 'HAND_OVER_AT_USE',
            'UNDO_HANDOVER', 'CANCEL')
        OR (m.act NOT IN ('REDEEM', 'UNDO_REDEMPTION') AND l.mask = (1 << b.size) - 1)
    GROUP BY l.booklet_id),
left_behind AS (
    SELECT t.booklet_id, count(*) AS n FROM vouchers_ticket t JOIN vouchers_booklet b ON b.id = t.booklet_id
    WHERE (t.status IN ('PRODUCED', 'IN_TRANSIT', 'IN_STOCK', 'MISSING') AND t.movement_id <> b.movement_id)
        OR (t.status = 'HANDED_OVER' AND t.movement_id < b.movement_id)
    GROUP BY t.booklet_id)
SELECT $label AS subject, b.status, b.holder_kind, coalesce(m.to_state, '') AS to_state,
    coalesce(m.uid::text, 'inconnu') AS movement, coalesce(x.n, 0) AS n,
    CASE WHEN x.n IS NULL THEN 'BOOKLET_FOLLOWS_MOVEMENTS' ELSE 'BOOKLET_MOVES_WHOLE' END AS kind
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN vouchers_movement m ON m.id = b.movement_id
LEFT JOIN vouchers_movementline l ON l.movement_id = b.movement_id AND l.booklet_id = b.id
LEFT JOIN whole h ON h.booklet_id = b.id
LEFT JOIN left_behind x ON x.booklet_id = b.id
WHERE (b.status, b.holder_kind, b.holder_id) IS DISTINCT FROM (m.to_state, m.to_kind, m.to_organisation_id)
    OR l.id IS NULL OR m.act IN ('REDEEM', 'UNDO_REDEMPTION')
    OR h.movement_id IS NULL OR h.movement_id > b.movement_id OR x.n IS NOT NULL""",
    sentences={
        "BOOKLET_FOLLOWS_MOVEMENTS": (
            "Le carnet {subject} est {status} chez {holder_kind} : son dernier mouvement entier n'y mène pas"
            " (mouvement {movement}, état {to_state})."
        ),
        "BOOKLET_MOVES_WHOLE": "Le carnet {subject} est {status} en laissant {n} tickets derrière lui.",
    },
)

IDENTITY_LIVES_ONCE = Rule(
    "IDENTITY_LIVES_ONCE",
    sql="""
SELECT uid::text AS subject, count(*) AS n, count(*) FILTER (WHERE status <> 'REPLACED') AS alive
FROM vouchers_ticket GROUP BY uid
HAVING count(*) FILTER (WHERE status <> 'REPLACED') <> 1 OR min(generation) <> 1 OR max(generation) <> count(*)
    OR max(generation) FILTER (WHERE status <> 'REPLACED') <> count(*)""",
    sentence="L’identité {subject} a {n} tirages dont {alive} vivants : il en faut un seul, le dernier, sans saut.",
)

REPLACEMENT_HOLDS_THE_REMAINDER = Rule(
    "REPLACEMENT_HOLDS_THE_REMAINDER",
    sql="""
WITH given AS (
    SELECT booklet_id, count(*) AS n FROM vouchers_ticket WHERE status = 'REPLACED' GROUP BY booklet_id),
taken AS (
    SELECT t.booklet_id, count(*) AS n FROM vouchers_ticket t JOIN vouchers_booklet b ON b.id = t.booklet_id
    JOIN vouchers_ticket o ON o.uid = t.uid AND o.generation = t.generation - 1
        AND o.booklet_id = b.replaces_id AND o.status = 'REPLACED'
    GROUP BY t.booklet_id),
later AS (SELECT booklet_id, count(*) AS n FROM vouchers_ticket WHERE generation > 1 GROUP BY booklet_id),
together AS (
    SELECT replaces_id, sum(size) AS n FROM vouchers_booklet WHERE replaces_id IS NOT NULL GROUP BY replaces_id)
SELECT $label AS subject, b.size, coalesce(k.n, 0) AS taken, coalesce(g.n, 0) AS given
FROM vouchers_booklet b JOIN vouchers_wave w ON w.id = b.wave_id
LEFT JOIN given g ON g.booklet_id = b.replaces_id
LEFT JOIN taken k ON k.booklet_id = b.id
LEFT JOIN later a ON a.booklet_id = b.id
LEFT JOIN together s ON s.replaces_id = b.replaces_id
WHERE (b.replaces_id IS NOT NULL AND (b.size <> coalesce(k.n, 0) OR s.n <> coalesce(g.n, 0)))
    OR (b.replaces_id IS NULL AND a.n IS NOT NULL)""",
    sentence=(
        "Le carnet de remplacement {subject} annonce {size} tickets : l’ancien en a cédé {given}, il en reprend {taken}."
    ),
)

REVERSAL_MIRRORS = Rule(
    "REVERSAL_MIRRORS",
    sql="""
WITH pair AS (SELECT id, reverses_id FROM vouchers_movement WHERE reverses_id IS NOT NULL),
side AS (
    SELECT p.id, l.booklet_id, l.mask, 1 AS sign FROM pair p JOIN vouchers_movementline l ON l.movement_id = p.id
    UNION ALL
    SELECT p.id, l.booklet_id, l.mask, -1 FROM pair p JOIN vouchers_movementline l ON l.movement_id = p.reverses_id),
other_lines AS (
    SELECT DISTINCT id FROM (SELECT id FROM side GROUP BY id, booklet_id, mask HAVING sum(sign) <> 0) x),
twice AS (SELECT reverses_id FROM pair GROUP BY reverses_id HAVING count(*) > 1)
SELECT m.uid::text AS subject, m.act, coalesce(o.uid::text, 'aucun') AS original
FROM vouchers_movement m LEFT JOIN vouchers_movement o ON o.id = m.reverses_id
LEFT JOIN other_lines x ON x.id = m.id LEFT JOIN twice t ON t.reverses_id = m.reverses_id
WHERE (m.act IN ('UNDO_REDEMPTION', 'UNDO_HANDOVER') AND o.id IS NULL)
    OR (m.reverses_id IS NOT NULL AND (
        o.id >= m.id OR x.id IS NOT NULL OR t.reverses_id IS NOT NULL
        OR (m.act = 'UNDO_REDEMPTION') <> (o.act = 'REDEEM')
        OR (m.act = 'UNDO_HANDOVER') <> (o.act IN ('HAND_OVER', 'HAND_OVER_AT_USE'))
        OR (m.from_state, m.from_kind, m.from_organisation_id)
            IS DISTINCT FROM (o.to_state, o.to_kind, o.to_organisation_id)
        OR (m.to_state, m.to_kind, m.to_organisation_id)
            IS DISTINCT FROM (o.from_state, o.from_kind, o.from_organisation_id)))""",
    sentence="Le mouvement {subject} ({act}) n’est pas le miroir exact et unique du mouvement {original}.",
)

HANDOVER_FOLLOWS_MOVEMENT = Rule(
    "HANDOVER_FOLLOWS_MOVEMENT",
    sql="""
SELECT h.receipt AS subject, $label AS booklet
FROM vouchers_handover h JOIN vouchers_booklet b ON b.id = h.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
JOIN vouchers_movement m ON m.id = h.movement_id
LEFT JOIN vouchers_movementline l ON l.movement_id = m.id AND l.booklet_id = b.id
LEFT JOIN vouchers_movement r ON r.reverses_id = m.id
WHERE l.id IS NULL OR m.to_state <> 'HANDED_OVER' OR (h.undone_at IS NULL) <> (r.id IS NULL)""",
    sentence="La remise {subject} du carnet {booklet} ne dit pas ce que dit son mouvement.",
)

DISPUTE_FOLLOWS_MOVEMENT = Rule(
    "DISPUTE_FOLLOWS_MOVEMENT",
    sql="""
SELECT d.uid::text AS subject, $label AS booklet
FROM vouchers_dispute d JOIN vouchers_booklet b ON b.id = d.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
JOIN vouchers_movement m ON m.id = d.movement_id
LEFT JOIN vouchers_movementline l ON l.movement_id = m.id AND l.booklet_id = b.id
LEFT JOIN vouchers_booklet n ON n.id = d.replacement_id
WHERE m.act <> 'BLOCK' OR l.mask IS DISTINCT FROM d.mask
    OR (n.id IS NOT NULL AND n.replaces_id IS DISTINCT FROM d.booklet_id)""",
    sentence="L’opposition {subject} sur le carnet {booklet} ne dit pas ce que dit son mouvement.",
)

RULES = (
    TICKET_FOLLOWS_MOVEMENTS,
    LINE_COUNTED,
    MOVEMENT_COUNTED,
    BOOKLET_HOLDS_ITS_TICKETS,
    BOOKLET_FOLLOWS_MOVEMENTS,
    IDENTITY_LIVES_ONCE,
    REPLACEMENT_HOLDS_THE_REMAINDER,
    REVERSAL_MIRRORS,
    HANDOVER_FOLLOWS_MOVEMENT,
    DISPUTE_FOLLOWS_MOVEMENT,
)
