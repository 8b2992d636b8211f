"""The contradictory statement: equal to the register's residue to the cent, frozen, signed by two, amended by another."""

import hashlib
import json
import random
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from mediation.actions.closing_statement import (
    SignerIsTheOtherSide,
    SignerIsTheSamePerson,
    StatementAlreadySigned,
    StatementTooEarly,
    draw_statements,
    sign_statement,
)
from mediation.actions.settlement import settle_contested
from mediation.actions.wave_clock import run_wave_clocks
from mediation.models import ClosingLine, ClosingStatement
from mediation.states import Owed, SettleReason
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.clock import end_of_day
from passnum.kit.errors import DomainError, NotAllowed
from tests.lifecycle import Scene, person
from tests.mediation.closing import recount, residue_by_status, told
from tests.mediation.contested import decisions, upload, used_twice
from tests.vouchers.actions.unchanged import check_register, refused
from vouchers.models import Booklet, ThresholdKind
from vouchers.models.wave_end import ready_at


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def closing(scene: Scene) -> datetime:
    return ready_at(scene.wave, ThresholdKind.CLOSING)


def close(scene: Scene, at: datetime | None = None) -> ClosingStatement:
    """The clock strikes; the last statement with the funder of the scene."""
    scene.now = at or max(scene.now, closing(scene)) + timedelta(hours=5)
    run_wave_clocks(at=scene.now)
    return ClosingStatement.objects.filter(wave=scene.wave, funder=scene.funder).latest("rank")


def same_as_recounted(scene: Scene, statement: ClosingStatement) -> None:
    """The statement is what the movements say, replayed, and its residue what the statuses say."""
    assert told(statement) == recount(scene.wave, scene.funder, statement.seal_number, statement.drawn_at)
    assert statement.residue == residue_by_status(scene.wave, scene.funder)
    assert statement.credit_cents == statement.residue * 1000


def sign(statement: ClosingStatement, by: Actor, scene: Scene) -> ClosingStatement:
    return sign_statement(statement=statement, by=by, at=scene.tick())


def test_the_statement_says_what_became_of_each_ticket(scene: Scene) -> None:
    """30 tickets funded at the CCAS, of which 3 used; 10 more that nobody paid for."""
    first, second = scene.delivered((scene.ccas, 5, 2))
    scene.hand_over(first)
    scene.redeem(scene.codes(first)[0], scene.codes(first)[1], minutes=120)
    scene.redeem(scene.codes(second)[0])  # nobody recorded this hand-over
    scene.delivered((scene.ccas, 5, 2), funded=False)
    statement = close(scene)
    lines = list(statement.lines.order_by("order__reference"))
    paid, unpaid = lines
    assert (paid.ordered, paid.redeemed, paid.expired, paid.funded, paid.residue) == (30, 3, 27, 30, 27)
    assert (paid.payable, paid.pending, paid.late_handed) == (2, 1, 0)
    assert (unpaid.ordered, unpaid.expired, unpaid.funded, unpaid.residue, unpaid.unfunded) == (10, 10, 0, 0, 10)
    assert (statement.number, statement.rank, statement.credit_cents, statement.change_cents) == (
        "AV-1-0001",
        1,
        27_000,
        27_000,
    )
    same_as_recounted(scene, statement)
    check_register()


