from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from passnum.accounts.roles import Role
from tests.staff import filled, text_of
from tests.vouchers.pages.test_shipments import ranges
from vouchers.models import Booklet, LossReport
from vouchers.states import TitleStatus

LIST, NEW = reverse("vouchers:losses"), reverse("vouchers:loss_new")


def lose(client: Client, *spans: tuple[str, str], **fields: str) -> Any:
    given = {"wave": "1", "reason": "STOLEN", "is_sure": "on", "complaint_reference": "PV 2026/7"}
    return client.post(NEW, filled(client.get(NEW), **(given | fields), **ranges(*spans)))


def test_an_agent_reports_a_lot_of_its_own_stock(scene, desk, audited) -> None:
    scene.delivered((scene.ccas, 5, 4))
    assert "1-0000001 à 1-0000004" in text_of(desk.get(NEW))
    assert lose(desk, ("1", "3")).status_code == 302
    assert Booklet.objects.filter(status=TitleStatus.BLOCKED).count() == 3
    page = text_of(desk.get(LIST))
    assert "1-0000001 à 1-0000003" in page
    assert "PV 2026/7" in page
    assert "REPORT_LOSS" in audited()


@pytest.mark.parametrize(
    ("spans", "fields", "status", "sentence"),
    [
        ([("1", "9")], {}, 409, "ne sont pas tous ici et disponibles"),
        ([("5", "6")], {}, 409, "ne sont pas tous ici et disponibles"),  # another's
        ([("1", "2"), ("2", "3")], {}, 422, "se recouvrent"),
        ([("1", "10000000")], {}, 409, "ne sont pas tous ici et disponibles"),
        ([("0", "2")], {}, 422, "n’est pas un numéro de carnet"),
        ([], {}, 422, "Indiquez au moins une plage"),
        ([("1", "2")], {"is_sure": ""}, 422, "Cochez cette case"),
        ([("1", "2")], {"reason": ""}, 422, "Choisissez un motif"),
    ],
)
def test_a_wrong_report_is_told_and_blocks_nothing(scene, desk, audited, spans, fields, status, sentence) -> None:
    scene.delivered((scene.ccas, 5, 4), (scene.other_ccas, 5, 2))
    page = lose(desk, *spans, **fields)
    assert page.status_code == status
    assert sentence in text_of(page)
    assert not LossReport.objects.exists()
    assert ("REPORT_LOSS_REFUSED" in audited()) == (status == 409 or "plage" in sentence or "recouvrent" in sentence)


def test_the_pilot_reports_for_a_holder_or_the_printer(scene, pilot, browser) -> None:
    scene.produced((scene.ccas, 5, 2))
    scene.delivered((scene.other_ccas, 5, 2))
    assert lose(pilot, ("1", "1")).status_code == 302
    assert lose(pilot, ("3", "4"), holder=str(scene.other_ccas.uid)).status_code == 302
    page = text_of(pilot.get(LIST))
    assert "Imprimeur" in page and scene.other_ccas.name in page
    # a stranger reads nothing of it
    assert "Aucun lot perdu" in text_of(browser(scene.ccas, Role.DISTRIBUTOR).get(LIST))
    assert lose(pilot, ("2", "2"), holder=str(uuid4())).status_code == 422
