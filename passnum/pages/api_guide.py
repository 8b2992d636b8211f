"""The operations of the API as a page: what each does, who may call it. Drawn from the same document as openapi.json."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passnum.accounts.roles import Role
from passnum.api import openapi_document

DEVICES: Final = "Appareils associés"
DEVICES_ALONE: Final = "alone"  # passnum/accounts/api/guard.py


@dataclass(frozen=True, slots=True)
class OperationRow:
    method: str
    path: str
    summary: str
    description: str
    callers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    operations: tuple[OperationRow, ...]


def _callers(told: dict[str, Any]) -> tuple[str, ...]:
    """Return who may call an operation, in words."""
    if not told.get("security"):
        return ("Sans jeton",)
    if told.get("x-devices") == DEVICES_ALONE:
        return (DEVICES,)
    roles = tuple(Role(value).label for value in told.get("x-roles", ())) or ("Tous les rôles",)
    return (*roles, DEVICES) if "x-devices" in told else roles


@cache
def groups() -> tuple[Group, ...]:
    """Return the operations by subject, in the order of the routers."""
    found: dict[str, list[OperationRow]] = {}
    for path, methods in openapi_document()["paths"].items():
        for method, told in methods.items():
            row = OperationRow(method.upper(), path, told["summary"], told.get("description", ""), _callers(told))
            found.setdefault((told.get("tags") or ["Autres"])[0], []).append(row)
    return tuple(Group(title, tuple(rows)) for title, rows in found.items())


@login_not_required
@require_safe
def api_guide_page(request: HttpRequest) -> HttpResponse:
    """List the operations, public: a supplier reads it before having an account."""
    return render(request, "api_guide.html", {"groups": groups()})