def test_it_is_frozen_with_the_digest_of_its_bytes(scene: Scene) -> None:
    statement = close(scene)
    assert bytes(statement.sha256) == hashlib.sha256(statement.content.encode()).digest()
    content = json.loads(statement.content)
    assert (content["number"], content["change_cents"]) == ("AV-1-0001", 30_000)
    assert content["seal"]["number"] == statement.seal_number
    assert content["orders"][0]["residue"] == 30
    for change in ({"credit_cents": 1}, {"content": "{}"}, {"number": "AV-9"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClosingStatement.objects.update(**change)
    for gone in (ClosingStatement, ClosingLine):
        with pytest.raises(DatabaseError), transaction.atomic():
            gone.objects.all().delete()


def test_it_waits_for_the_37th_day(scene: Scene) -> None:
    run_wave_clocks(at=closing(scene) - timedelta(microseconds=1))
    assert not ClosingStatement.objects.exists()
    with refused(StatementTooEarly):
        draw_statements(wave=scene.wave, by=scene.pilot, at=closing(scene) - timedelta(seconds=1))
    with refused(NotAllowed):
        draw_statements(wave=scene.wave, by=scene.buyer, at=closing(scene))
    assert close(scene, at=closing(scene)).rank == 1


def test_each_funder_has_its_own_in_one_series(scene: Scene) -> None:
    mine = scene.funder
    scene.funder, scene.buyer = scene.operator, person(scene.operator, Role.FUNDER)
    scene.delivered((scene.other_ccas, 10, 1))
    close(scene)
    found = {s.funder_id: s for s in ClosingStatement.objects.all()}
    assert sorted(s.number for s in found.values()) == ["AV-1-0001", "AV-1-0002"]
    assert (found[mine.pk].credit_cents, found[scene.funder.pk].credit_cents) == (30_000, 10_000)
    assert draw_statements(wave=scene.wave, by=scene.pilot, at=scene.tick()) == []


def test_an_act_uploaded_late_amends_the_statement(scene: Scene) -> None:
    codes = scene.codes(scene.in_hand())
    first = close(scene, at=closing(scene))
    given = end_of_day(scene.wave.redeemable_until) - timedelta(hours=9)
    late = upload(scene, codes[0], happened_at=given, elsewhere=False, at=closing(scene) + timedelta(hours=10))
    assert late.lines.get().decisions.get().owed == Owed.PAYABLE, "made in time, sent on the last day"
    second = close(scene)
    assert (second.rank, second.amends, second.number) == (2, first, "AV-1-0002")
    assert (first.credit_cents, second.credit_cents, second.change_cents) == (30_000, 29_000, -1_000)
    assert json.loads(second.content)["amends"] == "AV-1-0001"
    same_as_recounted(scene, second)
    assert close(scene) == second, "once"
    check_register()


def test_a_contested_hour_settled_afterwards_amends_it_too(scene: Scene) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    first = close(scene)
    assert first.lines.get().awaiting == 1
    settle_contested(line=line, is_payable=True, reason=SettleReason.GOOD_FAITH, by=scene.finance, at=scene.tick())
    assert decisions(line)[-1][0] == Owed.REFUSED, "paid by a free hour, in a line of its own"
    second = close(scene)
    assert (second.change_cents, second.lines.get().awaiting, second.lines.get().payable) == (-1_000, 0, 2)
    same_as_recounted(scene, second)


def test_two_sides_sign_and_the_credit_note_stands(scene: Scene) -> None:
    statement = close(scene)
    assert not sign(statement, scene.finance, scene).is_signed
    signed = sign(statement, scene.buyer, scene)
    assert signed.is_signed
    assert (signed.issuer_signed_for, signed.funder_signed_for) == (scene.metropole.uid, scene.funder.uid)
    for by in (scene.finance, scene.pilot, scene.buyer):
        with refused(StatementAlreadySigned):
            sign(statement, by, scene)
    for column in ("issuer_signed_at", "funder_signed_at"):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClosingStatement.objects.update(**{column: scene.now})


def test_nobody_else_signs(scene: Scene) -> None:
    statement = close(scene)
    for by in (
        SYSTEM,
        scene.agent,
        scene.mediator,
        person(scene.metropole, Role.AUDITOR),
        person(scene.operator, Role.FUNDER),
        person(scene.operator, Role.ISSUER),
    ):
        with refused(NotAllowed):
            sign(statement, by, scene)


def test_one_person_or_one_organisation_does_not_sign_for_both(scene: Scene) -> None:
    statement = close(scene)
    sign(statement, scene.buyer, scene)
    same_person = Actor(scene.buyer.kind, scene.buyer.id, scene.metropole.uid, Role.FINANCE.value)
    same_house = person(scene.funder, Role.FINANCE)
    for by in (same_person, same_house):
        with refused(SignerIsTheOtherSide):
            sign(statement, by, scene)
    assert sign(statement, scene.pilot, scene).is_signed


def test_a_metropole_that_issues_and_funds_signs_by_two_people(scene: Scene) -> None:
    scene.funder, scene.buyer = scene.metropole, person(scene.metropole, Role.FUNDER)
    scene.delivered((scene.other_ccas, 10, 1))
    statement = close(scene)
    assert statement.issuer == statement.funder == scene.metropole
    assert not sign(statement, scene.buyer, scene).is_signed
    with refused(SignerIsTheSamePerson):
        sign(statement, Actor(scene.buyer.kind, scene.buyer.id, scene.metropole.uid, Role.PILOT.value), scene)
    assert sign(statement, scene.finance, scene).is_signed
    check_register()


def test_another_house_that_issues_and_funds_is_faced_by_the_metropole(scene: Scene) -> None:
    wave = scene.make_wave(2, issuer=scene.operator)
    scene.funder, scene.buyer = scene.operator, person(scene.operator, Role.FUNDER)
    scene.delivered((scene.ccas, 5, 1), wave=wave)
    scene.now = ready_at(wave, ThresholdKind.CLOSING)
    run_wave_clocks(at=scene.now)
    statement = ClosingStatement.objects.get(wave=wave)
    sign(statement, scene.buyer, scene)
    with refused(SignerIsTheOtherSide):
        sign(statement, person(scene.operator, Role.ISSUER), scene)
    assert sign(statement, scene.pilot, scene).is_signed


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happened_the_statement_is_the_recount(scene: Scene, seed: int) -> None:
    """A random life of the booklets, the end of the wave, then late uploads and settlements: always to the cent."""
    chance = random.Random(seed)
    booklets = scene.delivered((scene.ccas, 5, 6))
    booklets += scene.delivered((scene.ccas, 5, 2), funded=False)
    live(scene, chance, booklets, acts=24)
    same_as_recounted(scene, close(scene, at=closing(scene)))
    given = end_of_day(scene.wave.redeemable_until) - timedelta(days=2)
    for booklet in booklets:
        if chance.random() < 0.5:
            upload_one(scene, chance, booklet, given)
        statement = close(scene)
        same_as_recounted(scene, statement)
    chain = list(ClosingStatement.objects.order_by("rank"))
    assert sum(s.change_cents for s in chain) == chain[-1].credit_cents
    assert [s.series_rank for s in chain] == list(range(1, len(chain) + 1))
    check_register()


def upload_one(scene: Scene, chance: random.Random, booklet: Booklet, given: datetime) -> None:
    with suppress(DomainError):
        codes = scene.codes(booklet)
        upload(scene, chance.choice(codes), happened_at=given, elsewhere=chance.random() < 0.3)


def live(scene: Scene, chance: random.Random, booklets: list[Booklet], *, acts: int) -> None:
    """Hand over, use, use twice, lose, give again, in any order; refusals are part of it."""
    for _ in range(acts):
        booklet = chance.choice(booklets)
        scene.tick(hours=chance.randint(1, 30))
        with suppress(DomainError):
            match chance.randint(0, 5):
                case 0 | 1:
                    scene.hand_over(booklet)
                case 2 | 3:
                    scene.redeem(chance.choice(scene.codes(booklet)))
                case 4:
                    upload_one(scene, chance, booklet, scene.now - timedelta(minutes=30))
                case _:
                    booklets.append(scene.reissue(scene.block(booklet)))
