"""Each named constraint of the titles refuses the row it is there for, by its name; none is left without a case."""

import psycopg2
import pytest
from django.apps import apps
from django.db import IntegrityError, connections

from tests.vouchers.register.build import Story, without_triggers

# In raw SQL, by migrations.
RAW = {
    "ticket_status_follows_its_movement",
    "booklet_status_follows_its_movement",
    "ticket_movement_holds_its_booklet",
    "movement_line_counts_its_mask",
    "handover_activation_follows_its_channel",
    "order_proof_is_approved",
    "order_logo_is_of_its_funder",
}
BOOKLET = "WHERE booklet_id = %(in_stock)s"
NO_ACTOR = "SET by_id = NULL WHERE by_kind <> 'SYSTEM'"
# Rows that the story does not tell.
PERSON = "'11111111-1111-1111-1111-111111111111'"
THRESHOLD = (
    "INSERT INTO vouchers_wavethreshold (wave_id, kind, due_on, done_at, by_kind, by_role)"
    " SELECT min(id), 'FREEZE', '2026-12-16', now(), 'SYSTEM', 'system' FROM vouchers_wave"
)
EXTENSION = (
    "INSERT INTO vouchers_waveextension (wave_id, by_kind, by_role, ended_on, until_on, reason, extended_at)"
    " SELECT id, %s, 'x', valid_until, %s, '%s', now() FROM vouchers_wave WHERE number = 1"
)
NOTICE = (
    "INSERT INTO vouchers_endnotice (threshold_id, order_id, seal_number, face_value_cents, issued, injected, started)"
    " SELECT t.id, (SELECT min(id) FROM vouchers_order), 1, 1000, %d, %d, %d FROM vouchers_wavethreshold t"
)
FREEZE = (
    "INSERT INTO vouchers_freezeconfirmation (asked_id, funder_id, confirmed_at, by_kind, by_id, by_role)"
    " SELECT t.id, (SELECT min(funder_id) FROM vouchers_order), now(), 'USER', %s, 'FUNDER' FROM vouchers_wavethreshold t"
)

LOGO = (
    "INSERT INTO vouchers_funderlogo (uid, organisation_id, sha256, content, recorded_at, by_kind, by_id, by_role)"
    " SELECT gen_random_uuid(), o.id, '\\x00', convert_to(repeat('a', %d), 'UTF8'), now(), 'USER', %s, 'FUNDER'"
    " FROM accounts_organisation o CROSS JOIN generate_series(1, %d)"
)
ORDER_DRAFT = (
    "INSERT INTO vouchers_orderdraft (uid, key, organisation_id, wave_id, content, started_at, updated_at, order_id,"
    " by_kind, by_id, by_organisation, by_role) SELECT gen_random_uuid(), gen_random_uuid(), funder_id, wave_id, %s,"
    " now(), now(), %s, 'USER', %s, %s, 'FUNDER' FROM vouchers_order LIMIT 1"
)

