"""An act of a lost phone is recovered once, whoever asks at the same moment: its key is what holds it."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from mediation.actions.recovery import recover
from mediation.models import QuarantinedAct, Redemption
from passnum.accounts.roles import Role
from passnum.kit.errors import DomainError
from tests.concurrency.parallel import parallel
from tests.lifecycle import Scene, person
from tests.mediation.revoked import lost_phone, queued, send


def tally(outcomes: Sequence[object]) -> Counter[str]:
    return Counter(
        o.code if isinstance(o, DomainError) else repr(o) if isinstance(o, Exception) else "ok" for o in outcomes
    )


def recover_at_once(scene: Scene, kept: list[QuarantinedAct]) -> Counter[str]:
    """One person for each row given."""
    scene.tick()

    def one(rank: int) -> QuarantinedAct:
        by = person(scene.operator, Role.SITE_MANAGER)
        return recover(aside=QuarantinedAct.objects.get(pk=kept[rank].pk), reason="Vu ensemble", by=by, at=scene.now)

    return tally(parallel(len(kept), one))


def kept_under(scene: Scene, *keys: uuid.UUID) -> list[QuarantinedAct]:
    """The same act of a lost phone, kept aside once for each key."""
    code = scene.codes(scene.in_hand())[0]
    happened_at = scene.tick(hours=2) - timedelta(hours=1)
    send(scene, lost_phone(scene), *[queued(scene, code, happened_at=happened_at, key=key) for key in keys])
    return [QuarantinedAct.objects.get(key=key) for key in keys]


def test_six_people_recover_one_act_once(scene: Scene) -> None:
    (kept,) = kept_under(scene, uuid.uuid4())
    found = recover_at_once(scene, [kept] * 6)
    assert found["ok"] == 1
    assert set(found) <= {"ok", "ALREADY_RECOVERED", "IN_PROGRESS"}
    kept.refresh_from_db()
    assert Redemption.objects.get(key=kept.key) == kept.redemption


def test_control_under_two_keys_the_same_act_is_recorded_twice(scene: Scene) -> None:
    kept = kept_under(scene, uuid.uuid4(), uuid.uuid4())
    assert recover_at_once(scene, kept) == {"ok": 2}
    assert Redemption.objects.filter(key__in=[one.key for one in kept]).count() == 2
