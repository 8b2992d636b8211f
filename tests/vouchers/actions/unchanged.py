"""Whether anything at all changed in the product's tables: a refusal must leave no trace but the one it says."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import connection

from mediation.queries import check as acts
from passnum.kit.errors import DomainError
from vouchers.register import check as titles

OWN_APPS = ("kit", "accounts", "vouchers", "mediation")
Fingerprint = dict[str, tuple[int, int]]


def fingerprint(*, but: tuple[str, ...] = ()) -> Fingerprint:
    """Return for each table its number of rows and a sum of their hashes: equal before and after, nothing changed."""
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.app_label in OWN_APPS]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t"
                for name in tables
                if name not in but
            )
        )
        return {name: (count, int(hashes)) for name, count, hashes in cursor.fetchall()}


@contextmanager
def refused(error: type[DomainError], *, but: tuple[str, ...] = ()) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """Expect exactly this refusal, told in a French sentence, and no row changed (but in the tables named)."""
    before = fingerprint(but=but)
    with pytest.raises(error) as refusal:
        yield refusal
    assert type(refusal.value) is error
    assert refusal.value.code == error.code != DomainError.code
    assert refusal.value.sentence and "{" not in refusal.value.sentence
    assert fingerprint(but=but) == before


def check_register() -> None:
    """Prove conservation and projections; the sentence of the first fault is the message of the failure."""
    assert [fault.sentence for fault in (*titles.faults(), *acts.faults())] == []
