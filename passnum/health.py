"""What a supervisor or a load balancer asks: is the process alive, may it be given people?

Answered before everything else: no host name to match, no log line, no cookie, nothing written. Public, without detail
(the logs have it).
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from passnum.heartbeat import worker_is_alive
from passnum.kit.key_fingerprints import lost_kids

log = structlog.get_logger(__name__)

# Reading all migrations takes a tenth of a second and their answer can only become true while a process lives.
_migrated = threading.Event()
_known_keys = threading.Event()


class ProbeResponse(JsonResponse):
    """The answer to a probe; Django would log each 503 as an error, and one that is not ready yet has many."""

    _has_been_logged = True


class HealthMiddleware:
    """Answer GET /healthz (this process serves) and GET /readyz (people can be served); first of the middlewares."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.probes = {"/healthz": healthz, "/readyz": readyz}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        probe = self.probes.get(request.path) if request.method in {"GET", "HEAD"} else None
        if probe is None:
            return self.get_response(request)
        response = probe()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> ProbeResponse:
    """Answer: this process serves requests."""
    return ProbeResponse({"state": "alive"})


def readyz() -> ProbeResponse:
    """Answer 200 when people can be served, else 503 with the name of what is missing."""
    checks = {"database": _database_answers()}
    checks["migrations"] = checks["database"] and _migrations_are_applied()
    checks["keys"] = checks["migrations"] and _keys_are_those_of_the_titles()
    if settings.WORKER_ALIVE_FILE:
        checks["worker"] = worker_is_alive(Path(settings.WORKER_ALIVE_FILE))
    ready = all(checks.values())
    return ProbeResponse({"state": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("health.database_unreachable", error=str(error).strip())
        return False
    return True


def _migrations_are_applied() -> bool:
    if not _migrated.is_set():
        try:
            executor = MigrationExecutor(connection)
        except DatabaseError as error:  # this role may not read what was applied: nothing was, for it
            log.warning("health.migrations_unreadable", error=str(error).strip())
            return False
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.set()
    return True


def _keys_are_those_of_the_titles() -> bool:
    """Tell whether every key that the database was written with is here."""
    if not _known_keys.is_set():
        try:
            lost = lost_kids()
        except (DatabaseError, ImproperlyConfigured) as error:
            log.warning("health.keys_unreadable", error=str(error).strip())
            return False
        if lost:
            log.warning("health.keys_lost", kids=lost)
            return False
        _known_keys.set()
    return True
