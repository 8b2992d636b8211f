"""Ask a place for the paper of a seeded sample of its acts; what is missing is a correction that finance decides."""

import secrets
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from mediation.actions.owed import decide
from mediation.models import Correction, OwedDecision, PaperOutcome, PaperSample, PaperSampleItem, RedemptionLine, Site
from mediation.queries.paper_sample import draw, population_digest, population_of
from mediation.states import Owed, OwedAct
from passnum.accounts.policies import check_acts_for, check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from passnum.kit.idempotency import claim
from vouchers.models import Wave

# A pile that one person looks through in a day.
MOST_ITEMS: Final = 200
SEED_BELOW: Final = 10**9  # a drawn seed is short enough to be read aloud
SEED_MOST: Final = 2**63 - 1
FIRST_DAY: Final = date(2019, 1, 1)  # nothing happened before the first wave (SMAN: autumn of 2019)
PAPER_MISSING: Final = "PAPER_MISSING"


class NothingToSample(DomainError):
    code = "NOTHING_TO_SAMPLE"
    message = (
        "Aucun acte à payer de cette vague dans ce lieu sur cette période. Changez la période, le lieu ou la vague."
    )
    status = 422


class AlreadyNoted(DomainError):
    code = "PAPER_ALREADY_NOTED"
    message = "Ce papier a déjà été noté : rien n’a été changé. S’il y a une erreur, prévenez la Métropole."


class CorrectionNotProposed(DomainError):
    code = "CORRECTION_NOT_PROPOSED"
    message = "Aucune correction n’attend de décision ici, ou elle vient d’être prise : rien n’a été changé."


class CorrectionByItsNoter(DomainError):
    code = "CORRECTION_BY_ITS_NOTER"
    message = "Vous avez noté ce papier manquant : la décision revient à une autre personne des finances."
    status = 403


@transaction.atomic
def draw_sample(
    *,
    wave: Wave,
    site: Site,
    starts_on: date,
    ends_on: date,
    size: int,
    seed: int | None,
    by: Actor,
    at: datetime,
    key: UUID,
) -> PaperSample:
    """Draw lines of acts that stand, with a seed given or drawn here. Anybody can draw the same again.

    Raises NotAllowed, InvalidInput, NothingToSample, KeyReused.
    """
    check_role(by, Role.AUDITOR)
    _check_asked(starts_on, ends_on, size, seed, at)
    uid = uuid4()
    content = {"wave": wave.number, "site": site.uid, "from": starts_on, "to": ends_on, "size": size, "seed": seed}
    scope = f"organisation:{by.organisation_id}"
    claimed = claim(key=key, act="DRAW_PAPER_SAMPLE", scope=scope, content=content, result=uid, at=at)
    if claimed.result:
        return PaperSample.objects.get(uid=claimed.result)
    population = population_of(wave=wave, site=site, starts_on=starts_on, ends_on=ends_on, drawn_at=at)
    if not population:
        raise NothingToSample
    sown = secrets.randbelow(SEED_BELOW) if seed is None else seed
    sample = PaperSample.objects.create(
        uid=uid,
        wave=wave,
        site=site,
        starts_on=starts_on,
        ends_on=ends_on,
        seed=sown,
        size=size,
        population_count=len(population),
        drawn_at=at,
        **by.columns(),
    )
    drawn = draw(population=population, seed=sown, size=size)
    PaperSampleItem.objects.bulk_create(
        PaperSampleItem(sample=sample, rank=rank, line_id=pk) for rank, (_, pk) in enumerate(drawn, start=1)
    )
    record_audit(
        act="DRAW_PAPER_SAMPLE", subject_type="paper_sample", subject=uid, by=by, at=at,
        seed=sown, size=size, population=len(population), population_sha256=population_digest(population),
    )  # fmt: skip
    return sample


