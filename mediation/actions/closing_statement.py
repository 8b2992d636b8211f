"""Draw the contradictory statement of a wave with a funder, amend it by another, and sign it on both sides."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.db import transaction

from mediation.models import ClosingLine, ClosingStatement
from mediation.queries.closing import COUNTS, OrderFigures, closing_figures, counts_of, last_statement
from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.canonical import canonical
from passnum.kit.errors import DomainError, NotAllowed
from vouchers.models import Seal, ThresholdKind, Wave
from vouchers.models.wave_end import ready_at
from vouchers.policies.issuer import check_issues
from vouchers.queries.end_sums import last_seal

ISSUER_SIDE: Final = "issuer"
FUNDER_SIDE: Final = "funder"


class StatementTooEarly(DomainError):
    code = "STATEMENT_TOO_EARLY"
    message = "Le décompte de la vague «\u00a0{wave}\u00a0» s’établit à partir du {day}\u00a0: rien n’a été fait."
    status = 409


class StatementAlreadySigned(DomainError):
    code = "STATEMENT_ALREADY_SIGNED"
    message = "Le décompte {number} est déjà signé de votre côté\u00a0: rien n’a été changé."
    status = 409


class SignerIsTheOtherSide(DomainError):
    code = "SIGNER_IS_THE_OTHER_SIDE"
    message = (
        "L’autre côté du décompte {number} est signé par vous ou par votre organisation\u00a0: il faut une autre"
        " personne, d’une autre organisation."
    )
    status = 403


class SignerIsTheSamePerson(SignerIsTheOtherSide):
    """Where one organisation issues and funds, two of its people sign, each for a side: never one for both."""

    message = (
        "Vous avez signé l’autre côté du décompte {number}\u00a0: il faut une autre personne de votre organisation."
    )


@transaction.atomic
def draw_statements(*, wave: Wave, by: Actor, at: datetime) -> list[ClosingStatement]:
    """Draw what each funder of a wave is missing: its statement, or an amendment where a figure changed since the last.

    Run again, it draws nothing. Numbers follow one another: the wave is locked. Raises NotAllowed, StatementTooEarly.
    """
    check_role(by, Role.PILOT, Role.FINANCE)
    wave = Wave.objects.select_for_update(no_key=True, of=("self",)).select_related("issuer").get(pk=wave.pk)
    if at < ready_at(wave, ThresholdKind.CLOSING):
        raise StatementTooEarly(wave=wave.name, day=wave.uploads_until.strftime("%d/%m/%Y"))
    seal = last_seal()
    if seal is None:  # nothing was ever produced
        return []
    by_funder: dict[Organisation, list[OrderFigures]] = {}
    for one in closing_figures(wave=wave, seal_number=seal.number, at=at):
        by_funder.setdefault(one.order.funder, []).append(one)
    drawn = []
    for funder, figures in by_funder.items():
        before = last_statement(wave=wave, funder=funder)
        if before is None or counts_of(before) != {one.order.pk: one.counts for one in figures}:
            drawn.append(_draw(wave, funder, figures, before=before, seal=seal, by=by, at=at))
    return drawn


def _draw(
    wave: Wave,
    funder: Organisation,
    figures: Sequence[OrderFigures],
    *,
    before: ClosingStatement | None,
    seal: Seal,
    by: Actor,
    at: datetime,
) -> ClosingStatement:
    series_rank = ClosingStatement.objects.filter(wave=wave).count() + 1
    residue = sum(one.of("residue") for one in figures)
    credit = residue * wave.face_value_cents
    change = credit - (before.credit_cents if before else 0)
    number = f"AV-{wave.number}-{series_rank:04d}"
    content = canonical(_content(wave, funder, figures, number=number, before=before, seal=seal, change=change, at=at))
    statement = ClosingStatement.objects.create(
        uid=uuid4(),
        wave=wave,
        funder=funder,
        issuer=wave.issuer,
        rank=before.rank + 1 if before else 1,
        amends=before,
        series_rank=series_rank,
        number=number,
        seal_number=seal.number,
        face_value_cents=wave.face_value_cents,
        residue=residue,
        credit_cents=credit,
        change_cents=change,
        content=content.decode(),
        sha256=hashlib.sha256(content).digest(),
        drawn_at=at,
        **by.columns(),
    )
    ClosingLine.objects.bulk_create(
        ClosingLine(statement=statement, order=one.order, **dict(zip(COUNTS, one.counts, strict=True)))
        for one in figures
    )
    record_audit(
        act="DRAW_STATEMENT",
        subject_type="statement",
        subject=statement.uid,
        by=by,
        at=at,
        number=number,
        credit_cents=credit,
        change_cents=change,
    )
    return statement


def _content(
    wave: Wave,
    funder: Organisation,
    figures: Sequence[OrderFigures],
    *,
    number: str,
    before: ClosingStatement | None,
    seal: Seal,
    change: int,
    at: datetime,
) -> dict[str, Any]:
    """Return what the document says, names as they are today: it keeps them for ever."""
    return {
        "number": number,
        "amends": before.number if before else "",
        "credited_before_cents": before.credit_cents if before else 0,
        "change_cents": change,
        "drawn_at": at,
        "seal": {"number": seal.number, "hash": bytes(seal.hash).hex()},
        "wave": {
            "number": wave.number,
            "name": wave.name,
            "contract": wave.contract_number,
            "valid_from": wave.valid_from,
            "valid_until": wave.valid_until,
            "redeemable_until": wave.redeemable_until,
            "face_value_cents": wave.face_value_cents,
        },
        "issuer": {"name": wave.issuer.name, "siret": wave.issuer.siret, "address": wave.issuer_address},
        "funder": {"name": funder.name, "siret": funder.siret},
        "orders": [
            {
                "reference": one.order.reference,
                "siret": one.order.siret,
                "service_code": one.order.service_code,
                "commitment_number": one.order.commitment_number,
                **dict(zip(COUNTS, one.counts, strict=True)),
            }
            for one in figures
        ],
    }


def side_of(statement: ClosingStatement, by: Actor) -> str:
    """Return the side that an actor may sign for: the funder's agent, or who issues (pilot, finance, issuer).

    Raises NotAllowed.
    """
    if by.id is None or by.kind not in {ActorKind.USER, ActorKind.TOKEN}:
        raise NotAllowed
    if by.role == Role.FUNDER:
        check_acts_for(by, statement.funder, Role.FUNDER)
        return FUNDER_SIDE
    check_issues(by, statement.wave, Role.PILOT, Role.FINANCE)
    return ISSUER_SIDE


@transaction.atomic
def sign_statement(*, statement: ClosingStatement, by: Actor, at: datetime) -> ClosingStatement:
    """Sign a statement for one's side, once. Two people of two organisations: the credit note then stands.

    A Métropole that issues and funds has nobody in front of it: two of its people sign, each in the role of a side.

    Raises NotAllowed, StatementAlreadySigned, SignerIsTheOtherSide.
    """
    locked = ClosingStatement.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "wave__issuer", "issuer", "funder"
    )
    statement = locked.get(pk=statement.pk)
    side = side_of(statement, by)
    other = ISSUER_SIDE if side == FUNDER_SIDE else FUNDER_SIDE
    if getattr(statement, f"{side}_signed_at"):
        raise StatementAlreadySigned(number=statement.number)
    theirs = (getattr(statement, f"{other}_signed_by_id"), getattr(statement, f"{other}_signed_for"))
    # another issuer that funds its own wave has the Métropole in front of it
    is_one_house = statement.issuer_id == statement.funder_id and statement.issuer.kind == OrganisationKind.METROPOLE
    if is_one_house and by.id == theirs[0]:
        raise SignerIsTheSamePerson(number=statement.number)
    if not is_one_house and (by.id == theirs[0] or by.organisation_id == theirs[1]):
        raise SignerIsTheOtherSide(number=statement.number)
    ClosingStatement.objects.filter(pk=statement.pk).update(
        **{f"{side}_signed_at": at, f"{side}_signed_by_id": by.id, f"{side}_signed_for": by.organisation_id}
    )
    record_audit(act="SIGN_STATEMENT", subject_type="statement", subject=statement.uid, by=by, at=at, side=side)
    statement.refresh_from_db()
    return statement
