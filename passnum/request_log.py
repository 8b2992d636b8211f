"""One line of log for each request, at its end, with its number and who sent it (passnum/kit/logs.py masks the rest)."""

import structlog
from django.http import HttpRequest
from django_structlog import middlewares

from passnum.kit.throttle import client_address


class RequestMiddleware(middlewares.RequestMiddleware):
    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Note the caller's address as our own proxies tell it: what callers write of themselves proves nothing."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))
