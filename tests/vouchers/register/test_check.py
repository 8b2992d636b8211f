"""Each rule of `check_register` sees the row that breaks it, and says which one; what the actions do breaks none."""

import pytest
from django.db import InternalError, connections, transaction
from django.test.utils import CaptureQueriesContext

import mediation.queries.check
import vouchers.register.check
from reporting.management.commands.check_register import all_faults
from tests.database import FreshDatabase
from tests.vouchers.register.build import Story, without_guards
from vouchers.models import Booklet
from vouchers.register.check import one_instant
from vouchers.register.check_rule import Fault

# Names of rows in the statements below: the story's booklets, and the acts on them.
LINE_OF = "(SELECT l.id FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id"
MOVEMENT_OF = "(SELECT m.id FROM vouchers_movementline l JOIN vouchers_movement m ON m.id = l.movement_id"
REDEEM_USED = f"{MOVEMENT_OF} WHERE l.booklet_id = %(used)s AND m.act = 'REDEEM' ORDER BY m.id LIMIT 1)"
UNDO_USED = f"{MOVEMENT_OF} WHERE l.booklet_id = %(used)s AND m.act = 'UNDO_REDEMPTION')"
LINE_USED = "(SELECT min(id) FROM mediation_redemptionline WHERE booklet_id = %(used)s)"
# A statement that the story does not tell, of the order of the booklet that was used.
STATEMENT = (
    "INSERT INTO mediation_closingstatement (uid, wave_id, funder_id, issuer_id, rank, series_rank, number, seal_number,"
    " face_value_cents, residue, credit_cents, change_cents, content, sha256, drawn_at, by_kind, by_role)"
    " SELECT gen_random_uuid(), b.wave_id, b.funder_id, b.funder_id, 1, 1, 'AV-1-0001', 9, 1000, {residue},"
    " {residue} * 1000, {residue} * 1000, '{content}', sha256('{{}}'::bytea), now(), 'SYSTEM', 'system'"
    " FROM vouchers_booklet b WHERE b.id = %(used)s"
)
STATEMENT_LINE = (
    "INSERT INTO mediation_closingline (statement_id, order_id, ordered, to_produce, produced, in_transit, in_stock,"
    " missing, handed_over, redeemed, expired, blocked, cancelled, destroyed, funded, residue, unfunded, payable, pending,"
    " contested, refused, awaiting, late_handed)"
    " SELECT s.id, b.order_id, 20, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 20, 20, 0, 0, 0, 0, 0, 0, 0"
    " FROM vouchers_booklet b, mediation_closingstatement s WHERE b.id = %(used)s"
)

