"""The product's WSGI application in a worker that dies (SIGKILL) when a request asks it to, its act done: committed, not
answered. Only tests serve this module."""

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from passnum.wsgi import application as product

DIE = "HTTP_X_DIE_BEFORE_THE_ANSWER"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer like the product, or die where its answer would leave."""
    answer = product(environ, start_response)
    if DIE in environ:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
