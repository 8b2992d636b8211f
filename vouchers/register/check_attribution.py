"""What was attributed to funders: each ticket used whole to the cent, each seal once and in order, no ceiling passed."""

from vouchers.register.check_rule import Rule

ATTRIBUTION_EXACT = Rule(
    "ATTRIBUTION_EXACT",
    sql="""
WITH used AS (
    SELECT m.id AS movement_id, m.uid, l.booklet_id,
        CASE m.act WHEN 'REDEEM' THEN 1 ELSE -1 END * l.tickets_count AS tickets, w.face_value_cents
    FROM vouchers_attributedseal a JOIN vouchers_sealentry e ON e.seal_id = a.seal_id
    JOIN vouchers_movement m ON m.id = e.movement_id AND m.act IN ('REDEEM', 'UNDO_REDEMPTION')
    JOIN vouchers_movementline l ON l.movement_id = m.id JOIN vouchers_booklet b ON b.id = l.booklet_id
    JOIN vouchers_wave w ON w.id = b.wave_id),
borne AS (
    SELECT movement_id, booklet_id, sum(cents) AS cents, min(tickets_count) AS fewest, max(tickets_count) AS most
    FROM vouchers_attributionline GROUP BY 1, 2)
SELECT coalesce(u.uid::text, 'absent (' || b.movement_id || ')') AS subject,
    coalesce(u.tickets * u.face_value_cents, 0) AS value, coalesce(b.cents, 0) AS cents
FROM used u FULL JOIN borne b ON b.movement_id = u.movement_id AND b.booklet_id = u.booklet_id
WHERE u.tickets * u.face_value_cents IS DISTINCT FROM b.cents OR b.fewest <> u.tickets OR b.most <> u.tickets""",
    sentence="L’acte {subject} vaut {value} centimes, {cents} sont attribués à ses financeurs.",
)

ATTRIBUTION_IN_ORDER = Rule(
    "ATTRIBUTION_IN_ORDER",
    sql="""
SELECT s.number::text AS subject
FROM vouchers_seal s LEFT JOIN vouchers_attributedseal a ON a.seal_id = s.id
WHERE a.id IS NULL AND s.number < (
    SELECT max(t.number) FROM vouchers_attributedseal x JOIN vouchers_seal t ON t.id = x.seal_id)""",
    sentence="Le scellé {subject} n’est pas attribué, un scellé plus récent l’est.",
)

ATTRIBUTION_WITHIN_CEILING = Rule(
    "ATTRIBUTION_WITHIN_CEILING",
    sql="""
SELECT o.reference || ', ' || g.name AS subject, f.ceiling_cents AS ceiling, sum(a.cents) AS cents
FROM vouchers_attributionline a JOIN vouchers_fundingline f ON f.id = a.funding_line_id
JOIN vouchers_order o ON o.id = f.order_id JOIN accounts_organisation g ON g.id = f.co_funder_id
WHERE a.order_id = f.order_id
GROUP BY 1, 2 HAVING sum(a.cents) > f.ceiling_cents OR sum(a.cents) < 0""",
    sentence="Cofinancement {subject} : {cents} centimes attribués pour un plafond de {ceiling}.",
)

ATTRIBUTION_MIRRORED = Rule(
    "ATTRIBUTION_MIRRORED",
    sql="""
SELECT m.uid::text AS subject
FROM vouchers_movement m JOIN vouchers_attributionline a ON a.movement_id = m.id
LEFT JOIN vouchers_attributionline o ON o.movement_id = m.reverses_id AND o.booklet_id = a.booklet_id
    AND o.funding_line_id IS NOT DISTINCT FROM a.funding_line_id
WHERE m.act = 'UNDO_REDEMPTION' AND (a.base_cents, a.due_cents, a.cents, a.funder_id)
    IS DISTINCT FROM (-o.base_cents, -o.due_cents, -o.cents, o.funder_id)
GROUP BY m.uid""",
    sentence="La correction {subject} ne reprend pas ce qui avait été attribué à chaque financeur.",
)

RULES = (ATTRIBUTION_EXACT, ATTRIBUTION_IN_ORDER, ATTRIBUTION_WITHIN_CEILING, ATTRIBUTION_MIRRORED)
