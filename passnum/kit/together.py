"""Several writes in one statement: each is a named part (a data-modifying CTE) that later parts may read.

One round trip instead of one for each table. PostgreSQL runs all the parts on one snapshot and checks constraints and
foreign keys at the end of the statement, so a part may refer to a row that another part of the same statement inserts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from passnum.kit.prepared import fetch_prepared


@dataclass(frozen=True, slots=True)
class Part:
    """One write: `sql` names its parameters (`%(name)s`), which no other part of the statement may share.

    The statement is prepared: a parameter that is not compared with a column, nor given to one, is cast.
    """

    name: str
    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def run_together(parts: Sequence[Part], *, returning: str = "true") -> tuple[Any, ...]:
    """Run the parts as one statement and return the one row of the final SELECT.

    Raises ValueError when two parts share a parameter's name.
    """
    (row,) = rows_together(parts, returning=returning)
    return row


def rows_together(parts: Sequence[Part], *, returning: str) -> list[tuple[Any, ...]]:
    """Run the parts as one statement and return the rows of the final SELECT. Raises ValueError like `run_together`."""
    parameters: dict[str, Any] = {}
    for part in parts:
        if shared := parameters.keys() & part.parameters.keys():
            raise ValueError(f"parameters of two parts: {sorted(shared)}")
        parameters |= part.parameters
    body = ",\n".join(f"{part.name} AS ({part.sql})" for part in parts)
    return fetch_prepared(f"WITH {body}\nSELECT {returning}", parameters)
