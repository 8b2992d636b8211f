"""The form of a rule of `check_register`: one set-based question to the database, one French sentence per row at fault."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Template

from django.db import connections

# A register broken everywhere would fill the memory with sentences: enough to see where, the rest is counted.
MOST_FAULTS = 1_000

# What rules share: a booklet's number as printed, with the aliases w (wave) and b (booklet).
LABEL = "w.number || '-' || lpad(b.number::text, 7, '0')"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A row that contradicts a rule: stable name of the rule, the object as people name it, what is wrong."""

    rule: str
    subject: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`sql` returns the rows at fault: a column `subject`, and those that `sentence` names between braces.

    `$label` in it stands for LABEL, `$name` for an entry of `parts` (constants of these modules, never a value given).
    A query that finds several kinds of fault in one pass returns `kind`, a key of `sentences`: the fault then bears
    that name instead of the rule's.
    """

    name: str
    sql: str
    sentence: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)

    def faults(self, using: str) -> list[Fault]:
        """Run the question on a database alias; read-only, `MOST_FAULTS` rows at most."""
        with connections[using].cursor() as cursor:
            query = Template(self.sql).substitute(self.parts, label=LABEL)
            cursor.execute(f"{query}\nORDER BY subject LIMIT {MOST_FAULTS}")
            names = [column.name for column in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return [self._fault(row) for row in rows]

    def _fault(self, row: Mapping[str, object]) -> Fault:
        name = str(row.get("kind") or self.name)
        return Fault(name, str(row["subject"]), (self.sentences.get(name) or self.sentence).format(**row))
