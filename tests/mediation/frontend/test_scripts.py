"""The scripts of the counter, by node's own test runner; a failure shows what node said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NODE = shutil.which("node") or "node"


def run_node(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    return subprocess.run(
        [NODE, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.js")), ids=lambda path: path.stem)
def test_scripts(file: Path) -> None:
    done = run_node("--test", "--test-reporter=spec", str(file))
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    said = done.stdout.splitlines()
    assert "ℹ pass 0" not in said
    assert {"ℹ skipped 0", "ℹ todo 0"} <= set(said)


def test_a_failing_script_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.test.js"
    broken.write_text("import test from 'node:test'; test('x', () => { throw new Error('told by node'); });")
    done = run_node("--test", "--test-reporter=spec", str(broken))
    assert done.returncode != 0
    assert "told by node" in done.stdout


def test_types_written_in_the_comments_hold() -> None:
    done = run_node("node_modules/typescript/bin/tsc", "--project", "mediation/frontend/jsconfig.json")
    assert done.returncode == 0, done.stdout


def test_one_noun_a_file_of_a_readable_size() -> None:
    sizes = {
        path.name: len(path.read_text().splitlines()) for path in (ROOT / "mediation/frontend/counter").glob("*.js")
    }
    assert len(sizes) > 15
    assert {name: lines for name, lines in sizes.items() if lines > 300} == {}
