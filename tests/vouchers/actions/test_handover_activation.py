"""By post: the person's at once, activated once by an agent or by a check, never by the public page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from mediation.actions.check import check_tickets
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import KeyReused, NotAllowed
from tests.lifecycle import A_PROFILE, Scene, person
from tests.vouchers.actions.unchanged import fingerprint, refused
from vouchers.actions.handover import hand_over, send_by_post, undo_handover
from vouchers.actions.handover_activation import NothingToActivate, NotSentByPost, activate_at_check, activate_handover
from vouchers.models import ActivationSource, Booklet, Handover, HandoverActivation, HandoverChannel, Ticket
from vouchers.policies.handover import BookletAlreadyHandedOver
from vouchers.queries.postal import posted_without_news
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def posted(scene: Scene) -> tuple[Booklet, Handover]:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    return booklet, scene.post(booklet)


def check(scene: Scene, *codes: str, by: Actor | None = None) -> list[bool]:
    found = check_tickets(codes=codes, site=scene.site, service=scene.service, by=by or scene.mediator, at=scene.tick())
    return [one.is_accepted for one in found]


def test_it_is_the_persons_at_once_with_a_receipt_and_nothing_of_where_it_went(scene: Scene) -> None:
    booklet, handover = posted(scene)
    booklet.refresh_from_db()
    assert (booklet.status, handover.channel) == (TitleStatus.HANDED_OVER, HandoverChannel.BY_POST)
    assert len(handover.receipt) == 8
    assert not HandoverActivation.objects.exists()
    with refused(BookletAlreadyHandedOver):
        scene.post(booklet)


def test_a_key_served_by_hand_is_not_one_of_the_post(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    terms = {"booklet": booklet, "distributor": scene.ccas, "profile": A_PROFILE, "by": scene.agent, "at": scene.tick()}
    key = booklet.uid
    first = send_by_post(key=key, **terms)
    assert send_by_post(key=key, **terms) == first
    with refused(KeyReused):
        hand_over(key=key, **terms)


def test_an_agent_activates_it_once(scene: Scene) -> None:
    _, handover = posted(scene)
    first = activate_handover(handover=handover, by=scene.agent, at=scene.tick())
    assert (first.source, first.recorded_at) == (ActivationSource.AGENT, scene.now)
    before = fingerprint()
    again = activate_handover(handover=handover, by=person(scene.ccas, Role.DISTRIBUTOR), at=scene.tick())
    assert again == first
    assert fingerprint() == before


def test_what_was_not_posted_undone_or_blocked_is_not_activated(scene: Scene) -> None:
    (by_hand,) = scene.delivered((scene.ccas, 5, 1))
    given = scene.hand_over(by_hand)
    _, undone = posted(scene)
    undo_handover(handover=undone, by=scene.agent, at=scene.tick())
    lost, gone = posted(scene)
    scene.block(Booklet.objects.get(pk=lost.pk))
    for handover, error in ((given, NotSentByPost), (undone, NothingToActivate), (gone, NothingToActivate)):
        with refused(error):
            activate_handover(handover=handover, by=scene.agent, at=scene.tick())
    with refused(NotAllowed):
        activate_handover(handover=gone, by=scene.other_agent, at=scene.tick())


def test_the_first_good_check_at_a_place_activates_it(scene: Scene) -> None:
    booklet, handover = posted(scene)
    codes = scene.codes(booklet)
    assert check(scene, codes[0], codes[1]) == [True, True]
    (found,) = HandoverActivation.objects.all()
    assert (found.handover, found.source, found.by_id) == (handover, ActivationSource.CHECK, scene.mediator.id)
    assert check(scene, codes[2]) == [True]
    assert HandoverActivation.objects.count() == 1
    assert not posted_without_news(distributor=scene.ccas).exists()


def test_a_check_that_is_refused_activates_nothing(scene: Scene) -> None:
    booklet, _ = posted(scene)
    scene.now += timedelta(days=400)
    assert check(scene, scene.codes(booklet)[0]) == [False]
    assert not HandoverActivation.objects.exists()


def test_the_public_page_never_activates(scene: Scene, client) -> None:
    booklet, _ = posted(scene)
    before = fingerprint()
    ref = Ticket.objects.get(booklet=booklet, position=1).ref
    assert client.get(reverse("mediation:public_ticket", args=[ref])).status_code == 200
    assert fingerprint() == before


def test_a_use_needs_no_activation_and_proves_it_arrived(scene: Scene) -> None:
    booklet, _ = posted(scene)
    assert posted_without_news(distributor=scene.ccas).count() == 1
    scene.redeem(scene.codes(booklet)[0])
    assert not HandoverActivation.objects.exists()
    assert not posted_without_news(distributor=scene.ccas).exists()


def test_the_list_has_what_is_silent_oldest_first_and_no_other_desks(scene: Scene) -> None:
    old, new, blocked, undone = (posted(scene) for _ in range(4))
    scene.block(Booklet.objects.get(pk=blocked[0].pk))
    undo_handover(handover=undone[1], by=scene.agent, at=scene.tick())
    assert list(posted_without_news(distributor=scene.ccas)) == [old[1], new[1]]
    assert not posted_without_news(distributor=scene.other_ccas).exists()


def test_booklets_known_to_have_arrived_are_not_noted_again(scene: Scene) -> None:
    booklet, handover = posted(scene)
    activate_handover(handover=handover, by=scene.agent, at=scene.tick())
    before = fingerprint()
    assert activate_at_check(booklet_ids=[booklet.pk], by=scene.mediator, at=scene.tick()) == 0
    assert fingerprint() == before