CASES: dict[str, str] = {
    # wave
    "wave_number_fits_the_paper": "UPDATE vouchers_wave SET number = 65536 WHERE number = 1",
    "wave_validity_is_in_order": "UPDATE vouchers_wave SET valid_from = valid_until + 1",
    "wave_days_are_of_its_century": "UPDATE vouchers_wave SET valid_until = '9999-12-31'",
    "wave_face_value_is_positive": "UPDATE vouchers_wave SET face_value_cents = 0",
    "wave_ceiling_is_positive": "UPDATE vouchers_wave SET ceiling_cents = -1",
    "wave_shortest_act_fits_a_ticket": "UPDATE vouchers_wave SET shortest_act_minutes = ticket_minutes + 1",
    "wave_cap_ends_with_its_year": "UPDATE vouchers_wave SET profile = 'CAP' WHERE number = 1",
    "wave_cap_opens_with_its_issuers_address": (
        "UPDATE vouchers_wave SET profile = 'CAP', grace_days = 0, issuer_address = ' ' WHERE number = 1"
    ),
    "wave_dates_follow_status": "UPDATE vouchers_wave SET closed_at = now()",
    # order
    "order_has_one_actor": f"UPDATE vouchers_order {NO_ACTOR}",
    "order_approver_is_not_its_author": "UPDATE vouchers_order SET approved_by_id = by_id",
    "order_approver_is_not_who_amended_it": "UPDATE vouchers_order SET amended_by_id = approved_by_id",
    "order_amended_is_not_approved": (
        "UPDATE vouchers_order SET status = 'SUBMITTED', started_at = NULL, first_booklet_number = NULL"
    ),
    "order_line_cancels_what_it_has": "UPDATE vouchers_orderline SET cancelled_count = quantity + 1",
    "order_revision_is_kept_once": (
        "INSERT INTO vouchers_orderrevision (order_id, number, lines, fees_cents, replaced_at)"
        " SELECT id, 1, '[]', 0, now() FROM vouchers_order CROSS JOIN generate_series(1, 2)"
    ),
    "order_approval_has_date_and_actor": "UPDATE vouchers_order SET approved_by_id = NULL",
    "order_goes_on_once_approved": "UPDATE vouchers_order SET approved_at = NULL, approved_by_id = NULL",
    "order_submitted_at_follows_status": "UPDATE vouchers_order SET submitted_at = NULL",
    "order_started_at_follows_status": "UPDATE vouchers_order SET started_at = NULL, first_booklet_number = NULL",
    "order_in_production_has_numbers": "UPDATE vouchers_order SET first_booklet_number = NULL",
    "order_in_production_has_its_proof": "UPDATE vouchers_order SET proof_version = NULL",
    "order_proof_is_approved": "UPDATE vouchers_order SET proof_version = proof_version + 1",
    "order_cancelled_at_follows_status": "UPDATE vouchers_order SET cancelled_at = now()",
    "order_handover_dates_are_in_order": (
        "UPDATE vouchers_order SET handed_over_from = '2026-03-02', handed_over_until = '2026-03-01'"
    ),
    "orderdraft_has_one_actor": ORDER_DRAFT % ("'{}'", "NULL", "NULL", PERSON),
    "funderlogo_has_one_actor": LOGO % (1, "NULL", 1),
    "funder_logo_is_kept_once": LOGO % (1, PERSON, 2),
    "funder_logo_is_small": LOGO % (200_001, PERSON, 1),
    "order_logo_is_of_its_funder": (
        f"WITH kept AS ({LOGO % (1, PERSON, 1)} RETURNING id, organisation_id) UPDATE vouchers_order SET logo_id = kept.id"
        " FROM kept WHERE kept.organisation_id <> funder_id"
    ),
    "order_draft_is_empty_once_ordered": ORDER_DRAFT % ("'{\"payer\": 1}'", "id", PERSON, PERSON),
    "order_draft_is_saved_for_an_organisation": ORDER_DRAFT % ("'{}'", "NULL", PERSON, "NULL"),
    "order_siret_has_14_digits": "UPDATE vouchers_order SET siret = '1234567890123X'",
    "order_line_position_is_unique": (
        "UPDATE vouchers_orderline SET order_id = (SELECT min(id) FROM vouchers_order), position = 1"
    ),
    "order_line_size_is_5_to_10": "UPDATE vouchers_orderline SET size = 11",
    "order_line_quantity_is_positive": "UPDATE vouchers_orderline SET quantity = 0",
    "orderstep_has_one_actor": f"UPDATE vouchers_orderstep {NO_ACTOR}",
    # print proof
    "printproof_has_one_actor": f"UPDATE vouchers_printproof {NO_ACTOR}",
    "print_proof_version_is_unique": (
        "UPDATE vouchers_printproof SET order_id = (SELECT min(order_id) FROM vouchers_printproof), status = 'SENT_BACK',"
        " approved_version = NULL, remarks = 'Non' WHERE id = (SELECT max(id) FROM vouchers_printproof)"
    ),
    "print_proof_approved_version_is_unique": (
        "DROP INDEX print_proof_in_force_is_one_per_order;"
        "ALTER TABLE vouchers_printproof DROP CONSTRAINT print_proof_version_is_unique;"
        "UPDATE vouchers_printproof SET order_id = (SELECT min(order_id) FROM vouchers_printproof)"
    ),
    "print_proof_in_force_is_one_per_order": (
        "UPDATE vouchers_printproof SET order_id = (SELECT min(order_id) FROM vouchers_printproof), version = 2,"
        " approved_version = 2 WHERE id = (SELECT max(id) FROM vouchers_printproof)"
    ),
    "print_proof_version_starts_at_one": "UPDATE vouchers_printproof SET version = 0, approved_version = 0",
    "print_proof_approved_version_follows_status": "UPDATE vouchers_printproof SET approved_version = version + 1",
    "print_proof_answer_has_date_and_actor": "UPDATE vouchers_printproof SET answered_by_id = NULL",
    "print_proof_answer_follows_status": (
        "UPDATE vouchers_printproof SET answered_at = NULL, answered_by_id = NULL, answered_by_role = ''"
    ),
    "print_proof_sent_back_says_why": (
        "UPDATE vouchers_printproof SET status = 'SENT_BACK', approved_version = NULL, remarks = ' '"
    ),
    "print_proof_answered_for_the_funder_says_why": "UPDATE vouchers_printproof SET answered_by_role = 'PILOT'",
    # funding
    "funding_line_is_one_per_co_funder": (
        "UPDATE vouchers_fundingline SET co_funder_id = (SELECT min(co_funder_id) FROM vouchers_fundingline)"
    ),
    "funding_line_rate_is_a_share": "UPDATE vouchers_fundingline SET rate_points = 10001",
    "funding_line_state_rate_is_20_to_65": "UPDATE vouchers_fundingline SET is_state = true, rate_points = 6501",
    "funding_line_ceiling_is_positive": "UPDATE vouchers_fundingline SET ceiling_cents = -1",
    "attribution_of_a_use_is_written_once": (
        "INSERT INTO vouchers_attributionline"
        " (movement_id, booklet_id, order_id, funder_id, funding_line_id, tickets_count, base_cents, due_cents, cents)"
        " SELECT movement_id, booklet_id, order_id, funder_id, funding_line_id, tickets_count, base_cents, due_cents, cents"
        " FROM vouchers_attributionline WHERE funding_line_id IS NULL"
    ),
    "attribution_is_a_share_of_its_base": "UPDATE vouchers_attributionline SET base_cents = 0",
    "attribution_of_the_rest_has_no_ceiling": (
        "UPDATE vouchers_attributionline SET cents = 0 WHERE funding_line_id IS NULL AND due_cents > 0"
    ),
    "fundingproof_has_one_actor": f"UPDATE vouchers_fundingproof {NO_ACTOR}",
    "funding_proof_amount_is_positive": "UPDATE vouchers_fundingproof SET amount_cents = 0",
    "funding_proof_counts_once": (
        "UPDATE vouchers_fundingproof SET order_id = (SELECT min(id) FROM vouchers_order), reference = 'M-1'"
    ),
    "funding_proof_verifier_is_not_its_author": "UPDATE vouchers_fundingproof SET verified_by_id = by_id",
    "funding_proof_verification_has_date_and_actor": "UPDATE vouchers_fundingproof SET verified_at = NULL",
    "production_file_is_made_once": (
        "UPDATE vouchers_productionfile SET order_id = (SELECT min(id) FROM vouchers_order), batch = 1"
    ),
    "printer_file_is_made_once": (
        "INSERT INTO vouchers_printerfile (uid, order_id, batch, first_number, last_number, path, sha256, content_sha256,"
        " bytes_count, tickets_count, created_at) SELECT gen_random_uuid(), id, 1, 1, 1, n::text, '', '', 0, 0, now()"
        " FROM vouchers_order CROSS JOIN generate_series(1, 2) n WHERE id = (SELECT min(id) FROM vouchers_order)"
    ),
    "printer_file_is_deleted_after_it_was_made": (
        "INSERT INTO vouchers_printerfile (uid, order_id, batch, first_number, last_number, path, sha256, content_sha256,"
        " bytes_count, tickets_count, created_at, deleted_at) SELECT gen_random_uuid(), min(id), 1, 1, 1, 'x', '', '', 0,"
        " 0, now(), now() - interval '1 day' FROM vouchers_order"
    ),
    # booklet and ticket
    "booklet_number_is_unique_in_its_wave": (
        "UPDATE vouchers_booklet SET number = 1 WHERE wave_id = (SELECT id FROM vouchers_wave WHERE number = 1)"
    ),
    "booklet_size_is_5_to_10_or_a_remainder": "UPDATE vouchers_booklet SET size = 4 WHERE replaces_id IS NULL",
    "booklet_replaces_another": "UPDATE vouchers_booklet SET replaces_id = id WHERE id = %(in_stock)s",
    "booklet_holder_is_named": "UPDATE vouchers_booklet SET holder_id = NULL WHERE holder_kind = 'ORGANISATION'",
    "booklet_holder_follows_status": "UPDATE vouchers_booklet SET holder_kind = 'CONSUMED' WHERE id = %(used)s",
    "booklet_funding_has_date_and_proof": "UPDATE vouchers_booklet SET funded_by_id = NULL WHERE id = %(used)s",
    "booklet_status_follows_its_movement": "UPDATE vouchers_booklet SET status = 'CANCELLED' WHERE status = 'BLOCKED'",
    "ticket_position_is_unique": f"UPDATE vouchers_ticket SET position = 1 {BOOKLET}",
    "ticket_generation_is_unique": (
        "UPDATE vouchers_ticket SET uid = (SELECT uid FROM vouchers_ticket WHERE booklet_id = %(replaced)s AND position = 2)"
        " WHERE booklet_id = %(replaced)s AND position = 3"
    ),
    "ticket_identity_lives_once": (
        "UPDATE vouchers_ticket SET generation = 2,"
        f" uid = (SELECT uid FROM vouchers_ticket {BOOKLET} AND position = 1) {BOOKLET} AND position = 2"
    ),
    "ticket_position_is_1_to_10": f"UPDATE vouchers_ticket SET position = 11 {BOOKLET} AND position = 1",
    "ticket_kid_fits_a_byte": "UPDATE vouchers_ticket SET kid = 256",
    "ticket_status_follows_its_movement": f"UPDATE vouchers_ticket SET status = 'REDEEMED' {BOOKLET}",
    "ticket_movement_holds_its_booklet": (
        "UPDATE vouchers_ticket SET movement_id = (SELECT movement_id FROM vouchers_booklet WHERE id = %(undone)s)"
        " WHERE booklet_id = %(used)s AND status = 'HANDED_OVER'"
    ),
    # movement
    "movement_has_one_actor": f"UPDATE vouchers_movement {NO_ACTOR}",
    "movement_leads_to_one_state": (  # the primary key would speak first
        "ALTER TABLE vouchers_movement DROP CONSTRAINT vouchers_movement_pkey CASCADE;"
        "ALTER TABLE vouchers_movement DROP CONSTRAINT vouchers_movement_uid_key;"
        "INSERT INTO vouchers_movement SELECT * FROM vouchers_movement WHERE reverses_id IS NULL"
    ),
    "movement_moves_titles_unless_it_declares": "UPDATE vouchers_movement SET tickets_count = 0 WHERE act = 'SEND'",
    "movement_from_organisation_is_named": (
        "UPDATE vouchers_movement SET from_organisation_id = NULL WHERE from_kind = 'ORGANISATION'"
    ),
    "movement_to_organisation_is_named": (
        "UPDATE vouchers_movement SET to_organisation_id = NULL WHERE to_kind = 'ORGANISATION'"
    ),
    "movement_reverses_another": "UPDATE vouchers_movement SET reverses_id = id WHERE act = 'UNDO_HANDOVER'",
    "movement_line_is_one_per_booklet": (
        "UPDATE vouchers_movementline SET movement_id = (SELECT min(id) FROM vouchers_movement)"
    ),
    "movement_line_mask_fits_a_booklet": "UPDATE vouchers_movementline SET mask = 1024, tickets_count = 1",
    "movement_line_counts_its_mask": "UPDATE vouchers_movementline SET tickets_count = tickets_count + 1",
    # custody and hand-over
    "shipment_has_one_actor": f"UPDATE vouchers_shipment {NO_ACTOR}",
    "shipment_holds_booklets": "UPDATE vouchers_shipment SET sent_count = 0",
    "shipment_comes_from_someone": "UPDATE vouchers_shipment SET from_kind = 'PERSON'",
    "shipment_goes_to_another": (
        "UPDATE vouchers_shipment SET from_kind = 'ORGANISATION', from_organisation_id = to_organisation_id"
    ),
    "shipment_receipt_follows_status": "UPDATE vouchers_shipment SET received_count = sent_count + 1",
    "lossreport_has_one_actor": f"UPDATE vouchers_lossreport {NO_ACTOR}",
    "loss_report_holds_booklets": "UPDATE vouchers_lossreport SET booklets_count = 0",
    "loss_report_holder_is_named": "UPDATE vouchers_lossreport SET holder_kind = 'PERSON'",
    "discrepancy_is_one_per_missing_booklet": (
        "INSERT INTO vouchers_discrepancy SELECT -1, gen_random_uuid(), status, opened_at, sender_word, sender_said_at,"
        " sender_said_by_id, recipient_word, recipient_said_at, recipient_said_by_id, settled_at, settled_by_id,"
        " is_settled_by_pilot, booklet_id, shipment_id FROM vouchers_discrepancy WHERE status = 'LOST'"
    ),
    "discrepancy_of_a_booklet_is_open_once": (
        "UPDATE vouchers_discrepancy SET status = 'OPEN', settled_at = NULL, is_settled_by_pilot = false,"
        " booklet_id = (SELECT min(booklet_id) FROM vouchers_discrepancy WHERE status = 'OPEN'),"
        " shipment_id = (SELECT min(id) FROM vouchers_shipment) WHERE status = 'LOST'"
    ),
    "discrepancy_settled_at_follows_status": "UPDATE vouchers_discrepancy SET settled_at = NULL",
    "discrepancy_is_settled_by_both_sides_or_the_pilot": (
        "UPDATE vouchers_discrepancy SET is_settled_by_pilot = false WHERE status = 'LOST'"
    ),
    "discrepancy_sides_are_two_people": (
        "UPDATE vouchers_discrepancy SET sender_said_by_id = uid, recipient_said_by_id = uid"
    ),
    "discrepancy_words_have_a_date": "UPDATE vouchers_discrepancy SET sender_word = 'LOST'",
    "recall_has_one_actor": f"UPDATE vouchers_recall {NO_ACTOR}",
    "recall_asks_for_booklets": "UPDATE vouchers_recall SET booklets_count = 0, sent_count = 0, done_at = now()",
    "recall_goes_to_another": "UPDATE vouchers_recall SET recipient_id = holder_id",
    "recall_is_done_once_all_is_sent": "UPDATE vouchers_recall SET done_at = now() WHERE withdrawn_at IS NULL",
    "recall_ends_in_one_way": (
        "UPDATE vouchers_recall SET sent_count = booklets_count, done_at = now(), withdrawn_at = now()"
    ),
    "recall_is_open_once": "UPDATE vouchers_recall SET withdrawn_at = NULL",
    "sealedlot_has_one_actor": f"UPDATE vouchers_sealedlot {NO_ACTOR}",
    "sealed_lot_holds_booklets": "UPDATE vouchers_sealedlot SET booklets_count = 0",
    "sealed_lot_bears_a_seal": "UPDATE vouchers_sealedlot SET seal_reference = ''",
    "destructionreport_has_one_actor": f"UPDATE vouchers_destructionreport {NO_ACTOR}",
    "destruction_is_signed_by_people": "UPDATE vouchers_destructionreport SET by_kind = 'TOKEN'",
    "destruction_signers_are_two_people": "UPDATE vouchers_destructionreport SET second_by_id = by_id",
    "destruction_second_signature_follows_status": "UPDATE vouchers_destructionreport SET number = NULL",
    "inventory_has_one_actor": f"UPDATE vouchers_inventory {NO_ACTOR}",
    "inventory_is_open_once_per_wave": "UPDATE vouchers_inventory SET status = 'OPEN', ended_at = NULL",
    "inventory_ended_at_follows_status": "UPDATE vouchers_inventory SET ended_at = NULL",
    "inventory_entry_is_one_per_booklet": (
        "UPDATE vouchers_inventoryentry SET booklet_id = (SELECT min(booklet_id) FROM vouchers_inventoryentry)"
    ),
    "inventorycount_has_one_actor": f"UPDATE vouchers_inventorycount {NO_ACTOR}",
    "inventory_count_adds_up": "UPDATE vouchers_inventorycount SET found_count = found_count + 1",
    "handover_has_one_actor": f"UPDATE vouchers_handover {NO_ACTOR}",
    "handover_of_a_booklet_is_unique": "UPDATE vouchers_handover SET undone_at = NULL",
    "handover_has_one_channel": (  # the primary key would speak first
        "ALTER TABLE vouchers_handover DROP CONSTRAINT vouchers_handover_pkey CASCADE;"
        "ALTER TABLE vouchers_handover DROP CONSTRAINT vouchers_handover_uid_key;"
        "ALTER TABLE vouchers_handover DROP CONSTRAINT vouchers_handover_movement_id_key;"
        "ALTER TABLE vouchers_handover DROP CONSTRAINT vouchers_handover_receipt_key;"
        "INSERT INTO vouchers_handover SELECT * FROM vouchers_handover WHERE undone_at IS NOT NULL"
    ),
    "handoveractivation_has_one_actor": f"UPDATE vouchers_handoveractivation {NO_ACTOR}",
    "handover_activation_is_of_what_was_posted": "UPDATE vouchers_handoveractivation SET channel = 'IN_PERSON'",
    "handover_activation_follows_its_channel": (
        "UPDATE vouchers_handoveractivation SET handover_id ="
        " (SELECT min(id) FROM vouchers_handover WHERE channel = 'IN_PERSON')"
    ),
    "referentmandate_has_one_actor": f"UPDATE vouchers_referentmandate {NO_ACTOR}",
    "referent_mandate_dates_are_in_order": "UPDATE vouchers_referentmandate SET ends_on = starts_on - 1",
    "referent_mandate_is_for_another": "UPDATE vouchers_referentmandate SET referent_id = served_id",
    "referent_mandates_never_overlap": (
        "ALTER TABLE vouchers_referentmandate DROP CONSTRAINT vouchers_referentmandate_uid_key;"
        "INSERT INTO vouchers_referentmandate (by_kind, by_role, uid, starts_on, ends_on, recorded_at, served_id,"
        " referent_id) SELECT 'SYSTEM', 'system', uid, ends_on, ends_on, recorded_at, served_id, referent_id"
        " FROM vouchers_referentmandate"
    ),
    "handovercontact_has_one_actor": f"UPDATE vouchers_handovercontact {NO_ACTOR}",
    "contact_has_consent_for_a_purpose": "UPDATE vouchers_handovercontact SET purposes = '{}'",
    "contact_kid_fits_a_byte": "UPDATE vouchers_handovercontact SET kid = 256",
    "handoverconfirmation_has_one_actor": f"UPDATE vouchers_handoverconfirmation {NO_ACTOR}",
    "dispute_has_one_actor": f"UPDATE vouchers_dispute {NO_ACTOR}",
    "dispute_blocks_tickets": "UPDATE vouchers_dispute SET mask = 0",
    # end of validity
    "wavethreshold_has_one_actor": f"{THRESHOLD};UPDATE vouchers_wavethreshold SET by_kind = 'USER'",
    "wave_threshold_is_met_once_a_day": f"{THRESHOLD};{THRESHOLD}",
    "waveextension_has_one_actor": EXTENSION % ("'USER'", "valid_until + 1", "x"),
    "wave_extension_puts_a_day_off_once": ";".join([EXTENSION % ("'SYSTEM'", "valid_until + 1", "x")] * 2),
    "wave_extension_goes_forward": EXTENSION % ("'SYSTEM'", "valid_until", "x"),
    "wave_extension_says_why": EXTENSION % ("'SYSTEM'", "valid_until + 1", " "),
    "end_notice_is_one_per_order": f"{THRESHOLD};{NOTICE % (5, 4, 3)};{NOTICE % (5, 4, 3)}",
    "end_notice_counts_parts_of_a_whole": f"{THRESHOLD};{NOTICE % (5, 3, 4)}",
    "freezeconfirmation_has_one_actor": f"{THRESHOLD};{FREEZE % 'NULL'}",
    "freeze_is_confirmed_once": f"{THRESHOLD};{FREEZE % PERSON};{FREEZE % PERSON}",
    "freeze_is_confirmed_by_the_funder": (
        f"{THRESHOLD};{FREEZE % PERSON};UPDATE vouchers_freezeconfirmation SET by_role = 'PILOT'"
    ),
    # seal
    "seal_follows_another_but_the_first": "UPDATE vouchers_seal SET predecessor_id = NULL WHERE number = 2",
    "seal_holds_facts": "UPDATE vouchers_seal SET entries_count = 0",
    "seal_entry_position_is_unique": "UPDATE vouchers_sealentry SET position = 1",
}


