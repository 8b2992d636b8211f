"""The map of communes: deterministic, readable without colour, the same on screen and on paper."""

import gzip
import io
import re
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from reportlab.graphics import renderPDF
from reportlab.pdfgen.canvas import Canvas

from passnum.kit.pdf import fonts
from passnum.territory.contours import contours_on
from passnum.territory.documents.map import LOOKS, commune_map_drawing, commune_map_svg

DAY = date(2026, 3, 2)
SVG = "{http://www.w3.org/2000/svg}"
CLASSES = [0, 1, 10, 50, 200, 1000]
LABELS = ["aucune heure", "1 à 9", "10 à 49", "50 à 199", "200 à 999", "1 000 et plus"]


def content() -> dict[str, Any]:
    values: dict[str, int | None] = {
        code: (rank * 37) % 1500 for rank, code in enumerate(contours_on(day=DAY).shapes) if rank % 7
    }
    values["93001"] = None
    values["75056"] = 4312
    return {
        "values": values,
        "classes": CLASSES,
        "labels": LABELS,
        "missing_label": "moins de 5",
        "legend": "Heures utilisées",
        "on": DAY,
    }


def svg(**changes: Any) -> str:
    return commune_map_svg(**({"title": "Carte", "desc": "Heures par commune"} | content() | changes))


def test_the_same_values_give_the_same_bytes() -> None:
    shuffled = dict(sorted(content()["values"].items(), reverse=True))
    assert svg() == svg(values=shuffled)


def test_it_is_light_and_needs_no_style() -> None:
    text = svg()
    assert len(gzip.compress(text.encode(), 9)) < 22_000
    assert "style" not in text  # the content security policy refuses it
    assert "url(" not in text


def test_it_says_itself_to_a_screen_reader() -> None:
    root = ET.fromstring(svg(title="Carte <A&B>", ident="hours"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "hours-title hours-desc"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert (title.get("id"), title.text) == ("hours-title", "Carte <A&B>")
    assert (desc.get("id"), desc.text) == ("hours-desc", "Heures par commune")


def test_every_commune_says_its_value() -> None:
    hints = [node.text or "" for node in ET.fromstring(svg()).iterfind(f"{SVG}path/{SVG}title")]
    assert len(hints) == 130
    assert "Paris\u00a0: 4\u00a0312" in hints
    assert "Aubervilliers\u00a0: moins de 5" in hints


def test_nothing_is_said_by_colour_alone() -> None:
    """Each class but the two palest has its hatching, those without a figure too; figures are written."""
    text = svg()
    assert len({(look.hatch, look.directions, look.spacing) for look in LOOKS}) >= len(LOOKS) - 1
    assert (
        text.count('fill="none"') == len(LOOKS) - 2 + 1 + 1 + 4 + 1 + 1
    )  # hatches, no figure, borders; same in legend
    assert ">4\u00a0312</text>" in text
    for label in [*LABELS, "moins de 5", "Heures utilisées"]:
        assert f">{label}</text>" in text


def test_fills_go_from_light_to_dark() -> None:
    def luminance(fill: str) -> float:
        red, green, blue = (int(fill[at : at + 2], 16) for at in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lights = [luminance(look.fill) for look in LOOKS]
    assert all(before - after > 15 for before, after in pairwise(lights))


def test_figures_are_left_out_where_they_do_not_fit() -> None:
    values: dict[str, int | None] = dict.fromkeys(contours_on(day=DAY).shapes, 123_456_789)
    figures = svg(values=values).count("123\u00a0456\u00a0789</text>")
    assert 0 < figures < 40


def lines_of(path: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Read back the relative moves of a path of two-point lines."""
    x = y = 0
    lines = []
    for letter, numbers in re.findall(r"([mhvl])([^mhvlz]*)", path):
        steps = [int(one) for one in re.findall(r"-?\d+", numbers)]
        dx, dy = {"h": (steps[0], 0), "v": (0, steps[0])}.get(letter) or (steps[0], steps[1])
        if letter != "m":
            lines.append(((x, y), (x + dx, y + dy)))
        x, y = x + dx, y + dy
    return lines


def test_a_hatching_never_runs_through_a_figure() -> None:
    root = ET.fromstring(svg())
    figures = [
        (int(node.get("x", "")), int(node.get("y", "")) - 10, node.text or "")
        for node in root.iterfind(f"{SVG}text")
        if node.get("text-anchor") == "middle"
    ]
    hatches = [
        line
        for node in root.iterfind(f"{SVG}path")
        if node.get("stroke-width") == "3"
        for line in lines_of(node.get("d", ""))
    ]
    assert len(figures) > 70
    assert len(hatches) > 500
    for (x1, y1), (x2, y2) in hatches:
        for share in range(21):
            x, y = x1 + (x2 - x1) * share / 20, y1 + (y2 - y1) * share / 20
            for at, middle, text in figures:
                assert abs(x - at) > 6 * len(text) or abs(y - middle) > 9, text


def test_the_boundaries_are_those_of_the_day() -> None:
    values: dict[str, int | None] = {"93059": 3, "93066": 4}
    assert svg(values=values, on=date(2024, 12, 31)).count("<path") > svg(values={"93066": 4}).count("<path")
    with pytest.raises(ValueError, match="93059"):
        svg(values=values)


@pytest.mark.parametrize(
    "wrong",
    [
        {"values": {"77284": 1}},
        {"values": {"75118": 1}},
        {"values": {"75056": -1}},
        {"classes": [0, 5, 5, 6, 7, 8]},
        {"classes": [5, 0, 6, 7, 8, 9]},
        {"classes": [], "labels": []},
        {"labels": ["un"]},
        {"classes": list(range(7)), "labels": ["x"] * 7},
    ],
)
def test_ill_formed_requests_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"map of that day|first class|one label per class"):
        svg(**wrong)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_any_number_of_classes_gives_as_many_looks(count: int) -> None:
    root = ET.fromstring(svg(classes=CLASSES[:count], labels=LABELS[:count]))
    fills = {node.get("fill") for node in root.iterfind(f"{SVG}path")} - {"none", "#ffffff"}
    assert len(fills) == count


def printed() -> bytes:
    fonts.register()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(520, 620), invariant=1, initialFontName=fonts.REGULAR)
    renderPDF.draw(commune_map_drawing(width=480, **content()), canvas, 20, 20)
    canvas.save()
    return file.getvalue()


def test_the_printed_map_is_the_same_drawing_with_embedded_fonts() -> None:
    once = printed()
    assert once == printed()
    page = pypdfium2.PdfDocument(once)[0]
    text = page.get_textpage().get_text_bounded()
    for expected in ("Heures utilisées", "1 000 et plus", "moins de 5", "limite de territoire (EPT)"):
        assert expected in text.replace("\u00a0", " ")
    assert b"Helvetica" not in once


def test_the_printed_map_is_filled_with_the_colours_of_its_classes() -> None:
    picture = pypdfium2.PdfDocument(printed())[0].render(scale=1).to_pil()
    seen = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in picture.getcolors(1 << 20)}
    assert {LOOKS[0].fill, LOOKS[1].fill, LOOKS[-1].fill} <= seen
