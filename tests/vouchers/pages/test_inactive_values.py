import csv
import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import text_of
from vouchers.actions.inventory import close_inventory, read_booklets, start_inventory
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.documents.inactive_values import HEAD
from vouchers.queries.inactive_values import Amount, statement

PAGE = reverse("vouchers:values")


@pytest.fixture
def year(scene) -> None:
    """Four booklets come on 2 March; one is handed over on 31 March late in the evening; a count on 1 April (Paris)."""
    booklets = scene.delivered((scene.ccas, 5, 4))
    scene.now = scene.now.replace(month=3, day=31, hour=21, minute=30)  # 23:30 in Paris, summer time
    scene.hand_over(booklets[0])
    scene.tick(hours=1)  # 1 April in Paris, still 31 March in UTC
    scene.hand_over(booklets[1])
    inventory = start_inventory(holder=scene.ccas, wave=scene.wave, by=scene.agent, at=scene.tick())
    read_booklets(inventory=inventory, numbers=[booklets[2].number], by=scene.agent, at=scene.tick())
    close_inventory(inventory=inventory, by=scene.agent, at=scene.tick())


def at(scene, first: date, last: date):
    (found,) = statement(holder=scene.ccas, starts_on=first, ends_on=last)
    return found


def test_days_are_those_of_paris(scene, year) -> None:
    march = at(scene, date(2026, 3, 1), date(2026, 3, 31))
    assert (march.opening, march.closing) == (Amount(), Amount(3, 15))
    assert march.entries == {"Réceptions": Amount(4, 20)}
    assert march.exits == {"Remises": Amount(-1, -5)}
    assert (march.closing_cents, march.in_stock, march.count) == (150_00, 3, None)
    april = at(scene, date(2026, 4, 1), date(2026, 4, 1))
    assert (april.opening, april.closing, april.in_stock) == (Amount(3, 15), Amount(2, 10), 2)
    assert april.difference == -1  # one was counted, two should be there


def test_what_is_sent_stays_at_its_senders_charge_until_received(scene, year, desk) -> None:
    shipment = send_booklets(
        wave=scene.wave, sender=scene.ccas, recipient=scene.metropole, ranges=[(3, 4)], by=scene.agent,
        at=scene.tick(days=1), key=uuid4(),
    )  # fmt: skip
    sent = at(scene, date(2026, 4, 1), date(2026, 4, 30))
    assert (sent.closing, sent.in_stock) == (Amount(2, 10), 0)
    receive_shipment(shipment=shipment, missing=[4], by=scene.pilot, at=scene.tick())
    assert at(scene, date(2026, 4, 1), date(2026, 4, 30)).closing == Amount(1, 5)  # the missing one


def test_the_page_and_its_files_say_the_same(scene, year, browser, clock) -> None:
    clock.shift(timedelta(days=40))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    query = f"?detenteur={scene.ccas.uid}&du=2026-03-01&au=2026-04-01"
    page = text_of(desk.get(PAGE + query))
    assert "Remises" in page and "100,00 €" in page and "À expliquer" in page
    answer = desk.get(reverse("vouchers:values_file", args=["csv"]) + query)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == list(HEAD)
    assert ["CCAS de Créteil", "Vague 1", "2026-03-01", "2026-04-01", "Remises", "-2", "-10", "-10000"] in rows
    assert any(row[4:6] == ["Compte signé", "1"] for row in rows)
    pdf = desk.get(reverse("vouchers:values_file", args=["pdf"]) + query)
    assert pdf.content.startswith(b"%PDF")
    assert desk.get(reverse("vouchers:values_file", args=["ods"]) + query).status_code == 404
    assert desk.get(f"{PAGE}?du=2026-04-01&au=2026-03-01").status_code == 422


def test_a_distributor_reads_its_own_and_its_relays_only(scene, year, desk, pilot) -> None:
    scene.delivered((scene.other_ccas, 5, 1))
    query = f"?detenteur={scene.other_ccas.uid}"
    assert desk.get(PAGE + query).status_code == 422
    assert desk.get(reverse("vouchers:values_file", args=["csv"]) + query).status_code == 404
    assert scene.other_ccas.name not in text_of(desk.get(PAGE))
    assert pilot.get(PAGE + query).status_code == 200
    scene.make_relay(scene.other_ccas)
    assert desk.get(PAGE + query).status_code == 200
