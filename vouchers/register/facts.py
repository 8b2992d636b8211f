"""The canonical form of a movement: what its seal covers and what an export shows (docs/registre.md has an example)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from passnum.accounts.models import Organisation
from vouchers.models import Movement

Fact = dict[str, Any]


def _lines_of(movement_ids: Sequence[int], using: str) -> dict[int, list[list[int]]]:
    """Return per movement its lines as [wave number, booklet number, mask, tickets], in booklet order."""
    lines: dict[int, list[list[int]]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT l.movement_id, w.number, b.number, l.mask, l.tickets_count FROM vouchers_movementline l"
            " JOIN vouchers_booklet b ON b.id = l.booklet_id JOIN vouchers_wave w ON w.id = b.wave_id"
            " WHERE l.movement_id = ANY(%s) ORDER BY l.movement_id, w.number, b.number",
            [list(movement_ids)],
        )
        for movement_id, *line in cursor.fetchall():
            lines[movement_id].append(line)
    return lines


def _uids_of_reversed(movements: Iterable[Movement], using: str) -> dict[int, UUID]:
    ids = [m.reverses_id for m in movements if m.reverses_id]
    return dict(Movement.objects.using(using).filter(pk__in=ids).values_list("pk", "uid"))


def facts_of(movements: Sequence[Movement], *, using: str = DEFAULT_DB_ALIAS) -> list[Fact]:
    """Return the facts of movements, in the given order. Ids are public ones; `written_at` is no part of a fact."""
    lines = _lines_of([m.pk for m in movements], using)
    uids = dict(Organisation.objects.using(using).values_list("pk", "uid"))
    reversed_uids = _uids_of_reversed(movements, using)

    def holder(kind: str, organisation_id: int | None) -> str:
        return f"{kind}:{uids[organisation_id]}" if organisation_id else kind

    return [
        {
            "uid": m.uid,
            "act": m.act,
            "from": [holder(m.from_kind, m.from_organisation_id), m.from_state],
            "to": [holder(m.to_kind, m.to_organisation_id), m.to_state],
            "tickets": m.tickets_count,
            "lines": lines[m.pk],
            "happened_at": m.happened_at,
            "recorded_at": m.recorded_at,
            "by": [m.by_kind, m.by_id, m.by_organisation, m.by_role],
            "key": m.key,
            "subject": m.subject,
            "reverses": reversed_uids[m.reverses_id] if m.reverses_id else None,
            "commitment": m.commitment,
            "details": m.details,
        }
        for m in movements
    ]
