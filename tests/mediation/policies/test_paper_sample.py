"""The paper of a seeded sample: drawn the same by anybody, noted once, taken back from what is owed by another person."""

import csv
import io
import random
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from mediation.actions.owed import OwedAlreadySettled
from mediation.actions.paper_sample import (
    MOST_ITEMS,
    AlreadyNoted,
    CorrectionByItsNoter,
    CorrectionNotProposed,
    NothingToSample,
    decide_correction,
    draw_sample,
    note_item,
)
from mediation.actions.undo import undo_redemption
from mediation.models import Correction, OwedDecision, PaperOutcome, PaperSample, PaperSampleItem, Redemption
from mediation.queries.acts import owed_to_site
from mediation.queries.paper_sample import (
    draw,
    drawn_again,
    papers_of,
    population_digest,
    population_of,
    proposed_corrections,
    samples_visible_to,
)
from mediation.states import Owed, OwedAct, UndoReason
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from passnum.kit.models import AuditEntry
from tests.lifecycle import Scene, person
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.models import Movement
from vouchers.states import Act

PERIOD = {"starts_on": date(2026, 3, 1), "ends_on": date(2026, 3, 2)}


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    """A place with ten acts of an hour, of two booklets, in March 2026."""
    for booklet in stocked.delivered((stocked.ccas, 5, 2)):
        stocked.hand_over(booklet)
        for code in stocked.codes(booklet):
            stocked.redeem(code)
    return stocked


@pytest.fixture
def auditor(scene: Scene) -> Actor:
    return person(scene.metropole, Role.AUDITOR)


def drawn(scene: Scene, auditor: Actor, **asked: Any) -> PaperSample:
    given = {"wave": scene.wave, "site": scene.site, "size": 4, "seed": 2026, "key": uuid4(), **PERIOD}
    return draw_sample(by=auditor, at=scene.tick(minutes=5), **{**given, **asked})


def first(sample: PaperSample) -> PaperSampleItem:
    return PaperSampleItem.objects.get(sample=sample, rank=1)


def missing(scene: Scene, auditor: Actor, by: Actor | None = None) -> PaperSampleItem:
    item = first(drawn(scene, auditor))
    return note_item(item=item, outcome=PaperOutcome.MISSING, by=by or scene.manager, at=scene.tick())


# Drawing --------------------------------------------------------------------------------------------------------------


def test_a_seed_draws_the_same_lines_for_everybody(scene: Scene, auditor: Actor) -> None:
    one, two, other = drawn(scene, auditor), drawn(scene, auditor), drawn(scene, auditor, seed=2027)
    lines = [list(s.items.order_by("rank").values_list("line_id", flat=True)) for s in (one, two, other)]
    assert lines[0] == lines[1] != lines[2]
    assert len(set(lines[0])) == 4
    assert (one.population_count, one.seed, one.size) == (10, 2026, 4)


def test_anybody_with_the_list_and_the_standard_library_draws_it_again(scene: Scene, auditor: Actor) -> None:
    sample = drawn(scene, auditor)
    population = population_of(wave=scene.wave, site=scene.site, drawn_at=sample.drawn_at, **PERIOD)
    text = "".join(f"{uid};{number};{mask}\n" for (uid, number, mask), _ in population)
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows == sorted(rows, key=lambda r: (r[0], int(r[1]), int(r[2])))
    again = random.Random(sample.seed).sample(rows, sample.size)
    shown = [
        (str(i.line.redemption.uid), str(i.line.booklet.number), str(i.line.mask))
        for i in sample.items.order_by("rank")
    ]
    assert [tuple(row) for row in again] == shown
    entry = AuditEntry.objects.get(act="DRAW_PAPER_SAMPLE", subject=sample.uid)
    assert entry.details["population_sha256"] == population_digest(population)


def test_the_draw_of_python_has_not_changed() -> None:
    """The documented rule holds across versions of Python, or this says so."""
    keys = [((str(UUID(int=n)), n, 1), n) for n in range(100)]
    assert [pk for _, pk in draw(population=keys, seed=2026, size=6)] == [15, 40, 64, 65, 82, 13]


def test_only_acts_that_stand_are_drawn_and_the_draw_is_the_same_later(scene: Scene, auditor: Actor) -> None:
    last = Redemption.objects.latest("pk")
    undo_redemption(redemption=last, reason=UndoReason.OTHER, by=scene.mediator, at=scene.tick(), key=uuid4())
    (noticed,) = scene.delivered((scene.ccas, 5, 1))
    scene.redeem(scene.codes(noticed)[0])  # waits for the distributor
    (elsewhere,) = scene.delivered((scene.ccas, 5, 1))
    scene.hand_over(elsewhere)
    scene.redeem(scene.codes(elsewhere)[0], site=scene.other_site, by=scene.other_mediator)
    sample = drawn(scene, auditor, size=MOST_ITEMS)
    assert (sample.population_count, sample.items.count()) == (9, 9)
    item = note_item(item=first(sample), outcome=PaperOutcome.MISSING, by=auditor, at=scene.tick())
    decide_correction(item=item, is_accepted=True, by=scene.finance, at=scene.tick())
    scene.redeem(scene.codes(elsewhere)[1])
    assert drawn_again(sample=sample), "what happened since changes nothing"
    assert drawn(scene, auditor, size=MOST_ITEMS).population_count == 9, "one refused since, one more used"


