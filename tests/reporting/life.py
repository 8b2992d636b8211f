"""A small life of a wave, drawn from a seed and lived through the real actions: every kind of fact a report meets."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

from mediation.actions.act_details import ActDetails
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.redemption import attempt_redemption
from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.actions.undo import undo_redemption
from mediation.models import RedemptionLine, Service
from mediation.states import SettleReason, UndoReason
from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from tests.lifecycle import A_PROFILE, SIRETS, Scene, organisation, person, site_of
from tests.mediation.contested import upload
from vouchers.actions.handover import hand_over, undo_handover
from vouchers.actions.order import LineInput, approve_order, cancel_order, create_order, submit_order
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, ConfirmationOutcome, HandoverConfirmation, Order
from vouchers.register.sealer import seal_movements
from vouchers.states import TitleStatus

MOST_DAYS_LATE = 12


@dataclass
class Life:
    """A scene with two funders, three distributors, three places, two services; acts are drawn from `rng`."""

    seed: int
    scene: Scene = field(default_factory=Scene)
    seals: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        scene = self.scene
        self.other_funder = organisation("CAF de Paris", OrganisationKind.CAF, siret=SIRETS[3], commune_code="75056")
        self.relay = organisation("Relais sans commune", OrganisationKind.ASSOCIATION, commune_code="")
        scene.make_relay(self.relay)
        # Pierrefitte joined Saint-Denis in 2025: a code that must lead to another.
        self.third_site = site_of(scene.other_operator, "Tiers-Lieu", commune_code="93059")
        self.services = [
            scene.service,
            Service.objects.create(
                code=f"demarches-{uuid4().hex[:6]}",
                name="Aide aux démarches",
                theme="Aide aux démarches administratives",
                label_reference="MN-002",
                starts_on=date(2020, 1, 1),
            ),
        ]

    def pass_time(self) -> datetime:
        """Some hours, or some days."""
        return self.scene.tick(hours=self.rng.choice([1, 7, 30, 80]), minutes=self.rng.randrange(60))

    def seal(self) -> None:
        """Seal what is recorded."""
        if seal_movements(at=self.scene.tick()):
            self.seals += 1

    def order(self, funder: Organisation, *lines: tuple[Organisation, int, int], approve: bool = True) -> Order:
        """An order of a funder, approved or left waiting."""
        scene, buyer = self.scene, person(funder, Role.FUNDER)
        order = create_order(
            wave=scene.wave,
            funder=funder,
            lines=[LineInput(*line) for line in lines],
            siret=SIRETS[1],
            by=buyer,
            at=scene.tick(),
            key=uuid4(),
        )
        submit_order(order=order, by=buyer, at=scene.tick())
        if approve:
            approve_order(order=order, by=scene.pilot, at=scene.tick())
        return order

    def deliver(self, order: Order, missing: int = 0) -> None:
        """Produce, fund and send an order; some booklets go missing on the way."""
        scene = self.scene
        with patch.object(scene, "buyer", person(order.funder, Role.FUNDER)):
            scene.proved(order)
        with patch.object(scene, "approved", lambda *_, **__: order):
            scene.produced()
        with patch.object(scene, "buyer", person(order.funder, Role.FUNDER)):
            scene.fund(order)
        for line in order.lines.select_related("distributor"):
            numbers = list(Booklet.objects.filter(line=line).order_by("number").values_list("number", flat=True))
            self.send(None, line.distributor, numbers, missing=numbers[:missing])

    def send(
        self, sender: Organisation | None, to: Organisation, numbers: list[int], missing: list[int] | None = None
    ) -> None:
        """Send booklets and receive them later."""
        scene = self.scene
        by = person(sender, Role.DISTRIBUTOR) if sender else scene.pilot
        shipment = send_booklets(
            wave=scene.wave,
            sender=sender,
            recipient=to,
            ranges=[(n, n) for n in numbers],
            by=by,
            at=self.pass_time(),
            key=uuid4(),
        )
        by = person(to, Role.DISTRIBUTOR)
        receive_shipment(shipment=shipment, missing=missing or [], by=by, at=self.pass_time())

    def booklets(self, status: TitleStatus) -> list[Booklet]:
        """Booklets of the wave in a state, by number."""
        found = Booklet.objects.filter(wave=self.scene.wave, status=status).select_related("wave", "holder")
        return list(found.order_by("number"))

    def hand_over(self) -> None:
        """A booklet is given, sometimes written down days later, sometimes taken back at once."""
        stock = self.booklets(TitleStatus.IN_STOCK)
        if not stock:
            return
        booklet = self.rng.choice(stock)
        assert booklet.holder
        agent = person(booklet.holder, Role.DISTRIBUTOR)
        at = self.pass_time()
        late = self.rng.random() < 0.3
        given = hand_over(
            booklet=booklet,
            distributor=booklet.holder,
            profile=A_PROFILE,
            by=agent,
            at=at,
            key=uuid4(),
            happened_at=at - timedelta(days=self.rng.randrange(1, MOST_DAYS_LATE)) if late else None,
        )
        if self.rng.random() < 0.1:
            undo_handover(handover=given, by=agent, at=self.scene.tick())

    def redeem(self, state: TitleStatus = TitleStatus.HANDED_OVER) -> None:
        """One to three hours of one act, alone or in a workshop, sometimes taken back."""
        scene, rng = self.scene, self.rng
        found = self.booklets(state)
        chosen = rng.sample(found, k=min(1, len(found)))
        type_ = rng.choice(["individuel", "collectif"])
        if type_ == "collectif":
            chosen += [b for b in found[:2] if b not in chosen]
        codes = [code for b in chosen for code in self._fresh_codes(b)[: rng.choice([1, 2])]]
        if not codes:
            return
        site, by = rng.choice(
            [
                (scene.site, scene.mediator),
                (scene.other_site, scene.other_mediator),
                (self.third_site, scene.other_mediator),
            ]
        )
        done = attempt_redemption(
            codes=codes,
            site=site,
            service=rng.choice(self.services),
            details=ActDetails(minutes=120, type=type_, is_first=True),
            by=by,
            at=self.pass_time(),
            key=uuid4(),
        )
        if rng.random() < 0.2:
            undo_redemption(redemption=done, reason=UndoReason.WRONG_COUNT, by=by, at=scene.tick(), key=uuid4())

    def redeem_from_stock(self) -> None:
        """A booklet whose hand-over nobody wrote down; the distributor says yes, no, or nothing yet."""
        self.redeem(TitleStatus.IN_STOCK)

    def answer(self) -> None:
        """A distributor answers on a hand-over noticed at use; finance settles what is contested."""
        for booklet in self.booklets(TitleStatus.HANDED_OVER):
            for handover in booklet.handovers.filter(channel="AT_USE", confirmation__isnull=True, undone_at=None)[:1]:
                outcome = self.rng.choice([ConfirmationOutcome.CONFIRMED, ConfirmationOutcome.DENIED])
                agent = person(handover.distributor, Role.DISTRIBUTOR)
                answer_handover_at_use(handover=handover, outcome=outcome, by=agent, at=self.pass_time())
        denied = HandoverConfirmation.objects.filter(outcome="DENIED").values("handover__booklet")
        for line in RedemptionLine.objects.filter(booklet__in=denied).order_by("pk"):
            if line.decisions.order_by("-rank")[0].owed == "CONTESTED" and self.rng.random() < 0.5:
                by, at = self.scene.finance, self.scene.tick()
                settle_contested(
                    line=line,
                    is_payable=self.rng.random() < 0.5,
                    reason=SettleReason.AGREED,
                    by=by,
                    at=at,
                )

    def tell_twice(self) -> RedemptionLine:
        """Hours already used come in again from another place's device: contested, they took nothing."""
        used = RedemptionLine.objects.filter(
            movement__isnull=False, movement__reversed_by=None, booklet__wave=self.scene.wave
        )
        spare = used.filter(booklet__tickets__status=TitleStatus.HANDED_OVER).order_by("pk").distinct()
        line = self.rng.choice(list(spare))
        position = line.mask.bit_length()
        codes = [self.scene.codes(line.booklet)[position - 1]]
        # the act of the other place also takes an hour that is good
        codes += self._fresh_codes(self.booklets(TitleStatus.HANDED_OVER)[-1])[:1]
        done = upload(self.scene, *codes, happened_at=self.pass_time() - timedelta(minutes=30))
        return done.lines.get(movement=None)

    def settle_what_was_told_twice(self) -> None:
        """Finance pays an hour told twice with a free one, grants a sum for another, leaves a third one."""
        scene = self.scene
        lines = [self.tell_twice() for _ in range(3)]
        self.seal()
        by, reason = scene.finance, SettleReason.GOOD_FAITH
        settle_contested(line=lines[0], is_payable=True, reason=reason, by=by, at=self.pass_time())
        self.seal()
        grant_goodwill(line=lines[1], amount_cents=500, reason=reason, by=by, at=self.pass_time())

    def block(self) -> None:
        """A booklet is lost, in hand or in stock; most are given again."""
        booklet = self.rng.choice(self.booklets(TitleStatus.HANDED_OVER))
        if not self._fresh_codes(booklet):
            return
        distributor = booklet.handovers.latest("pk").distributor
        agent = person(distributor, Role.DISTRIBUTOR)
        with patch.object(self.scene, "agent", agent), patch.object(self.scene, "ccas", distributor):
            dispute = self.scene.block(booklet)
            self.pass_time()
            if self.rng.random() < 0.7:
                self.scene.reissue(dispute)

    def _fresh_codes(self, booklet: Booklet) -> list[str]:
        statuses = booklet.tickets.order_by("position").values_list("status", flat=True)
        codes = zip(self.scene.codes(booklet), statuses, strict=True)
        return [code for code, status in codes if status in {"HANDED_OVER", "IN_STOCK"}]

    def live(self, acts: int) -> None:
        """Live: the orders, then so many acts, sealed now and then."""
        scene = self.scene
        with patch("passnum.kit.clock.now", lambda: scene.tick(seconds=1)):
            first = self.order(scene.funder, (scene.ccas, 5, 14), (scene.other_ccas, 10, 4))
            second = self.order(self.other_funder, (scene.ccas, 7, 8))
            self.order(scene.funder, (scene.ccas, 6, 4))
            cancel_order(order=self.order(self.other_funder, (scene.ccas, 5, 9)), by=scene.pilot, at=scene.tick())
            self.order(scene.funder, (scene.other_ccas, 5, 9), approve=False)
            self.deliver(first, missing=1)
            self.seal()
            self.deliver(second)
            stock = [b.number for b in self.booklets(TitleStatus.IN_STOCK) if b.holder_id == scene.ccas.pk]
            self.send(scene.ccas, self.relay, self.rng.sample(stock, 3))
            draw: list[Callable[[], None]] = [self.hand_over] * 4 + [self.redeem] * 7
            draw += [self.redeem_from_stock, self.block, self.answer, self.seal, self.seal]
            for _ in range(3):
                self.hand_over()
            for _ in range(3):
                self.redeem_from_stock()
            self.answer()
            self.redeem_from_stock()
            for _ in range(acts):
                self.rng.choice(draw)()
            self.deliver(self.order(scene.funder, (scene.other_ccas, 6, 8)))
            for _ in range(2):
                self.redeem_from_stock()
            self.settle_what_was_told_twice()
            self.seal()


def lived(seed: int, acts: int) -> Life:
    """A life, lived."""
    life = Life(seed)
    life.live(acts)
    return life
