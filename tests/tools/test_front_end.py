"""The scripts of the counter are built once, whole or not at all, and say why when they cannot be."""

import shutil
from pathlib import Path

import pytest

from tools import front_end
from tools.refusal import Refusal

ROOT = front_end.ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a build reads; the packages are those of this checkout."""
    shutil.copytree(ROOT / front_end.SOURCES, tmp_path / front_end.SOURCES)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_built_once_then_only_when_a_source_changes(checkout: Path) -> None:
    target = checkout / front_end.TARGET
    assert front_end.build_when_changed(checkout)
    assert {path.name for path in target.iterdir()} == {
        *("built", "decoder.js", "licences.txt", "main.js", "worker.js", "zxing_reader.wasm"),
    }
    assert not front_end.build_when_changed(checkout)
    with (checkout / front_end.SOURCES / "main.js").open("a") as source:
        source.write('document.title = "autre";\n')
    assert front_end.build_when_changed(checkout)
    assert "autre" in (target / "main.js").read_text()


def test_a_source_that_cannot_be_read_leaves_the_last_build(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    front_end.build_when_changed(checkout)
    (checkout / front_end.SOURCES / "main.js").write_text("import {")
    with pytest.raises(Refusal, match="a échoué"):
        front_end.build_when_changed(checkout)
    assert "main.js" in capsys.readouterr().err
    assert (checkout / front_end.TARGET / "main.js").stat().st_size > 10_000


def test_without_node_one_sentence(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Refusal, match="Node 20 et npm manquent"):
        front_end.build_when_changed(checkout)


def test_the_licences_of_what_is_given_are_given_with_it(checkout: Path) -> None:
    front_end.build_when_changed(checkout)
    licences = (checkout / front_end.TARGET / "licences.txt").read_text()
    for holder in ("Jake Archibald", "Paul Miller", "Ze-Zheng Wu"):
        assert holder in licences