@pytest.mark.parametrize("name", CASES)
def test_the_constraint_refuses(story: Story, name: str) -> None:
    names = {key: value for key, value in vars(story).items() if isinstance(value, int)}
    with pytest.raises(IntegrityError) as refused, without_triggers() as cursor:
        cursor.execute(CASES[name], names)
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg2.Error)
    assert cause.diag.constraint_name == name


def test_every_constraint_has_its_case() -> None:
    declared = {c.name for m in apps.get_app_config("vouchers").get_models() for c in m._meta.constraints}
    assert set(CASES) == declared | RAW


def test_the_database_holds_every_constraint(story: Story) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE convalidated AND conrelid::regclass::text LIKE 'vouchers%'"
            " UNION SELECT relname FROM pg_class WHERE relkind = 'i'"
        )
        held = {name for (name,) in cursor.fetchall()}
    assert set(CASES) <= held


def test_a_replacement_may_hold_one_ticket(story: Story) -> None:
    with without_triggers() as cursor:
        cursor.execute("UPDATE vouchers_booklet SET size = 1 WHERE id = %s", [story.replacement])
        assert cursor.rowcount == 1


def test_a_cap_wave_of_one_year_without_grace_is_accepted(story: Story) -> None:
    with without_triggers() as cursor:
        cursor.execute(
            "UPDATE vouchers_wave SET profile = 'CAP', grace_days = 0, issuer_address = 'Paris' WHERE number = 1"
        )
        assert cursor.rowcount == 1
