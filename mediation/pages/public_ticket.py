"""What the QR of a ticket opens: hours left, until when, where to go. It activates nothing and tells of nobody."""

from datetime import date
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediation.queries.places import nearest_places
from mediation.queries.public_ticket import Fate, PublicTicket, public_ticket
from passnum.kit.clock import now, paris_date
from passnum.kit.throttle import client_address, throttle

# A workshop behind one address opens its tickets together; somebody who guesses among 2⁵⁰ references needs far more.
LOOKUPS_PER_MINUTE: Final = 60
PLACES_SHOWN: Final = 5
ENGLISH_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@login_not_required
@require_safe
def public_ticket_page(request: HttpRequest, ref: str) -> HttpResponse:
    """Answer for a reference; malformed, unknown and foreign ones look alike. Raises TooManyAttempts."""
    throttle("public-ticket:" + client_address(request), LOOKUPS_PER_MINUTE, 60)
    at = now()
    ticket = public_ticket(text=ref, at=at)
    if ticket is None:
        response = render(request, "mediation/public_ticket_unknown.html", status=404)
    else:
        response = render(request, "mediation/public_ticket.html", _context(ticket, paris_date(at)))
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _english(day: date) -> str:
    """Return « 31 December 2026 », whatever the locale of the machine."""
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]} {day.year}"


def _context(ticket: PublicTicket, day: date) -> dict[str, Any]:
    goes_somewhere = ticket.fate in {Fate.USABLE, Fate.NOT_STARTED}
    places = (
        nearest_places(wave=ticket.wave, commune_code=ticket.distributor_commune, day=day, limit=PLACES_SHOWN)
        if goes_somewhere
        else []
    )
    english_date = _english(ticket.redeemable_until if ticket.is_in_grace else ticket.valid_until)
    return {"ticket": ticket, "fate": ticket.fate.value, "places": places, "english_date": english_date}
