"""The browsers that mediation/frontend/README.md promises: what it lists is used, and old enough or has its stand-in."""

import re
from pathlib import Path

from tools.front_end import BROWSERS, SOURCES

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / SOURCES).parent / "README.md"
ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \| (\d+|never) \| (.*?) ?\|$", re.MULTILINE)
CHROME, FIREFOX = (int(version) for version in re.findall(r"\d+", BROWSERS))


def test_each_api_is_old_enough_or_has_a_stand_in() -> None:
    rows = ROW.findall(README.read_text())
    assert len(rows) > 10
    for name, chrome, firefox, stand_in in rows:
        is_young = int(chrome) > CHROME or firefox == "never" or int(firefox) > FIREFOX
        assert stand_in or not is_young, f"{name} is younger than the browsers aimed at"


def test_the_table_tells_what_is_used() -> None:
    texts = [path.read_text() for path in (ROOT / SOURCES).glob("*.js")]
    texts += [path.read_text() for path in (ROOT / "mediation/static/mediation").glob("*.css")]
    used = "".join(texts)
    assert [name for name, *_ in ROW.findall(README.read_text()) if name not in used] == []


def test_each_package_of_the_page_has_its_reason() -> None:
    names = re.findall(r'^    "([@a-z/0-9-]+)":', (ROOT / "package.json").read_text(), re.MULTILINE)
    told = re.findall(r"^\| ([@a-z/0-9-]+) \| (?:page|decoder|–) \|", README.read_text(), re.MULTILINE)
    assert set(names) == set(told)
