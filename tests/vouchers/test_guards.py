"""The database refuses what the rules refuse, in raw SQL, to the application's role and to the owner alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import psycopg2
import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from passnum.kit.guards import guarded_models, install_guards
from passnum.kit.guards_check import missing_guards
from passnum.kit.moves import NOTHING, all_pairs
from tests.database import Run, connect, with_database
from tests.vouchers.register.build import Story, without_guards
from vouchers.models import Movement
from vouchers.states import MOVEMENT_ACTS, TICKET_MOVES, TO_PRODUCE, Act, TitleStatus

APPEND_ONLY = [m for m in guarded_models() if getattr(m, "append_only", False)]
NOUNS = [m for m in guarded_models() if getattr(m, "moves", None)]
LIMITED = [m for m in guarded_models() if getattr(m, "updatable", None) is not None]
NO_RIGHT = "42501"  # insufficient_privilege

by_table = pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda m: m._meta.db_table)


def refusal(cursor: CursorWrapper, alias: str, statement: str, params: object = None) -> tuple[str, str]:
    """What the database answers: SQLSTATE and name of the constraint, or ("", "") when it does as asked."""
    try:
        with transaction.atomic(using=alias):
            cursor.execute(statement, params)
            transaction.set_rollback(True, using=alias)
    except DatabaseError as error:
        cause = error.__cause__
        assert isinstance(cause, psycopg2.Error)
        return cause.pgcode or "", cause.diag.constraint_name or ""
    return "", ""


def ask(alias: str, statement: str, params: object = None) -> tuple[str, str]:
    with connections[alias].cursor() as cursor:
        return refusal(cursor, alias, statement, params)


def changes(model: type[Model]) -> dict[str, str]:
    """A statement of each kind that an append-only table refuses."""
    table, key = model._meta.db_table, model._meta.pk.column
    return {
        "UPDATE": f"UPDATE {table} SET {key} = {key}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table} CASCADE",
        "UPSERT": f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {key} = {table}.{key}",
    }


def test_the_register_is_append_only() -> None:
    names = {m._meta.db_table for m in APPEND_ONLY}
    assert names >= {
        "vouchers_movement",
        "vouchers_movementline",
        "vouchers_seal",
        "vouchers_sealentry",
        "vouchers_orderstep",
        "vouchers_handoveractivation",
        "vouchers_handoverconfirmation",
        "mediation_redemption",
        "mediation_redemptionline",
        "mediation_oweddecision",
        "mediation_attempt",
        "kit_auditentry",
        "kit_idempotencykey",
    }


@by_table
@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_changes_no_fact(model: type[Model]) -> None:
    for kind, statement in changes(model).items():
        assert ask("default", statement)[0] == NO_RIGHT, kind


@by_table
@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_changes_no_fact_either(model: type[Model]) -> None:
    for kind, statement in changes(model).items():
        # TRUNCATE … CASCADE is refused by the first append-only table that it reaches
        assert ask("owner", statement)[1].endswith("_is_append_only"), kind


def test_no_session_setting_switches_triggers_off(story: Story, test_run: Run) -> None:
    """Replication mode skips ordinary triggers (and foreign keys): even then, and even as superuser, facts stay."""
    admin = connect(with_database(test_run.admin_url, connections["owner"].settings_dict["NAME"]))
    try:
        with admin.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                with pytest.raises(psycopg2.errors.InsufficientPrivilege):  # then nobody here may ask for it
                    cursor.execute("SET session_replication_role = replica")
                return
            cursor.execute("SET session_replication_role = replica")
            for model in APPEND_ONLY:
                for statement in changes(model).values():
                    with pytest.raises(psycopg2.errors.RestrictViolation):
                        cursor.execute(statement)
            with pytest.raises(psycopg2.errors.CheckViolation, match="not listed"):
                cursor.execute("UPDATE vouchers_ticket SET status = 'DESTROYED' WHERE status = 'REDEEMED'")
            with pytest.raises(psycopg2.errors.CheckViolation, match="not listed"):
                cursor.execute("INSERT INTO vouchers_movement (act, from_state, to_state) VALUES ('SEND', 'X', 'Y')")
    finally:
        admin.close()


@contextmanager
def trigger_alone(model: type[Model]) -> Iterator[CursorWrapper]:
    """As the owner, a table with its trigger of moves or acts and nothing else that refuses."""
    table = model._meta.db_table
    with without_guards() as cursor:
        for column in model._meta.local_fields:
            if not column.primary_key:
                cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {column.column} DROP NOT NULL")
        yield cursor


def statuses(model: type[Model]) -> list[str]:
    field = model._meta.get_field("status")
    assert field.choices
    return [str(value) for value, _ in field.choices]


@pytest.mark.parametrize("model", NOUNS, ids=lambda m: m._meta.db_table)
def test_only_listed_moves_pass(story: Story, model: type[Model]) -> None:
    table, moves = model._meta.db_table, getattr(model, "moves", {})
    trigger = f"{table}_moves"
    accepted: set[tuple[str, str]] = set()
    with trigger_alone(model) as cursor:
        for source in statuses(model):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
            cursor.execute(f"UPDATE {table} SET status = %s", [source])
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
            for target in statuses(model):
                answer = refusal(cursor, "owner", f"UPDATE {table} SET status = %s", [target])
                assert answer in {("", ""), ("23514", f"{table}_move_is_listed")}
                if answer == ("", "") and source != target:
                    accepted.add((source, target))
        for target in statuses(model):
            if refusal(cursor, "owner", f"INSERT INTO {table} (status) VALUES (%s)", [target]) == ("", ""):
                accepted.add((NOTHING, target))
    assert accepted == {pair for pair in all_pairs(moves) if pair[0] != pair[1]}


def test_only_listed_acts_pass(story: Story) -> None:
    states = [NOTHING, TO_PRODUCE, *TitleStatus.values]
    accepted: set[tuple[str, str, str]] = set()
    with trigger_alone(Movement) as cursor:
        cursor.execute("ALTER TABLE vouchers_movement ENABLE ALWAYS TRIGGER vouchers_movement_acts")
        for act, source, target in product([*Act.values, "INVENTED"], states, states):
            answer = refusal(
                cursor,
                "owner",
                "INSERT INTO vouchers_movement (act, from_state, to_state) VALUES (%s, %s, %s)",
                [act, source, target],
            )
            assert answer in {("", ""), ("23514", "vouchers_movement_act_is_listed")}
            if answer == ("", ""):
                accepted.add((act, source, target))
    assert accepted == {(act, *pair) for act, one in MOVEMENT_ACTS.items() for pair in one.pairs()}


def test_a_reissue_gives_up_or_takes_and_nothing_else() -> None:
    """Two movements; a single one from blocked to handed over would make the old paper live again."""
    assert MOVEMENT_ACTS[Act.REISSUE].pairs() == {("BLOCKED", "REPLACED"), ("REPLACED", "HANDED_OVER")}


def test_movements_move_tickets_as_the_tickets_table_says() -> None:
    for act, one in TICKET_MOVES.items():
        pairs = MOVEMENT_ACTS[act].pairs() - {("REPLACED", "HANDED_OVER")}
        assert pairs == {(source or TO_PRODUCE, target) for source, target in one.pairs()}


@pytest.mark.parametrize("model", LIMITED, ids=lambda m: m._meta.db_table)
@pytest.mark.django_db
def test_the_application_updates_only_what_changes(model: type[Model]) -> None:
    table, updatable = model._meta.db_table, getattr(model, "updatable", ())
    may = {model._meta.get_field(name).column for name in updatable}
    did = {
        field.column
        for field in model._meta.local_fields
        if ask("default", f"UPDATE {table} SET {field.column} = {field.column} WHERE false")[0] != NO_RIGHT
    }
    assert did == may


@pytest.mark.parametrize("model", guarded_models(), ids=lambda m: m._meta.db_table)
@pytest.mark.django_db
def test_the_application_deletes_only_what_is_erasable(model: type[Model]) -> None:
    may = getattr(model, "deletable", False) or model._meta.app_label == "sessions"
    assert (ask("default", f"DELETE FROM {model._meta.db_table} WHERE false")[0] != NO_RIGHT) == may


@pytest.mark.django_db
def test_what_identifies_a_title_never_changes() -> None:
    never = {
        "vouchers_ticket": {"uid", "generation", "booklet_id", "position", "ref", "kid", "digest"},
        "vouchers_booklet": {
            "uid",
            "wave_id",
            "number",
            "order_id",
            "funder_id",
            "distributor_id",
            "size",
            "replaces_id",
        },
        "vouchers_wave": {"number", "face_value_cents", "ceiling_cents", "valid_from", "profile"},
        "vouchers_order": {"reference", "wave_id", "funder_id", "by_id"},
        "vouchers_fundingproof": {"amount_cents", "reference", "by_id"},
    }
    for table, columns in never.items():
        for column in columns:
            assert ask("default", f"UPDATE {table} SET {column} = {column}")[0] == NO_RIGHT, (table, column)


def test_a_ticket_is_not_used_without_a_movement(story: Story) -> None:
    used = "UPDATE vouchers_ticket SET status = 'REDEEMED' WHERE booklet_id = %s"
    assert ask("default", used, [story.in_stock])[1] == "ticket_status_follows_its_movement"


def test_a_ticket_does_not_borrow_the_movement_of_another_booklet(story: Story) -> None:
    borrowed = (
        "UPDATE vouchers_ticket SET status = 'REDEEMED', movement_id = (SELECT movement_id FROM vouchers_ticket"
        " WHERE booklet_id = %s AND status = 'REDEEMED' LIMIT 1) WHERE booklet_id = %s"
    )
    assert ask("default", borrowed, [story.used, story.in_stock])[1] == "ticket_movement_holds_its_booklet"


def test_a_booklet_does_not_leave_its_state_without_a_movement(story: Story) -> None:
    moved = "UPDATE vouchers_booklet SET status = 'BLOCKED', holder_kind = 'VOID', holder_id = NULL WHERE id = %s"
    assert ask("default", moved, [story.in_stock])[1] == "booklet_status_follows_its_movement"


def test_a_used_ticket_is_not_given_back_by_hand(story: Story) -> None:
    revived = (
        "UPDATE vouchers_ticket t SET status = 'IN_STOCK', movement_id = l.movement_id FROM vouchers_movementline l"
        " JOIN vouchers_movement m ON m.id = l.movement_id AND m.act = 'RECEIVE'"
        " WHERE l.booklet_id = t.booklet_id AND t.booklet_id = %s AND t.status = 'REDEEMED'"
    )
    assert ask("default", revived, [story.used])[1] == "vouchers_ticket_move_is_listed"


TAMPERINGS = {
    "a trigger is off": "ALTER TABLE vouchers_seal DISABLE TRIGGER vouchers_seal_append_only",
    "a trigger yields to replication": "ALTER TABLE vouchers_seal ENABLE TRIGGER vouchers_seal_append_only",
    "a trigger is gone": "DROP TRIGGER vouchers_ticket_moves ON vouchers_ticket",
    "a trigger looks at another column": (
        "CREATE OR REPLACE TRIGGER vouchers_ticket_moves BEFORE INSERT OR UPDATE OF kid ON vouchers_ticket"
        " FOR EACH ROW EXECUTE FUNCTION kit_refuse_unlisted_move()"
    ),
    "a function does nothing": (
        "CREATE OR REPLACE FUNCTION kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NULL; END $$"
    ),
    "a move is added": "INSERT INTO kit_transition (noun, source, target) VALUES ('vouchers_ticket', 'REDEEMED', 'IN_STOCK')",
    "a move is gone": "DELETE FROM kit_transition WHERE noun = 'vouchers_wave'",
    "the application may update a fact": "GRANT UPDATE ON vouchers_movement TO {app}",
    "the application may update one column of a fact": "GRANT UPDATE (details) ON vouchers_movement TO {app}",
    "the application may empty a table": "GRANT TRUNCATE ON vouchers_ticket TO {app}",
    "everybody may update a fact": "GRANT UPDATE ON vouchers_movement TO PUBLIC",
    "the application lost a right": "REVOKE INSERT ON vouchers_seal FROM {app}",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_guard_taken_away_is_told(story: Story, tampering: str) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(TAMPERINGS[tampering].format(app=connections["default"].settings_dict["USER"]))
        assert missing_guards(cursor) != []
        transaction.set_rollback(True, using="owner")


def test_a_role_that_owns_the_tables_is_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = connections["owner"].settings_dict["USER"]
    monkeypatch.setitem(settings.DATABASES["default"], "USER", owner)
    with connections["owner"].cursor() as cursor:
        assert f"Le rôle {owner} peut devenir {owner}, propriétaire de tables du registre." in missing_guards(cursor)


def test_guards_taken_away_come_back_with_migrate(story: Story) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE vouchers_seal DISABLE TRIGGER vouchers_seal_append_only")
        cursor.execute("DELETE FROM kit_transition WHERE noun = 'vouchers_wave'")
        assert len(missing_guards(cursor)) == 2
        install_guards(connections["owner"])
        assert missing_guards(cursor) == []
        transaction.set_rollback(True, using="owner")
