"""A booklet is given to a person (remise): by an agent at the desk, or noticed when a ticket is first used."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.canonical import canonical
from passnum.kit.clock import paris_date
from passnum.kit.codes.crockford import random_ref
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed
from passnum.kit.idempotency import claim
from vouchers.models import Booklet, Carrier, Handover, HandoverChannel, HandoverContact, HandoverProfile, Ticket
from vouchers.policies.handover import BookletNotInStock, check_handover
from vouchers.policies.referent import check_hands_over_for
from vouchers.publics import AgeBand, Autonomy, Gender, SocialStatus, TargetPublic
from vouchers.register.writer import WITH_PERSON, Context, Line, Place, full_mask, project_booklets, record_movement
from vouchers.states import Act, HolderKind, TitleStatus

RECEIPT_LETTERS = 8
SALT_BYTES = 16
# An agent may undo their own hand-over for this long, if nothing was used.
UNDO_WINDOW = timedelta(hours=1)
# A replacement is born in the person's hands: there is no stock to give it back to.
UNDOABLE = (Act.HAND_OVER, Act.HAND_OVER_AT_USE)


class HandoverTooOld(DomainError):
    code = "HANDOVER_TOO_OLD"
    message = "Cette remise date de plus d’une heure : elle ne s’annule plus ici. Faites une opposition si besoin."
    status = 409


class HandoverInUse(DomainError):
    code = "HANDOVER_IN_USE"
    message = "Un ticket de ce carnet a déjà été utilisé : la remise ne s’annule plus."
    status = 409


class ReplacementNotUndoable(DomainError):
    code = "REPLACEMENT_NOT_UNDOABLE"
    message = "Ce carnet en remplace un autre : sa remise ne s’annule pas. Faites une opposition si besoin."
    status = 409


class LateEntryTooLate(DomainError):
    code = "LATE_ENTRY_TOO_LATE"
    message = "La saisie différée est possible pendant {days} jours. Cette date est trop ancienne, ou à venir."
    status = 422


@dataclass(frozen=True, slots=True)
class Profile:
    """The four taps and what defaults to the desk's. Values of vouchers/publics.py; no name."""

    target_public: str
    age_band: str
    gender: str
    social_status: str
    commune_code: str = ""
    language: str = "fr"
    lives_in_qpv: bool | None = None
    autonomy: str = ""


def check_profile(profile: Profile) -> None:
    """Look that each answer is one of the lists. Raises InvalidInput."""
    for value, choices, name in (
        (profile.target_public, TargetPublic, "le public"),
        (profile.age_band, AgeBand, "l'âge"),
        (profile.gender, Gender, "le genre"),
        (profile.social_status, SocialStatus, "la situation"),
    ):
        if value not in choices.values:
            raise InvalidInput(sentence=f"Choisissez {name} : « Non communiqué » est une réponse possible.")
    if profile.autonomy and profile.autonomy not in Autonomy.values:
        raise InvalidInput(sentence="Ce niveau d’autonomie n’existe pas.")


def _commit(salt: bytes, profile: Profile) -> bytes:
    """Commitment of the movement to the profile: erasing profile and salt changes no hash."""
    return hashlib.sha256(salt + canonical(asdict(profile))).digest()


def locked_booklet(booklet: Booklet) -> Booklet:
    """Return a booklet read again under its lock."""
    return (
        Booklet.objects.select_for_update(no_key=True, of=("self",))
        .select_related("wave", "shipment")
        .get(pk=booklet.pk)
    )


def _check_date(booklet: Booklet, happened_at: datetime, at: datetime) -> bool:
    """Tell whether this is a late entry. Raises LateEntryTooLate."""
    if paris_date(happened_at) == paris_date(at) and happened_at <= at:
        return False
    days = booklet.wave.late_entry_days
    # days of Paris, not spans of 24 hours: one day in the year has 25
    if happened_at > at or (paris_date(at) - paris_date(happened_at)).days > days:
        raise LateEntryTooLate(days=days)
    return True


@dataclass(frozen=True, slots=True)
class Given:
    """How one booklet is given, and to what kind of person."""

    profile: Profile
    carrier: Carrier = Carrier.PERSON
    had_one_already: bool = False
    channel: HandoverChannel = HandoverChannel.IN_PERSON


def hand_over(
    *,
    booklet: Booklet | None,
    distributor: Organisation,
    profile: Profile,
    by: Actor,
    at: datetime,
    key: UUID,
    happened_at: datetime | None = None,
    carrier: Carrier = Carrier.PERSON,
    had_one_already: bool = False,
) -> Handover:
    """Give a booklet of the distributor's stock to a person; `booklet` None is one that was not found.

    Raises NotAllowed, InvalidInput, KeyReused, LateEntryTooLate and the refusals of `check_handover`.
    """
    given = Given(profile, carrier, had_one_already)
    return _give(booklet, distributor, given, by=by, at=at, key=key, happened_at=happened_at)


def send_by_post(
    *,
    booklet: Booklet | None,
    distributor: Organisation,
    profile: Profile,
    by: Actor,
    at: datetime,
    key: UUID,
    happened_at: datetime | None = None,
    had_one_already: bool = False,
) -> Handover:
    """Give a booklet by post: it is the person's at once, and waits to be activated. No address is written anywhere.

    Raises what `hand_over` raises.
    """
    given = Given(profile, Carrier.PERSON, had_one_already, HandoverChannel.BY_POST)
    return _give(booklet, distributor, given, by=by, at=at, key=key, happened_at=happened_at)


