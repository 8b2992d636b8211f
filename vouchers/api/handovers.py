from datetime import date
from functools import partial
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.clock import now, paris_date
from passnum.kit.errors import DomainError, InvalidInput, NotFound
from vouchers.actions.handover import UNDO_WINDOW, Given, Profile, hand_over, send_by_post, undo_handover
from vouchers.actions.handover_activation import activate_handover
from vouchers.actions.handover_batch import BatchRefused, Gift, hand_over_together
from vouchers.actions.once import do_once
from vouchers.api.schemas import AnswersIn, HandoverIn, ReceiptOut, WorkshopIn
from vouchers.models import Carrier, Handover, HandoverChannel
from vouchers.policies.handover import BookletNotInStock
from vouchers.queries.booklet import find_booklet
from vouchers.queries.desk import declared_instant, desk_commune, handover_of
from vouchers.queries.organisations import acted_for

router = Router(tags=["Remises"])
DESK = guarded(Role.DISTRIBUTOR)


def _distributor(by: Actor) -> Organisation:
    organisation = acted_for(by)
    if organisation is None:
        raise NotFound
    return organisation


def _out(handover: Handover) -> ReceiptOut:
    booklet, activation = handover.booklet, getattr(handover, "activation", None)
    return ReceiptOut(
        uid=handover.uid,
        receipt=handover.receipt,
        booklet=booklet.label,
        hours=booklet.size,
        valid_until=booklet.wave.valid_until,
        happened_at=handover.happened_at,
        recorded_at=handover.recorded_at,
        is_late_entry=handover.is_late_entry,
        is_posted=handover.channel == HandoverChannel.BY_POST,
        activated_at=activation.recorded_at if activation else None,
        undo_until=handover.recorded_at + UNDO_WINDOW,
        undone_at=handover.undone_at,
    )


def _profile(body: AnswersIn, organisation: Organisation, day: date) -> Profile:
    """Return the answers; a commune that is not given is the desk's."""
    commune = body.commune_code
    if commune is None:
        commune = desk_commune(organisation=organisation, day=day)
    return Profile(
        target_public=body.target_public.value,
        age_band=body.age_band.value,
        gender=body.gender.value,
        social_status=body.social_status.value,
        commune_code=commune,
        language=body.language,
        lives_in_qpv=body.lives_in_qpv,
        autonomy=body.autonomy.value if body.autonomy else "",
    )


@router.post(
    "/handovers",
    summary="Remettre un carnet",
    operation_id="hand_over",
    **DESK,
    response={201: ReceiptOut, 200: ReceiptOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def create(request: HttpRequest, body: HandoverIn, key: UUID = REQUEST_KEY) -> Status[ReceiptOut]:
    """Donne un carnet de son stock à une personne, sans son nom. 201 la première fois, 200 si la demande est répétée."""
    by, at = actor_of(request), now()
    organisation, today = _distributor(by), paris_date(at)
    if body.is_posted and body.carrier != Carrier.PERSON:
        raise InvalidInput(sentence="Par la poste, le carnet va à la personne : retirez le porteur.")
    give = send_by_post if body.is_posted else partial(hand_over, carrier=body.carrier)
    handover = give(
        booklet=find_booklet(text=body.booklet),
        distributor=organisation,
        profile=_profile(body, organisation, today),
        by=by,
        at=at,
        key=key,
        happened_at=declared_instant(day=body.declared_on, today=today),
        had_one_already=body.had_one_already,
    )
    return Status(201 if handover.recorded_at == at else 200, _out(handover))


@router.post(
    "/handovers/together",
    summary="Remettre des carnets ensemble",
    operation_id="hand_over_together",
    **DESK,
    response={201: list[ReceiptOut], 200: list[ReceiptOut], **refusals(400, 401, 403, 404, 409, 422)},
)
def create_together(request: HttpRequest, body: WorkshopIn, key: UUID = REQUEST_KEY) -> Status[list[ReceiptOut]]:
    """Un atelier : plusieurs carnets, une personne chacun, tous ou aucun. 201 la première fois, 200 si répétée."""
    by, at = actor_of(request), now()
    organisation, today = _distributor(by), paris_date(at)
    gifts = [_gift(one, rank, organisation, today) for rank, one in enumerate(body.handovers, start=1)]
    declared = declared_instant(day=body.declared_on, today=today)
    try:
        given = hand_over_together(gifts=gifts, distributor=organisation, by=by, at=at, key=key, happened_at=declared)
    except BatchRefused as refused:
        if refused.details["refusal"] != BookletNotInStock.code:
            raise
        labels = [gift.booklet.label for gift in gifts]
        raise _not_in_stock(labels.index(str(refused.details["booklet"])) + 1) from refused
    return Status(201 if given[0].recorded_at == at else 200, [_out(handover) for handover in given])


def _rank(rank: int) -> str:
    return f"n°\u00a0{rank}"


def _not_in_stock(rank: int) -> BatchRefused:
    """Another's booklet and none look alike: told by the rank, neither its number nor a code."""
    refusal = BookletNotInStock()
    return BatchRefused(booklet=_rank(rank), sentence=refusal.sentence, refusal=refusal.code)


def _gift(body: AnswersIn, rank: int, organisation: Organisation, today: date) -> Gift:
    """Return one booklet and its answers. Raises BatchRefused."""
    try:
        booklet = find_booklet(text=body.booklet)
    except DomainError as refusal:  # a code that cannot be one is not repeated
        raise BatchRefused(booklet=_rank(rank), sentence=refusal.sentence, refusal=refusal.code) from refusal
    if booklet is None:
        raise _not_in_stock(rank)
    return Gift(booklet, Given(_profile(body, organisation, today), body.carrier, body.had_one_already))


@router.post(
    "/handovers/{uuid:uid}/activation",
    summary="Activer un carnet envoyé par la poste",
    operation_id="activate_handover",
    **DESK,
    response={200: ReceiptOut, **refusals(401, 403, 404, 409, 422)},
)
def activate(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> ReceiptOut:
    """Note que la personne a reçu son carnet : elle a donné son numéro de reçu. Répété, l'envoi reste activé."""
    by, at = actor_of(request), now()
    handover = handover_of(uid=uid, distributor=_distributor(by))
    if handover is None:
        raise NotFound
    do_once(
        key=key,
        act="ACTIVATE_HANDOVER",
        subject=uid,
        do=lambda: activate_handover(handover=handover, by=by, at=at),
        by=by,
        at=at,
    )
    return _out(Handover.objects.select_related("booklet__wave", "activation").get(pk=handover.pk))


@router.post(
    "/handovers/{uuid:uid}/undo",
    summary="Annuler une remise",
    operation_id="undo_handover",
    **DESK,
    response={200: ReceiptOut, **refusals(401, 403, 404, 409, 422)},
)
def undo(request: HttpRequest, uid: UUID, key: UUID = REQUEST_KEY) -> ReceiptOut:
    """Reprend un carnet dans l'heure, avec le jeton qui l'a remis, si aucun ticket n'a servi."""
    by, at = actor_of(request), now()
    handover = handover_of(uid=uid, distributor=_distributor(by))
    if handover is None:
        raise NotFound
    do_once(
        key=key,
        act="UNDO_HANDOVER",
        subject=uid,
        do=lambda: undo_handover(handover=handover, by=by, at=at),
        by=by,
        at=at,
    )
    handover.refresh_from_db()
    return _out(handover)
