"""`check_register`, closing statements: each one says what the register says at its seal, and none was altered."""

from vouchers.register.check_rule import Rule

# Counted again from the sealed movements of the order's booklets, replacements included.
STATEMENT_IS_THE_REGISTER = Rule(
    "STATEMENT_IS_THE_REGISTER",
    sql="""
WITH counted AS (
    SELECT c.id, coalesce(sum(l.tickets_count) FILTER (WHERE m.act = 'PRODUCE'), 0) AS made,
        coalesce(sum(l.tickets_count) FILTER (WHERE m.act = 'REDEEM'), 0)
            - coalesce(sum(l.tickets_count) FILTER (WHERE m.act = 'UNDO_REDEMPTION'), 0) AS used
    FROM mediation_closingline c JOIN mediation_closingstatement st ON st.id = c.statement_id
    JOIN vouchers_booklet b ON b.order_id = c.order_id
    JOIN vouchers_movementline l ON l.booklet_id = b.id
    JOIN vouchers_movement m ON m.id = l.movement_id AND m.act IN ('PRODUCE', 'REDEEM', 'UNDO_REDEMPTION')
    JOIN vouchers_sealentry e ON e.movement_id = m.id
    JOIN vouchers_seal s ON s.id = e.seal_id AND s.number <= st.seal_number
    GROUP BY c.id)
SELECT st.number AS subject, o.reference, c.ordered - c.to_produce AS produced, c.redeemed,
    coalesce(x.made, 0) AS made, coalesce(x.used, 0) AS used
FROM mediation_closingline c JOIN mediation_closingstatement st ON st.id = c.statement_id
JOIN vouchers_order o ON o.id = c.order_id LEFT JOIN counted x ON x.id = c.id
WHERE c.redeemed <> coalesce(x.used, 0) OR c.ordered - c.to_produce <> coalesce(x.made, 0)""",
    sentence=(
        "Décompte {subject}, commande {reference}\u00a0: {redeemed} tickets utilisés sur {produced} produits, mais"
        " {used} sur {made} d’après les mouvements scellés."
    ),
)

STATEMENT_IS_FROZEN = Rule(
    "STATEMENT_IS_FROZEN",
    sql="""
WITH summed AS (SELECT statement_id, sum(residue) AS n FROM mediation_closingline GROUP BY 1),
series AS (SELECT id, row_number() OVER (PARTITION BY wave_id ORDER BY series_rank) AS place
    FROM mediation_closingstatement)
SELECT st.number AS subject, st.residue, coalesce(x.n, 0) AS n
FROM mediation_closingstatement st JOIN series r ON r.id = st.id LEFT JOIN summed x ON x.statement_id = st.id
LEFT JOIN mediation_closingstatement p ON p.id = st.amends_id
WHERE st.residue <> coalesce(x.n, 0) OR st.sha256 <> sha256(convert_to(st.content, 'UTF8'))
    OR st.series_rank <> r.place OR st.change_cents <> st.credit_cents - coalesce(p.credit_cents, 0)
    OR (p.wave_id, p.funder_id, p.rank + 1) IS DISTINCT FROM
        (CASE WHEN p.id IS NOT NULL THEN st.wave_id END, CASE WHEN p.id IS NOT NULL THEN st.funder_id END,
         CASE WHEN p.id IS NOT NULL THEN st.rank END)""",
    sentence=(
        "Décompte {subject}\u00a0: son contenu, son rang, ou son résidu ({residue} tickets pour {n} dans ses lignes)"
        " n’est plus celui qui a été établi."
    ),
)

RULES = (STATEMENT_IS_THE_REGISTER, STATEMENT_IS_FROZEN)
