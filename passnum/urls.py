"""The roof's URLs: each package brings its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from passnum.api import urlpatterns as api_urls
from passnum.pages.api_guide import api_guide_page
from passnum.pages.home import find_ticket_page, home_page
from passnum.pages.style import style_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_page, name="home"),
    path("trouver-mon-ticket/", find_ticket_page, name="find_ticket"),
    path("compte/", include("passnum.accounts.urls")),
    path("api/", api_guide_page, name="api_guide"),
    *api_urls,
    path("", include("vouchers.urls")),
    path("", include("mediation.urls")),
    path("", include("reporting.urls")),
]
if not settings.IS_PRODUCTION:
    urlpatterns.append(path("style/", style_page, name="style"))
