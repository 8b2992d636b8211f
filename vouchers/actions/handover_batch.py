"""Booklets handed over together, in a workshop: all or none, one receipt each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError, InvalidInput
from passnum.kit.idempotency import claim
from vouchers.actions.handover import Given, canonical_gift, check_profile, write_handover
from vouchers.models import Booklet, Handover
from vouchers.policies.referent import check_hands_over_for
from vouchers.register.writer import Context
from vouchers.states import Act

MOST_TOGETHER: Final = 40
"""A large workshop: beyond, somebody scanned a whole drawer."""


class BatchRefused(DomainError):
    """One booklet blocks the others: which one, and why. `details` has its number and the code of the refusal."""

    code = "HANDOVER_BATCH_REFUSED"
    message = "Carnet {booklet} : {sentence} Aucun carnet n’est remis."
    status = 409


@dataclass(frozen=True, slots=True)
class Gift:
    """One booklet of a workshop, and to whom it goes."""

    booklet: Booklet
    given: Given


@transaction.atomic
def hand_over_together(
    *,
    gifts: Sequence[Gift],
    distributor: Organisation,
    by: Actor,
    at: datetime,
    key: UUID,
    happened_at: datetime | None = None,
) -> list[Handover]:
    """Give several booklets at once, one person each; in the order of their numbers.

    Raises NotAllowed, InvalidInput, KeyReused, BatchRefused.
    """
    check_hands_over_for(by, distributor, paris_date(at))
    if not 1 <= len(gifts) <= MOST_TOGETHER or len({gift.booklet.pk for gift in gifts}) != len(gifts):
        raise InvalidInput(sentence=f"De 1 à {MOST_TOGETHER} carnets à la fois, chacun une seule fois.")
    for gift in gifts:
        check_profile(gift.given.profile)
    ordered = sorted(gifts, key=lambda gift: gift.booklet.pk)
    told = [{"booklet": gift.booklet.uid, **canonical_gift(gift.given)} for gift in ordered]
    scope = f"organisation:{distributor.uid}"
    content = {"gifts": told, "declared": happened_at}
    claimed = claim(key=key, act="HAND_OVER_TOGETHER", scope=scope, content=content, result=uuid4(), at=at)
    if not claimed.result:
        _write(ordered, distributor, happened_at=happened_at or at, by=by, at=at, key=key)
    return handed_over_with(key=key, distributor=distributor)


def _write(
    gifts: Sequence[Gift], distributor: Organisation, *, happened_at: datetime, by: Actor, at: datetime, key: UUID
) -> None:
    booklets = (
        Booklet.objects.select_for_update(no_key=True, of=("self",))
        .select_related("wave", "shipment")
        .filter(pk__in=[gift.booklet.pk for gift in gifts])
        .order_by("pk")
    )
    for gift, booklet in zip(gifts, booklets, strict=True):
        context = Context(happened_at=happened_at, at=at, by=by, key=key, subject=uuid4())
        try:
            write_handover(booklet, distributor, gift.given, context)
        except DomainError as refusal:
            raise BatchRefused(booklet=booklet.label, sentence=refusal.sentence, refusal=refusal.code) from refusal


def handed_over_with(*, key: UUID, distributor: Organisation) -> list[Handover]:
    """Return the hand-overs that one request recorded for a distributor, by booklet number."""
    given = Handover.objects.filter(movement__key=key, movement__act=Act.HAND_OVER, distributor=distributor)
    return list(given.select_related("booklet__wave", "distributor").order_by("booklet__number", "pk"))
