"""Write an act whole, in one statement: movements, tickets, the act, its record, its lines, what is owed, the attempt.

An act at the counter costs what its round trips cost. What is written is the same as with one INSERT after the other,
and the database's constraints, keys and triggers judge all of it (`passnum.kit.together`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from mediation.actions.act_details import ActDetails, Person
from mediation.actions.attempt import attempt_part
from mediation.models import AttemptKind, Redemption, Service, Site
from mediation.states import Owed, OwedAct
from passnum.kit.audit import audit_part
from passnum.kit.idempotency import Request, key_part
from passnum.kit.together import Part, run_together
from vouchers.models import Booklet
from vouchers.register.writer import MOVED_COUNT, Context, Move, RegisterConflict, parts_of, tickets_moved


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tickets of one booklet in an act, what is owed for them, and the movement that tells it.

    `consumes` is false for an hour that happened and takes no ticket: its movement only declares it.
    """

    booklet: Booklet
    mask: int
    owed: Owed
    reason: str
    move: Move
    consumes: bool = True


@dataclass(frozen=True, slots=True)
class ActFacts:
    """What an act is, beside its tickets. `people` by booklet: what differs from the answers for all."""

    site: Site
    service: Service
    details: ActDetails
    device_at: datetime | None = None
    device_id: UUID | None = None
    mediator_id: UUID | None = None
    skew_seconds: int | None = None
    typed_count: int = 0
    is_offline: bool = False
    is_late_entry: bool = False
    people: Mapping[int, Person] = field(default_factory=dict)

    def sealed(self) -> dict[str, object]:
        """Return what the seal covers of an act beside its tickets; nothing of the person."""
        return {
            "site": str(self.site.uid),
            "commune": self.site.commune_code,
            "service": self.service.code,
            "minutes": self.details.minutes,
            "type": str(self.details.type),
            "extra_paid_cents": self.details.extra_paid_cents,
        }


_ACT = """
INSERT INTO mediation_redemption (uid, site_id, service_id, commune_code, type, minutes, extra_paid_cents, is_offline,
    is_late_entry, device_at, device_id, mediator_id, skew_seconds, typed_count, happened_at, recorded_at, key, by_kind,
    by_id, by_organisation, by_role)
VALUES (%(act_uid)s, %(act_site)s, %(act_service)s, %(act_commune)s, %(act_type)s, %(act_minutes)s, %(act_extra)s,
    %(act_offline)s, %(act_late)s, %(act_device_at)s, %(act_device)s, %(act_mediator)s, %(act_skew)s, %(act_typed)s,
    %(act_happened_at)s, %(act_at)s, %(act_key)s, %(act_by_kind)s, %(act_by_id)s, %(act_by_organisation)s,
    %(act_by_role)s)
RETURNING id"""

_RECORD = """
INSERT INTO mediation_actrecord (redemption_id, place_type, themes, equipment, autonomy, is_first, level, others_count)
SELECT act.id, %(record_place)s::text, %(record_themes)s::text[], %(record_equipment)s::text[],
    %(record_autonomy)s::text, %(record_first)s::boolean, %(record_level)s::text, %(record_others)s::int FROM act"""

_PEOPLE = """
INSERT INTO mediation_personrecord (redemption_id, booklet_id, autonomy, is_first)
SELECT act.id, p.booklet, p.autonomy, p.is_first::boolean FROM act,
    unnest(%(people_booklet)s::bigint[], %(people_autonomy)s::text[], %(people_first)s::text[])
    p(booklet, autonomy, is_first)"""

_LINES = """
INSERT INTO mediation_redemptionline (redemption_id, booklet_id, mask, tickets_count, price_cents, wave_id, order_id,
    funder_id, distributor_id, movement_id)
SELECT act.id, l.booklet, l.mask, l.n, l.price, l.wave, l.ordered, l.funder, l.distributor,
    CASE WHEN l.consumes THEN moved.id END
FROM act, unnest(%(line_booklet)s::bigint[], %(line_mask)s::int[], %(line_count)s::int[], %(line_price)s::int[],
    %(line_wave)s::bigint[], %(line_order)s::bigint[], %(line_funder)s::bigint[], %(line_distributor)s::bigint[],
    %(line_move)s::uuid[], %(line_consumes)s::boolean[])
    l(booklet, mask, n, price, wave, ordered, funder, distributor, move, consumes) JOIN moved ON moved.uid = l.move
RETURNING id, booklet_id, mask"""

_DECISIONS = """
INSERT INTO mediation_oweddecision (line_id, rank, act, owed, reason, movement_id, happened_at, recorded_at, by_kind,
    by_id, by_organisation, by_role)
SELECT lines.id, 1, %(decision_act)s::text, d.owed, d.reason, moved.id, %(decision_happened_at)s::timestamptz,
    %(decision_at)s::timestamptz, %(decision_by_kind)s::text, %(decision_by_id)s::uuid,
    %(decision_by_organisation)s::uuid, %(decision_by_role)s::text
FROM unnest(%(decision_booklet)s::bigint[], %(decision_mask)s::int[], %(decision_owed)s::text[],
    %(decision_reason)s::text[], %(decision_move)s::uuid[]) d(booklet, mask, owed, reason, move)
JOIN lines ON lines.booklet_id = d.booklet AND lines.mask = d.mask JOIN moved ON moved.uid = d.move"""


