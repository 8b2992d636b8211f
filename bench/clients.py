"""Clients that redeem over HTTP, cheap in CPU: raw sockets in a process of their own, requests written beforehand.

`python -m bench.clients PORT CLIENTS` reads a JSON list of requests on its input and answers in JSON: the seconds it
took, and for each request its status and milliseconds. One connection per request: gunicorn's synchronous workers close
after each answer.
"""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from threading import Lock
from typing import Any

TIMEOUT = 30.0
MOST_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Load:
    """What some clients met. Milliseconds for each request, in the order of their ends."""

    seconds: float
    ms: list[float]
    statuses: Counter[int]

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.ms) / self.seconds

    @property
    def p50(self) -> float:
        """Half of the requests took less."""
        return median(self.ms)

    @property
    def p99(self) -> float:
        """One request of a hundred took more."""
        return quantiles(self.ms, n=100)[98]


def post(path: str, *, token: str, key: str, body: dict[str, Any]) -> str:
    """Return a request as it is written to the socket."""
    text = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(text.encode())}\r\nConnection: close\r\n\r\n{text}"
    )


def load(port: int, requests: Sequence[str], *, clients: int) -> Load:
    """Send the requests from so many clients at once, in another process."""
    done = subprocess.run(  # noqa: S603 (this module itself)
        [sys.executable, "-m", "bench.clients", str(port), str(clients)],
        input=json.dumps(list(requests)),
        capture_output=True,
        text=True,
        check=True,
        timeout=MOST_SECONDS,
    )
    told = json.loads(done.stdout)
    return Load(told["seconds"], told["ms"], Counter(told["statuses"]))


def _send(port: int, request: bytes) -> tuple[int, float]:
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        connection.sendall(request)
        answer = connection.recv(65536)
        while connection.recv(65536):
            pass
    return int(answer[9:12]), 1000 * (time.perf_counter() - began)


def main() -> None:
    port, clients = int(sys.argv[1]), int(sys.argv[2])
    requests: Iterator[bytes] = iter([text.encode() for text in json.load(sys.stdin)])
    turn = Lock()
    found: list[tuple[int, float]] = []

    def client(_: int) -> None:
        while True:
            with turn:
                request = next(requests, None)
            if request is None:
                return
            found.append(_send(port, request))

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "statuses": [s for s, _ in found], "ms": [ms for _, ms in found]}, sys.stdout)


if __name__ == "__main__":
    main()
