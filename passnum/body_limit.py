"""A body that is too long is refused before it is read: nothing of it is parsed, written on a disk or kept in memory."""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from passnum.error_pages import refusal_page
from passnum.kit.errors import DomainError
from passnum.page_middleware import is_for_api

PIECE: Final = 64 * 1024
# Let through unread, so that whoever sends it reads the answer: a connection closed on what was not read is a broken one.
MOST_LET_THROUGH: Final = 200_000_000


class SendingTooBig(DomainError):
    code = "BODY_TOO_BIG"
    message = (
        "Ce que vous envoyez dépasse {megabytes}\u00a0Mo\u00a0: envoyez un fichier plus petit, ou coupez-le en deux."
    )
    status = 413


def announced_bytes(request: HttpRequest) -> int:
    """Return how long a request says its body is; what is no number counts for nothing, as for Django."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class BodyLimitMiddleware:
    """Answer a body longer than what any page or operation takes. The API tells it in its own shape."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        announced = announced_bytes(request)
        if announced <= most:
            return self.get_response(request)
        _let_through(request.META.get("wsgi.input"), announced)
        if is_for_api(request):
            return self.get_response(request)
        megabytes = f"{most / 1_000_000:g}".replace(".", ",")
        return refusal_page(request, SendingTooBig(megabytes=megabytes))


def _let_through(stream: Any, announced: int) -> None:
    """Read a body piece by piece, and forget each."""
    left = min(announced, MOST_LET_THROUGH)
    while stream is not None and left > 0:
        piece = stream.read(min(PIECE, left))
        if not piece:
            return
        left -= len(piece)
