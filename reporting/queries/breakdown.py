"""A table of figures whose rows add up to its total."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from passnum.kit.money import share_in_points


@dataclass(frozen=True, slots=True)
class Column:
    """A count, or the share of one count (`part`) in another (`whole`); codes of columns of the same table.

    `short` stands for the label where the caption already says of what.
    """

    code: str
    label: str
    short: str = ""
    part: str = ""
    whole: str = ""

    @property
    def is_share(self) -> bool:
        """Tell whether the column is a share, in hundredths of a percent."""
        return self.part != ""


@dataclass(frozen=True, slots=True)
class Label:
    """What a key is called, a second line, and the key of the row of a coarser table that it is part of."""

    text: str
    hint: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `key` is stable (public id, code, month); a count of None is masked."""

    key: str
    label: Label
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Rows by one criterion, and their total.

    `note` says what the criterion is, `caption` what is counted, `missing` how many lack the criterion.
    """

    code: str
    title: str
    caption: str
    head: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: tuple[int, ...]
    missing: int = 0

    @property
    def counts(self) -> tuple[Column, ...]:
        """The columns that add up."""
        return tuple(column for column in self.columns if not column.is_share)

    def rank(self, code: str) -> int:
        """Return the rank of a count among the counts."""
        return [column.code for column in self.counts].index(code)

    def values(self, counts: Sequence[int | None]) -> tuple[int | None, ...]:
        """Return a value for each column: a count, or a share in hundredths of a percent; None: masked or no base."""
        return tuple(self._value(column, counts) for column in self.columns)

    def _value(self, column: Column, counts: Sequence[int | None]) -> int | None:
        if not column.is_share:
            return counts[self.rank(column.code)]
        part, whole = counts[self.rank(column.part)], counts[self.rank(column.whole)]
        return None if part is None or whole is None else share_in_points(part, whole)

    def column(self, code: str) -> dict[str, int | None]:
        """Return one count by key of row."""
        rank = self.rank(code)
        return {row.key: row.counts[rank] for row in self.rows}


class Tally:
    """Adds counts by key; `breakdown` then gives the table."""

    def __init__(self, *columns: Column) -> None:
        self._columns = columns
        self._codes = [column.code for column in columns if not column.is_share]
        self._sums: dict[str, Counter[str]] = {}

    def add(self, key: str, **counts: int) -> None:
        """Add to the row of a key."""
        self._sums.setdefault(key, Counter()).update(counts)

    @property
    def met(self) -> list[str]:
        """The keys met, sorted."""
        return sorted(self._sums)

    def breakdown(
        self,
        *,
        code: str,
        title: str,
        caption: str,
        head: str,
        note: str,
        labels: Mapping[str, Label],
        order: Iterable[str],
        missing: int = 0,
    ) -> Breakdown:
        """Return the table; `order` holds all keys in reading order."""
        rows = tuple(
            Row(key, labels[key], tuple(self._sums.get(key, Counter())[c] for c in self._codes)) for key in order
        )
        total = tuple(sum(sums[c] for sums in self._sums.values()) for c in self._codes)
        return Breakdown(code, title, caption, head, note, self._columns, rows, total, missing)
