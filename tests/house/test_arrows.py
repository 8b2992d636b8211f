"""The contract of the arrows names every module of the roof: a new one is not left outside of it."""

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOWER = {"accounts", "territory", "kit"}
NOT_CODE = {"templates", "static", "data", "__pycache__", "__init__.py"}


def test_every_module_of_the_roof_is_in_the_contract() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    roof = contracts["importlinter:contract:packages"]["layers"].strip().splitlines()[0]
    named = set(re.findall(r"\(passnum\.(\w+)\)", roof))
    present = {path.stem for path in (ROOT / "passnum").iterdir() if path.name not in NOT_CODE} - LOWER
    assert present <= named, f"add to .importlinter: {sorted(present - named)}"


def test_every_package_is_in_the_contract() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    packages = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert set(contracts["importlinter"]["root_packages"].split()) == packages
