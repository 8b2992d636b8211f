"""The floor of HTTP: a bare ninja endpoint, no middleware, that calls pgbench's function. Only the bench serves it."""

import os

import environ
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 600}},
    MIDDLEWARE=[],
    ROOT_URLCONF="bench.bare",
    SECRET_KEY=os.environ["DJANGO_SECRET_KEY"],
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  (once the settings are there)
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402
from ninja import NinjaAPI, Schema  # noqa: E402

APPLICATION = "bench.bare:application"
PATH = "/bare/redeem"
application = get_wsgi_application()
api = NinjaAPI(urls_namespace="bare")


class Stub(Schema):
    """The number of a row of bench_stub."""

    number: int


@api.post("/redeem")
def redeem(request: HttpRequest, body: Stub) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT bench_redeem(bench_digest(%s))", [body.number])
        return cursor.fetchone() is not None


def ready(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("readyz", ready), path("bare/", api.urls)]
