"""The trial's play, small: through the real actions, taken up again after an interruption, ended by a clean register."""

from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mediation.models import Attempt, OwedDecision, Redemption
from mediation.states import Owed
from passnum.trial import orders
from passnum.trial.stage import Stage
from vouchers.models import Booklet, Handover, Movement, Order
from vouchers.states import Act, OrderStatus

TODAY = date(2026, 11, 20)
SMALL = {1: (2, 1, 1), 2: (3, 1, 1)}


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def play(report: Path) -> str:
    out = StringIO()
    call_command("play_wave", today=TODAY, report=report, stdout=out)
    return out.getvalue()


def interrupt_after(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    def stop_midway(stage: Stage) -> int:
        original = stage.add
        seen = 0

        def counted(at: datetime, happening: Any) -> None:
            nonlocal seen
            seen += 1
            if seen > count:
                raise Interrupted
            original(at, happening)

        monkeypatch.setattr(stage, "add", counted)
        return real_play(stage)

    real_play = Stage.play
    monkeypatch.setattr(Stage, "play", stop_midway)


@pytest.mark.usefixtures("fresh_database")
def test_a_play_taken_up_again_ends_with_a_clean_register_and_its_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(orders, "BOOKLETS_PER_DISTRIBUTOR", SMALL)
    with monkeypatch.context() as patch:
        interrupt_after(patch, 160)
        with pytest.raises(Interrupted):
            play(tmp_path / "never.pdf")
    begun = Handover.objects.count()

    told = play(tmp_path / "vague-2.pdf")

    assert begun > 0
    assert "Registre juste" in told
    assert (tmp_path / "vague-2.pdf").read_bytes().startswith(b"%PDF")
    assert Booklet.objects.filter(replaces__isnull=True).count() == 12 * (4 + 5)
    assert Order.objects.filter(status=OrderStatus.SUBMITTED).count() == 1
    assert Handover.objects.count() > begun
    assert Redemption.objects.count() > 60
    assert Attempt.objects.filter(is_accepted=False).exists()
    assert OwedDecision.objects.filter(owed=Owed.PENDING_CONFIRMATION).exists()
    acts = set(Movement.objects.values_list("act", flat=True).distinct())
    assert acts >= {Act.PRODUCE, Act.SEND, Act.RECEIVE, Act.DECLARE_MISSING, Act.HAND_OVER, Act.REDEEM, Act.EXPIRE}
