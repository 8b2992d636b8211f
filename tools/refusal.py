"""The one way a tool says that it cannot go on."""

import sys
from collections.abc import Callable


class Refusal(Exception):
    """A start that cannot go on. Its text is one French sentence that says what to do."""


def run_or_explain(main: Callable[[], int]) -> int:
    """Run a tool; turn its refusal into a sentence on the standard error and exit code 1."""
    try:
        return main()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
