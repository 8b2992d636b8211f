"""A workshop gives all its booklets or none; a sheet's rows each go their way; a referent acts for whom it serves."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from passnum.kit.errors import InvalidInput, KeyReused, NotAllowed
from tests.lifecycle import A_PROFILE, Scene
from tests.vouchers.actions.unchanged import check_register, fingerprint, refused
from vouchers.actions.handover import Given, hand_over, undo_handover
from vouchers.actions.handover_batch import BatchRefused, Gift, hand_over_together
from vouchers.actions.handover_rows import HandoverRow, enter_handover_rows
from vouchers.actions.referent import MandateEnded, MandatesOverlap, ReferentTooFar, end_mandate, give_mandate
from vouchers.models import Booklet, Carrier, Handover, ReferentMandate
from vouchers.states import TitleStatus

ANOTHER = replace(A_PROFILE, gender="masculin")


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def together(scene: Scene, booklets: list[Booklet], *, key: UUID | None = None, **terms: Any) -> list[Handover]:
    gifts = [Gift(b, Given(ANOTHER if rank == 1 else A_PROFILE)) for rank, b in enumerate(booklets)]
    given: dict[str, Any] = {"gifts": gifts, "distributor": scene.ccas, "by": scene.agent, "at": scene.tick()}
    return hand_over_together(key=key or uuid4(), **(given | terms))


def row(booklet: str, **terms: Any) -> HandoverRow:
    given: dict[str, Any] = {
        "key": uuid4(),
        "happened_at": None,
        "profile": A_PROFILE,
        "carrier": Carrier.PERSON,
        "had_one_already": False,
    }
    return HandoverRow(booklet=booklet, **(given | terms))


def test_each_person_has_a_receipt_and_their_own_answers(scene: Scene) -> None:
    booklets = scene.delivered((scene.ccas, 5, 3))
    given = together(scene, booklets)
    assert [one.booklet for one in given] == booklets
    assert len({one.receipt for one in given}) == 3
    assert [one.profile.gender for one in given] == ["feminin", "masculin", "feminin"]
    assert len({bytes(one.movement.commitment) for one in given}) == 3
    check_register()


def test_one_booklet_blocks_all_the_others_and_is_named(scene: Scene) -> None:
    one, lost, three = scene.delivered((scene.ccas, 5, 3))
    scene.block(lost)
    with refused(BatchRefused) as refusal:
        together(scene, [one, lost, three])
    assert lost.label in refusal.value.sentence
    assert refusal.value.details["refusal"] == "BOOKLET_BLOCKED"
    assert not Handover.objects.filter(booklet__in=[one, three]).exists()


def test_a_workshop_sent_again_is_the_same_and_another_is_an_error(scene: Scene) -> None:
    booklets, key = scene.delivered((scene.ccas, 5, 3)), uuid4()
    first = together(scene, booklets[:2], key=key)
    before = fingerprint()
    assert together(scene, booklets[:2], key=key) == first
    assert fingerprint() == before
    with refused(KeyReused):
        together(scene, booklets, key=key)


def test_no_booklet_or_one_twice_is_no_workshop(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    for booklets in ([], [booklet, booklet]):
        with refused(InvalidInput):
            together(scene, booklets)
    with refused(NotAllowed):
        together(scene, [booklet], by=scene.other_agent)


def test_a_bad_row_stops_no_other_and_sent_again_nothing_counts_twice(scene: Scene) -> None:
    good, lost, other = scene.delivered((scene.ccas, 5, 3))
    scene.block(lost)
    day = scene.now
    scene.tick(days=3)
    rows = [
        (1, row(good.label, happened_at=day)),
        (2, row(lost.label, happened_at=day)),
        (3, row("9-0000001", happened_at=day)),
        (4, row("12", happened_at=day)),
        (5, row(good.label, happened_at=day)),
        (6, row(other.label, happened_at=day - timedelta(days=40))),
        (7, row(other.label, happened_at=day, carrier=Carrier.GUARDIAN, had_one_already=True)),
    ]
    terms = {"distributor": scene.ccas, "by": scene.agent, "at": scene.tick()}
    found = enter_handover_rows(rows=rows, **terms)
    assert {rank: one.refusal and one.refusal.code for rank, one in found.items()} == {
        1: None,
        2: "BOOKLET_BLOCKED",
        3: "BOOKLET_NOT_IN_STOCK",
        4: "BOOKLET_NUMBER_CUT",
        5: "BOOKLET_ALREADY_HANDED_OVER",
        6: "LATE_ENTRY_TOO_LATE",
        7: None,
    }
    written = Handover.objects.get(booklet=good)
    assert (written.is_late_entry, written.happened_at) == (True, day)
    before = fingerprint()
    again = enter_handover_rows(rows=rows, **terms)
    assert [again[rank].handover for rank in (1, 7)] == [found[rank].handover for rank in (1, 7)]
    assert fingerprint() == before


def test_a_referent_hands_over_for_whom_it_serves_while_its_mandate_holds(scene: Scene) -> None:
    mandate = scene.mandate(days=10)
    one, two, three = scene.delivered((scene.served_ccas, 5, 3))
    terms = {"distributor": scene.served_ccas, "profile": A_PROFILE, "by": scene.agent}
    given = hand_over(booklet=one, at=scene.tick(), key=uuid4(), **terms)
    assert given.distributor == scene.served_ccas
    assert undo_handover(handover=given, by=scene.agent, at=scene.tick()).undone_at
    hand_over(booklet=one, at=scene.tick(), key=uuid4(), **terms)
    with refused(NotAllowed):
        hand_over(booklet=two, at=scene.tick(), key=uuid4(), **(terms | {"by": scene.other_agent}))
    with refused(NotAllowed):  # its own stock is not what the mandate is for, and theirs is not its own
        hand_over(booklet=two, at=scene.tick(), key=uuid4(), **(terms | {"distributor": scene.other_ccas}))
    end_mandate(mandate=mandate, by=scene.pilot, at=scene.tick())
    hand_over(booklet=two, at=scene.tick(), key=uuid4(), **terms)  # the last day holds
    scene.tick(days=1)
    with refused(NotAllowed):
        hand_over(booklet=three, at=scene.tick(), key=uuid4(), **terms)
    assert Booklet.objects.get(pk=three.pk).status == TitleStatus.IN_STOCK


def test_the_pilot_alone_gives_a_mandate_to_a_neighbour_one_at_a_time(scene: Scene) -> None:
    mandate = scene.mandate()
    today = scene.now.date()
    terms: dict[str, Any] = {
        "served": scene.served_ccas,
        "referent": scene.ccas,
        "starts_on": today + timedelta(days=60),
        "ends_on": today + timedelta(days=90),
        "by": scene.pilot,
        "at": scene.tick(),
    }
    for wrong, error in (
        ({"by": scene.agent}, NotAllowed),
        ({"referent": scene.other_ccas}, ReferentTooFar),
        ({"referent": scene.served_ccas}, InvalidInput),
        ({"ends_on": today}, InvalidInput),
        ({"starts_on": today + timedelta(days=30)}, MandatesOverlap),
    ):
        with refused(error):
            give_mandate(**(terms | wrong))
    give_mandate(**terms)
    with refused(NotAllowed):
        end_mandate(mandate=mandate, by=scene.agent, at=scene.tick())
    end_mandate(mandate=mandate, by=scene.pilot, at=scene.tick())
    with refused(MandateEnded):
        end_mandate(mandate=mandate, by=scene.pilot, at=scene.tick())
    assert ReferentMandate.objects.get(pk=mandate.pk).ends_on == today
