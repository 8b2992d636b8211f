"""The roof's URLs: each package brings its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from passnum.pages.home import find_ticket_page, home_page
from passnum.pages.style import style_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_page, name="home"),
    path("trouver-mon-ticket/", find_ticket_page, name="find_ticket"),
    path("compte/", include("passnum.accounts.urls")),
]
if not settings.IS_PRODUCTION:
    urlpatterns.append(path("style/", style_page, name="style"))
