import uuid

import pytest

from mediation.actions.undo import undo_redemption
from mediation.models import Attempt, OwedDecision
from mediation.policies.redemption import TicketAlreadyRedeemed, TicketBlocked, TicketNotFunded, TicketReplaced
from mediation.states import Owed, UndoReason
from passnum.kit.codes.keyring import DigestKeyring
from passnum.kit.codes.payload import pack
from passnum.kit.errors import KeyReused
from passnum.kit.keys import digest_keyring, production_keyring
from tests.lifecycle import Scene
from vouchers.models import Ticket
from vouchers.states import TitleStatus


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def test_a_ticket_is_consumed_and_owed(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)

    redemption = scene.redeem(codes[0], codes[1], minutes=120)

    (line,) = redemption.lines.all()
    assert (line.tickets_count, line.mask, line.price_cents) == (2, 0b11, 1000)
    assert [d.owed for d in line.decisions.all()] == [Owed.PAYABLE]
    assert list(Ticket.objects.filter(booklet=booklet).order_by("position").values_list("status", flat=True)) == [
        TitleStatus.REDEEMED,
        TitleStatus.REDEEMED,
        *[TitleStatus.HANDED_OVER] * 3,
    ]


def test_a_used_ticket_is_refused_and_the_attempt_kept(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    scene.redeem(code)

    with pytest.raises(TicketAlreadyRedeemed) as refusal:
        scene.redeem(code, site=scene.other_site, by=scene.other_mediator)

    assert "dans votre lieu" not in refusal.value.sentence
    assert list(Attempt.objects.order_by("pk").values_list("is_accepted", "reason")) == [
        (True, ""),
        (False, "TICKET_ALREADY_REDEEMED"),
    ]


def test_the_same_key_gives_the_first_answer(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    key = uuid.uuid4()
    first = scene.redeem(codes[0], key=key)

    assert [scene.redeem(codes[0], key=key).uid for _ in range(5)] == [first.uid] * 5
    with pytest.raises(KeyReused):
        scene.redeem(codes[1], key=key)
    with pytest.raises(KeyReused):
        scene.redeem(codes[0], key=key, site=scene.other_site, by=scene.other_mediator)
    assert Ticket.objects.filter(status=TitleStatus.REDEEMED).count() == 1
    assert Attempt.objects.filter(is_replay=True).count() == 5


def test_an_undone_act_gives_its_ticket_back_and_its_key_never_brings_it_back(scene: Scene) -> None:
    code = scene.codes(scene.in_hand())[0]
    key = uuid.uuid4()
    redemption = scene.redeem(code, key=key)

    undo_redemption(
        redemption=redemption, reason=UndoReason.WRONG_TICKET, by=scene.mediator, at=scene.tick(), key=uuid.uuid4()
    )

    assert scene.redeem(code, key=key) == redemption
    assert Ticket.objects.get(ref=Ticket.objects.earliest("pk").ref).status == TitleStatus.HANDED_OVER
    assert OwedDecision.objects.latest("rank").owed == Owed.UNDONE
    assert scene.redeem(code) != redemption


def test_an_unfunded_booklet_is_refused(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    scene.hand_over(booklet)

    with pytest.raises(TicketNotFunded):
        scene.redeem(scene.codes(booklet)[0])


def test_a_handover_noticed_at_use_is_accepted_and_pending(scene: Scene) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))

    redemption = scene.redeem(scene.codes(booklet)[0])

    booklet.refresh_from_db()
    assert booklet.status == TitleStatus.HANDED_OVER
    assert redemption.lines.get().decisions.get().owed == Owed.PENDING_CONFIRMATION


def test_opposition_and_reissue(scene: Scene) -> None:
    booklet = scene.in_hand()
    codes = scene.codes(booklet)
    scene.redeem(codes[0])
    dispute = scene.block(booklet)
    with pytest.raises(TicketBlocked):
        scene.redeem(codes[1])

    new = scene.reissue(dispute)

    assert scene.reissue(dispute) == new
    assert new.size == 4
    with pytest.raises(TicketReplaced):
        scene.redeem(codes[1])
    scene.redeem(scene.codes(new)[0])


def test_a_retry_that_types_what_was_scanned_is_the_same_request(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a rotation: the content of a key is told by the oldest key of all."""
    booklet = scene.in_hand()
    (code,) = scene.codes(booklet)[:1]
    ticket = Ticket.objects.get(booklet=booklet, position=1)
    keyring = production_keyring()
    scanned = pack(keyring, kid=ticket.kid, series=booklet.wave.number, number=booklet.number, position=1, code=code)
    key = uuid.uuid4()
    first = scene.redeem(scanned, key=key)

    old = digest_keyring()
    rotated = DigestKeyring(keys={**old.keys, max(old.keys) + 1: bytes(range(32))}, current=max(old.keys) + 1)
    monkeypatch.setattr("mediation.queries.ticket.digest_keyring", lambda: rotated)

    assert scene.redeem(code, key=key) == first
    assert scene.redeem(scanned, key=key) == first