# id → (statements, every rule that must speak). The first rule is the one on trial.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "a ticket row is gone": (
        ["DELETE FROM vouchers_ticket WHERE booklet_id = %(missing)s AND position = 5"],
        ["ORDER_CONSERVED", "WAVE_CONSERVED", "HOLDER_CONSERVED", "BOOKLET_HOLDS_ITS_TICKETS"],
    ),
    "a booklet changes wave": (
        [
            "UPDATE vouchers_booklet SET wave_id = (SELECT id FROM vouchers_wave WHERE number = 2) WHERE id = %(in_stock)s"
        ],
        [
            "WAVE_CONSERVED",
            "BOOKLET_FOLLOWS_ORDER",
            "NUMBERS_CONTINUOUS",
            "FACT_UNALTERED",
            "COUNT_FOLLOWS_MOVEMENTS",
        ],
    ),
    "a stock gives more than it received": (
        [
            f"UPDATE vouchers_movement SET to_organisation_id = (SELECT max(id) FROM accounts_organisation)"
            f" WHERE id = {MOVEMENT_OF} WHERE l.booklet_id = %(in_stock)s AND m.act = 'RECEIVE')"
        ],
        ["HOLDER_CONSERVED", "TICKET_CHAIN_UNBROKEN", "FACT_UNALTERED", "COUNT_FOLLOWS_MOVEMENTS"],
    ),
    "a booklet more than ordered": (
        [
            "UPDATE vouchers_orderline SET quantity = quantity - 1"
            " WHERE id = (SELECT line_id FROM vouchers_booklet WHERE id = %(missing)s)"
        ],
        ["ORDER_LINE_HELD", "NUMBER_IN_RANGE", "NUMBERS_CONTINUOUS"],
    ),
    "a booklet of another funder": (
        ["UPDATE vouchers_booklet SET funder_id = distributor_id WHERE id = %(in_stock)s"],
        ["BOOKLET_FOLLOWS_ORDER"],
    ),
    "a number outside of the order's": (
        ["UPDATE vouchers_booklet SET number = 900 WHERE id = %(in_stock)s"],
        ["NUMBER_IN_RANGE", "NUMBERS_CONTINUOUS", "FACT_UNALTERED"],
    ),
    "a number given to nobody": (
        ["UPDATE vouchers_wave SET next_booklet_number = next_booklet_number + 1 WHERE number = 1"],
        ["NUMBERS_CONTINUOUS"],
    ),
    "a proof that shrinks": (
        ["UPDATE vouchers_fundingproof SET amount_cents = 4999 WHERE amount_cents = 5500"],
        ["FUNDING_COVERED"],
    ),
    "a booklet funded before its turn": (
        [
            "UPDATE vouchers_booklet b SET funded_at = NULL, funded_by_id = NULL"
            " FROM vouchers_booklet m WHERE m.id = %(in_stock)s AND b.order_id = m.order_id AND b.number < m.number"
            " AND b.replaces_id IS NULL"
        ],
        ["FUNDING_IN_ORDER"],
    ),
    "a proof nobody verified": (
        ["UPDATE vouchers_fundingproof SET verified_at = NULL, verified_by_id = NULL WHERE amount_cents = 5500"],
        ["FUNDING_PROVED", "FUNDING_COVERED"],
    ),
    "a use borne for a cent less": (
        ["UPDATE vouchers_attributionline SET cents = cents - 1 WHERE funding_line_id IS NULL AND cents > 0"],
        ["ATTRIBUTION_EXACT", "ATTRIBUTION_MIRRORED"],
    ),
    "a use of a seal that was not attributed": (
        ["DELETE FROM vouchers_attributedseal WHERE seal_id = (SELECT id FROM vouchers_seal WHERE number = 1)"],
        ["ATTRIBUTION_IN_ORDER", "ATTRIBUTION_EXACT"],
    ),
    "a ceiling lowered after the fact": (
        ["UPDATE vouchers_fundingline SET ceiling_cents = 1"],
        ["ATTRIBUTION_WITHIN_CEILING"],
    ),
    "a correction at the charge of another": (
        [
            "UPDATE vouchers_attributionline SET funder_id = (SELECT max(id) FROM accounts_organisation)"
            " WHERE tickets_count < 0"
        ],
        ["ATTRIBUTION_MIRRORED"],
    ),
    "a movement that leaves from elsewhere": (
        [f"UPDATE vouchers_movement SET from_state = 'BLOCKED', from_kind = 'VOID' WHERE id = {REDEEM_USED}"],
        ["TICKET_CHAIN_UNBROKEN", "HOLDER_CONSERVED", "FACT_UNALTERED"],
    ),
    "a ticket born twice": (
        [
            f"UPDATE vouchers_movement SET from_state = 'TO_PRODUCE', from_kind = 'VOID' WHERE id = {REDEEM_USED}",
        ],
        ["TICKET_BORN_ONCE", "TICKET_CHAIN_UNBROKEN", "HOLDER_CONSERVED", "FACT_UNALTERED"],
    ),
    "a ticket never born": (
        [
            f"DELETE FROM vouchers_movementline WHERE id = {LINE_OF}"
            " WHERE l.booklet_id = %(missing)s AND m.act = 'PRODUCE')"
        ],
        ["TICKET_BORN_ONCE", "HOLDER_CONSERVED", "MOVEMENT_COUNTED", "FACT_UNALTERED"],
    ),
    "a ticket said to be used": (
        ["UPDATE vouchers_ticket SET status = 'REDEEMED' WHERE booklet_id = %(missing)s AND position = 2"],
        ["TICKET_FOLLOWS_MOVEMENTS", "HOLDER_CONSERVED"],
    ),
    "a ticket that names another movement": (
        [f"UPDATE vouchers_ticket SET movement_id = {UNDO_USED} WHERE booklet_id = %(used)s AND position = 4"],
        ["TICKET_FOLLOWS_MOVEMENTS"],
    ),
    "a line that counts wrong": (
        [f"UPDATE vouchers_movementline SET tickets_count = 1 WHERE id = {LINE_OF} WHERE m.id = {REDEEM_USED})"],
        [
            "LINE_COUNTED",
            "MOVEMENT_COUNTED",
            "HOLDER_CONSERVED",
            "FACT_UNALTERED",
            "SITE_CONSERVED",
            "ATTRIBUTION_EXACT",
        ],
    ),
    "a line of a position that does not exist": (
        [
            f"UPDATE vouchers_movementline SET mask = mask | 512, tickets_count = tickets_count + 1 WHERE id = {LINE_OF}"
            f" WHERE m.id = {REDEEM_USED})",
            f"UPDATE vouchers_movement SET tickets_count = tickets_count + 1 WHERE id = {REDEEM_USED}",
        ],
        [
            "LINE_COUNTED",
            "HOLDER_CONSERVED",
            "FACT_UNALTERED",
            "REDEMPTION_LINE_HAS_ITS_MOVEMENT",
            "REDEEM_MOVEMENT_HAS_ITS_LINE",
            "SITE_CONSERVED",
            "ATTRIBUTION_EXACT",
        ],
    ),
    "a movement that counts wrong": (
        [f"UPDATE vouchers_movement SET tickets_count = 9 WHERE id = {REDEEM_USED}"],
        ["MOVEMENT_COUNTED", "FACT_UNALTERED"],
    ),
    "a booklet larger than its tickets": (
        ["UPDATE vouchers_booklet SET size = 7 WHERE id = %(missing)s"],
        ["BOOKLET_HOLDS_ITS_TICKETS", "BOOKLET_FOLLOWS_ORDER"],
    ),
    "a booklet said to be elsewhere": (
        [
            "UPDATE vouchers_booklet SET status = 'BLOCKED', holder_kind = 'VOID', holder_id = NULL WHERE id = %(in_stock)s"
        ],
        ["BOOKLET_FOLLOWS_MOVEMENTS"],
    ),
    "a booklet that stayed behind its movements": (
        [
            "UPDATE vouchers_booklet b SET status = m.to_state, holder_kind = m.to_kind,"
            " holder_id = m.to_organisation_id, movement_id = m.id FROM vouchers_movementline l"
            " JOIN vouchers_movement m ON m.id = l.movement_id"
            " WHERE b.id = %(in_stock)s AND l.booklet_id = b.id AND m.act = 'RECEIVE'"
        ],
        ["BOOKLET_FOLLOWS_MOVEMENTS"],
    ),
    "a booklet that leaves tickets behind": (
        [
            "UPDATE vouchers_ticket t SET movement_id = (SELECT min(id) FROM vouchers_movement)"
            " WHERE booklet_id = %(missing)s"
        ],
        ["BOOKLET_MOVES_WHOLE", "TICKET_FOLLOWS_MOVEMENTS"],
    ),
    "an identity that lives twice": (
        [
            "UPDATE vouchers_ticket SET uid ="
            " (SELECT uid FROM vouchers_ticket WHERE booklet_id = %(in_stock)s AND position = 1)"
            " WHERE booklet_id = %(in_stock)s AND position = 2"
        ],
        ["IDENTITY_LIVES_ONCE"],
    ),
    "a print generation is skipped": (
        ["UPDATE vouchers_ticket SET generation = 3 WHERE booklet_id = %(replacement)s AND position = 1"],
        ["IDENTITY_LIVES_ONCE", "REPLACEMENT_HOLDS_THE_REMAINDER"],
    ),
    "a replacement of nothing": (
        ["UPDATE vouchers_booklet SET replaces_id = %(in_stock)s WHERE id = %(replacement)s"],
        ["REPLACEMENT_HOLDS_THE_REMAINDER", "DISPUTE_FOLLOWS_MOVEMENT"],
    ),
    "a correction of other tickets": (
        [f"UPDATE vouchers_movementline SET mask = 8 WHERE id = {LINE_OF} WHERE m.id = {UNDO_USED})"],
        ["REVERSAL_MIRRORS", "TICKET_CHAIN_UNBROKEN", "TICKET_FOLLOWS_MOVEMENTS", "FACT_UNALTERED"],
    ),
    "a correction that names nothing": (
        [f"UPDATE vouchers_movement SET reverses_id = NULL WHERE id = {UNDO_USED}"],
        ["REVERSAL_MIRRORS", "FACT_UNALTERED", "OWED_FOLLOWS_MOVEMENT", "SITE_CONSERVED", "ATTRIBUTION_MIRRORED"],
    ),
    "a correction made twice": (
        [
            f"UPDATE vouchers_movement SET reverses_id = (SELECT reverses_id FROM vouchers_movement WHERE id = {UNDO_USED})"
            " WHERE act = 'UNDO_HANDOVER'"
        ],
        ["REVERSAL_MIRRORS", "HANDOVER_FOLLOWS_MOVEMENT", "FACT_UNALTERED", "SITE_CONSERVED"],
    ),
    "a hand-over undone without movement": (
        ["UPDATE vouchers_handover SET undone_at = recorded_at WHERE booklet_id = %(in_stock)s"],
        ["HANDOVER_FOLLOWS_MOVEMENT"],
    ),
    "a dispute on other tickets": (
        ["UPDATE vouchers_dispute SET mask = 1 WHERE booklet_id = %(replaced)s"],
        ["DISPUTE_FOLLOWS_MOVEMENT"],
    ),
    "a lot that counts wrong": (
        ["UPDATE vouchers_sealedlot SET booklets_count = booklets_count + 1"],
        ["SEALED_LOT_COUNTED"],
    ),
    "a lot of another wave": (
        ["UPDATE vouchers_sealedlot SET wave_id = (SELECT id FROM vouchers_wave WHERE number = 2)"],
        ["SEALED_LOT_COUNTED"],
    ),
    "a booklet under a seal that was used": (
        ["INSERT INTO vouchers_sealedbooklet (lot_id, booklet_id) SELECT id, %(used)s FROM vouchers_sealedlot"],
        ["SEALED_BOOKLET_WORTHLESS", "SEALED_LOT_COUNTED", "DESTRUCTION_IS_REPORTED"],
    ),
    "a booklet destroyed out of any lot": (
        ["DELETE FROM vouchers_sealedbooklet"],
        ["DESTRUCTION_IS_REPORTED", "SEALED_LOT_COUNTED"],
    ),
    "a destruction signed twice by one person": (
        ["UPDATE vouchers_destructionreport SET second_by_id = by_id"],
        ["DESTRUCTION_IS_REPORTED"],
    ),
    "a destruction whose report was taken back": (
        ["UPDATE vouchers_destructionreport SET status = 'PROPOSED'"],
        ["DESTRUCTION_IS_REPORTED"],
    ),
    "a number of lot given to nobody": (
        ["UPDATE vouchers_sealedlot SET number = number + 1"],
        ["LOT_NUMBERS_CONTINUOUS"],
    ),
    "a gap rubbed out of a signed count": (
        ["UPDATE vouchers_inventorycount SET missing = '[]' WHERE missing_count > 0"],
        ["COUNT_IS_ITS_READING"],
    ),
    "a signed count of what was not read": (
        ["UPDATE vouchers_inventorycount SET found_count = found_count + 1"],
        ["COUNT_IS_ITS_READING"],
    ),
    "a signed count that expected a booklet less": (
        [
            "UPDATE vouchers_inventorycount SET expected_count = expected_count - 1, missing_count = missing_count - 1,"
            " missing = jsonb_build_array(jsonb_build_array(1, missing_count - 1))"
        ],
        ["COUNT_FOLLOWS_MOVEMENTS"],
    ),
    "a seal is gone": (
        [
            "DELETE FROM vouchers_sealentry WHERE seal_id = (SELECT id FROM vouchers_seal WHERE number = 2)",
            "DELETE FROM vouchers_seal WHERE number = 2",
        ],
        ["SEALS_FOLLOW", "SEAL_UNALTERED", "ATTRIBUTION_EXACT"],
    ),
    "a seal follows another than the last": (
        ["UPDATE vouchers_seal SET predecessor_id = (SELECT id FROM vouchers_seal WHERE number = 1) WHERE number = 3"],
        ["SEALS_FOLLOW"],
    ),
    "an entry is gone": (
        [
            "DELETE FROM vouchers_sealentry WHERE position = 2 AND seal_id = (SELECT id FROM vouchers_seal WHERE number = 2)"
        ],
        ["SEAL_COUNTED", "SEAL_UNALTERED"],
    ),
    "a fact sealed twice": (
        [
            "UPDATE vouchers_sealentry SET movement_id = (SELECT min(movement_id) FROM vouchers_sealentry)"
            " WHERE position = 1 AND seal_id = (SELECT id FROM vouchers_seal WHERE number = 2)"
        ],
        ["FACT_SEALED_ONCE", "FACT_UNALTERED", "ATTRIBUTION_EXACT"],
    ),
    "a sealed movement is gone": (
        [
            "DELETE FROM vouchers_movement WHERE act = 'SETTLE_OWED'",
        ],
        ["FACT_SEALED_ONCE"],
    ),
    "an instant is altered by a microsecond": (
        [f"UPDATE vouchers_movement SET happened_at = happened_at + interval '1 microsecond' WHERE id = {REDEEM_USED}"],
        ["FACT_UNALTERED"],
    ),
    "a price in the details is altered": (
        [f"UPDATE vouchers_movement SET details = jsonb_set(details, '{{minutes}}', '59') WHERE id = {REDEEM_USED}"],
        ["FACT_UNALTERED"],
    ),
    "a fact and its hash are altered": (
        [
            "UPDATE vouchers_sealentry SET fact_hash = sha256('x') WHERE position = 1"
            " AND seal_id = (SELECT id FROM vouchers_seal WHERE number = 2)"
        ],
        ["SEAL_UNALTERED", "FACT_UNALTERED"],
    ),
    "a seal's instant is altered": (
        ["UPDATE vouchers_seal SET sealed_at = sealed_at + interval '1 day' WHERE number = 2"],
        ["SEAL_UNALTERED"],
    ),
    "an act names tickets its movement does not take": (
        [f"UPDATE mediation_redemptionline SET mask = 24 WHERE id = {LINE_USED}"],
        ["REDEMPTION_LINE_HAS_ITS_MOVEMENT", "REDEEM_MOVEMENT_HAS_ITS_LINE"],
    ),
    "tickets consumed for no act": (
        [f"UPDATE mediation_redemptionline SET movement_id = NULL WHERE id = {LINE_USED}"],
        ["REDEEM_MOVEMENT_HAS_ITS_LINE", "OWED_FOLLOWS_MOVEMENT"],
    ),
    "a ticket used by two acts": (
        [
            f"UPDATE mediation_redemptionline SET mask = 3, tickets_count = 2, movement_id = {REDEEM_USED}"
            f" WHERE booklet_id = %(used)s AND id <> {LINE_USED}"
        ],
        ["TICKET_USED_ONCE", "REDEEM_MOVEMENT_HAS_ITS_LINE", "OWED_FOLLOWS_MOVEMENT", "SITE_CONSERVED"],
    ),
    "an act priced otherwise": (
        [f"UPDATE mediation_redemptionline SET price_cents = 999 WHERE id = {LINE_USED}"],
        ["REDEMPTION_LINE_COPIES_ITS_BOOKLET", "SITE_CONSERVED"],
    ),
    "a decision out of order": (
        [f"UPDATE mediation_oweddecision SET rank = 3 WHERE line_id = {LINE_USED}"],
        ["OWED_DECISIONS_FOLLOW"],
    ),
    "a decision nobody may take": (
        [f"UPDATE mediation_oweddecision SET act = 'SILENCE' WHERE line_id = {LINE_USED}"],
        ["OWED_DECISIONS_FOLLOW"],
    ),
    "a contested hour paid by none": (
        [f"UPDATE mediation_oweddecision SET reason = 'SETTLED_ON_FREE_HOUR' WHERE line_id = {LINE_USED}"],
        ["SETTLED_HOURS_ARE_CONSUMED"],
    ),
    "a goodwill line for hours that were consumed": (
        [
            "INSERT INTO mediation_goodwillline (uid, line_id, amount_cents, claimed_cents, reason, decided_at, by_kind,"
            f" by_role) VALUES (gen_random_uuid(), {LINE_USED}, 1, 1000, 'AGREED', now(), 'SYSTEM', '')"
        ],
        ["GOODWILL_STANDS_APART"],
    ),
    "a statement whose content was altered": (
        [STATEMENT.format(content="{} ", residue=0)],
        ["STATEMENT_IS_FROZEN"],
    ),
    "a statement that forgets an hour used": (
        [STATEMENT.format(content="{}", residue=20), STATEMENT_LINE],
        ["STATEMENT_IS_THE_REGISTER"],
    ),
    "no decision at all": (
        [f"DELETE FROM mediation_oweddecision WHERE line_id = {LINE_USED}"],
        ["SITE_CONSERVED", "OWED_DECISIONS_FOLLOW"],
    ),
    "an act undone on paper only": (
        [f"UPDATE mediation_oweddecision SET owed = 'UNDONE' WHERE line_id = {LINE_USED}"],
        ["OWED_FOLLOWS_MOVEMENT", "OWED_DECISIONS_FOLLOW", "SITE_CONSERVED"],
    ),
}

