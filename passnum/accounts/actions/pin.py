"""The personal code (PIN) typed on a shared device: chosen by its owner, hashed slowly, locked after five failures."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from passnum.accounts.models import Membership, Pin
from passnum.accounts.queries.devices import HOLDERS
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed, TooManyAttempts

SHORTEST, LONGEST = 4, 8
MOST_FAILURES: Final = 5
LOCK: Final = timedelta(minutes=5)
_FIGURES: Final = re.compile(rf"[0-9]{{{SHORTEST},{LONGEST}}}")


class PinWrong(DomainError):
    code = "PIN_WRONG"
    message = "Ce code personnel n’est pas le bon : vérifiez votre nom et recommencez."
    status = 422


class PinNotChosen(DomainError):
    code = "PIN_NOT_CHOSEN"
    message = (
        "Vous n’avez pas encore de code personnel. Choisissez-le sur votre compte, à la page « Mon code personnel », "
        "puis recommencez."
    )
    status = 422


class PinLocked(TooManyAttempts):
    code = "PIN_LOCKED"
    message = (
        "Trop de codes faux : ce code personnel est bloqué encore {seconds} secondes. Attendez, ou choisissez-en un "
        "autre sur votre compte, à la page « Mon code personnel »."
    )


def _is_trivial(pin: str) -> bool:
    """Tell whether it is among the first that anybody tries: 0000, 1234, 9876, 1212."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    is_repeated = any(len(pin) % size == 0 and pin == pin[:size] * (len(pin) // size) for size in (1, 2, 3))
    return is_repeated or steps in ({1}, {9})


def _post_of(by: Actor) -> Membership:
    """Return the post in which a person acts. Raises NotAllowed unless they work at a counter."""
    if by.kind != ActorKind.USER or by.id is None or by.organisation_id is None or by.role not in HOLDERS:
        raise NotAllowed
    post = (
        Membership.objects.select_for_update(of=("self",), no_key=True)
        .filter(user__uid=by.id, organisation__uid=by.organisation_id, role=by.role, ended_at__isnull=True)
        .first()
    )
    if post is None:
        raise NotAllowed
    return post


@transaction.atomic
def set_pin(*, pin: str, by: Actor, at: datetime) -> None:
    """Choose one's own code, in one's present post; it unlocks what wrong tries had locked.

    Raises NotAllowed, InvalidInput.
    """
    if not _FIGURES.fullmatch(pin):
        raise InvalidInput(sentence=f"Un code personnel a de {SHORTEST} à {LONGEST} chiffres, sans lettre ni espace.")
    if _is_trivial(pin):
        raise InvalidInput(
            sentence="Ce code se devine trop vite\u00a0: évitez 0000, 1234, 1212 et les suites de chiffres."
        )
    post = _post_of(by)
    Pin.objects.update_or_create(
        membership=post,
        defaults={"password": make_password(pin), "changed_at": at, "failures_count": 0, "locked_until": None},
    )
    record_audit(act="SET_PIN", subject_type="membership", subject=post.uid, by=by, at=at)


def check_pin(*, post: Membership, pin: str, by: Actor, at: datetime) -> None:
    """Let in who types the code of a post; five failures lock it for five minutes. What is counted stays counted.

    Raises PinNotChosen, PinWrong, PinLocked.
    """
    with transaction.atomic():
        refusal = _try(post, pin, by, at)
    if refusal is not None:
        raise refusal


def _try(post: Membership, pin: str, by: Actor, at: datetime) -> DomainError | None:
    """Try a code under the lock of its row, so that tries at the same moment are all counted; return the refusal."""
    kept = Pin.objects.select_for_update().filter(membership=post).first()
    if kept is None:
        return PinNotChosen()
    if kept.locked_until is not None and kept.locked_until > at:
        return PinLocked(seconds=ceil((kept.locked_until - at).total_seconds()))
    if _FIGURES.fullmatch(pin) and check_password(pin, kept.password):
        if kept.failures_count:
            Pin.objects.filter(pk=kept.pk).update(failures_count=0, locked_until=None)
        return None
    if kept.failures_count + 1 < MOST_FAILURES:
        Pin.objects.filter(pk=kept.pk).update(failures_count=kept.failures_count + 1)
        return PinWrong()
    Pin.objects.filter(pk=kept.pk).update(failures_count=0, locked_until=at + LOCK)
    record_audit(act="LOCK_PIN", subject_type="membership", subject=post.uid, by=by, at=at)
    return PinLocked(seconds=int(LOCK.total_seconds()))
