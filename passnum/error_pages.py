"""A refusal raised in a page becomes a French page with its status; in an htmx request, a notice in place."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passnum.kit.errors import DomainError, TooManyAttempts

GetResponse = Callable[[HttpRequest], HttpResponse]

TITLES = {
    403: "Cette page n’est pas pour votre rôle",
    404: "Rien de ce nom ici",
    409: "Ce n’est pas possible",
    422: "Il manque quelque chose",
    429: "Trop d’essais",
}
REFUSED = "Ce n’est pas possible"


class DomainErrorMiddleware:
    """Answer for the DomainError that a page did not catch. The API has its own shape and never comes here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal, None for anything else."""
        if not isinstance(exception, DomainError):
            return None
        context = {"error": exception, "error_title": TITLES.get(exception.status, REFUSED)}
        if getattr(request, "htmx", False):
            response = render(request, "components/error_notice.html", context, status=exception.status)
            response["HX-Retarget"] = "#messages"
            response["HX-Reswap"] = "innerHTML show:window:top"
        else:
            response = render(request, "error.html", context, status=exception.status)
        if isinstance(exception, TooManyAttempts):
            response["Retry-After"] = str(exception.details.get("seconds", 60))
        return response
