"""docs/exploitation.md says what the software reads and what the database asks for."""

import re
from pathlib import Path

from tools.database_roles import sql_to_run

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "exploitation.md").read_text()
READ = re.compile(r"(?:env\.\w+|_secret)\(\s*\"([A-Z_]+)\"")


def test_every_variable_is_told_and_no_other() -> None:
    read = set(READ.findall((ROOT / "passnum" / "settings.py").read_text())) - {"CELERY_BROKER_FOLDER"}
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, re.MULTILINE))
    assert len(read) > 10
    assert told == read


def test_the_sql_of_the_guide_is_that_of_the_refusal() -> None:
    assert sql_to_run("postgres://someone@server/passnum") in GUIDE


def test_every_command_of_the_guide_exists() -> None:
    commands = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")} | {"check", "collectstatic"}
    assert set(re.findall(r"manage\.py (\w+)", GUIDE)) <= commands
