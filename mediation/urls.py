from django.urls import URLPattern, URLResolver, path, re_path

from mediation.pages.confirmations import confirmations_page
from mediation.pages.counter import counter_manifest, counter_page, counter_worker
from mediation.pages.day import day_page, undo_page
from mediation.pages.find_places import find_places_page
from mediation.pages.public_ticket import public_ticket_page
from mediation.pages.redeem import choose_place_page, redeem_page, redeemed_page
from mediation.pages.sites import sites_page

app_name = "mediation"
urlpatterns: list[URLPattern | URLResolver] = [
    path("utiliser/", redeem_page, name="redeem"),
    path("utiliser/lieu/", choose_place_page, name="choose_place"),
    path("utiliser/journal/", day_page, name="day"),
    path("utiliser/<uuid:uid>/", redeemed_page, name="redeemed"),
    path("utiliser/<uuid:uid>/annuler/", undo_page, name="undo"),
    path("comptoir/", counter_page, name="counter"),
    path("comptoir/sw.js", counter_worker, name="counter_worker"),
    path("comptoir/manifest.webmanifest", counter_manifest, name="counter_manifest"),
    path("confirmations/", confirmations_page, name="confirmations"),
    path("lieux/", sites_page, name="sites"),
    path("ou-utiliser/", find_places_page, name="find_places"),
    # Printed in capitals in the QR (passnum/kit/codes/url.py), typed in small letters, with or without the last slash.
    re_path(r"^[tT]/(?P<ref>[^/]*)/?\Z", public_ticket_page, name="public_ticket"),
]
