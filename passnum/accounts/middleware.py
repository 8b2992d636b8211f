"""The post (organisation and role) a signed-in person works in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from passnum.accounts.post import current_post

GetResponse = Callable[[HttpRequest], HttpResponse]


class PostMiddleware:
    """Set `request.post` (a Post or None)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.post = current_post(request)  # type: ignore[attr-defined]  # Django has no typed request extension
        return self.get_response(request)
