"""A request that was served before: its attempt is kept, and its act told as it stands now, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mediation.actions.attempt import attempt_part
from mediation.models import AttemptKind, Service, Site
from mediation.queries.acts import LINES_READ, Act, act_of, lines_part
from passnum.kit.actor import Actor
from passnum.kit.idempotency import Request
from passnum.kit.together import rows_together


def replay_act(
    request: Request,
    served: tuple[str, str, bytes, UUID],
    *,
    site: Site,
    service: Service,
    digests: Sequence[bytes],
    by: Actor,
    at: datetime,
    device_at: datetime | None = None,
) -> Act:
    """Return the act that a request had made; `served` is its key's row. Raises KeyReused when the key is another's.

    The content that the key stands for names the place and the service: they are those of the request.
    """
    uid = request.result_of(served)
    tried = attempt_part(
        kind=AttemptKind.REDEEM,
        site_uid=site.uid,
        digests=digests,
        by=by,
        at=at,
        key=request.key,
        redemption=uid,
        device_at=device_at,
        is_replay=True,
    )
    rows = rows_together([tried, lines_part(uid)], returning=LINES_READ)
    return act_of(rows, site=site, service=service)
