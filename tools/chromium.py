"""Looks for the Chromium that browser tests drive, and tries Debian's package where it is absent."""

import os
import shutil
import subprocess
import sys

CANDIDATES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> int:
    """Make Chromium present if that is possible, else say what will be skipped; never fails."""
    if find_chromium():
        return 0
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        print("Chromium manque : installation du paquet Debian…", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for action in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run([apt, *action], env=environment, capture_output=True, check=False)
    if not find_chromium():
        print("Chromium manque et n’a pas pu être installé : les tests au navigateur seront ignorés et comptés à part.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