@transaction.atomic
def _give(
    booklet: Booklet | None,
    distributor: Organisation,
    given: Given,
    *,
    by: Actor,
    at: datetime,
    key: UUID,
    happened_at: datetime | None,
) -> Handover:
    check_hands_over_for(by, distributor, paris_date(at))
    if booklet is None:
        raise BookletNotInStock
    check_profile(given.profile)
    uid = uuid4()
    content = {"booklet": booklet.uid, **canonical_gift(given), "declared": happened_at}
    scope = f"organisation:{distributor.uid}"
    claimed = claim(key=key, act="HAND_OVER", scope=scope, content=content, result=uid, at=at)
    if claimed.result:
        return Handover.objects.get(uid=claimed.result)
    booklet = locked_booklet(booklet)
    context = Context(happened_at=happened_at or at, at=at, by=by, key=key, subject=uid)
    return write_handover(booklet, distributor, given, context)


def canonical_gift(given: Given) -> dict[str, object]:
    """Return what a request's number stands for, of how a booklet is given."""
    content: dict[str, object] = {
        "profile": asdict(given.profile),
        "carrier": given.carrier,
        "had_one_already": given.had_one_already,
    }
    return content if given.channel == HandoverChannel.IN_PERSON else {**content, "channel": given.channel}


def write_handover(booklet: Booklet, distributor: Organisation, given: Given, context: Context) -> Handover:
    """Judge a locked booklet, and write its hand-over with the profile of the person.

    Raises LateEntryTooLate and the refusals of `check_handover`.
    """
    check_handover(booklet=booklet, distributor_id=distributor.pk, happened_at=context.happened_at)
    is_late = _check_date(booklet, context.happened_at, context.at)
    salt = secrets.token_bytes(SALT_BYTES)
    handover = _record(
        Act.HAND_OVER,
        booklet,
        distributor,
        context,
        commitment=_commit(salt, given.profile),
        channel=given.channel,
        carrier=given.carrier,
        had_one_already=given.had_one_already,
        is_late_entry=is_late,
    )
    HandoverProfile.objects.create(handover=handover, salt=salt, **asdict(given.profile))
    return handover


def _record(
    act: Act,
    booklet: Booklet,
    distributor: Organisation,
    context: Context,
    *,
    commitment: bytes | None,
    **columns: object,
) -> Handover:
    """Move a whole booklet from a stock to a person, and write its receipt."""
    source = Place(TitleStatus.IN_STOCK, HolderKind.ORGANISATION, distributor.pk)
    line = Line(booklet.pk, full_mask(booklet.size))
    movement = record_movement(
        act, source=source, target=WITH_PERSON, lines=[line], context=context, commitment=commitment
    )
    project_booklets(movement, [booklet.pk], source=source, target=WITH_PERSON)
    handover = Handover.objects.create(
        uid=context.subject or uuid4(),
        booklet=booklet,
        distributor=distributor,
        movement=movement,
        receipt=random_ref(RECEIPT_LETTERS),
        happened_at=context.happened_at,
        recorded_at=context.at,
        **context.by.columns(),
        **columns,
    )
    record_audit(act=act, subject_type="handover", subject=handover.uid, by=context.by, at=context.at)
    return handover


@transaction.atomic
def hand_over_at_use(*, booklet: Booklet, happened_at: datetime, by: Actor, at: datetime) -> Handover | None:
    """Record the hand-over that nobody recorded, when a ticket is first used (*remise constatée à l'usage*).

    The person at the counter is never sent away for it; the distributor confirms later, and silence confirms.
    None when the booklet is in no stock: another act came first, and the ticket's own state will tell.
    """
    booklet = locked_booklet(booklet)
    if booklet.holder is None or booklet.status != TitleStatus.IN_STOCK:
        return None
    context = Context(happened_at=happened_at, at=at, by=by, subject=uuid4())
    return _record(
        Act.HAND_OVER_AT_USE, booklet, booklet.holder, context, commitment=None, channel=HandoverChannel.AT_USE
    )


@transaction.atomic
def undo_handover(*, handover: Handover, by: Actor, at: datetime) -> Handover:
    """Take a hand-over back, by the same agent, within the hour, if nothing was used.

    Raises NotAllowed, HandoverTooOld, ReplacementNotUndoable, HandoverInUse.
    """
    check_hands_over_for(by, handover.distributor, paris_date(at))
    booklet = locked_booklet(handover.booklet)
    handover = Handover.objects.select_related("movement", "distributor").get(pk=handover.pk)
    if handover.undone_at:
        return handover
    if not by.is_same_person(handover.by_kind, handover.by_id):
        raise NotAllowed
    if at - handover.recorded_at > UNDO_WINDOW:
        raise HandoverTooOld
    if handover.movement.act not in UNDOABLE:
        raise ReplacementNotUndoable
    list(Ticket.objects.select_for_update(no_key=True).filter(booklet=booklet).order_by("position"))
    if Ticket.objects.filter(booklet=booklet).exclude(status=TitleStatus.HANDED_OVER).exists():
        raise HandoverInUse
    stock = Place(TitleStatus.IN_STOCK, HolderKind.ORGANISATION, handover.distributor_id)
    context = Context(happened_at=at, at=at, by=by, subject=handover.uid)
    movement = record_movement(
        Act.UNDO_HANDOVER,
        source=WITH_PERSON,
        target=stock,
        lines=[Line(booklet.pk, full_mask(booklet.size))],
        context=context,
        reverses=handover.movement,
    )
    project_booklets(movement, [booklet.pk], source=WITH_PERSON, target=stock)
    Handover.objects.filter(pk=handover.pk).update(undone_at=at)
    HandoverProfile.objects.filter(handover=handover).delete()
    HandoverContact.objects.filter(handover=handover).delete()
    record_audit(act="UNDO_HANDOVER", subject_type="handover", subject=handover.uid, by=by, at=at)
    handover.refresh_from_db()
    return handover