def test_a_seed_that_nobody_gave_is_drawn_and_kept(scene: Scene, auditor: Actor) -> None:
    seeds = {drawn(scene, auditor, seed=None).seed for _ in range(3)}
    assert len(seeds) > 1
    assert all(0 <= seed < 10**9 for seed in seeds)


def test_the_same_request_draws_once(scene: Scene, auditor: Actor) -> None:
    key = uuid4()
    one = drawn(scene, auditor, key=key, seed=None)
    assert drawn(scene, auditor, key=key, seed=None) == one
    with refused(KeyReused):
        drawn(scene, auditor, key=key, seed=3)
    assert PaperSample.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"size": 0}, InvalidInput),
        ({"size": MOST_ITEMS + 1}, InvalidInput),
        ({"seed": -1}, InvalidInput),
        ({"seed": 2**63}, InvalidInput),
        ({"ends_on": date(2026, 2, 1)}, InvalidInput),
        ({"ends_on": date(2026, 12, 31)}, InvalidInput),
        ({"starts_on": date(1, 1, 1)}, InvalidInput),
        ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 3, 1)}, NothingToSample),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    scene: Scene, auditor: Actor, asked: dict[str, Any], error: type[InvalidInput]
) -> None:
    with refused(error):
        drawn(scene, auditor, **asked)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_only_an_auditor_draws(scene: Scene, role: Role) -> None:
    with refused(NotAllowed):
        drawn(scene, person(scene.metropole, role))


# Noting ---------------------------------------------------------------------------------------------------------------


def test_what_is_found_proposes_nothing_and_what_is_missing_does(scene: Scene, auditor: Actor) -> None:
    sample = drawn(scene, auditor)
    one, two = sample.items.order_by("rank")[:2]
    found = note_item(item=one, outcome=PaperOutcome.FOUND, by=scene.manager, at=scene.tick())
    lost = note_item(item=two, outcome=PaperOutcome.MISSING, by=auditor, at=scene.tick())
    assert (found.correction, lost.correction) == (Correction.NONE, Correction.PROPOSED)
    assert (found.noted_by_id, lost.noted_by_id) == (scene.manager.id, auditor.id)
    assert [p.item.uid for p in proposed_corrections(by=scene.finance)] == [two.uid]
    for item in (one, two):
        for outcome in (PaperOutcome.FOUND, PaperOutcome.MISSING):
            with refused(AlreadyNoted):
                note_item(item=item, outcome=outcome, by=scene.manager, at=scene.tick())


def test_what_was_said_missing_is_found_by_who_said_so_until_finance_decides(scene: Scene, auditor: Actor) -> None:
    item = missing(scene, auditor)
    with refused(AlreadyNoted):
        note_item(item=item, outcome=PaperOutcome.FOUND, by=auditor, at=scene.tick())
    found = note_item(item=item, outcome=PaperOutcome.FOUND, by=scene.manager, at=scene.tick())
    assert (found.outcome, found.correction) == (PaperOutcome.FOUND, Correction.NONE)
    assert not proposed_corrections(by=scene.finance)
    with refused(AlreadyNoted):
        note_item(item=item, outcome=PaperOutcome.MISSING, by=scene.manager, at=scene.tick())


def test_only_the_manager_of_the_place_or_an_auditor_notes(scene: Scene, auditor: Actor) -> None:
    item = first(drawn(scene, auditor))
    strangers = [person(scene.operator, role) for role in Role if role not in {Role.AUDITOR, Role.SITE_MANAGER}]
    for by in (*strangers, person(scene.other_operator, Role.SITE_MANAGER), SYSTEM):
        with refused(NotAllowed):
            note_item(item=item, outcome=PaperOutcome.FOUND, by=by, at=scene.tick())
    with refused(InvalidInput):
        note_item(item=item, outcome=PaperOutcome.WAITING, by=auditor, at=scene.tick())


# Deciding -------------------------------------------------------------------------------------------------------------


