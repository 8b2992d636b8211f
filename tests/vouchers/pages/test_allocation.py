"""The helper of the order form: rows filled, read and changed before anything is kept."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from passnum.territory.queries.communes import PopulationAsOf
from tests.staff import filled, text_of
from tests.vouchers.pages.test_orders import TERMS, rows
from vouchers.models import Order
from vouchers.pages import order_form


@pytest.fixture(autouse=True)
def order(scene) -> Order:
    """A draft, to be written anew."""
    return scene.draft((scene.ccas, 6, 1))


def share(client: Any, **fields: Any) -> Any:
    form = reverse("vouchers:order_amend", args=[Order.objects.get().uid])
    body = filled(client.get(form), **TERMS, **rows()) | {"letter": "Mon mot"}
    given = {"total": "100", "fixed": "10", "size": "5", "column": ""} | fields
    return client.post(form, body | {f"part-{name}": value for name, value in given.items()} | {"share": "1"})


def quantities(page: Any) -> list[str]:
    return re.findall(r'name="form-\d+-quantity" value="(\d+)"', page.content.decode())


def test_a_column_fills_the_rows_and_nothing_is_kept_yet(scene, funder) -> None:
    page = share(funder, column="Distributeur;Poids\nCCAS de Créteil ; 3\n92012;1")
    assert page.status_code == 200
    assert quantities(page) == ["70", "30"]
    assert "Mon mot" in page.content.decode()
    assert Order.objects.get().revision == 1


def test_without_a_column_inhabitants_decide(scene, funder, monkeypatch) -> None:
    counts = {"94028": PopulationAsOf(90_000, 2023), "92012": PopulationAsOf(30_000, 2023)}
    monkeypatch.setattr(order_form, "populations_on", lambda *, day: counts)
    assert sorted(quantities(share(funder)), key=int) == ["30", "70"]


def test_a_file_counts_like_a_column(scene, funder) -> None:
    file = SimpleUploadedFile("parts.csv", "CCAS de Créteil;1\nCCAS d'ailleurs;1".encode("cp1252"))
    assert quantities(share(funder, file=file)) == ["50", "50"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"column": "CCAS de Créteil;3\nInconnu;2"}, "n’est pas un distributeur connu"),
        ({"column": "CCAS de Créteil;3\nCCAS d'ailleurs;=1+1"}, "n’est pas un poids"),
        ({"column": "CCAS de Créteil;3\nCCAS de Créteil;2"}, "a déjà un poids"),
        ({"column": "bonjour"}, "ne porte aucun poids"),
        ({"total": "10000000"}, "inférieure ou égale à"),
        ({"total": "0"}, "supérieure ou égale à"),
        ({"column": "CCAS de Créteil;3\nCCAS d'ailleurs;1", "fixed": "90"}, "demande déjà 180 carnets"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04" + b"0" * 50)}, "au format CSV"),
        ({"file": SimpleUploadedFile("x.csv", b"a;1\n" * 300_000)}, "dépasse 1 Mo"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(scene, funder, fields, sentence) -> None:
    page = share(funder, **fields)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "Mon mot" in text_of(page)
