"""A register of a chosen size, made by the real actions: most booklets wait at the printer, those to use are in hand.

Those in hand are spread among all the others, so that an act reads where nothing else just did.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction

from mediation.models import Label
from passnum.accounts.actions.token import create_token
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM
from passnum.kit.clock import now, paris_date
from passnum.kit.codes.payload import pack
from passnum.kit.keys import production_keyring
from tests.lifecycle import Scene, person, site_of
from tests.vouchers.actions.unchanged import check_register
from vouchers.actions.order import MOST_BOOKLETS
from vouchers.actions.production import produce_batch, production_plan, start_production
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.models import Booklet, Order, Ticket, Wave

SIZE = 10
PARTS = 10
BATCH = 2_500  # booklets in one transaction
BEFORE, AFTER = timedelta(days=60), timedelta(days=60)


class Volume:
    """`tickets` tickets in all, of which `used` can be redeemed by the holder of `token` at `site`, as of today."""

    def __init__(self, *, tickets: int, used: int) -> None:
        self.scene = Scene(now=now() - timedelta(days=1))
        self.site = site_of(self.scene.operator, "Le Lieu mesuré", labelled=False)
        today = paris_date(now())
        Label.objects.create(
            site=self.site,
            starts_on=today - BEFORE,
            ends_on=today + AFTER,
            charter_version="2026-1",
            reasons="Mesure.",
            decided_at=self.scene.now,
            **person(self.scene.operator, Role.LABEL_OFFICER).columns(),
        )
        self.wave = self._wave(2, today, tickets)
        self._given: list[Booklet] = []
        waiting, given = (tickets - used) // SIZE // PARTS, used // SIZE // PARTS
        for _ in range(PARTS):
            for count in _split(waiting, MOST_BOOKLETS):
                self._produced(count)
            self._given += self._handed_over(given)
        _, self.token = create_token(
            name="mesure",
            organisation=self.scene.operator,
            role=Role.MEDIATOR,
            expires_at=now() + timedelta(days=1),
            by=SYSTEM,
            at=now(),
        )
        self.check()

    def check(self) -> None:
        """Prove the register again: what was loaded, and what was done to it since."""
        check_register()

    def scans(self) -> list[str]:
        """What a camera reads on the tickets in hand, one booklet after the other."""
        keyring = production_keyring()
        tickets = Ticket.objects.filter(booklet__in=self._given).select_related("booklet").order_by("pk")
        return [
            pack(
                keyring,
                kid=t.kid,
                series=self.wave.number,
                number=t.booklet.number,
                position=t.position,
                code=keyring.derive(t.uid, t.generation, kid=t.kid),
            )
            for t in tickets
        ]

    def _wave(self, number: int, today: date, tickets: int) -> Wave:
        return self.scene.make_wave(
            number,
            a_on=today - BEFORE,
            valid_from=today - BEFORE,
            valid_until=today + AFTER,
            ceiling_cents=2 * tickets * self.scene.face_value_cents,
        )

    def _produced(self, count: int) -> Order:
        """An order whose titles are made, without their pages."""
        order = self.scene.approved((self.scene.ccas, SIZE, count), wave=self.wave)
        with transaction.atomic():
            start_production(order=order, by=self.scene.pilot, at=self.scene.tick())
            transaction.get_connection().run_on_commit.clear()  # no worker listens: the titles are made here
        order.refresh_from_db()
        plan = production_plan(order=order)
        for start in range(0, len(plan), BATCH):
            with transaction.atomic():
                produce_batch(order=order, batch=plan[start : start + BATCH], at=self.scene.now)
        return order

    def _handed_over(self, count: int) -> list[Booklet]:
        scene, order = self.scene, self._produced(count)
        scene.fund(order, count * SIZE * scene.face_value_cents)
        booklets = list(Booklet.objects.filter(order=order).select_related("wave").order_by("number"))
        shipment = send_booklets(
            wave=self.wave,
            sender=None,
            recipient=scene.ccas,
            ranges=[(booklets[0].number, booklets[-1].number)],
            by=scene.pilot,
            at=scene.tick(),
            key=uuid4(),
        )
        receive_shipment(shipment=shipment, missing=[], by=scene.agent, at=scene.tick())
        with transaction.atomic():
            for booklet in booklets:
                scene.hand_over(booklet)
        return booklets


def _split(count: int, most: int) -> Iterator[int]:
    while count > 0:
        yield min(count, most)
        count -= most
