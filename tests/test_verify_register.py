"""The script given to whoever doubts: it finds what was altered, with nothing but Python and the export."""

import json
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from passnum.kit.canonical import canonical
from tests.database import Run, connected_to, next_label
from tests.vouchers.register.build import tell
from vouchers.models import Seal
from vouchers.register.export import export_register

SCRIPT = Path(__file__).resolve().parent.parent / "verify_register.py"
MOST_LINES = 60
# Positions of the export that are altered one by one, evenly spread; the first and last lines entirely.
SAMPLE = 300

Record = dict[str, object]
Facts = list[dict[str, object]]


@pytest.fixture(scope="module")
def exported(
    django_db_setup: None,
    test_run: Run,
    worker_name: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The export of a whole story in three seals."""
    name = test_run.clone(next_label(worker_name))
    path = tmp_path_factory.mktemp("export") / "registre.jsonl"
    with django_db_blocker.unblock(), connected_to(test_run.urls(name)):
        tell()
        with path.open("w", encoding="utf-8", newline="\n") as out:
            assert export_register(out) > 20
        path.with_suffix(".root").write_text(bytes(Seal.objects.latest("number").hash).hex())
    test_run.drop(name)
    yield path


def run(path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a stranger would: no site-packages, no environment."""
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, path, *args], capture_output=True, text=True, check=False, env={}
    )


def verdict(path: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> str:
    """What the same script says, in this process: quick enough to ask hundreds of times. Empty when it agrees."""
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), str(path), *args])
    try:
        runpy.run_path(str(SCRIPT), run_name="__main__")
    except SystemExit as end:
        return str(end.code)
    return ""


def rewritten(exported: Path, target: Path, change: Callable[[list[Record]], None]) -> Path:
    """An export whose records went through `change`, written as the product would."""
    header, *lines = exported.read_text().splitlines()
    records: list[Record] = [json.loads(line) for line in lines]
    change(records)
    target.write_text("\n".join([header, *(canonical(r).decode() for r in records)]) + "\n")
    return target


def facts_of(record: Record) -> Facts:
    facts = record["facts"]
    assert isinstance(facts, list)
    return facts


def resealed(records: list[Record]) -> None:
    """Give altered records hashes that follow: what a forger who holds the database can do."""
    import hashlib  # here as in the script, not through the product

    previous = ""
    for number, record in enumerate(records, start=1):
        hashes = [hashlib.sha256(canonical(f)).hexdigest() for f in facts_of(record)]
        record["number"] = number
        sealed = {"number": number, "predecessor": previous, "sealed_at": record["sealed_at"], "facts": hashes}
        previous = hashlib.sha256(canonical(sealed)).hexdigest()
        record["hash"] = previous


def test_the_script_is_short_and_needs_nothing() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= MOST_LINES
    imports = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imports <= {"hashlib", "json", "sys", "pathlib"}
    assert "assert " not in text.replace("no `assert`", "")


def test_a_true_export_is_intact(exported: Path) -> None:
    root = exported.with_suffix(".root").read_text()
    done = run(exported, root)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Registre intact\u00a0: ")
    assert f"dernier scellé {root}" in done.stdout
    assert "empreinte publiée\u00a0: scellé 3" in done.stdout


def test_the_root_of_an_earlier_day_is_found(exported: Path) -> None:
    second = json.loads(exported.read_text().splitlines()[2])
    assert "empreinte publiée\u00a0: scellé 2" in run(exported, second["hash"]).stdout


