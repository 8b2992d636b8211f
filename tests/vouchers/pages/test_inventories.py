import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import filled, text_of
from tests.vouchers.pages.test_shipments import ranges
from vouchers.models import Booklet, Inventory, InventoryCount, Ticket
from vouchers.states import TitleStatus

LIST = reverse("vouchers:inventories")


@pytest.fixture
def stock(scene) -> list[Booklet]:
    return scene.delivered((scene.ccas, 5, 6))


def begin(client) -> str:
    return client.post(LIST, {"vague": "1"})["Location"]


def test_a_drawer_is_scanned_signed_and_what_misses_is_declared(scene, desk, browser, stock) -> None:
    assert "Compter Vague 1" in text_of(desk.get(LIST))
    url = begin(desk)
    ref = Ticket.objects.get(booklet=stock[3], position=2).ref
    lines = f"1-0000001\n\n2 à 3\n{ref}\nHTTPS://PASS.EXAMPLE/T/{ref}\n"
    page = text_of(desk.post(url, {"read": lines}, follow=True))
    assert "4 carnets notés" in page
    assert "1-0000005 à 1-0000006" in page
    # a colleague goes on, from the stock page
    colleague = browser(scene.ccas, Role.DISTRIBUTOR)
    assert "Un inventaire de Vague 1 est en cours" in text_of(colleague.get(reverse("vouchers:stock")))
    assert "1 carnet noté. 1 était déjà lu." in text_of(colleague.post(url, {"read": "4, 5"}, follow=True))
    assert "1 carnet retiré" in text_of(colleague.post(url, {"read": "5", "take_out": "1"}, follow=True))
    signed = colleague.post(f"{url}signer/", follow=True)
    assert "Le compte est signé" in text_of(signed)
    count = InventoryCount.objects.get()
    assert (count.found_count, count.missing_count) == (4, 2)
    settle = reverse("vouchers:inventory_settle", args=[count.uid])
    assert "2 carnets sont notés manquants" in text_of(desk.post(settle, follow=True))
    assert Booklet.objects.filter(status=TitleStatus.MISSING).count() == 2
    assert desk.post(settle).status_code == 422
    link = text_of(signed).split("stock/pertes/nouvelle/")[1].split('"')[0].replace("&amp;", "&")
    assert 'value="5"' in desk.get(f"/stock/pertes/nouvelle/{link}").content.decode()


@pytest.mark.parametrize(
    ("read", "status", "sentence"),
    [
        ("", 422, "Scannez ou tapez au moins un carnet"),
        ("7", 422, "Le carnet 7 n’existe pas dans cette vague"),
        ("1 à 10000000", 422, "n’est pas une suite de numéros dans l’ordre"),
        ("0", 422, "n’est pas un numéro de carnet"),
        ("2-0000001", 422, "n’est pas de la vague 1"),
        ("bonjour à tous", 422, "n’est pas un numéro de carnet"),
        ("\n".join(f"{n}00001 à {n + 1}00000" for n in range(1, 5000)), 422, "Plus de 100 000 numéros à la fois"),
        (", ".join(f"{n}00001 à {n + 1}00000" for n in range(1, 5000)), 422, "Plus de 100 000 numéros à la fois"),
        ("ABCDEFGHJK", 422, "n’est celui d’aucun carnet"),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_noted(desk, stock, read, status, sentence) -> None:
    page = desk.post(begin(desk), {"read": read})
    assert page.status_code == status
    assert sentence in text_of(page)
    assert not Inventory.objects.get().entries.exists()


def test_the_inventory_of_another_and_none_look_alike(scene, desk, browser, stock) -> None:
    url = begin(desk)
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    for address in (url, f"{url}signer/"):
        assert stranger.post(address, {"read": "1"}).status_code == 404
    desk.post(f"{url}signer/")
    count = reverse("vouchers:inventory_count", args=[InventoryCount.objects.get().uid])
    assert stranger.get(count).status_code == 404
    assert browser(scene.metropole, Role.AUDITOR).get(count).status_code == 200


def test_an_inventory_may_be_given_up(desk, stock) -> None:
    url = begin(desk)
    assert "abandonné" in text_of(desk.post(f"{url}signer/", {"drop": "1"}, follow=True))
    assert not InventoryCount.objects.exists()
    assert desk.post(url, {"read": "1"}).status_code == 409


# --- recalls and what sleeps


def test_what_sleeps_is_recalled_and_the_holder_is_told(scene, desk, pilot, browser, clock, stock) -> None:
    clock.shift(61 * 24 * 3600)
    pilot, desk = browser(scene.metropole, Role.PILOT), browser(scene.ccas, Role.DISTRIBUTOR)
    assert "6 carnets de Vague 1 sans mouvement" in text_of(desk.get(reverse("vouchers:stock")))
    assert "Rappeler ces carnets" in text_of(pilot.get(reverse("vouchers:stock")))
    new = reverse("vouchers:recall_new")
    asked = {"holder": str(scene.ccas.uid), "wave": "1", "recipient": str(scene.other_ccas.uid), "reason": "Ailleurs"}
    assert "n’a que 6 carnets" in text_of(pilot.post(new, asked | {"count": "7"}))
    assert pilot.post(new, asked | {"count": "0"}).status_code == 422
    assert pilot.post(new, asked | {"count": "2"}).status_code == 302
    page = text_of(desk.get(reverse("vouchers:stock")))
    assert "2 carnets de Vague 1 à envoyer à CCAS d'ailleurs. Raison : Ailleurs" in page
    send = reverse("vouchers:shipment_new")
    body = filled(desk.get(send), wave="1", recipient=str(scene.other_ccas.uid), **ranges(("1", "2")))
    assert desk.post(send, body).status_code == 302
    assert "La Métropole vous demande" not in text_of(desk.get(reverse("vouchers:stock")))
    assert "Fait" in text_of(pilot.get(reverse("vouchers:recalls")))
    assert "Aucun rappel" in text_of(browser(scene.other_ccas, Role.DISTRIBUTOR).get(reverse("vouchers:recalls")))
