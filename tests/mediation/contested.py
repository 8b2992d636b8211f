"""Contested acts for tests, by the real actions: one hour declared at two places, an upload too late…"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from mediation.actions.act_details import ActDetails
from mediation.actions.late_entry import attempt_late_entry
from mediation.models import OwedDecision, Redemption, RedemptionLine
from mediation.states import Owed
from tests.lifecycle import Scene
from vouchers.models import Booklet, Ticket


def upload(scene: Scene, *codes: str, happened_at: datetime, elsewhere: bool = True, **terms: Any) -> Redemption:
    """A device's queue comes in, from the other place unless told otherwise."""
    given: dict[str, Any] = {
        "site": scene.other_site if elsewhere else scene.site,
        "service": scene.service,
        "details": ActDetails(minutes=60 * len(codes), themes=("email",)),
        "by": scene.other_mediator if elsewhere else scene.mediator,
        "at": scene.tick(),
        "key": uuid.uuid4(),
        "is_offline": True,
    }
    return attempt_late_entry(codes=codes, happened_at=happened_at, **(given | terms))


def used_twice(scene: Scene, booklet: Booklet, hours: int = 1, *, first: int = 0) -> RedemptionLine:
    """Hours of a booklet are used here, then told by the other place: contested, they consumed nothing."""
    codes = scene.codes(booklet)[first : first + hours]
    earlier = scene.tick(hours=2) - timedelta(hours=1)
    scene.redeem(*codes, minutes=60 * hours)
    line = upload(scene, *codes, happened_at=earlier).lines.get()
    assert decisions(line) == [(Owed.CONTESTED, "TICKET_ALREADY_REDEEMED")]
    return line


def decisions(line: RedemptionLine) -> list[tuple[str, str]]:
    """What was decided on a line, in order."""
    return list(OwedDecision.objects.filter(line=line).order_by("rank").values_list("owed", "reason"))


def statuses(booklet: Booklet) -> list[str]:
    """The states of a booklet's tickets, in ticket order."""
    return list(Ticket.objects.filter(booklet=booklet).order_by("position").values_list("status", flat=True))
