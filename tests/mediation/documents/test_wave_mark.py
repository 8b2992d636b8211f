import re
from xml.etree import ElementTree

import pytest

from mediation.documents.wave_mark import mark_name, wave_mark_svg
from passnum.kit.pdf.shapes import MARK_COUNT, MARK_NAMES


@pytest.mark.parametrize("number", range(MARK_COUNT))
def test_a_mark_is_a_closed_shape_within_its_frame(number: int) -> None:
    drawing = ElementTree.fromstring(wave_mark_svg(number))
    (path,) = drawing.iter("path")
    assert re.fullmatch(r"(M[\d. -]+([LC][\d. -]+|h[\d.-]+|v[\d.-]+)+Z)+", path.attrib["d"])
    absolute = re.sub(r"[hv][\d.-]+", "", path.attrib["d"])
    assert all(-1.5 <= float(n) <= 49.5 for n in re.findall(r"-?\d+(?:\.\d+)?", absolute))


def test_each_wave_in_turn_has_another_shape() -> None:
    assert len({wave_mark_svg(number) for number in range(MARK_COUNT)}) == MARK_COUNT
    assert wave_mark_svg(1) == wave_mark_svg(1 + MARK_COUNT)
    assert [mark_name(number) for number in range(MARK_COUNT)] == list(MARK_NAMES)


def test_it_is_named_or_silent() -> None:
    assert 'aria-hidden="true"' in wave_mark_svg(2)
    named = wave_mark_svg(2, title='<"triangle">')
    assert 'role="img"' in named
    assert "<&quot;" not in named
    assert "&lt;&quot;triangle&quot;&gt;" in named