def test_an_accepted_correction_takes_the_hours_back_under_seal(scene: Scene, auditor: Actor) -> None:
    before = owed_to_site(site=scene.site)
    item = missing(scene, auditor)
    done = decide_correction(item=item, is_accepted=True, by=scene.finance, at=scene.tick())
    decision = OwedDecision.objects.filter(line=item.line).latest("rank")
    assert (decision.act, decision.owed, decision.reason) == (OwedAct.CORRECT, Owed.REFUSED, "PAPER_MISSING")
    assert decision.movement.act == Act.SETTLE_OWED
    assert decision.by_id == scene.finance.id == done.decided_by_id
    after = owed_to_site(site=scene.site)
    assert after[Owed.PAYABLE].cents == before[Owed.PAYABLE].cents - 1000
    assert after[Owed.REFUSED].cents == 1000
    assert proposed_corrections(by=scene.finance) == []
    check_register()
    for answer in (True, False):
        with refused(CorrectionNotProposed):
            decide_correction(item=item, is_accepted=answer, by=scene.finance, at=scene.tick())


def test_a_correction_put_aside_changes_nothing_that_is_owed(scene: Scene, auditor: Actor) -> None:
    before, movements = owed_to_site(site=scene.site), Movement.objects.count()
    done = decide_correction(item=missing(scene, auditor), is_accepted=False, by=scene.finance, at=scene.tick())
    assert done.correction == Correction.REJECTED
    assert owed_to_site(site=scene.site) == before
    assert Movement.objects.count() == movements


def test_only_finance_decides_and_never_who_noted_it(scene: Scene, auditor: Actor) -> None:
    both = Actor(auditor.kind, auditor.id, auditor.organisation_id, Role.FINANCE.value)
    item = missing(scene, auditor, by=auditor)
    for role in Role:
        if role != Role.FINANCE:
            with refused(NotAllowed):
                decide_correction(item=item, is_accepted=True, by=person(scene.metropole, role), at=scene.tick())
    for answer in (True, False):
        with refused(CorrectionByItsNoter):
            decide_correction(item=item, is_accepted=answer, by=both, at=scene.tick())
    with refused(NotAllowed):
        decide_correction(item=item, is_accepted=True, by=SYSTEM, at=scene.tick())
    with pytest.raises(IntegrityError, match="paper_sample_item_is_decided_by_another"), transaction.atomic():
        PaperSampleItem.objects.filter(pk=item.pk).update(
            correction=Correction.ACCEPTED, decided_at=scene.now, decided_by_id=auditor.id
        )


def test_nothing_waits_where_the_paper_was_found(scene: Scene, auditor: Actor) -> None:
    item = first(drawn(scene, auditor))
    with refused(CorrectionNotProposed):
        decide_correction(item=item, is_accepted=True, by=scene.finance, at=scene.tick())
    note_item(item=item, outcome=PaperOutcome.FOUND, by=scene.manager, at=scene.tick())
    with refused(CorrectionNotProposed):
        decide_correction(item=item, is_accepted=True, by=scene.finance, at=scene.tick())


def test_an_act_drawn_twice_is_taken_back_once(scene: Scene, auditor: Actor) -> None:
    items = [missing(scene, auditor), missing(scene, auditor)]
    assert items[0].line_id == items[1].line_id
    decide_correction(item=items[0], is_accepted=True, by=scene.finance, at=scene.tick())
    with refused(OwedAlreadySettled):
        decide_correction(item=items[1], is_accepted=True, by=scene.finance, at=scene.tick())
    decide_correction(item=items[1], is_accepted=False, by=scene.finance, at=scene.tick())


# Who sees what --------------------------------------------------------------------------------------------------------


def test_a_place_sees_its_own_samples_those_who_check_see_all(scene: Scene, auditor: Actor) -> None:
    sample = drawn(scene, auditor)
    seers = {role for role in Role if samples_visible_to(by=person(scene.metropole, role)).exists()}
    assert seers == {Role.AUDITOR, Role.FINANCE}
    assert list(samples_visible_to(by=scene.manager)) == [sample]
    for by in (scene.mediator, person(scene.other_operator, Role.SITE_MANAGER), scene.agent, SYSTEM):
        assert not samples_visible_to(by=by).exists()
        assert proposed_corrections(by=by) == []


def test_what_is_to_show_says_where_to_look(scene: Scene, auditor: Actor) -> None:
    papers = papers_of(sample=drawn(scene, auditor, size=10))
    assert len(papers) == 10
    assert {p.day for p in papers} == {date(2026, 3, 2)}
    assert sorted(p.positions for p in papers) == [(n,) for n in (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)]
    assert {p.cents for p in papers} == {1000}


def test_a_sample_is_for_ever(scene: Scene, auditor: Actor) -> None:
    sample = drawn(scene, auditor)
    assert timedelta(0) == scene.now - sample.drawn_at
    for change in ({"seed": 1}, {"size": 1}):
        with pytest.raises(Exception, match=r"permission denied|append-only|droit|permis"), transaction.atomic():
            PaperSample.objects.filter(pk=sample.pk).update(**change)
