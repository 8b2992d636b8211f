"""What a supervisor or a load balancer asks: is the process alive, may it be given people?

Public, without detail (the logs have it), and without writing anything.
"""

import threading
from pathlib import Path

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passnum.heartbeat import worker_is_alive

log = structlog.get_logger(__name__)

# Reading all migrations takes a tenth of a second and their answer can only become true while a process lives.
_migrated = threading.Event()


@never_cache
@login_not_required
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer: this process serves requests."""
    return JsonResponse({"state": "alive"})


@never_cache
@login_not_required
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when people can be served, else 503 with the name of what is missing."""
    checks = {"database": _database_answers()}
    checks["migrations"] = checks["database"] and _migrations_are_applied()
    if settings.WORKER_ALIVE_FILE:
        checks["worker"] = worker_is_alive(Path(settings.WORKER_ALIVE_FILE))
    ready = all(checks.values())
    return JsonResponse({"state": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


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
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.set()
    return True


health_urls = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
