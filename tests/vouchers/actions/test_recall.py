from typing import Any
from uuid import uuid4

import pytest

from passnum.kit.errors import InvalidInput, NotAllowed
from tests.lifecycle import Scene
from tests.vouchers.actions.unchanged import refused
from vouchers.actions.recall import MoreThanHeld, RecallAlreadyOpen, RecallOver, recall_stock, withdraw_recall
from vouchers.actions.shipment import send_booklets
from vouchers.models import Recall
from vouchers.queries.recalls import open_recalls, recalls_visible_to


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def recall(scene: Scene, **terms: Any) -> Recall:
    given: dict[str, Any] = {"holder": scene.ccas, "recipient": scene.other_ccas, "count": 3, "reason": "Stock dormant"}
    return recall_stock(wave=scene.wave, at=scene.tick(), **({"by": scene.pilot} | given | terms))


def send(scene: Scene, first: int, last: int) -> None:
    send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.other_ccas,
        ranges=[(first, last)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
    )


def test_a_recall_is_done_by_the_holders_own_sendings(scene: Scene) -> None:
    asked = recall(scene)
    assert [r.left_count for r in open_recalls(holder=scene.ccas)] == [3]
    send(scene, 1, 2)
    assert [r.left_count for r in open_recalls(holder=scene.ccas)] == [1]
    send(scene, 3, 4)
    asked.refresh_from_db()
    assert (asked.sent_count, asked.left_count, asked.done_at) == (4, 0, scene.now)
    assert not open_recalls(holder=scene.ccas).exists()


def test_a_recall_is_withdrawn_once(scene: Scene) -> None:
    asked = recall(scene)
    with refused(RecallAlreadyOpen):
        recall(scene, count=1)
    withdraw_recall(recall=asked, by=scene.pilot, at=scene.tick())
    with refused(RecallOver):
        withdraw_recall(recall=asked, by=scene.pilot, at=scene.tick())
    recall(scene, count=1)


def test_what_makes_no_sense_is_not_asked(scene: Scene) -> None:
    for terms in ({"count": 0}, {"count": -1}, {"reason": " "}, {"recipient": scene.ccas}):
        with refused(InvalidInput):
            recall(scene, **terms)
    for count in (7, 10_000_000):
        with refused(MoreThanHeld):
            recall(scene, count=count)
    for by in (scene.agent, scene.finance, scene.buyer):
        with refused(NotAllowed):
            recall(scene, by=by)
        if Recall.objects.exists():
            with refused(NotAllowed):
                withdraw_recall(recall=Recall.objects.get(), by=by, at=scene.tick())


def test_a_stranger_reads_no_recall(scene: Scene) -> None:
    recall(scene)
    assert not recalls_visible_to(by=scene.other_agent).exists()
    assert not recalls_visible_to(by=scene.buyer).exists()
    assert recalls_visible_to(by=scene.agent).count() == recalls_visible_to(by=scene.pilot).count() == 1
