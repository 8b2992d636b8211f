"""The operations of the API as a page: what each does, who may call it. Drawn from the same document as openapi.json."""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from passnum.accounts.roles import Role
from passnum.api import openapi_document


@dataclass(frozen=True, slots=True)
class OperationRow:
    method: str
    path: str
    summary: str
    description: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    operations: tuple[OperationRow, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the operations by subject, in the order of the routers."""
    found: dict[str, list[OperationRow]] = {}
    for path, methods in openapi_document()["paths"].items():
        for method, told in methods.items():
            roles = tuple(Role(value).label for value in told.get("x-roles", ()))
            row = OperationRow(method.upper(), path, told["summary"], told.get("description", ""), roles)
            found.setdefault((told.get("tags") or ["Autres"])[0], []).append(row)
    return tuple(Group(title, tuple(rows)) for title, rows in found.items())


@login_not_required
@require_safe
def api_guide_page(request: HttpRequest) -> HttpResponse:
    """List the operations, public: a supplier reads it before having an account."""
    return render(request, "api_guide.html", {"groups": groups()})
