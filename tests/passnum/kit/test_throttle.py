import pytest
import time_machine
from django.test import RequestFactory

from passnum.kit.errors import TooManyAttempts
from passnum.kit.throttle import client_address, forgive, throttle


@pytest.fixture(autouse=True)
def own_cache(settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttle"}}


@time_machine.travel("2027-03-03T10:00:05Z", tick=False)
def test_the_limit_passes_and_one_more_does_not() -> None:
    for _ in range(3):
        throttle("a", limit=3, seconds=60)
    with pytest.raises(TooManyAttempts) as refusal:
        throttle("a", limit=3, seconds=60)
    assert refusal.value.details["seconds"] == 55
    assert "55 secondes" in refusal.value.sentence


def test_each_bucket_counts_alone() -> None:
    throttle("one", limit=1, seconds=60)
    throttle("two", limit=1, seconds=60)


def test_the_next_window_starts_afresh() -> None:
    with time_machine.travel("2027-03-03T10:00:05Z", tick=False) as clock:
        throttle("b", limit=1, seconds=60)
        clock.shift(60)
        throttle("b", limit=1, seconds=60)


@time_machine.travel("2027-03-03T10:00:05Z", tick=False)
def test_a_forgiven_bucket_starts_afresh() -> None:
    throttle("c", limit=1, seconds=60)
    forgive("c", seconds=60)
    throttle("c", limit=1, seconds=60)


@time_machine.travel("2027-03-03T10:00:05Z", tick=False)
def test_the_cache_holds_no_address(settings, tmp_path) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    }
    throttle("sign-in:jeanne@example.org", limit=5, seconds=60)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(b"jeanne" in path.read_bytes() or "jeanne" in path.name for path in files)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),  # nobody of ours wrote it: it proves nothing
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the left part was forged by the caller
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_an_address_cannot_be_forged(settings, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", headers=headers)) == expected
