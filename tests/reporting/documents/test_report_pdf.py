"""The printed report: same pair, same bytes, whatever happens since; tagged, fonts embedded, words right."""

import io
from datetime import date
from typing import Any

import pikepdf
import pytest

from mediation.models import SiteName
from passnum.accounts.models import OrganisationName
from reporting.documents.report_pdf import wave_report_pdf
from reporting.queries.as_of import AsOf
from reporting.queries.wave_report import wave_report
from tests.lifecycle import Scene
from tests.reporting.life import Life
from vouchers.register.sealer import seal_movements


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def roles_of(node: Any) -> list[str]:
    """Roles of a structure tree, in reading order."""
    found = [str(node["/S"])] if "/S" in node else []
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary):
            found += roles_of(kid)
    return found


@pytest.mark.django_db
def test_the_same_pair_gives_the_same_bytes_whatever_happens_since() -> None:
    scene = Scene()
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0])
    made = seal_movements(at=scene.tick())
    assert made
    known = AsOf(date(2026, 3, 20), made.number)

    def printed() -> bytes:
        return wave_report_pdf(wave_report(wave=scene.wave, as_of=known))

    first = printed()
    assert printed() == first
    scene.redeem(codes[1])
    later = seal_movements(at=scene.tick())
    assert printed() == first, "a later use changes the report"
    for model, owner in ((SiteName, {"site": scene.site}), (OrganisationName, {"organisation": scene.ccas})):
        model.objects.create(
            **owner, name="Renommé", commune_code="92012", starts_on=date(2026, 1, 1), recorded_at=scene.tick()
        )
    assert printed() == first, "a rename changes the report"
    assert later
    assert wave_report_pdf(wave_report(wave=scene.wave, as_of=AsOf(date(2026, 3, 20), later.number))) != first


@pytest.fixture
def printed(life: Life) -> bytes:
    return wave_report_pdf(wave_report(wave=life.scene.wave, as_of=AsOf(date(2026, 5, 31), life.seals)))


def test_it_is_tagged_in_french_with_its_title(printed: bytes) -> None:
    with opened(printed) as pdf:
        root = pdf.Root
        assert str(root.Lang) == "fr-FR"
        assert bool(root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == "Rapport de la vague 1 — Vague 1"
        roles = roles_of(root.StructTreeRoot)
        assert roles.count("/H1") == 1
        assert {"/H2", "/H3", "/Table", "/Caption", "/TH", "/TD", "/Figure", "/L"} <= set(roles)
        assert roles.count("/Figure") == 3, "stages, months, map"
        assert "/Outlines" in root


def test_every_figure_says_what_it_shows(printed: bytes) -> None:
    with opened(printed) as pdf:
        figures = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert len(figures) == 3
        assert all(len(str(figure["/Alt"])) > 20 for figure in figures)


def test_every_font_is_embedded(printed: bytes) -> None:
    with opened(printed) as pdf:
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert "/FontFile2" in font.FontDescriptor, font.BaseFont


def test_nothing_of_the_clock_is_in_the_file(printed: bytes) -> None:
    with opened(printed) as pdf:
        assert "/CreationDate" not in pdf.docinfo
        assert "/ModDate" not in pdf.docinfo
