"""People and posts, made by hand: accounts have no life before them."""

from collections.abc import Callable

import pytest
from django.core.cache import cache

from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.models import AuditEntry

PASSWORD = "un-mot-de-passe-d-essai"


@pytest.fixture(autouse=True)
def no_earlier_attempt() -> None:
    cache.clear()


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("jeanne@example.org", PASSWORD, full_name="Jeanne Martin", created_at=now())


@pytest.fixture
def give_post(db) -> Callable[..., Membership]:
    def give(user: User, name: str, role: Role, kind: str = "CCAS") -> Membership:
        organisation, _ = Organisation.objects.get_or_create(name=name, defaults={"kind": kind, "created_at": now()})
        return Membership.objects.create(user=user, organisation=organisation, role=role, created_at=now())

    return give


@pytest.fixture
def audited(db) -> Callable[[], list[AuditEntry]]:
    """Return the audit lines that the test wrote (the installation of the register left its own)."""
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    return lambda: list(AuditEntry.objects.exclude(pk__in=before).order_by("pk"))
