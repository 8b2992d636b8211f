"""What came back and what was counted: lots hold what they say, nothing is destroyed without two signatures, a signed
count is what the movements said then."""

from vouchers.register.check_rule import Rule

SEALED_LOT_COUNTED = Rule(
    "SEALED_LOT_COUNTED",
    sql="""
WITH held AS (
    SELECT s.lot_id, count(*) AS booklets, sum(b.size) AS tickets, count(DISTINCT b.wave_id) AS waves,
        min(b.wave_id) AS wave_id
    FROM vouchers_sealedbooklet s JOIN vouchers_booklet b ON b.id = s.booklet_id GROUP BY s.lot_id)
SELECT l.number::text AS subject, l.booklets_count, l.tickets_count,
    coalesce(h.booklets, 0) AS booklets, coalesce(h.tickets, 0) AS tickets
FROM vouchers_sealedlot l LEFT JOIN held h ON h.lot_id = l.id
WHERE (l.booklets_count, l.tickets_count, l.wave_id, 1) IS DISTINCT FROM (h.booklets, h.tickets, h.wave_id, h.waves)""",
    sentence=(
        "Le lot scellé {subject} annonce {booklets_count} carnets et {tickets_count} tickets de sa vague, il en tient"
        " {booklets} et {tickets}."
    ),
)

SEALED_BOOKLET_WORTHLESS = Rule(
    "SEALED_BOOKLET_WORTHLESS",
    sql="""
SELECT $label AS subject, t.lot, t.n
FROM (SELECT s.booklet_id, l.number AS lot, count(*) AS n
    FROM vouchers_sealedbooklet s JOIN vouchers_sealedlot l ON l.id = s.lot_id
    JOIN vouchers_ticket k ON k.booklet_id = s.booklet_id
    WHERE k.status NOT IN ('BLOCKED', 'EXPIRED', 'CANCELLED', 'REPLACED', 'DESTROYED') GROUP BY 1, 2) t
JOIN vouchers_booklet b ON b.id = t.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id""",
    sentence="Le carnet {subject} est dans le lot scellé {lot}, et {n} de ses tickets ont encore cours ou ont servi.",
)

# Both ways: no title destroyed without its report, no report signed whose titles are still there.
DESTRUCTION_IS_REPORTED = Rule(
    "DESTRUCTION_IS_REPORTED",
    sql="""
WITH gone AS (
    SELECT l.booklet_id, l.mask, m.subject AS report
    FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id AND m.act = 'DESTROY'),
signed AS (
    SELECT s.booklet_id, r.uid AS report, r.by_id, r.second_by_id
    FROM vouchers_destructionreport r JOIN vouchers_sealedbooklet s ON s.lot_id = r.lot_id
    WHERE r.status = 'SIGNED')
SELECT $label AS subject, coalesce(s.report, g.report)::text AS report
FROM gone g FULL JOIN signed s ON s.booklet_id = g.booklet_id AND s.report = g.report
JOIN vouchers_booklet b ON b.id = coalesce(g.booklet_id, s.booklet_id) JOIN vouchers_wave w ON w.id = b.wave_id
WHERE g.booklet_id IS NULL OR s.booklet_id IS NULL OR g.mask <> (1 << b.size) - 1
    OR s.second_by_id IS NULL OR s.second_by_id = s.by_id""",
    sentence=(
        "Le carnet {subject} et le procès-verbal {report} ne se répondent pas\u00a0: un carnet se détruit entier, dans un lot"
        " dont deux personnes ont signé le procès-verbal."
    ),
)

LOT_NUMBERS_CONTINUOUS = Rule(
    "LOT_NUMBERS_CONTINUOUS",
    sql="""
WITH series AS (
    SELECT 'lots scellés' AS name, number FROM vouchers_sealedlot
    UNION ALL SELECT 'procès-verbaux de destruction', number FROM vouchers_destructionreport WHERE number IS NOT NULL)
SELECT name AS subject, count(*) AS n, max(number) AS last
FROM series GROUP BY name HAVING count(DISTINCT number) <> max(number) OR count(*) <> max(number)""",
    sentence="La série des {subject} a {n} numéros et va jusqu’à {last}\u00a0: il en manque, ou l’un sert deux fois.",
)

