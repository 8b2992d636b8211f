from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.clock import end_of_day
from tests.lifecycle import Scene, organisation
from tests.staff import filled, text_of
from tests.vouchers.actions.unchanged import check_register
from vouchers.actions.expiry import expire_wave
from vouchers.actions.shipment import send_booklets
from vouchers.models import Booklet, Movement, Order, Shipment
from vouchers.states import Act, OrderStatus, ShipmentStatus, TitleStatus

LIST, NEW = reverse("vouchers:shipments"), reverse("vouchers:shipment_new")


def ranges(*spans: tuple[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"form-TOTAL_FORMS": max(3, len(spans)), "form-INITIAL_FORMS": 0}
    for rank in range(max(3, len(spans))):
        first, last = spans[rank] if rank < len(spans) else ("", "")
        found |= {f"form-{rank}-first": first, f"form-{rank}-last": last}
    return found


def send(client: Client, recipient: Organisation, *spans: tuple[str, str], wave: str = "1") -> Any:
    body = filled(client.get(NEW), wave=wave, recipient=str(recipient.uid), **ranges(*spans))
    return client.post(NEW, body)


def sent(scene: Scene, *, count: int = 4) -> Shipment:
    order = scene.produced((scene.ccas, 5, count))
    first = order.first_booklet_number
    assert first is not None
    return send_booklets(
        wave=scene.wave,
        sender=None,
        recipient=scene.ccas,
        ranges=[(first, first + count - 1)],
        by=scene.pilot,
        at=scene.tick(),
        key=uuid4(),
    )


def url(shipment: Shipment) -> str:
    return reverse("vouchers:shipment", args=[shipment.uid])


@pytest.fixture
def order(scene) -> Order:
    return scene.produced((scene.ccas, 5, 4), (scene.other_ccas, 6, 2))


def test_what_the_printer_has_is_proposed_as_ranges_and_sent(scene, pilot, order) -> None:
    page = text_of(pilot.get(LIST))
    assert "1-0000001 à 1-0000004" in page
    assert f"?vague=1&vers={scene.ccas.uid}&plage=1-4" in page
    form = pilot.get(f"{NEW}?vague=1&vers={scene.ccas.uid}&plage=1-4")
    assert f'<option value="{scene.ccas.uid}" selected>' in form.content.decode()
    body = filled(form, wave="1", recipient=str(scene.ccas.uid), **ranges(("1", "4")))
    done = pilot.post(NEW, body, follow=True)
    assert "L’envoi est noté" in text_of(done)
    assert "4 carnets" in text_of(done)
    shipment = Shipment.objects.get()
    assert (shipment.sent_count, shipment.from_kind, shipment.to_organisation) == (4, "PRINTER", scene.ccas)
    assert Booklet.objects.filter(shipment=shipment, status=TitleStatus.IN_TRANSIT).count() == 4


def test_numbers_are_typed_as_printed_or_short(scene, pilot, order) -> None:
    assert send(pilot, scene.ccas, ("1-0000001", "1-0000002"), ("4", "")).status_code == 302
    assert sorted(Shipment.objects.get().booklets.values_list("number", flat=True)) == [1, 2, 4]


@pytest.mark.parametrize(
    ("spans", "status", "sentence"),
    [
        ([], 422, "Indiquez au moins une plage de numéros."),
        ([("4", "1")], 422, "n’est pas dans l’ordre"),
        ([("1", "3"), ("3", "4")], 422, "se recouvrent"),
        ([("1", "9999")], 409, "ne sont pas tous ici et disponibles"),
        ([("0", "2")], 422, "n’est pas un numéro de carnet"),
        ([("un", "deux")], 422, "n’est pas un numéro de carnet"),
        ([("2-0000001", "")], 422, "n’est pas de la vague 1"),
        ([("1", "999999999")], 409, "ne sont pas tous ici et disponibles"),
    ],
)
def test_wrong_numbers_are_told_and_nothing_moves(scene, pilot, order, spans, status, sentence) -> None:
    page = send(pilot, scene.ccas, *spans)
    assert page.status_code == status
    assert sentence in text_of(page)
    assert not Shipment.objects.exists()
    for first, _ in spans:
        assert f'value="{first}"' in page.content.decode()


def test_more_rows_keep_what_was_typed(scene, pilot, order) -> None:
    body = filled(pilot.get(NEW), wave="1", recipient=str(scene.ccas.uid), **ranges(("1", "x")))
    html = pilot.post(NEW, body | {"more": "1"}).content.decode()
    assert html.count("Du carnet") == 6
    assert 'value="x"' in html


def test_a_distributor_sends_from_its_own_stock_to_its_relay(scene, desk) -> None:
    relay = organisation("Centre social", OrganisationKind.ASSOCIATION)
    Organisation.objects.filter(pk=relay.pk).update(parent=scene.ccas)
    booklets = scene.delivered((scene.ccas, 5, 3))
    page = text_of(desk.get(NEW))
    assert "1-0000001 à 1-0000003" in page
    assert scene.ccas.name not in page.split('name="recipient"')[1].split("</select>")[0]
    assert send(desk, relay, ("1", "2")).status_code == 302
    shipment = Shipment.objects.order_by("-pk").first()
    assert shipment is not None
    assert (shipment.from_organisation, shipment.sent_count) == (scene.ccas, 2)
    assert Movement.objects.filter(act=Act.SEND, from_organisation=scene.ccas).count() == 1
    assert "Envoyés, non reçus" in text_of(desk.get(reverse("vouchers:stock")))
    assert booklets[2].status == TitleStatus.IN_STOCK


def test_a_distributor_does_not_send_what_another_holds_nor_what_is_at_the_printer(scene, desk, order) -> None:
    scene.delivered((scene.other_ccas, 5, 2))
    scene.make_relay(scene.other_ccas)
    for spans in (("1", "2"), ("7", "8")):
        page = send(desk, scene.other_ccas, spans)
        assert page.status_code == 409
        assert "ne sont pas tous ici et disponibles" in text_of(page)


def test_a_stranger_is_not_among_those_one_sends_to(scene, desk) -> None:
    scene.delivered((scene.ccas, 5, 2))
    choices = text_of(desk.get(NEW)).split('name="recipient"')[1].split("</select>")[0]
    assert scene.metropole.name in choices
    assert scene.other_ccas.name not in choices
    assert send(desk, scene.other_ccas, ("1", "1")).status_code == 422


def test_what_came_back_is_received_and_sent_again(scene, desk, pilot, audited) -> None:
    scene.delivered((scene.ccas, 5, 2))
    assert send(desk, scene.metropole, ("1", "2")).status_code == 302
    back = Shipment.objects.latest("pk")
    assert "en route vers vous" in text_of(pilot.get(reverse("vouchers:stock")))
    assert "dans votre stock" in text_of(pilot.post(url(back), {"counted": "2"}, follow=True))
    body = filled(pilot.get(NEW), wave="1", source=str(scene.metropole.uid), recipient=str(scene.other_ccas.uid))
    assert pilot.post(NEW, body | ranges(("1", "2"))).status_code == 302
    assert Shipment.objects.latest("pk").from_organisation == scene.metropole
    assert (
        pilot.post(
            NEW, filled(pilot.get(NEW), wave="1", recipient=str(scene.ccas.uid), **ranges(("1", "9")))
        ).status_code
        == 409
    )
    assert "SEND_REFUSED" in audited()


def test_an_issuer_sends_booklets_of_its_own_waves_only(scene, browser, order) -> None:
    other = browser(scene.operator, Role.ISSUER)
    assert "Prêts chez l’imprimeur" not in text_of(other.get(LIST))
    page = send(other, scene.ccas, ("1", "2"))
    assert page.status_code == 422
    assert send(browser(scene.metropole, Role.ISSUER), scene.ccas, ("1", "2")).status_code == 302


# --- reception


def test_the_recipient_counts_and_confirms(scene, desk, audited) -> None:
    shipment = sent(scene)
    assert "4 carnets en route vers vous" in text_of(desk.get(reverse("vouchers:stock")))
    assert "À confirmer par vous" in text_of(desk.get(LIST))
    page = text_of(desk.post(url(shipment), {"counted": "4", "missing": ""}, follow=True))
    assert "Reçu, compte exact" in page
    shipment.refresh_from_db()
    assert (shipment.status, shipment.received_count) == (ShipmentStatus.RECEIVED, 4)
    assert Booklet.objects.filter(holder=scene.ccas, status=TitleStatus.IN_STOCK).count() == 4
    assert Order.objects.get().status == OrderStatus.DELIVERED
    assert "RECEIVE" in audited()


def test_what_is_missing_is_named_and_stays_a_gap(scene, desk, pilot) -> None:
    shipment = sent(scene)
    page = text_of(desk.post(url(shipment), {"counted": "2", "missing": "2 à 2, 1-0000004"}, follow=True))
    assert "Reçu avec écart" in page
    assert "1-0000002" in page and "1-0000004" in page
    assert "À régler" in page
    assert "Un écart reste à régler" in text_of(desk.get(LIST))
    assert Booklet.objects.filter(status=TitleStatus.MISSING).count() == 2
    assert "2 carnets manquent" in text_of(pilot.get(reverse("vouchers:wave", args=[1])))


@pytest.mark.parametrize(
    ("counted", "missing", "sentence"),
    [
        ("3", "", "indiquez le numéro qui manque"),
        ("2", "", "indiquez tous les numéros qui manquent"),
        ("2", "1", "indiquez tous les numéros qui manquent"),
        ("4", "2", "Recomptez"),
        ("9", "", "Recomptez"),
        ("", "", "obligatoire"),
        ("3", "17", "Le carnet 17 ne fait pas partie de cet envoi"),
        ("3", "2-0000001", "n’est pas de la vague 1"),
        ("3", "4 à 1", "n’est pas une suite de numéros dans l’ordre"),
        ("3", "1 à 999999999", "n’est pas une suite de numéros dans l’ordre"),
        ("3", "trois", "n’est pas un numéro de carnet"),
        ("-1", "", "supérieure ou égale à 0"),
    ],
)
def test_a_count_that_does_not_add_up_is_told_and_nothing_moves(scene, desk, counted, missing, sentence) -> None:
    shipment = sent(scene)
    page = desk.post(url(shipment), {"counted": counted, "missing": missing})
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert missing in text_of(page)
    shipment.refresh_from_db()
    assert shipment.status == ShipmentStatus.SENT


def test_a_shipment_is_received_once(scene, desk) -> None:
    shipment = sent(scene)
    desk.post(url(shipment), {"counted": "4"})
    page = desk.post(url(shipment), {"counted": "4"})
    assert page.status_code == 409
    assert "déjà reçu" in text_of(page)


def test_only_the_recipient_receives(scene, browser, pilot) -> None:
    shipment = sent(scene)
    assert "Confirmer la réception" not in text_of(pilot.get(url(shipment)))
    assert pilot.post(url(shipment), {"counted": "4"}).status_code == 403
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    none = reverse("vouchers:shipment", args=[uuid4()])
    for theirs, nothing in (
        (stranger.get(url(shipment)), stranger.get(none)),
        (stranger.post(url(shipment), {"counted": "4"}), stranger.post(none, {"counted": "4"})),
    ):
        assert theirs.status_code == nothing.status_code == 404
        assert text_of(theirs) == text_of(nothing)
    shipment.refresh_from_db()
    assert shipment.status == ShipmentStatus.SENT


def test_both_sides_say_what_became_of_a_gap(scene, desk, browser, audited) -> None:
    shipment = sent(scene)
    page = desk.post(url(shipment), {"counted": "2", "missing": "2 à 3"}, follow=True)
    assert "compté par : CCAS de Créteil" in text_of(page)
    gap = reverse("vouchers:discrepancy", args=[shipment.uid])
    wrong = desk.post(gap, filled(page, numbers="1", word="LOST"))
    assert wrong.status_code == 409
    assert "Le carnet 1 n’est pas, ou n’est plus, un écart" in text_of(wrong)
    assert "SAY_OF_MISSING_REFUSED" in audited()
    assert desk.post(gap, filled(page, numbers="2 à 3")).status_code == 422
    assert "L’autre côté doit" in text_of(desk.post(gap, filled(page, numbers="2, 3", word="LOST"), follow=True))
    issuer = browser(scene.metropole, Role.ISSUER)  # for the printer
    body = filled(issuer.get(url(shipment)), numbers="2 à 3", word="LOST")
    for _ in range(2):  # pressed twice
        done = text_of(issuer.post(gap, body, follow=True))
    assert "Perdu" in done and "À régler" not in done
    assert Booklet.objects.filter(status=TitleStatus.BLOCKED).count() == 2
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    assert stranger.post(gap, body).status_code == 404


def test_what_was_blocked_on_its_way_is_not_awaited(scene, desk, pilot) -> None:
    shipment = sent(scene)
    number = reverse("vouchers:booklet_block", args=[1, 2])
    pilot.post(number, filled(pilot.get(reverse("vouchers:booklet", args=[1, 2])), reason="STOLEN"))
    page = text_of(desk.post(url(shipment), {"counted": "3"}, follow=True))
    assert "rien n’est à régler" in page


def test_a_parent_sees_what_goes_to_its_relay_but_does_not_receive_for_it(scene, desk) -> None:
    Organisation.objects.filter(pk=scene.other_ccas.pk).update(parent=scene.ccas)
    scene.delivered((scene.other_ccas, 5, 1))
    assert scene.other_ccas.name in text_of(desk.get(LIST))


def test_a_longer_list_asks_the_database_no_more(scene, pilot) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert pilot.get(LIST).status_code == 200
        return len(found)

    scene.delivered((scene.ccas, 5, 1))
    pilot.get(LIST)
    few = queries()
    scene.delivered((scene.ccas, 5, 1), (scene.other_ccas, 5, 1))
    scene.delivered((scene.other_ccas, 5, 2))
    assert queries() == few


def test_what_died_on_its_way_is_said_and_not_counted(scene, browser, clock) -> None:
    """The paper comes all the same: its recipient is not told that three were sent, then that none was."""
    scene.make_relay(scene.other_ccas)
    booklets = scene.delivered((scene.ccas, 5, 3))
    parcel = send_booklets(
        wave=scene.wave,
        sender=scene.ccas,
        recipient=scene.other_ccas,
        ranges=[(booklets[0].number, booklets[2].number)],
        by=scene.agent,
        at=scene.tick(),
        key=uuid4(),
    )
    expire_wave(wave=scene.wave, by=scene.pilot, at=end_of_day(scene.wave.redeemable_until))
    clock.move_to(end_of_day(scene.wave.redeemable_until) + timedelta(hours=5))
    relay, address = browser(scene.other_ccas, Role.DISTRIBUTOR), reverse("vouchers:shipment", args=[parcel.uid])
    assert "3 carnets de cet envoi ont été bloqués ou ont péri en route" in text_of(relay.get(address))
    refused = relay.post(address, {"counted": "3"})
    assert refused.status_code == 422
    assert "0 carnet est attendu" in text_of(refused)
    assert "ont été bloqués ou ont péri" in text_of(refused)
    done = text_of(relay.post(address, {"counted": "0"}, follow=True))
    assert "La réception est notée." in done
    assert "dans votre stock" not in done
    check_register()