def test_each_altered_byte_is_found(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported.read_bytes()
    first_end = whole.index(b"\n") + 1
    positions = {*range(first_end), *range(0, len(whole), len(whole) // SAMPLE), *range(len(whole) - 100, len(whole))}
    altered = tmp_path / "altered.jsonl"
    unseen = []
    for position in sorted(positions):
        spoiled = bytearray(whole)
        spoiled[position] ^= 1
        altered.write_bytes(spoiled)
        if not verdict(altered, monkeypatch).startswith("ÉCHEC"):
            unseen.append(position)
    assert unseen == []


@pytest.mark.parametrize("inserted", [b" ", b"\n", b"\r", b"\xef\xbb\xbf", b"0"])
def test_an_added_byte_is_found(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inserted: bytes
) -> None:
    whole = exported.read_bytes()
    altered = tmp_path / "altered.jsonl"
    for position in (0, 1, whole.index(b"\n"), whole.index(b"\n") + 1, len(whole) // 2, len(whole) - 1, len(whole)):
        altered.write_bytes(whole[:position] + inserted + whole[position:])
        assert verdict(altered, monkeypatch).startswith("ÉCHEC"), position


def drop_fact(records: list[Record]) -> None:
    del facts_of(records[1])[2]


def swap_facts(records: list[Record]) -> None:
    facts = facts_of(records[1])
    facts[0], facts[1] = facts[1], facts[0]


def repeat_fact(records: list[Record]) -> None:
    facts_of(records[1]).insert(1, facts_of(records[1])[0])


def move_fact(records: list[Record]) -> None:
    facts_of(records[2]).insert(0, facts_of(records[1]).pop())


def drop_first_seal(records: list[Record]) -> None:
    del records[0]


def swap_seals(records: list[Record]) -> None:
    records[0], records[1] = records[1], records[0]


def empty_seal(records: list[Record]) -> None:
    facts_of(records[2]).clear()


def add_field(records: list[Record]) -> None:
    records[1]["note"] = "x"


CHANGES = [drop_fact, swap_facts, repeat_fact, move_fact, drop_first_seal, swap_seals, empty_seal, add_field]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_chain_is_found(exported: Path, tmp_path: Path, change: Callable[[list[Record]], None]) -> None:
    done = run(rewritten(exported, tmp_path / "changed.jsonl", change))
    assert done.returncode == 1
    assert done.stderr.startswith("ÉCHEC\u00a0: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("change", [drop_fact, swap_facts, move_fact, drop_first_seal])
def test_a_chain_made_again_is_not_the_published_one(
    exported: Path, tmp_path: Path, change: Callable[[list[Record]], None]
) -> None:
    def forge(records: list[Record]) -> None:
        change(records)
        resealed(records)

    forged = rewritten(exported, tmp_path / "forged.jsonl", forge)
    root = exported.with_suffix(".root").read_text()
    assert "le scellé publié n'est pas ici" in run(forged, root).stderr


def test_a_fact_told_twice_is_found_even_resealed(exported: Path, tmp_path: Path) -> None:
    def forge(records: list[Record]) -> None:
        repeat_fact(records)
        resealed(records)

    assert "est présent deux fois" in run(rewritten(exported, tmp_path / "twice.jsonl", forge)).stderr


@pytest.mark.parametrize(("key", "value"), [("tickets", 9), ("reverses", "00000000-0000-0000-0000-000000000000")])
def test_a_fact_that_does_not_add_up_is_found_even_resealed(
    exported: Path, tmp_path: Path, key: str, value: object
) -> None:
    def forge(records: list[Record]) -> None:
        facts_of(records[0])[1][key] = value
        resealed(records)

    assert run(rewritten(exported, tmp_path / "forged.jsonl", forge)).returncode == 1


def test_a_cut_end_is_found_with_the_published_root(exported: Path, tmp_path: Path) -> None:
    root = exported.with_suffix(".root").read_text()
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(exported.read_text().splitlines(keepends=True)[:-1]))

    assert run(cut).returncode == 0  # a shorter register is a register: only the published root tells
    done = run(cut, root)
    assert done.returncode == 1
    assert "des scellés manquent" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"{}\n",
        b"\x00\x01",
        b'{"format":"passnum-register/1"}\n[1]\n',
        b'{"format":"passnum-register/1"}\n3\n',
    ],
)
def test_what_is_no_export_is_said_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    done = run(path)
    assert done.returncode == 1
    assert done.stderr.startswith("ÉCHEC\u00a0: ")
    assert "Traceback" not in done.stderr


def test_without_file_it_says_how_to_be_used() -> None:
    done = subprocess.run([sys.executable, "-I", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "python3 -I verify_register.py EXPORT.jsonl" in done.stderr


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "absent")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_optimised_python_checks_as_well(exported: Path, tmp_path: Path) -> None:
    """`python3 -O` skips `assert` statements: a check written so would say that all is well."""
    changed = rewritten(exported, tmp_path / "changed.jsonl", drop_fact)
    done = subprocess.run([sys.executable, "-I", "-OO", SCRIPT, changed], capture_output=True, text=True, check=False)
    assert done.returncode == 1