COUNT_IS_ITS_READING = Rule(
    "COUNT_IS_ITS_READING",
    sql="""
WITH read AS (SELECT inventory_id, count(*) AS n FROM vouchers_inventoryentry GROUP BY inventory_id),
told AS (
    SELECT c.id,
        (SELECT coalesce(sum((r ->> 1)::int - (r ->> 0)::int + 1), 0) FROM jsonb_array_elements(c.missing) r) AS missing,
        (SELECT coalesce(sum((r ->> 1)::int - (r ->> 0)::int + 1), 0) FROM jsonb_array_elements(c.unexpected) r)
            AS unexpected
    FROM vouchers_inventorycount c)
SELECT c.uid::text AS subject, c.found_count, c.missing_count, c.unexpected_count,
    coalesce(r.n, 0) AS n, t.missing, t.unexpected
FROM vouchers_inventorycount c JOIN told t ON t.id = c.id JOIN vouchers_inventory i ON i.id = c.inventory_id
LEFT JOIN read r ON r.inventory_id = c.inventory_id
WHERE (c.found_count, c.missing_count, c.unexpected_count) IS DISTINCT FROM (coalesce(r.n, 0), t.missing, t.unexpected)
    OR i.status <> 'CLOSED' OR (i.holder_id, i.wave_id) IS DISTINCT FROM (c.holder_id, c.wave_id)""",
    sentence=(
        "Le compte signé {subject} dit {found_count} carnets trouvés, {missing_count} manquants et {unexpected_count}"
        " inattendus\u00a0: son inventaire en a lu {n}, ses écarts en nomment {missing} et {unexpected}."
    ),
)

# An act and a count that cross one another are each right: what moved within the margin may be on either side.
COUNT_FOLLOWS_MOVEMENTS = Rule(
    "COUNT_FOLLOWS_MOVEMENTS",
    sql="""
WITH whole AS (
    SELECT m.id, m.recorded_at, m.from_state, m.from_organisation_id, m.to_state, m.to_organisation_id, b.wave_id
    FROM vouchers_movement m JOIN vouchers_movementline l ON l.movement_id = m.id
    JOIN vouchers_booklet b ON b.id = l.booklet_id
    WHERE (m.from_state = 'IN_STOCK' OR m.to_state = 'IN_STOCK')
        AND (l.mask = (1 << b.size) - 1 OR m.act NOT IN ('BLOCK', 'REISSUE'))),
step AS (
    SELECT recorded_at AS at, to_organisation_id AS holder_id, wave_id, count(*) AS n, NULL::bigint AS count_id
    FROM whole WHERE to_state = 'IN_STOCK' GROUP BY id, 1, 2, 3
    UNION ALL
    SELECT recorded_at, from_organisation_id, wave_id, -count(*), NULL
    FROM whole WHERE from_state = 'IN_STOCK' GROUP BY id, 1, 2, 3
    UNION ALL
    SELECT counted_at, holder_id, wave_id, 0, id FROM vouchers_inventorycount),
around AS (
    SELECT count_id,
        coalesce(sum(n) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND interval '$margin' PRECEDING), 0) AS before,
        sum(greatest(n, 0)) OVER (w RANGE BETWEEN interval '$margin' PRECEDING AND interval '$margin' FOLLOWING) AS came,
        sum(least(n, 0)) OVER (w RANGE BETWEEN interval '$margin' PRECEDING AND interval '$margin' FOLLOWING) AS went
    FROM step WINDOW w AS (PARTITION BY holder_id, wave_id ORDER BY at))
SELECT c.uid::text AS subject, o.name AS holder, w.number AS wave, c.expected_count, a.before + a.came + a.went AS stock
FROM around a JOIN vouchers_inventorycount c ON c.id = a.count_id
JOIN accounts_organisation o ON o.id = c.holder_id JOIN vouchers_wave w ON w.id = c.wave_id
WHERE c.expected_count NOT BETWEEN a.before + a.went AND a.before + a.came""",
    sentence=(
        "Le compte signé {subject} ({holder}, vague {wave}) attendait {expected_count} carnets en stock, les mouvements"
        " enregistrés alors en faisaient {stock}."
    ),
    parts={"margin": "30 seconds"},
)

RULES = (
    SEALED_LOT_COUNTED,
    SEALED_BOOKLET_WORTHLESS,
    DESTRUCTION_IS_REPORTED,
    LOT_NUMBERS_CONTINUOUS,
    COUNT_IS_ITS_READING,
    COUNT_FOLLOWS_MOVEMENTS,
)
