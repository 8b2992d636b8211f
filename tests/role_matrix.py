"""Every role × (the organisations that an act concerns, another one): who may, and whoever is not listed is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from passnum.accounts.models import Organisation, OrganisationKind
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.errors import DomainError, NotAllowed
from tests.lifecycle import organisation

ANYWHERE = "anywhere"
# One organisation, several, or ANYWHERE.
Rights = dict[Role, Organisation | tuple[Organisation, ...] | str]


@dataclass(frozen=True)
class Case:
    """An act ready to be done; `rights` says which role may, for which organisations (or ANYWHERE)."""

    act: Callable[[Actor], Any]
    rights: Rights
    actor_id: UUID | None = None  # where only the same person may


def wrong_of(
    cases: Mapping[str, Case], *, refusals: tuple[type[DomainError], ...] = (NotAllowed,)
) -> tuple[int, list[str]]:
    """Do each act as each role, undone at once; return how many times, and what was let through or refused wrongly."""
    elsewhere = organisation("Une organisation d'ailleurs", OrganisationKind.OTHER)
    wrong: list[str] = []
    tried = 0
    for name, case in cases.items():
        named = [_named(where) for where in case.rights.values()]
        concerned = {o.pk: o for o in (elsewhere, *(one for some in named for one in some))}
        for role in Role:
            for org in concerned.values():
                tried += 1
                where = case.rights.get(role, ())
                may = where == ANYWHERE or org in _named(where)
                by = Actor(ActorKind.USER, case.actor_id or uuid4(), org.uid, role.value)
                if passes(case, by, refusals=refusals) != may:
                    wrong.append(f"{name}: {role} of {org.name} should {'' if may else 'not '}pass")
    return tried, wrong


def _named(where: Organisation | tuple[Organisation, ...] | str) -> tuple[Organisation, ...]:
    if isinstance(where, Organisation):
        return (where,)
    return where if isinstance(where, tuple) else ()


def passes(case: Case, by: Actor, *, refusals: tuple[type[DomainError], ...] = (NotAllowed,)) -> bool:
    """Tell whether an act lets somebody do it; any other refusal is an error of the case."""
    with transaction.atomic():
        try:
            case.act(by)
        except refusals:
            return False
        finally:
            transaction.set_rollback(True)
    return True
