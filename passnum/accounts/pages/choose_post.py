from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from passnum.accounts.actions.sign_in import choose_post
from passnum.accounts.forms.sign_in import PostForm
from passnum.accounts.models import User
from passnum.accounts.post import SESSION_KEY, Post
from passnum.accounts.queries.memberships import open_memberships
from passnum.kit.clock import now


def _next(request: HttpRequest) -> str:
    """Return where the person was going, when it is a page of this site."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else ""


@require_http_methods(["GET", "POST"])
def choose_post_page(request: HttpRequest) -> HttpResponse:
    """Choose the organisation and the role of this visit."""
    user = cast(User, request.user)
    memberships = open_memberships(user=user)
    post: Post | None = request.post  # type: ignore[attr-defined]  # set by PostMiddleware
    initial = {"membership": str(post.membership_uid)} if post else {}
    data = request.POST if request.method == "POST" else None
    form = PostForm(data, memberships=memberships, initial=initial)
    if form.is_valid():
        membership = choose_post(user=user, membership_uid=UUID(form.cleaned_data["membership"]), at=now())
        request.session[SESSION_KEY] = str(membership.uid)
        return redirect(_next(request) or "home")
    status = 422 if form.is_bound else 200
    context = {"form": form, "has_posts": bool(memberships), "next": _next(request)}
    return render(request, "accounts/choose_post.html", context, status=status)
