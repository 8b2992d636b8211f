"""What a report says of the software that computed it: same pair, same version, same bytes (register.md)."""

import tomllib
from functools import cache
from typing import Final

from django.conf import settings

# To be raised with any change to a definition, a table or the layout: an older report then is not expected again.
DEFINITIONS: Final = 2


@cache
def software_version() -> str:
    """Return the version of the software and of the definitions: « 0.1.0, définitions 1 »."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    return f"{version}, définitions {DEFINITIONS}"
