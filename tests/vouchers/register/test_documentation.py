"""docs/registre.md is given to people who verify: its example is true, and it names every rule there is."""

import hashlib
import json
import re
from datetime import UTC, datetime

from django.conf import settings

from passnum.kit.canonical import canonical
from tests.vouchers.register.test_check import RULE_NAMES
from vouchers.models import Movement
from vouchers.register.facts import facts_of
from vouchers.register.sealer import seal_hash
from vouchers.states import Act

TEXT = (settings.BASE_DIR / "docs" / "registre.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json\n([^\n]*)\n```\n[^`]*```\n([0-9a-f]{64})\n```", TEXT)


def test_the_examples_have_the_hashes_that_they_show() -> None:
    assert len(EXAMPLES) == 2
    for text, shown in EXAMPLES:
        assert canonical(json.loads(text)).decode() == text
        assert hashlib.sha256(text.encode()).hexdigest() == shown


def test_the_example_seal_is_the_one_of_the_example_fact() -> None:
    (_, fact_hash), (_, root) = EXAMPLES
    sealed_at = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    made = seal_hash(number=1, predecessor=None, sealed_at=sealed_at, fact_hashes=[bytes.fromhex(fact_hash)])
    assert made.hex() == root


def test_the_example_has_the_fields_of_a_fact(story: object) -> None:
    real = facts_of([Movement.objects.filter(act="REDEEM").earliest("pk")])[0]
    shown = json.loads(EXAMPLES[0][0])
    assert set(shown) == set(real)
    assert set(shown["details"]) == set(real["details"])
    fields = set(re.findall(r"^\| (`.+?`) \|", TEXT.split("## 2.")[0], flags=re.MULTILINE))
    assert {name for cell in fields for name in re.findall(r"`(\w+)`", cell)} == set(real)


def test_every_rule_and_every_act_is_told() -> None:
    rules = TEXT.split("## 7.")[1]
    told = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", rules))
    assert told == RULE_NAMES | {"GUARD_IN_PLACE"}
    assert {act for act in Act.values if f"`{act}`" not in TEXT} == set()