RULE_NAMES = {
    name
    for rule in (*vouchers.register.check.RULES, *mediation.queries.check.RULES)
    for name in (rule.sentences or {rule.name})
} | {"FACT_UNALTERED", "SEAL_UNALTERED"}


def spoiled(story: Story, statements: list[str], *, since: int = 1) -> list[Fault]:
    """What the check says once these statements were run without any guard."""
    names = {key: value for key, value in vars(story).items() if isinstance(value, int)}
    with without_guards() as cursor:
        for statement in statements:
            cursor.execute(statement, names)
            assert cursor.rowcount >= 1, statement
        return [
            *vouchers.register.check.faults(using="owner", since=since),
            *mediation.queries.check.faults(using="owner"),
        ]


def test_what_the_actions_did_breaks_no_rule(story: Story) -> None:
    assert all_faults() == []


@pytest.mark.parametrize("case", CASES)
def test_a_spoiled_row_is_told(story: Story, case: str) -> None:
    statements, expected = CASES[case]

    found = spoiled(story, statements)

    assert {fault.rule for fault in found} == set(expected)


def test_a_fault_names_its_row_and_reads_as_a_sentence(story: Story) -> None:
    label = Booklet.objects.get(pk=story.missing).label
    (fault,) = [
        fault
        for fault in spoiled(story, CASES["a ticket said to be used"][0])
        if fault.rule == "TICKET_FOLLOWS_MOVEMENTS"
    ]
    assert fault.subject == f"{label}/2"
    assert fault.sentence.startswith(f"Le ticket {label}/2 est REDEEMED, mais ses mouvements le mènent à MISSING")


def test_old_seals_may_be_left_out(story: Story) -> None:
    spoil = CASES["an instant is altered by a microsecond"][0]

    assert [fault.rule for fault in spoiled(story, spoil, since=1)] == ["FACT_UNALTERED"]
    assert spoiled(story, spoil, since=2) == []


def test_every_rule_has_its_case() -> None:
    assert {expected[0] for _, expected in CASES.values()} == RULE_NAMES


def test_an_empty_register_is_right(fresh_database: FreshDatabase) -> None:
    assert all_faults() == []


def test_the_check_reads_one_instant_and_writes_nothing(story: Story) -> None:
    with one_instant(), connections["default"].cursor() as cursor:
        cursor.execute("SHOW transaction_isolation")
        assert cursor.fetchone() == ("repeatable read",)
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            cursor.execute("INSERT INTO vouchers_seal (number) VALUES (1)")


def test_the_check_asks_one_question_per_rule(story: Story) -> None:
    with CaptureQueriesContext(connections["default"]) as queries:
        vouchers.register.check.faults()
        mediation.queries.check.faults()
    per_seal = 6 * 3
    assert len(queries) <= len(vouchers.register.check.RULES) + len(mediation.queries.check.RULES) + per_seal
