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
    413: "C’est trop long",
    422: "Il manque quelque chose",
    429: "Trop d’essais",
}
REFUSED = "Ce n’est pas possible"


def refusal_page(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Return the page, or the notice in place, that tells a refusal."""
    context = {"error": refusal, "error_title": TITLES.get(refusal.status, REFUSED)}
    if getattr(request, "htmx", False):
        response = render(request, "components/error_notice.html", context, status=refusal.status)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:window:top"
    else:
        response = render(request, "error.html", context, status=refusal.status)
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.details.get("seconds", 60))
    return response


class DomainErrorMiddleware:
    """Answer for the DomainError that a page did not catch. The API has its own shape and never comes here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal, None for anything else."""
        return refusal_page(request, exception) if isinstance(exception, DomainError) else None
