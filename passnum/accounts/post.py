"""A person works in one chosen organisation and role at a time (register.md, *Who sees what*)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.errors import NotAllowed

SESSION_KEY = "membership"


@dataclass(frozen=True, slots=True)
class Post:
    """Who works, for whom, as what."""

    membership_uid: UUID
    user_uid: UUID
    organisation: Organisation
    role: Role

    def actor(self) -> Actor:
        """Return the actor to pass to actions."""
        return Actor(ActorKind.USER, self.user_uid, self.organisation.uid, self.role.value)


def _post_of(membership: Membership, user: User) -> Post:
    return Post(membership.uid, user.uid, membership.organisation, Role(membership.role))


def current_post(request: HttpRequest) -> Post | None:
    """Return the chosen post of the signed-in person, their first one when none is chosen, None without any."""
    if not request.user.is_authenticated:
        return None
    user = request.user
    mine = (
        Membership.objects.filter(user=user, ended_at__isnull=True)
        .select_related("organisation")
        .order_by("created_at", "pk")
    )
    chosen = request.session.get(SESSION_KEY)
    membership = (mine.filter(uid=chosen).first() if chosen else None) or mine.first()
    return _post_of(membership, user) if membership else None


View = Callable[..., HttpResponseBase]


def post_required(*roles: Role) -> Callable[[View], View]:
    """Let only these roles in (any role when none is named); the view reads `request.post`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            post: Post | None = getattr(request, "post", None)
            if post is None or (roles and post.role not in roles):
                raise NotAllowed
            return view(request, *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]  # read by the access test of every URL
        return guarded

    return decorate


def post_of(request: HttpRequest) -> Post:
    """Return the post of a request whose view is guarded by `post_required`.

    Raises NotAllowed when there is none.
    """
    post: Post | None = getattr(request, "post", None)
    if post is None:
        raise NotAllowed
    return post


__all__ = ["Post", "current_post", "post_of", "post_required"]
