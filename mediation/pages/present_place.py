"""The place where a mediator works now: remembered by the session when their organisation holds several."""

from django.http import HttpRequest

from mediation.models import Site
from mediation.queries.places import sites_visible_to
from passnum.accounts.post import post_of

SESSION_KEY = "mediation.place"


def places_of(request: HttpRequest) -> list[Site]:
    """Return the places that the person may work at."""
    return list(sites_visible_to(post_of(request).actor()).select_related("operator"))


def present_place(request: HttpRequest, places: list[Site]) -> Site | None:
    """Return the chosen place, the only one, or None while it must be chosen."""
    chosen = request.session.get(SESSION_KEY)
    found = next((place for place in places if str(place.uid) == chosen), None)
    return found or (places[0] if len(places) == 1 else None)


def choose_place(request: HttpRequest, uid: str, places: list[Site]) -> bool:
    """Remember the place; tell whether it is one of theirs."""
    is_theirs = any(str(place.uid) == uid for place in places)
    if is_theirs:
        request.session[SESSION_KEY] = uid
    return is_theirs
