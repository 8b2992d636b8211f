"""`check_register`, what was settled: a contested hour is paid by the hours it says, once, or outside the face value."""

from mediation.states import GOODWILL, SETTLED, SETTLED_ON_FREE_HOUR
from vouchers.register.check_rule import Rule

# By act: what its contested lines say was paid on free hours, and what its other lines consumed for them.
SETTLED_HOURS_ARE_CONSUMED = Rule(
    "SETTLED_HOURS_ARE_CONSUMED",
    sql="""
WITH told AS (
    SELECT l.redemption_id, sum(l.tickets_count) AS n
    FROM mediation_oweddecision d JOIN mediation_redemptionline l ON l.id = d.line_id
    WHERE d.reason = '$on_free_hour' GROUP BY 1),
taken AS (
    SELECT l.redemption_id, sum(l.tickets_count) AS n
    FROM mediation_oweddecision d JOIN mediation_redemptionline l ON l.id = d.line_id
    WHERE d.rank = 1 AND d.reason = '$settled' AND l.movement_id IS NOT NULL GROUP BY 1)
SELECT r.uid::text AS subject, coalesce(told.n, 0) AS told, coalesce(taken.n, 0) AS taken
FROM told FULL JOIN taken ON taken.redemption_id = told.redemption_id
JOIN mediation_redemption r ON r.id = coalesce(told.redemption_id, taken.redemption_id)
WHERE coalesce(told.n, 0) <> coalesce(taken.n, 0)""",
    sentence=(
        "Utilisation {subject} : {told} heures contestées ont été payées sur des heures libres, {taken} ont été"
        " consommées pour elles."
    ),
    parts={"on_free_hour": SETTLED_ON_FREE_HOUR, "settled": SETTLED},
)

GOODWILL_STANDS_APART = Rule(
    "GOODWILL_STANDS_APART",
    sql="""
SELECT r.uid::text AS subject, $label AS booklet
FROM mediation_redemptionline l
LEFT JOIN mediation_goodwillline g ON g.line_id = l.id
LEFT JOIN mediation_oweddecision d ON d.line_id = l.id AND d.reason = '$goodwill'
JOIN mediation_redemption r ON r.id = l.redemption_id
JOIN vouchers_booklet b ON b.id = l.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id
WHERE (g.id IS NULL) <> (d.id IS NULL)
    OR g.id IS NOT NULL AND (l.movement_id IS NOT NULL OR g.claimed_cents <> l.tickets_count * l.price_cents)""",
    sentence=(
        "Utilisation {subject}, carnet {booklet} : un geste hors valeur faciale n’a pas sa décision, ou paie des"
        " heures qui ont pris leurs tickets."
    ),
    parts={"goodwill": GOODWILL},
)

RULES = (SETTLED_HOURS_ARE_CONSUMED, GOODWILL_STANDS_APART)