def _check_asked(starts_on: date, ends_on: date, size: int, seed: int | None, at: datetime) -> None:
    if not FIRST_DAY <= starts_on <= ends_on <= paris_date(at):
        raise InvalidInput(sentence="La période va d’une date à une date qui la suit, aujourd’hui au plus tard.")
    if not 1 <= size <= MOST_ITEMS:
        raise InvalidInput(sentence=f"Demandez de 1 à {MOST_ITEMS} lignes.")
    if seed is not None and not 0 <= seed <= SEED_MOST:
        raise InvalidInput(sentence="La graine est un nombre entier positif.")


@transaction.atomic
def note_item(*, item: PaperSampleItem, outcome: PaperOutcome, by: Actor, at: datetime) -> PaperSampleItem:
    """Say whether the paper of a line was shown, once. What is missing proposes a correction.

    Who said missing may say that it was found after all, until finance decides: a tap is easily wrong.

    Raises NotAllowed, InvalidInput, AlreadyNoted.
    """
    locked = _locked(item)
    if by.role == Role.SITE_MANAGER:
        check_acts_for(by, locked.sample.site.operator, Role.SITE_MANAGER)
    else:
        check_role(by, Role.AUDITOR)
    if by.id is None:
        raise NotAllowed
    if outcome not in {PaperOutcome.FOUND, PaperOutcome.MISSING}:
        raise InvalidInput(sentence="Répondez\u00a0: présenté, ou manquant.")
    if locked.outcome != PaperOutcome.WAITING and not (outcome == PaperOutcome.FOUND and _may_find(locked, by)):
        raise AlreadyNoted
    locked.outcome, locked.noted_at, locked.noted_by_id = outcome, at, by.id
    locked.correction = Correction.PROPOSED if outcome == PaperOutcome.MISSING else Correction.NONE
    locked.save(update_fields=["outcome", "noted_at", "noted_by_id", "correction"])
    record_audit(
        act="NOTE_PAPER", subject_type="paper_sample_item", subject=locked.uid, by=by, at=at, outcome=str(outcome)
    )
    return locked


def _may_find(item: PaperSampleItem, by: Actor) -> bool:
    return item.correction == Correction.PROPOSED and item.noted_by_id == by.id


@transaction.atomic
def decide_correction(*, item: PaperSampleItem, is_accepted: bool, by: Actor, at: datetime) -> PaperSampleItem:
    """A finance officer, never the one who noted it, takes the hours back from what is owed, or leaves them.

    Raises NotAllowed, CorrectionNotProposed, CorrectionByItsNoter, and OwedAlreadySettled when the hours are no longer
    payable (undone since): then the correction can only be put aside.
    """
    check_role(by, Role.FINANCE)
    if by.id is None:
        raise NotAllowed
    locked = _locked(item)
    if locked.correction != Correction.PROPOSED:
        raise CorrectionNotProposed
    if locked.noted_by_id == by.id:
        raise CorrectionByItsNoter
    if is_accepted:
        _take_back(locked, by=by, at=at)
    locked.correction = Correction.ACCEPTED if is_accepted else Correction.REJECTED
    locked.decided_at, locked.decided_by_id = at, by.id
    locked.save(update_fields=["correction", "decided_at", "decided_by_id"])
    record_audit(
        act="DECIDE_PAPER_CORRECTION", subject_type="paper_sample_item", subject=locked.uid, by=by, at=at,
        correction=str(locked.correction),
    )  # fmt: skip
    return locked


def _take_back(item: PaperSampleItem, *, by: Actor, at: datetime) -> OwedDecision:
    line = RedemptionLine.objects.select_related("redemption", "wave", "booklet").get(pk=item.line_id)
    return decide(line, OwedAct.CORRECT, Owed.REFUSED, reason=PAPER_MISSING, by=by, at=at)


def _locked(item: PaperSampleItem) -> PaperSampleItem:
    """Return the item as it is now, held until the end: one note and one decision, however many come."""
    return (
        PaperSampleItem.objects.select_for_update(no_key=True, of=("self",))
        .select_related("sample__site__operator")
        .get(pk=item.pk)
    )
