"""A body of 50 MB, to each page that takes a file and to the API: one sentence, nothing changed, nothing kept in memory."""

import http.client
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from passnum.accounts.models import OrganisationKind
from passnum.accounts.roles import Role
from passnum.body_limit import PIECE
from passnum.kit.clock import now
from tests.caller import caller_for, signed_in
from tests.database import FreshDatabase
from tests.lifecycle import Scene, organisation
from tests.serving import served
from vouchers.models import Order

SENT = 50_000_000
HEAD = b'--essai\r\nContent-Disposition: form-data; name="part-file"; filename="poids.csv"\r\nContent-Type: text/csv\r\n\r\n'
MULTIPART = "multipart/form-data; boundary=essai"
PAGES = ("/commandes/nouvelle/", "/compte/connexion/", "/trouver-mon-ticket/")


def body() -> Iterator[bytes]:
    """A file of 50 MB, made as it leaves."""
    yield HEAD
    left = SENT - len(HEAD)
    while left:
        piece = min(left, 1_000_000)
        yield b"x" * piece
        left -= piece


class Stream(io.RawIOBase):
    """A body that counts what is read of it, and the largest piece asked at once."""

    def __init__(self) -> None:
        self.read_bytes, self.largest = 0, 0

    def read(self, size: int = -1) -> bytes:
        assert size > 0, "all at once"
        self.largest = max(self.largest, size)
        piece = min(size, SENT - self.read_bytes)
        self.read_bytes += piece
        return b"x" * piece


def post(client: Client, path: str, stream: Stream, **headers: Any) -> Any:
    terms = {"CONTENT_LENGTH": str(SENT), "CONTENT_TYPE": MULTIPART, "wsgi.input": stream, "REQUEST_METHOD": "POST"}
    return client.request(PATH_INFO=path, **terms, **headers)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_refuses_in_one_sentence_what_it_did_not_parse(path: str) -> None:
    scene, stream = Scene(), Stream()
    client = signed_in(scene.funder, Role.FUNDER, scene.now)
    answer = post(client, path, stream)
    assert answer.status_code == 413
    assert "dépasse 2,5\u00a0Mo" in answer.content.decode()
    assert stream.read_bytes == SENT, "whoever sends it reads the answer"
    assert stream.largest <= PIECE


@pytest.mark.django_db
def test_the_api_refuses_in_its_own_shape() -> None:
    scene, stream = Scene(), Stream()
    caller = caller_for(scene.funder, Role.FUNDER, now())
    headers = {"HTTP_AUTHORIZATION": f"Bearer {caller.token}", "HTTP_IDEMPOTENCY_KEY": str(uuid4())}
    answer = post(caller.client, "/api/v1/orders", stream, **headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_BIG")
    assert stream.largest <= PIECE


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["", "beaucoup", "-1"])
def test_a_length_that_says_nothing_counts_for_nothing(client: Client, length: str) -> None:
    answer = client.request(PATH_INFO="/", CONTENT_LENGTH=length, REQUEST_METHOD="GET")
    assert answer.status_code == 200


def peaks(port: int) -> list[int]:
    """The most that each process of a server ever held, in bytes."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"127.0.0.1:{port}".encode() not in (process / "cmdline").read_bytes():
                continue
            status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
            found.append(int(status["VmHWM"].split()[0]) * 1024)
        except (OSError, KeyError):
            continue
    return found


def test_fifty_megabytes_to_a_real_server(fresh_database: FreshDatabase) -> None:
    at = now()
    funder = organisation("Mairie de Créteil", OrganisationKind.COMMUNE)
    client = signed_in(funder, Role.FUNDER, at - timedelta(minutes=1))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with served(fresh_database.urls, environment="test") as port:
        before = peaks(port)
        for path in (PAGES[0], PAGES[0], "/api/v1/orders"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            headers = {"Content-Type": MULTIPART, "Content-Length": str(SENT), "Cookie": cookie}
            connection.request("POST", path, body=body(), headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            if path.startswith("/api"):
                assert answer.status == 401, "no token: it is not looked at further"
                continue
            assert answer.status == 413
            assert "dépasse 2,5\u00a0Mo" in text
            assert "Traceback" not in text
        after = peaks(port)
    assert before and after
    assert max(after) - max(before) < SENT // 2, "the body was held in memory"
    assert not Order.objects.exists()
