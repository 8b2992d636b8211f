"""A paper is noted once and its correction decided once, however many people answer at the same moment."""

from collections import Counter
from collections.abc import Sequence
from uuid import uuid4

import pytest

from mediation.actions import paper_sample as actions
from mediation.actions.paper_sample import decide_correction, draw_sample, note_item
from mediation.models import Correction, OwedDecision, PaperOutcome, PaperSample, PaperSampleItem
from mediation.states import Owed, OwedAct
from passnum.accounts.roles import Role
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from passnum.kit.models import AuditEntry
from tests.concurrency.meeting import Meeting
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene, person

PEOPLE = 4
ANSWERS = (PaperOutcome.FOUND, PaperOutcome.MISSING) * (PEOPLE // 2)


def tally(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(
        o.code if isinstance(o, DomainError) else repr(o) if isinstance(o, Exception) else "ok" for o in outcomes
    )


def item_to_note(scene: Scene) -> PaperSampleItem:
    """The paper of an act made just now, asked for."""
    scene.redeem(scene.codes(scene.in_hand())[0])
    at = scene.tick(minutes=5)
    sample = draw_sample(
        wave=scene.wave,
        site=scene.site,
        starts_on=paris_date(at),
        ends_on=paris_date(at),
        size=1,
        seed=None,
        by=person(scene.metropole, Role.AUDITOR),
        at=at,
        key=uuid4(),
    )
    return PaperSampleItem.objects.get(sample=sample)


def noted(item: PaperSampleItem) -> int:
    return AuditEntry.objects.filter(act="NOTE_PAPER", subject=item.uid).count()


def note_all(scene: Scene, item: PaperSampleItem) -> Counter[str]:
    managers = [person(scene.operator, Role.SITE_MANAGER) for _ in range(PEOPLE)]
    return tally(parallel(PEOPLE, lambda i: note_item(item=item, outcome=ANSWERS[i], by=managers[i], at=scene.now)))


def decide_all(scene: Scene, item: PaperSampleItem) -> Counter[str]:
    officers = [person(scene.metropole, Role.FINANCE) for _ in range(PEOPLE)]
    return tally(
        parallel(
            PEOPLE,
            lambda i: decide_correction(item=item, is_accepted=bool(i % 2), by=officers[i], at=scene.now),
        )
    )


@pytest.fixture
def slow_answer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Time passes between reading that nobody answered and answering."""
    locked, meeting = actions._locked, Meeting(PEOPLE, request)

    def slow(item: PaperSampleItem) -> PaperSampleItem:
        found = locked(item)
        meeting.wait()
        return found

    monkeypatch.setattr(actions, "_locked", slow)


@pytest.mark.usefixtures("slow_answer")
def test_a_paper_is_noted_once(scene: Scene) -> None:
    item = item_to_note(scene)
    assert note_all(scene, item) == {"ok": 1, "PAPER_ALREADY_NOTED": PEOPLE - 1}
    assert noted(item) == 1


@pytest.mark.usefixtures("slow_answer", "locks_off")
def test_control_without_the_lock_a_paper_is_found_and_missing_at_once(scene: Scene) -> None:
    item = item_to_note(scene)
    assert note_all(scene, item) == {"ok": PEOPLE}
    assert noted(item) == PEOPLE


@pytest.fixture
def missing(scene: Scene) -> PaperSampleItem:
    return note_item(item=item_to_note(scene), outcome=PaperOutcome.MISSING, by=scene.manager, at=scene.tick())


def corrections(item: PaperSampleItem) -> list[str]:
    decisions = OwedDecision.objects.filter(line=item.line_id, act=OwedAct.CORRECT)
    return list(decisions.values_list("owed", flat=True))


def test_a_correction_is_decided_once(scene: Scene, missing: PaperSampleItem, slow_answer: None) -> None:
    assert decide_all(scene, missing) == {"ok": 1, "CORRECTION_NOT_PROPOSED": PEOPLE - 1}
    missing.refresh_from_db()
    assert corrections(missing) == ([Owed.REFUSED] if missing.correction == Correction.ACCEPTED else [])


def test_control_without_the_lock_only_the_database_refuses_the_others(
    scene: Scene, missing: PaperSampleItem, slow_answer: None, locks_off: None
) -> None:
    outcomes = decide_all(scene, missing)
    # all saw a correction to decide: the others met the trigger that lets it be decided once, or the ranks' constraint
    assert outcomes["ok"] == 1
    assert "CORRECTION_NOT_PROPOSED" not in outcomes


def test_the_same_request_sent_at_once_draws_once(scene: Scene) -> None:
    scene.redeem(scene.codes(scene.in_hand())[0])
    at, key, auditor = scene.tick(minutes=5), uuid4(), person(scene.metropole, Role.AUDITOR)
    day = paris_date(at)
    found = parallel(
        PEOPLE,
        lambda _: draw_sample(
            wave=scene.wave,
            site=scene.site,
            starts_on=day,
            ends_on=day,
            size=1,
            seed=None,
            by=auditor,
            at=at,
            key=key,
        ),
    )
    assert len({one.pk for one in found if isinstance(one, PaperSample)}) == 1
    assert tally(found) == {"ok": PEOPLE}
