"""Looks for the Chromium that browser tests drive, and tries Debian's package where it is absent.

The shell without windows is preferred: the same engine draws no interface of its own, and takes half the processor.
"""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
CANDIDATES = (SHELL, "chromium", "chromium-browser", "google-chrome")
# A machine without network must say so at once: Chromium may be there already.
APT = ("-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::https::Timeout=10")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> int:
    """Make Chromium present if that is possible, else say what will be skipped; never fails."""
    if shutil.which(SHELL):
        return 0
    if os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        print("Chromium sans fenêtres manque : installation du paquet Debian…", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for action in (["update"], ["install", "-y", "--no-install-recommends", SHELL]):
            subprocess.run([apt, *APT, *action], env=environment, capture_output=True, check=False)
    if not find_chromium():
        print("Chromium manque et n’a pas pu être installé : les tests au navigateur seront ignorés et comptés à part.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