def write_act(
    facts: ActFacts, outcomes: Sequence[Outcome], *, context: Context, request: Request, digests: Sequence[bytes]
) -> Redemption:
    """Write the act of a request, for tickets that are locked and judged; return it.

    Raises RegisterConflict when a ticket is not where an outcome takes it from; the transaction must then roll back.
    """
    if context.subject is None or context.key is None:
        raise ValueError("an act has a public id and a key")
    moves = [
        replace(move, details={**facts.sealed(), **move.details})
        for move in {outcome.move.uid: outcome.move for outcome in outcomes}.values()
    ]
    by = context.by.columns()
    act = _act_values(facts, context)
    parts = [
        key_part(request, result=context.subject, at=context.at),
        *parts_of(moves, context=context),
        Part("act", _ACT, _named("act", act | by)),
        Part("record", _RECORD, _named("record", _record_values(facts.details))),
        *_people_parts(facts),
        Part("lines", _LINES, _named("line", _line_values(outcomes))),
        Part("decisions", _DECISIONS, _named("decision", _decision_values(outcomes, context) | by)),
        attempt_part(
            kind=AttemptKind.REDEEM,
            site_uid=facts.site.uid,
            digests=digests,
            by=context.by,
            at=context.at,
            key=context.key,
            device_at=facts.device_at,
            made="(SELECT id FROM act)",
        ),
        audit_part(
            act="LATE_ENTRY" if facts.is_late_entry or facts.is_offline else "REDEEM",
            subject_type="redemption",
            subject=context.subject,
            by=context.by,
            at=context.at,
        ),
    ]
    moved_count, act_id = run_together(parts, returning=", ".join((MOVED_COUNT, "(SELECT id FROM act)")))
    if moved_count != tickets_moved(moves):
        raise RegisterConflict
    return _redemption(act_id, facts, context, uid=context.subject, key=context.key)


def _named(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}_{name}": value for name, value in values.items()}


def _act_values(facts: ActFacts, context: Context) -> dict[str, Any]:
    return {
        "uid": context.subject,
        "site": facts.site.pk,
        "service": facts.service.pk,
        "commune": facts.site.commune_code,
        "type": str(facts.details.type),
        "minutes": facts.details.minutes,
        "extra": facts.details.extra_paid_cents,
        "offline": facts.is_offline,
        "late": facts.is_late_entry,
        "device_at": facts.device_at,
        "device": facts.device_id,
        "mediator": facts.mediator_id,
        "skew": facts.skew_seconds,
        "typed": facts.typed_count,
        "happened_at": context.happened_at,
        "at": context.at,
        "key": context.key,
    }


def _record_values(details: ActDetails) -> dict[str, Any]:
    return {
        "place": str(details.place_type),
        "themes": [str(theme) for theme in details.themes],
        "equipment": [str(one) for one in details.equipment],
        "autonomy": str(details.autonomy),
        "first": details.is_first,
        "level": str(details.level),
        "others": details.others_count,
    }


def _people_parts(facts: ActFacts) -> list[Part]:
    if not facts.people:
        return []
    values = {
        "booklet": list(facts.people),
        "autonomy": [str(person.autonomy) for person in facts.people.values()],
        "first": [None if p.is_first is None else str(p.is_first) for p in facts.people.values()],
    }
    return [Part("people", _PEOPLE, _named("people", values))]


def _line_values(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    booklets = [outcome.booklet for outcome in outcomes]
    return {
        "booklet": [b.pk for b in booklets],
        "mask": [o.mask for o in outcomes],
        "count": [o.mask.bit_count() for o in outcomes],
        "price": [b.wave.face_value_cents for b in booklets],
        "wave": [b.wave_id for b in booklets],
        "order": [b.order_id for b in booklets],
        "funder": [b.funder_id for b in booklets],
        "distributor": [b.distributor_id for b in booklets],
        "move": [o.move.uid for o in outcomes],
        "consumes": [o.consumes for o in outcomes],
    }


def _decision_values(outcomes: Sequence[Outcome], context: Context) -> dict[str, Any]:
    return {
        "act": OwedAct.RECORD.value,
        "happened_at": context.happened_at,
        "at": context.at,
        "booklet": [o.booklet.pk for o in outcomes],
        "mask": [o.mask for o in outcomes],
        "owed": [o.owed.value for o in outcomes],
        "reason": [o.reason for o in outcomes],
        "move": [o.move.uid for o in outcomes],
    }


def _redemption(pk: int, facts: ActFacts, context: Context, *, uid: UUID, key: UUID) -> Redemption:
    """Return the row just written, without reading it again."""
    redemption = Redemption(
        pk=pk,
        uid=uid,
        site=facts.site,
        service=facts.service,
        commune_code=facts.site.commune_code,
        type=facts.details.type,
        minutes=facts.details.minutes,
        extra_paid_cents=facts.details.extra_paid_cents,
        is_offline=facts.is_offline,
        is_late_entry=facts.is_late_entry,
        device_at=facts.device_at,
        device_id=facts.device_id,
        mediator_id=facts.mediator_id,
        skew_seconds=facts.skew_seconds,
        typed_count=facts.typed_count,
        happened_at=context.happened_at,
        recorded_at=context.at,
        key=key,
        **context.by.columns(),
    )
    redemption._state.adding = False
    return redemption
