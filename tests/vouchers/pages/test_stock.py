from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.staff import text_of
from vouchers.models import Ticket

STOCK = reverse("vouchers:stock")


def holder_url(organisation: Organisation) -> str:
    return reverse("vouchers:stock_holder", args=[organisation.uid])


def cells(page: str, name: str) -> list[str]:
    """The figures of a holder's row."""
    row = page.split(f"{name}</a></th>")[1].split("</tr>", maxsplit=1)[0]
    return [
        "".join(c.split(">", 1)[1].split("</td>")[0]).split("<span")[0].split(">")[-1] for c in row.split("<td")[1:]
    ]


def test_a_distributor_sees_its_own_and_its_relays_only(scene, desk) -> None:
    relay = Organisation.objects.create(
        kind="ASSOCIATION", name="Centre social", parent=scene.ccas, created_at=scene.now
    )
    scene.delivered((scene.ccas, 5, 3), (scene.other_ccas, 6, 2), (relay, 5, 1))
    page = text_of(desk.get(STOCK))
    assert cells(page, "CCAS de Créteil") == ["Vague 1", "3", "0", "0", "0", "0"]
    assert cells(page, "Centre social")[1] == "1"
    assert scene.other_ccas.name not in page
    assert "Imprimeur" not in page
    assert desk.get(holder_url(relay)).status_code == 200


def test_the_pilot_sees_every_holder(scene, pilot) -> None:
    scene.produced((scene.ccas, 5, 2))
    scene.delivered((scene.ccas, 5, 3), (scene.other_ccas, 6, 2))
    page = text_of(pilot.get(STOCK))
    assert cells(page, "CCAS d'ailleurs")[1] == "2"
    assert "Imprimeur" in page


def test_what_has_not_moved_for_sixty_days_is_dormant(scene, browser, clock) -> None:
    scene.delivered((scene.ccas, 5, 3))
    clock.shift(timedelta(days=59))
    assert "Carnets dormants" not in text_of(browser(scene.ccas, Role.DISTRIBUTOR).get(STOCK))
    clock.shift(timedelta(days=2))
    desk = browser(scene.ccas, Role.DISTRIBUTOR)
    assert cells(text_of(desk.get(STOCK)), "CCAS de Créteil")[2] == "3"
    assert "3 carnets" in text_of(desk.get(f"{holder_url(scene.ccas)}?dormants=1"))


def test_the_stock_of_another_and_none_look_alike(scene, desk) -> None:
    scene.delivered((scene.other_ccas, 5, 1))
    theirs, none = desk.get(holder_url(scene.other_ccas)), desk.get(reverse("vouchers:stock_holder", args=[uuid4()]))
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs) == text_of(none)


@pytest.mark.parametrize("kind", ["number", "receipt", "reference", "code"])
def test_a_booklet_is_found_by_what_is_at_hand(scene, desk, kind) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    handover = scene.hand_over(booklet)
    text = {
        "number": booklet.label,
        "receipt": handover.receipt.lower(),
        "reference": Ticket.objects.get(booklet=booklet, position=2).ref,
        "code": scene.codes(booklet)[1],
    }[kind]
    found = desk.post(STOCK, {"carnet": text})
    assert found["Location"] == reverse("vouchers:booklet", args=[1, booklet.number])


def test_anothers_booklet_and_an_unknown_one_are_not_found_alike(scene, desk) -> None:
    (booklet,) = scene.delivered((scene.other_ccas, 5, 1))
    pages = [desk.post(STOCK, {"carnet": text}) for text in (booklet.label, "1-9999999")]
    assert {p.status_code for p in pages} == {404}
    texts = [text_of(p).replace(booklet.label, "N").replace("1-9999999", "N") for p in pages]
    assert texts[0] == texts[1]
    assert "Aucun carnet de ce numéro ici." in texts[0]


def test_a_search_that_cannot_be_read_is_told(desk) -> None:
    assert "n’est ni un QR code attendu" in text_of(desk.post(STOCK, {"carnet": "bonjour !"}))
    assert desk.post(STOCK, {}).status_code in {404, 422}


def test_what_is_searched_is_never_in_an_address(desk) -> None:
    form = text_of(desk.get(STOCK)).split('name="carnet"')[0].rsplit("<form", 1)[1]
    assert 'method="post"' in form


def test_looking_writes_nothing(scene, desk) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    desk.get(STOCK)
    before = AuditEntry.objects.count()
    desk.get(STOCK)
    desk.get(holder_url(scene.ccas))
    desk.post(STOCK, {"carnet": booklet.label})
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize("url", ["stock", "holder"])
def test_a_fuller_stock_asks_the_database_no_more(scene, pilot, url) -> None:
    address = STOCK if url == "stock" else holder_url(scene.ccas)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get(address).status_code == 200
        return len(found)

    scene.delivered((scene.ccas, 5, 1))
    pilot.get(address)
    few = queries()
    scene.delivered((scene.ccas, 5, 9), (scene.other_ccas, 6, 4))
    scene.delivered((scene.ccas, 5, 3), wave=scene.make_wave(2))
    assert queries() == few
