"""What the database itself refuses: grants of the role `app`, append-only tables, moves outside the tables.

Models say it with class attributes, `install_guards` (end of each `migrate`, as owner) makes it so:

- `append_only = True`: the role may INSERT and SELECT; a trigger refuses the rest to everyone, the owner included;
- `updatable = ("column", …)`: the only columns the role may UPDATE;
- `once = ("column", …)`: what is said there, by anybody, is never said otherwise nor unsaid;
- `deletable = True`: the role may DELETE (erasable side tables);
- `read_only = True`: the role may SELECT;
- `moves = {act: Move}`: `status` may only go from a source to a target (a row is born from NOTHING);
- `marked = True`: `after_mark` is the number of the last line drawn, whatever is sent (`kit.marks`);
- `acts = {act: Move}`: a fact's (`from_state`, `to_state`) must be one of its act's.

Triggers are ENABLE ALWAYS: no session setting switches them off.
"""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.transaction import atomic

from passnum.kit import marks
from passnum.kit.moves import Moves

FUNCTIONS = """
CREATE OR REPLACE FUNCTION public.kit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_is_append_only';
END $$;

CREATE OR REPLACE FUNCTION public.kit_refuse_unlisted_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := '';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.status = OLD.status THEN RETURN NEW; END IF;
        before := OLD.status;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.kit_transition t
                   WHERE t.noun = TG_TABLE_NAME AND t.source = before AND t.target = NEW.status) THEN
        RAISE EXCEPTION 'move "%" to "%" of % is not listed', before, NEW.status, TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_move_is_listed';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION public.kit_refuse_second_word() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    said text;
BEGIN
    FOREACH said IN ARRAY TG_ARGV LOOP
        IF before ->> said IS NOT NULL AND before ->> said IS DISTINCT FROM to_jsonb(NEW) ->> said THEN
            RAISE EXCEPTION '% of table % is said once', said, TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_is_said_once';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION public.kit_refuse_unlisted_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.kit_transition t
                   WHERE t.noun = TG_TABLE_NAME || '.' || NEW.act
                     AND t.source = NEW.from_state AND t.target = NEW.to_state) THEN
        RAISE EXCEPTION 'act % from "%" to "%" is not listed', NEW.act, NEW.from_state, NEW.to_state
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_act_is_listed';
    END IF;
    RETURN NEW;
END $$;
"""


def guarded_models() -> list[type[Model]]:
    """Return the models of the project's own tables, in a stable order."""
    return sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table)


def _column(model: type[Model], name: str) -> str:
    """Return the column of a field."""
    field = model._meta.get_field(name)
    return str(getattr(field, "column", field.name))


def grants_of(model: type[Model]) -> dict[str, frozenset[str]]:
    """Return the privileges of the role `app` on a model's table: name → columns, none for the whole table."""
    whole: frozenset[str] = frozenset()
    grants = {"SELECT": whole}
    if getattr(model, "read_only", False) or model._meta.app_label in {"contenttypes", "auth"}:
        return grants
    grants["INSERT"] = whole
    if getattr(model, "append_only", False):
        return grants
    updatable: tuple[str, ...] | None = getattr(model, "updatable", None)
    if updatable != ():
        grants["UPDATE"] = frozenset(_column(model, name) for name in updatable or ())
    if model._meta.app_label == "sessions" or getattr(model, "deletable", False):
        grants["DELETE"] = whole
    return grants


def transition_rows() -> list[tuple[str, str, str]]:
    """Return (noun, source, target) for every move and act that the models list."""
    rows: set[tuple[str, str, str]] = set()
    for model in guarded_models():
        table = model._meta.db_table
        moves: Moves = getattr(model, "moves", {})
        for one in moves.values():
            rows |= {(table, source, target) for source, target in one.pairs()}
        acts: Moves = getattr(model, "acts", {})
        for act, one in acts.items():
            rows |= {(f"{table}.{act}", source, target) for source, target in one.pairs()}
    return sorted(rows)


def triggers_of(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yield (name, definition) of the triggers that a model's table must carry, worded as PostgreSQL prints it."""
    table = model._meta.db_table
    if getattr(model, "append_only", False):
        yield (
            f"{table}_append_only",
            f"BEFORE DELETE OR UPDATE OR TRUNCATE ON public.{table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION public.kit_refuse_change()",
        )
    if once := [_column(model, name) for name in getattr(model, "once", ())]:
        yield (
            f"{table}_once",
            f"BEFORE UPDATE OF {', '.join(once)} ON public.{table} FOR EACH ROW"
            f" EXECUTE FUNCTION public.kit_refuse_second_word({', '.join(map(repr, once))})",
        )
    if getattr(model, "marked", False):
        yield (
            f"{table}_marked",
            f"BEFORE INSERT ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.kit_keep_mark()",
        )
    if getattr(model, "moves", None):
        yield (
            f"{table}_moves",
            f"BEFORE INSERT OR UPDATE OF status ON public.{table} FOR EACH ROW"
            " EXECUTE FUNCTION public.kit_refuse_unlisted_move()",
        )
    if getattr(model, "acts", None):
        yield (
            f"{table}_acts",
            f"BEFORE INSERT ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.kit_refuse_unlisted_act()",
        )


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Make grants, triggers and listed moves what the models say. Idempotent; to be run as the owner.

    In one transaction: those who work meanwhile never meet a table without its grants or its listed moves.
    """
    role = connection.ops.quote_name(settings.DATABASES["default"]["USER"])
    with atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        cursor.execute(marks.FUNCTIONS)
        cursor.execute("DELETE FROM kit_transition")
        cursor.executemany("INSERT INTO kit_transition (noun, source, target) VALUES (%s, %s, %s)", transition_rows())
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {role}")
        for model in guarded_models():
            table = connection.ops.quote_name(model._meta.db_table)
            for privilege, names in grants_of(model).items():
                columns = f" ({', '.join(connection.ops.quote_name(name) for name in sorted(names))})" if names else ""
                cursor.execute(f"GRANT {privilege}{columns} ON {table} TO {role}")
            for name, definition in triggers_of(model):
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {definition}")
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
