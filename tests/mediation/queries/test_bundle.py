"""What a bundle holds: open waves, their scope and rules, and only the tickets that never come back."""

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediation.actions.counter_rules import set_counter_rules
from mediation.documents.wave_bundle import bundle_content, signed_bundle
from mediation.models import Service, WaveScope
from mediation.queries.bundle import Bundle, BundleWave, bundle_at
from mediation.queries.counter_rules import rules_of
from passnum.kit.keys import digest_keyring, public_keyring
from tests.lifecycle import Scene
from vouchers.actions.dispute import block_booklet
from vouchers.actions.expiry import expire_wave
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import close_wave
from vouchers.models import Booklet, DisputeReason, Wave

pytestmark = pytest.mark.django_db
MOST_BYTES = 60_000


@pytest.fixture
def scene() -> Scene:
    return Scene()


def told(scene: Scene) -> dict[int, BundleWave]:
    return {wave.number: wave for wave in bundle_at(at=scene.now).waves}


def test_only_what_never_comes_back_is_blocked(scene: Scene) -> None:
    blocked, replaced, undone, used, waiting = scene.delivered((scene.ccas, 5, 5))
    for booklet in (blocked, replaced, undone, used):
        scene.hand_over(booklet)
    scene.redeem(scene.codes(used)[0])
    scene.redeem(scene.codes(blocked)[1])
    scene.block(blocked)
    replacement = scene.reissue(scene.block(replaced))
    assert told(scene)[1].blocked == ((blocked.number, 0b11101), (replaced.number, 0b11111))
    scene.reissue(scene.block(replacement))
    assert dict(told(scene)[1].blocked)[replacement.number] == 0b11111
    assert not {waiting.number, used.number, undone.number} & set(dict(told(scene)[1].blocked))


def test_a_ticket_opposed_alone_is_blocked_alone(scene: Scene) -> None:
    booklet = scene.in_hand()
    terms = {"reason": DisputeReason.DAMAGED, "by": scene.agent, "at": scene.tick(), "positions": [3]}
    block_booklet(booklet=booklet, key=uuid4(), **terms)
    assert told(scene)[1].blocked == ((booklet.number, 0b00100),)


def test_what_expired_is_not_blocked(scene: Scene) -> None:
    """Its validity may be extended; the device judges the date by itself."""
    scene.in_hand()
    scene.now += timedelta(days=340)
    expire_wave(wave=Wave.objects.get(pk=scene.wave.pk), by=scene.pilot, at=scene.now)
    assert Booklet.objects.filter(tickets__status="EXPIRED").exists()
    (wave,) = told(scene).values()
    assert wave.blocked == ()


def test_open_waves_of_which_an_act_may_still_be_recorded(scene: Scene) -> None:
    scene.make_wave(3)
    closed = scene.make_wave(4)
    close_wave(wave=closed, by=scene.pilot, at=scene.tick())
    assert list(told(scene)) == [1, 3]
    last = scene.wave.uploads_until
    scene.now = scene.now.replace(year=last.year, month=last.month, day=last.day)
    assert list(told(scene)) == [1, 3]
    scene.now += timedelta(days=1)
    assert told(scene) == {}


def test_its_scope_and_its_rules(scene: Scene) -> None:
    scene.make_wave(2)
    for scope in ({"service": scene.service}, {"site": scene.site}, {"commune_code": "94028"}):
        WaveScope.objects.create(wave=scene.wave, **scope)
    terms = replace(rules_of([scene.wave])[scene.wave.pk], list_stop_hours=None, required_answers=("THEMES",))
    set_counter_rules(wave=scene.wave, terms=terms, by=scene.pilot, at=scene.tick())
    first, second = told(scene)[1], told(scene)[2]
    assert (first.services, first.sites, first.communes) == (
        (scene.service.code,), (str(scene.site.uid),), ("94028",),
    )  # fmt: skip
    assert (first.terms.list_stop_hours, first.terms.required_answers) == (None, ("THEMES",))
    assert (second.services, second.sites, second.communes) == ((), (), ())
    assert (second.terms.list_stop_hours, second.terms.required_answers) == (72, ())


def test_services_that_have_ended_are_left_out(scene: Scene) -> None:
    ends = {"fini": date(2026, 3, 1), "dernier-jour": date(2026, 3, 2), "sans-fin": None}
    for code, end in ends.items():
        Service.objects.create(
            code=code, name=code, theme="Utilisation sécurisée du numérique", label_reference="MN-2",
            starts_on=date(2026, 1, 1), ends_on=end,
        )  # fmt: skip
    assert {one.code for one in bundle_at(at=scene.now).services} == {scene.service.code, "dernier-jour", "sans-fin"}


def test_five_statements_whatever_there_is(scene: Scene) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as done:
            bundle_at(at=scene.now)
        return len(done)

    assert count() == 5
    for number in (2, 3):
        scene.make_wave(number)
    for booklet in scene.delivered((scene.ccas, 5, 3)):
        scene.block(booklet)
    assert count() == 5


@pytest.fixture
def crowded(scene: Scene) -> Callable[[int, int], Bundle]:
    """A bundle whose wave has many booklets, some of them blocked."""

    def make(booklets: int, blocked: int) -> Bundle:
        draw = random.Random(3)
        numbers = sorted(draw.sample(range(1, booklets + 1), blocked))
        real = bundle_at(at=scene.now)
        gone = tuple((number, draw.randrange(1, 1024)) for number in numbers)
        return replace(real, waves=(replace(real.waves[0], blocked=gone),))

    return make


def test_two_thousand_blocked_booklets_of_a_hundred_thousand_stay_light(
    scene: Scene, crowded: Callable[[int, int], Bundle]
) -> None:
    keys = digest_keyring()
    content = bundle_content(crowded(100_000, 2_000).as_plain(), public=public_keyring(), digest=keys)
    sent = json.dumps(signed_bundle(content, issued_at=scene.now, digest=keys)).encode()
    assert len(gzip.compress(sent)) < MOST_BYTES
    assert len(sent) < MOST_BYTES  # a proxy that compresses nothing changes nothing


def test_the_stock_of_another_wave_is_its_own(scene: Scene) -> None:
    other = scene.make_wave(2)
    (mine,) = scene.delivered((scene.ccas, 5, 1))
    (theirs,) = scene.delivered((scene.ccas, 5, 1), wave=other)
    assert mine.number == theirs.number == 1
    scene.block(theirs)
    assert (told(scene)[1].blocked, told(scene)[2].blocked) == ((), ((1, 31),))


def test_a_missing_booklet_may_be_found(scene: Scene) -> None:
    order = scene.produced((scene.ccas, 5, 2))
    shipment = send_booklets(
        wave=order.wave, sender=None, recipient=scene.ccas, ranges=[(1, 2)], by=scene.pilot, at=scene.tick(),
        key=order.uid,
    )  # fmt: skip
    receive_shipment(shipment=shipment, missing=[2], by=scene.agent, at=scene.tick())
    assert told(scene)[1].blocked == ()


def test_the_tickets_that_are_gone_have_their_own_index(scene: Scene) -> None:
    """A register of millions of tickets is not read through for a few."""
    with CaptureQueriesContext(connection) as done:
        bundle_at(at=scene.now)
    (statement,) = (one["sql"] for one in done if "vouchers_ticket" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + statement)
        assert "ticket_gone_by_booklet" in str(cursor.fetchall())
