"""Middlewares that serve pages and know a person's browser: the API, which reads no cookie, goes past them.

A caller of the API shows a bearer token; its session, its messages and its post do not exist. Everything under the API's
prefix is answered by passnum/api.py (its last pattern takes what nothing else did), so no page is reached past them.
CSRF's and the headers' middlewares stay on every address.
"""

from typing import Any

from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django_htmx import middleware as htmx

from passnum.accounts import middleware as accounts
from passnum.api import PREFIX


def is_for_api(request: HttpRequest) -> bool:
    """Tell whether a request is answered by the API, whatever it is answered."""
    return request.path_info.startswith(PREFIX)


class PagesOnly:
    """Put before a middleware's class: requests to the API go straight on."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_for_api(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # the middleware's own


class SessionMiddleware(PagesOnly, sessions.SessionMiddleware):
    pass


class AuthenticationMiddleware(PagesOnly, auth.AuthenticationMiddleware):
    pass


class LoginRequiredMiddleware(PagesOnly, auth.LoginRequiredMiddleware):
    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Ask for a sign-in, but of the API's callers, whose token is looked at by each operation."""
        if is_for_api(request):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class PostMiddleware(PagesOnly, accounts.PostMiddleware):
    pass


class MessageMiddleware(PagesOnly, messages.MessageMiddleware):
    pass


class HtmxMiddleware(PagesOnly, htmx.HtmxMiddleware):
    pass
