import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from reporting.documents.report_pdf import wave_report_pdf
from reporting.queries.as_of import as_of
from reporting.queries.wave_report import wave_report
from tests.lifecycle import Scene
from tests.world import bare, built_once
from vouchers.register.sealer import seal_movements

__all__ = ["bare"]

NOW = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)


def lived() -> Scene:
    scene = Scene()
    scene.redeem(scene.codes(scene.in_hand())[0])
    seal_movements(at=scene.tick())
    return scene


scene = built_once(lived)


@time_machine.travel(NOW, tick=False)
def test_it_writes_the_report_of_today_and_the_latest_seal(scene: Scene, tmp_path: Path) -> None:
    out, said = tmp_path / "rapport.pdf", io.StringIO()
    call_command("write_report", "1", out=str(out), stdout=said)
    report = wave_report(wave=scene.wave, as_of=as_of(at=NOW))
    assert out.read_bytes() == wave_report_pdf(report)
    assert report.digest in said.getvalue()
    assert [p.name for p in tmp_path.iterdir()] == ["rapport.pdf"]


@time_machine.travel(NOW, tick=False)
def test_a_pair_may_be_given(scene: Scene, tmp_path: Path) -> None:
    first, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    call_command(
        "write_report", "1", "--cut-off", "2026-03-02", "--seal", "1", "--out", str(first), stdout=io.StringIO()
    )
    scene.in_hand()
    seal_movements(at=scene.tick())
    call_command("write_report", "1", cut_off="2026-03-02", seal=1, out=str(again), stdout=io.StringIO())
    assert first.read_bytes() == again.read_bytes()


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9"], "Rien ne correspond"),
        (["1", "--cut-off", "demain"], "n’est pas un jour"),
        (["1", "--cut-off", "2026-05-21"], "entre le 01/01/2016 et aujourd’hui"),
        (["1", "--seal", "8"], "n’existe pas"),
    ],
)
def test_it_says_what_is_wrong(scene: Scene, tmp_path: Path, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("write_report", *arguments, "--out", str(tmp_path / "r.pdf"))
    assert list(tmp_path.iterdir()) == []


@time_machine.travel(NOW, tick=False)
def test_a_folder_that_is_not_there_is_told(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="n’a pas pu être écrit"):
        call_command("write_report", "1", out=str(tmp_path / "nulle-part" / "r.pdf"))


def test_nothing_sealed_is_told(bare: Scene, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="aucun scellé"):
        call_command("write_report", "1", out=str(tmp_path / "r.pdf"))
