"""The three commands about the register: what they print, what they refuse, how they end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from tests.database import ROOT, FreshDatabase
from tests.vouchers.register.build import Story, tell
from vouchers.models import Booklet, Seal, Ticket


def out(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def root_of(number: int) -> str:
    return bytes(Seal.objects.get(number=number).hash).hex()


def manage(database: FreshDatabase, *args: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator runs it: another process, the product's settings."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *args],
        env=database.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_register_is_checked_sealed_and_exported(
    fresh_database: FreshDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_register")
    assert (
        out(capsys) == "Faits en attente d'un scellé\u00a0: 0\nRegistre juste\u00a0: aucune règle n'est contredite.\n"
    )
    call_command("seal_register")
    assert out(capsys) == "Rien à sceller\u00a0: tous les faits le sont déjà.\n"
    call_command("export_register", str(tmp_path / "vide.jsonl"))
    assert "0 faits écrits" in out(capsys)
    done = subprocess.run(
        [sys.executable, "-I", ROOT / "verify_register.py", tmp_path / "vide.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.startswith("Registre intact\u00a0: 0 faits")) == (0, True)


def test_a_right_register_says_so_and_counts_what_waits(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_register")
    assert "Faits en attente d'un scellé\u00a0: 1\n" in out(capsys)


def test_json_is_for_machines(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_register", "--json")
    assert json.loads(out(capsys)) == {"faults": [], "unsealed": 1}


def test_a_wrong_register_fails_loudly(fresh_database: FreshDatabase) -> None:
    """From another process: the exit status is what a timer looks at."""
    tell()
    connections["default"].close()
    assert manage(fresh_database, "check_register").returncode == 0
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE vouchers_ticket DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE vouchers_ticket DROP CONSTRAINT ticket_status_follows_its_movement")
        cursor.execute("UPDATE vouchers_ticket SET status = 'REDEEMED' WHERE status = 'MISSING'")

    told = manage(fresh_database, "check_register")
    machine = manage(fresh_database, "check_register", "--json")

    assert told.returncode != 0
    assert "TICKET_FOLLOWS_MOVEMENTS (5)" in told.stdout
    assert "mais ses mouvements le mènent à MISSING" in told.stdout
    assert "GUARD_IN_PLACE (1)" in told.stdout
    assert "défaut(s)" in told.stderr
    assert "Traceback" not in told.stderr
    assert machine.returncode != 0
    rules = [fault["rule"] for fault in json.loads(machine.stdout)["faults"]]
    assert rules.count("TICKET_FOLLOWS_MOVEMENTS") == 5


def test_many_faults_are_counted_not_poured_out(
    fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    tell()
    connections["default"].close()
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE vouchers_ticket DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE vouchers_ticket DROP CONSTRAINT ticket_status_follows_its_movement")
        cursor.execute("UPDATE vouchers_ticket SET status = 'CANCELLED' WHERE status <> 'REPLACED'")
    faulty = Ticket.objects.filter(status="CANCELLED").count()
    with pytest.raises(CommandError, match=r"défaut\(s\)"):
        call_command("check_register")
    printed = out(capsys)
    assert f"TICKET_FOLLOWS_MOVEMENTS ({faulty})" in printed
    assert f"… et {faulty - 20} autres" in printed


def test_sealing_prints_the_root(fresh_database: FreshDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    tell()
    call_command("seal_register")
    assert out(capsys) == f"Scellé 4, empreinte {root_of(4)}\n"


def test_an_export_stops_where_asked(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deux.jsonl"
    call_command("export_register", str(path), "--up-to", "2")
    assert f"dernier scellé {root_of(2)}" in out(capsys)
    assert [json.loads(line).get("number") for line in path.read_text().splitlines()] == [None, 1, 2]


def test_the_same_seals_give_the_same_bytes(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        call_command("export_register", str(tmp_path / name))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    capsys.readouterr()


def test_an_export_never_replaces_a_file(story: Story, tmp_path: Path) -> None:
    path = tmp_path / "registre.jsonl"
    path.write_text("précieux")
    with pytest.raises(CommandError, match="existe déjà"):
        call_command("export_register", str(path))
    assert path.read_text() == "précieux"


@pytest.mark.parametrize("number", ["0", "99", "-1"])
def test_an_unknown_seal_writes_nothing(story: Story, tmp_path: Path, number: str) -> None:
    with pytest.raises(CommandError, match=f"Le scellé {number} n'existe pas"):
        call_command("export_register", str(tmp_path / "x"), "--up-to", number)
    assert not (tmp_path / "x").exists()


def test_a_folder_that_does_not_exist_is_said(story: Story, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        call_command("export_register", str(tmp_path / "absent" / "x"))


def test_an_export_names_nobody(story: Story, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No name, no e-mail, no code, no attribute of a person: ids, choices and counts."""
    path = tmp_path / "registre.jsonl"
    call_command("export_register", str(path))
    text = path.read_text()
    names = {story.scene.ccas.name, story.scene.operator.name, story.scene.site.name, "seniors", "retraite", "feminin"}
    assert [name for name in names if name in text] == []
    refs = Ticket.objects.values_list("ref", flat=True)
    assert not any(ref in text for ref in refs)
    assert not any(code in text for code in story.scene.codes(Booklet.objects.get(pk=story.used)))
    capsys.readouterr()
