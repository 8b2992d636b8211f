"""What a database really holds of the guards, compared with what the models say: a restored backup, or a table
altered by hand as the owner, does not pass unseen."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from passnum.kit.guards import FUNCTIONS, grants_of, guarded_models, transition_rows, triggers_of

POWERS = ("SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS")


def missing_guards(cursor: CursorWrapper) -> list[str]:
    """Return one French sentence per guard that the database does not hold; empty when all is in place."""
    role = str(settings.DATABASES["default"]["USER"])
    return [
        *_missing_triggers(cursor),
        *_altered_functions(cursor),
        *_other_moves(cursor),
        *_other_grants(cursor, role),
        *_powers(cursor, role),
    ]


def _missing_triggers(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute(
        "SELECT replace(pg_get_triggerdef(oid), 'public.', '') FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'A'"
    )
    present = {definition for (definition,) in cursor.fetchall()}
    for model in guarded_models():
        for name, definition in triggers_of(model):
            if f"CREATE TRIGGER {name} {definition}".replace("public.", "") not in present:
                yield f"Le déclencheur {name} manque, est débrayé ou n'est plus celui du logiciel."


def _altered_functions(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    present = dict(cursor.fetchall())
    for name, source in re.findall(r"FUNCTION public\.(\w+)\(\).*?AS \$\$(.*?)\$\$;", FUNCTIONS, flags=re.DOTALL):
        if present.get(name) != source:
            yield f"La fonction {name} manque ou n'est plus celle du logiciel."


def _other_moves(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute("SELECT noun, source, target FROM kit_transition")
    if sorted(cursor.fetchall()) != transition_rows():
        yield "La table des passages permis (kit_transition) n'est pas celle du logiciel."


def _other_grants(cursor: CursorWrapper, role: str) -> Iterator[str]:
    """Compare the rights of the role, and those of everybody (PUBLIC), with the ones declared."""
    cursor.execute(
        "SELECT c.relname, acl.privilege_type, '' FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " AND acl.grantee IN (0, to_regrole(quote_ident(%(role)s)))"
        " UNION SELECT c.relname, acl.privilege_type, a.attname FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid CROSS JOIN LATERAL aclexplode(a.attacl) acl"
        " WHERE c.relnamespace = 'public'::regnamespace AND acl.grantee IN (0, to_regrole(quote_ident(%(role)s)))",
        {"role": role},
    )
    held: dict[str, set[tuple[str, str]]] = {}
    for table, privilege, column in cursor.fetchall():
        held.setdefault(table, set()).add((privilege, column))
    declared = {"django_migrations": {("SELECT", "")}}
    for model in guarded_models():
        declared[model._meta.db_table] = {
            (privilege, column) for privilege, columns in grants_of(model).items() for column in columns or {""}
        }
    for table in sorted(declared.keys() | held.keys()):
        for excess, word in ((True, "de trop"), (False, "en moins")):
            here, there = (held, declared) if excess else (declared, held)
            for privilege, column in sorted(here.get(table, set()) - there.get(table, set())):
                what = f"{privilege} ({column})" if column else privilege
                yield f"Le rôle {role} a un droit {word} sur la table {table} : {what}."


def _powers(cursor: CursorWrapper, role: str) -> Iterator[str]:
    """A role that owns the tables, or may become who does, is held by no grant."""
    cursor.execute(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = %s",
        [role],
    )
    row = cursor.fetchone() or ()
    yield from (f"Le rôle {role} a le pouvoir {power}." for power, has in zip(POWERS, row, strict=False) if has)
    cursor.execute(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND pg_has_role(%s, relowner, 'MEMBER') ORDER BY 1",
        [role],
    )
    for (owner,) in cursor.fetchall():
        yield f"Le rôle {role} peut devenir {owner}, propriétaire de tables du registre."
