from typing import Any, cast

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from passnum.accounts.actions.sign_in import record_sign_in
from passnum.accounts.forms.sign_in import SignInForm
from passnum.accounts.models import User
from passnum.accounts.queries.memberships import open_memberships
from passnum.kit.clock import now
from passnum.kit.errors import TooManyAttempts
from passnum.kit.throttle import client_address, forgive, throttle

WINDOW_SECONDS = 15 * 60
# Enough for someone who looks for their password, useless for a machine.
TRIES_PER_ACCOUNT = 10
# A town hall comes out by one address: its agents sign in together at nine.
TRIES_PER_ADDRESS = 100


class SignInPage(LoginView):
    """Sign in, then choose a post when there are several."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def _account_bucket(self) -> str:
        return "sign-in:account:" + self.request.POST.get("username", "").strip().lower()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            throttle("sign-in:address:" + client_address(request), TRIES_PER_ADDRESS, WINDOW_SECONDS)
            throttle(self._account_bucket(), TRIES_PER_ACCOUNT, WINDOW_SECONDS)
        except TooManyAttempts as refusal:
            minutes = -(-int(refusal.details["seconds"]) // 60)
            context = {"form": SignInForm(request), "wait_minutes": minutes}
            response = self.render_to_response(self.get_context_data(**context), status=refusal.status)
            response["Retry-After"] = str(refusal.details["seconds"])
            return response
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        forgive(self._account_bucket(), WINDOW_SECONDS)
        record_sign_in(user=user, at=now())
        return response

    def get_success_url(self) -> str:
        target = super().get_success_url()
        if len(open_memberships(user=cast(User, self.request.user))) > 1:
            return reverse("accounts:choose_post") + "?" + urlencode({self.redirect_field_name: target})
        return target
