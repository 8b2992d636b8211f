"""A process that produces and dies (SIGKILL) where it is told to: `python -m tests.concurrency.dying_worker BATCH`.

It reads one line of JSON per life ({"job", "at", "dies": [where, number]}) and forks a worker for each: a real process
with its own connection, killed by the kernel without a word. It answers with the signal that ended it, one per line.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import django


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _nth(number: int, before: bool, function: Callable[..., Any]) -> Callable[..., Any]:
    """Die before or after the call of that rank."""
    calls = 0

    def counted(*args: Any, **terms: Any) -> Any:
        nonlocal calls
        calls += 1
        if before and calls == number:
            die()
        result = function(*args, **terms)
        if not before and calls == number:
            die()
        return result

    return counted


def arm(where: str, number: int) -> None:
    """Put the death where it is asked."""
    from passnum.kit import jobs
    from vouchers.actions import production, production_file

    whole_batch = jobs.Lease.batch

    @contextmanager
    def batch(self: jobs.Lease, rank: int, **result: Any) -> Iterator[datetime]:
        with whole_batch(self, rank, **result) as at:
            yield at
            if where == "before the commit of batch" and rank == number:
                die()
        if where == "after the commit of batch" and rank == number:
            die()

    jobs.Lease.batch = batch  # type: ignore[method-assign]
    match where:
        case "between booklets and tickets of batch":
            production._insert_tickets = _nth(number, True, production._insert_tickets)
        case "in the PDF":
            render = production_file.render_booklets

            def half(sheets: Any, layout: Any, out: Any) -> Any:
                out.write(b"%PDF-1.7 half of a file")
                out.flush()
                die()
                return render(sheets, layout, out)

            production_file.render_booklets = half
        case "between the file and its row":
            Path.replace = _nth(number, False, Path.replace)  # type: ignore[method-assign]
        case "before the activation":
            production.activate_funded_booklets = _nth(1, True, production.activate_funded_booklets)
        case "before it is said done":
            kind = production.PRODUCE_ORDER
            jobs.RUNNERS[kind] = _nth(1, False, jobs.RUNNERS[kind])


def live(order: dict[str, Any]) -> None:
    """One life of a worker."""
    from passnum.kit import jobs

    at = datetime.fromisoformat(order["at"])
    arm(*order["dies"])
    jobs.run_job(UUID(order["job"]), now=lambda: at)


def main() -> None:
    django.setup()
    from vouchers.actions import production

    production.BATCH_BOOKLETS = int(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(json.loads(line))
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
