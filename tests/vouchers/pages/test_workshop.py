"""A workshop at the desk, and the sheet of a paper day: printed, then typed in."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from passnum.accounts.roles import Role
from passnum.kit.clock import now
from tests.lifecycle import Scene
from tests.printed import printed_addresses
from tests.staff import filled, text_of
from vouchers.models import Handover
from vouchers.queries.desk import handover_at_desk

WORKSHOP = reverse("vouchers:workshop")
PRINT = reverse("vouchers:handover_sheet")
LATE = reverse("vouchers:late_handovers")
TAPS = {
    "target_public": "seniors",
    "age_band": "soixante_soixante_neuf",
    "gender": "feminin",
    "social_status": "retraite",
}


@pytest.fixture
def scene(stocked: Scene) -> Scene:
    return stocked


def test_scanned_answered_once_and_each_has_a_receipt(scene, desk, browser) -> None:
    one, two, three = scene.delivered((scene.ccas, 5, 3))
    page = desk.post(WORKSHOP, {"carnets": f"{one.label}\n{printed_addresses(two)[0]}\n{three.label}\n{one.label}"})
    assert page.status_code == 200
    assert "3 carnets à remettre" in text_of(page)
    assert printed_addresses(two)[0] not in page.content.decode(), "no code comes back"
    body = filled(page, **TAPS, numero=[one.label, two.label, three.label])
    body[f"b{two.pk}-gender"] = "masculin"
    body[f"b{three.pk}-had_one_already"] = "on"
    done = desk.post(WORKSHOP, body)
    assert done.status_code == 302
    given = list(Handover.objects.filter(booklet__in=[one, two, three]).order_by("booklet__number"))
    assert [one.profile.gender for one in given] == ["feminin", "masculin", "feminin"]
    assert [one.had_one_already for one in given] == [False, False, True]
    told = text_of(desk.get(done["Location"]))
    assert all(one.receipt in told for one in given)
    assert desk.post(WORKSHOP, body)["Location"] == done["Location"]
    assert Handover.objects.count() == 3
    assert browser(scene.other_ccas, Role.DISTRIBUTOR).get(done["Location"]).status_code == 404


def test_the_one_that_blocks_is_named_at_reading_and_at_giving(scene, desk) -> None:
    one, lost = scene.delivered((scene.ccas, 5, 2))
    page = desk.post(WORKSHOP, {"carnets": f"{one.label}\n{lost.label}"})
    scene.block(lost)
    late = desk.post(WORKSHOP, filled(page, **TAPS, numero=[one.label, lost.label]))
    assert late.status_code == 409
    assert f"Carnet {lost.label} : Ce carnet est en opposition" in text_of(late)
    assert not Handover.objects.exists()
    early = desk.post(WORKSHOP, {"carnets": f"{one.label}\n{printed_addresses(lost)[0]}"})
    assert early.status_code == 409
    assert "Carnet de la ligne 2 : Ce carnet est en opposition" in text_of(early)
    assert desk.post(WORKSHOP, {"carnets": ""}).status_code == 422
    assert desk.post(WORKSHOP, filled(page, numero=[one.label])).status_code == 422


def test_a_sheet_is_printed(scene, desk) -> None:
    page = desk.get(PRINT)
    assert "CCAS de Créteil" in text_of(page)
    sent = desk.get(PRINT, {"distributor": str(scene.ccas.uid), "sheets": "2"})
    assert sent.content.startswith(b"%PDF-")
    assert sent["Content-Type"] == "application/pdf"
    for wrong in ({"distributor": str(scene.other_ccas.uid), "sheets": "1"}, {"sheets": "0"}):
        assert desk.get(PRINT, wrong).status_code == 422


def rows_of(scene: Scene, *numbers: str, **sheet: str) -> dict[str, str]:
    body = {
        "rows": "14",
        "distributor": str(scene.ccas.uid),
        "day": (now() - timedelta(days=2)).date().isoformat(),
        **sheet,
    }
    for rank, number in enumerate(numbers, start=1):
        cells = {"key": str(uuid4()), "carnet": number, **TAPS}
        body |= {f"r{rank}-{name}": cell for name, cell in cells.items()}
    return body


def test_a_filled_sheet_is_typed_in_and_what_is_wrong_is_mended(scene, desk) -> None:
    one, two = scene.delivered((scene.ccas, 5, 2))
    body = rows_of(scene, one.label, "12")
    del body["r2-gender"]
    page = desk.post(LATE, body)
    assert page.status_code == 422
    handover = Handover.objects.get(booklet=one)
    assert handover.is_late_entry
    told = text_of(page)
    assert handover.receipt in told
    assert "1 ligne enregistrée, 1 ligne à corriger" in told
    assert f'name="r1-done" value="{handover.uid}"' in told
    mended = {**body, "r2-carnet": two.label, "r2-gender": "masculin", "r1-done": str(handover.uid)}
    mended["day"] = (now() - timedelta(days=1)).date().isoformat()  # the first row is not sent again
    assert desk.post(LATE, mended).status_code == 200
    assert desk.post(LATE, mended | {"r1-done": ""}).status_code == 422, "the same number with another day"
    assert Handover.objects.count() == 2


def test_a_sheet_says_for_whom_and_when(scene, desk) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    for wrong in ({"distributor": str(scene.other_ccas.uid)}, {"day": ""}, {"distributor": ""}):
        assert desk.post(LATE, rows_of(scene, booklet.label, **wrong)).status_code == 422
    assert not Handover.objects.exists()
    assert "Aucune ligne n’est remplie" in text_of(desk.post(LATE, rows_of(scene)))


def test_a_referent_types_in_the_sheet_of_whom_it_serves(scene, desk, browser) -> None:
    scene.mandate(days=20)
    (booklet,) = scene.delivered((scene.served_ccas, 5, 1))
    assert "CCAS sans compte" in text_of(desk.get(LATE))
    body = rows_of(scene, booklet.label, distributor=str(scene.served_ccas.uid))
    assert browser(scene.other_ccas, Role.DISTRIBUTOR).post(LATE, body).status_code == 422
    assert desk.post(LATE, body).status_code == 200
    assert Handover.objects.get(booklet=booklet).distributor == scene.served_ccas


PAGES_OF_A_RECEIPT = ("vouchers:handover_done", "vouchers:receipt", "vouchers:contact", "mediation:first_appointment")


def test_a_referent_opens_the_receipt_of_whom_it_serves_while_its_mandate_holds(scene, desk, browser) -> None:
    mandate = scene.mandate(days=20)
    (booklet,) = scene.delivered((scene.served_ccas, 5, 1))
    told = desk.post(LATE, rows_of(scene, booklet.label, distributor=str(scene.served_ccas.uid)))
    handover = Handover.objects.get(booklet=booklet)
    addresses = [reverse(name, args=[handover.uid]) for name in PAGES_OF_A_RECEIPT]
    assert f'href="{addresses[0]}"' in told.content.decode(), "the sheet leads to the receipt"
    stranger = browser(scene.other_ccas, Role.DISTRIBUTOR)
    for address in addresses:
        assert desk.get(address).status_code == 200, address
        assert stranger.get(address).status_code == 404, address
    assert "CCAS sans compte" in text_of(desk.get(addresses[1]))
    undone = desk.post(reverse("vouchers:handover_undo", args=[handover.uid]), follow=True)
    assert "de nouveau en stock (CCAS sans compte)" in text_of(undone)
    for day, found in ((mandate.ends_on, handover), (mandate.ends_on + timedelta(days=1), None)):
        assert handover_at_desk(uid=handover.uid, by=scene.agent, day=day) == found


def test_the_pilot_gives_and_ends_a_mandate_by_the_page(scene, desk, pilot) -> None:
    url = reverse("vouchers:referents")
    mandate = scene.mandate()
    assert "CCAS sans compte" in text_of(pilot.get(url))
    today = now().date()
    body = {
        "served": str(scene.served_ccas.uid),
        "referent": str(scene.ccas.uid),
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=10)).isoformat(),
    }
    refused = pilot.post(url, body)
    assert refused.status_code == 409
    assert "a déjà un référent" in text_of(refused)
    end = reverse("vouchers:referent_end", args=[mandate.uid])
    assert desk.post(end).status_code == 403
    assert pilot.post(end).status_code == 302
    later = {"starts_on": (today + timedelta(days=1)).isoformat()}
    assert pilot.post(url, body | later).status_code == 302
    assert pilot.post(url, {}).status_code == 422
