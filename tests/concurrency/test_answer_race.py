"""What is owed is decided once at a time: the distributor, the place, silence and a finance officer at the same moment."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from mediation.actions.owed import answer_handover_at_use, settle_by_silence
from mediation.actions.settlement import settle_contested
from mediation.actions.undo import undo_redemption
from mediation.models import Redemption, RedemptionLine
from mediation.states import Owed, SettleReason, UndoReason
from passnum.kit.errors import DomainError
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene
from vouchers.models import ConfirmationOutcome, Handover, HandoverConfirmation

ROUNDS = 3


def tally(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(
        o.code if isinstance(o, DomainError) else repr(o) if isinstance(o, Exception) else "ok" for o in outcomes
    )


def noticed(scene: Scene) -> tuple[Handover, Redemption]:
    """A hand-over noticed at use, and the hour that waits for it."""
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    redemption = scene.redeem(scene.codes(booklet)[0])
    return Handover.objects.get(booklet=booklet), redemption


def decisions(redemption: Redemption) -> list[str]:
    line = RedemptionLine.objects.get(redemption=redemption)
    return list(line.decisions.order_by("rank").values_list("owed", flat=True))


def answer(scene: Scene, handover: Handover, outcome: ConfirmationOutcome) -> HandoverConfirmation:
    return answer_handover_at_use(handover=handover, outcome=outcome, by=scene.agent, at=scene.now)


def undo(scene: Scene, redemption: Redemption) -> Redemption:
    return undo_redemption(
        redemption=redemption, reason=UndoReason.OTHER, by=scene.mediator, at=scene.now, key=uuid.uuid4()
    )


def at_once(*acts: Callable[[], object]) -> Sequence[object]:
    return parallel(len(acts), lambda i: acts[i]())


def test_a_yes_and_a_no_at_once_are_one_answer(scene: Scene) -> None:
    handover, redemption = noticed(scene)
    outcomes = [ConfirmationOutcome.CONFIRMED, ConfirmationOutcome.DENIED] * 3
    found = parallel(6, lambda i: answer(scene, handover, outcomes[i]))
    assert tally(found) == {"ok": 1, "HANDOVER_ALREADY_CONFIRMED": 5}
    owed = {ConfirmationOutcome.CONFIRMED: Owed.PAYABLE, ConfirmationOutcome.DENIED: Owed.CONTESTED}
    said = HandoverConfirmation.objects.get(handover=handover).outcome
    assert decisions(redemption) == [Owed.PENDING_CONFIRMATION, owed[ConfirmationOutcome(said)]]


def test_the_distributor_speaks_when_its_silence_is_taken(scene: Scene) -> None:
    """The regular task goes on whatever it meets."""
    first, redemption = noticed(scene)
    second, other = noticed(scene)
    end = scene.now + timedelta(days=15)
    settled, again, answered = at_once(
        lambda: settle_by_silence(at=end),
        lambda: settle_by_silence(at=end),
        lambda: answer(scene, first, ConfirmationOutcome.CONFIRMED),
    )
    assert isinstance(settled, int) and isinstance(again, int)
    assert settled + again + (not isinstance(answered, Exception)) == 2
    assert tally([answered]) in ({"ok": 1}, {"HANDOVER_ALREADY_CONFIRMED": 1})
    assert decisions(redemption) == decisions(other) == [Owed.PENDING_CONFIRMATION, Owed.PAYABLE]
    assert HandoverConfirmation.objects.filter(handover__in=[first, second]).count() == 2


def test_an_hour_undone_while_the_distributor_answers(scene: Scene) -> None:
    for _ in range(ROUNDS):
        handover, redemption = noticed(scene)
        found = at_once(
            lambda r=redemption: undo(scene, r),  # type: ignore[misc]
            lambda h=handover: answer(scene, h, ConfirmationOutcome.CONFIRMED),  # type: ignore[misc]
        )
        assert tally(found) == {"ok": 2}
        assert decisions(redemption) in (
            [Owed.PENDING_CONFIRMATION, Owed.UNDONE],
            [Owed.PENDING_CONFIRMATION, Owed.PAYABLE, Owed.UNDONE],
        )


def test_a_contested_hour_is_settled_once(scene: Scene) -> None:
    handover, redemption = noticed(scene)
    answer(scene, handover, ConfirmationOutcome.DENIED)
    line = RedemptionLine.objects.get(redemption=redemption)
    found = parallel(
        6,
        lambda i: settle_contested(
            line=line, is_payable=bool(i % 2), reason=SettleReason.AGREED, by=scene.finance, at=scene.now
        ),
    )
    assert tally(found) == {"ok": 1, "OWED_ALREADY_SETTLED": 5}
    assert len(decisions(redemption)) == 3


def test_a_contested_hour_settled_while_it_is_undone(scene: Scene) -> None:
    for _ in range(ROUNDS):
        handover, redemption = noticed(scene)
        answer(scene, handover, ConfirmationOutcome.DENIED)
        line = RedemptionLine.objects.get(redemption=redemption)
        settled, undone = at_once(
            lambda x=line: settle_contested(  # type: ignore[misc]
                line=x, is_payable=True, reason=SettleReason.AGREED, by=scene.finance, at=scene.now
            ),
            lambda r=redemption: undo(scene, r),  # type: ignore[misc]
        )
        assert tally([settled])["ok"] + tally([undone])["ok"] >= 1
        assert set(tally([settled, undone])) <= {"ok", "OWED_ALREADY_SETTLED"}
        ranks = RedemptionLine.objects.get(pk=line.pk).decisions.order_by("rank").values_list("rank", flat=True)
        assert list(ranks) == list(range(1, len(ranks) + 1))
