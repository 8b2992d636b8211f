"""The folder of a trial (`var/`) and its environment file, read by settings.py where PASSNUM_ENV is not set.

Passwords and secrets are drawn once and kept; addresses are written anew at each start, since they follow the server.
"""

import fcntl
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from tools.checks import make_folder
from tools.database_roles import DatabaseUrls
from tools.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent
DRAWN_ONCE = {
    "DJANGO_SECRET_KEY": 64,
    "TRIAL_OWNER_PASSWORD": 32,
    "TRIAL_APP_PASSWORD": 32,
}
# What a process of the product never needs once the tables are there.
OWNER_ONLY = ("DATABASE_OWNER_URL", "TRIAL_OWNER_PASSWORD", "TRIAL_APP_PASSWORD")


def var_folder() -> Path:
    """Return the folder of the trial's data: `var/`, or that of PASSNUM_VAR."""
    given = os.environ.get("PASSNUM_VAR", "")
    return Path(given).resolve() if given else ROOT / "var"


class TrialFolder:
    """One trial's folder, held by one supervisor at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.env_file = path / "env"
        self.accounts_file = path / "trial-accounts.txt"
        self.worker_alive_file = path / "worker-alive"
        self.postgres_folder = path / "postgres"
        self.web_keys = path / "keys" / "web.json"
        self.production_keys = path / "keys" / "production.json"
        self._lock: IO[str] | None = None

    def take(self) -> None:
        """Create the folder and hold it. Raises Refusal when another start holds it or it cannot be written."""
        # Run by root, the embedded server's own account goes through it; every secret in it is 0600.
        make_folder(self.path, 0o711 if os.geteuid() == 0 else 0o700)
        make_folder(self.path / "keys", 0o700)
        make_folder(self.path / "files", 0o700)
        lock = (self.path / "run.lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "inconnu"
            lock.close()
            raise Refusal(
                f"« make run » tourne déjà dans ce dossier (processus {holder}) : arrêtez-le d’abord avec Ctrl-C."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def release(self) -> None:
        """Let another start have the folder."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def secrets(self) -> dict[str, str]:
        """Return the secrets of this trial, drawing those that are not there yet."""
        kept = read_env(self.env_file)
        return {name: kept.get(name) or secrets.token_urlsafe(size) for name, size in DRAWN_ONCE.items()}

    def write_environment(self, drawn: Mapping[str, str], urls: DatabaseUrls) -> dict[str, str]:
        """Write the environment file (0600) and return what it says."""
        content = {
            "PASSNUM_ENV": "trial",
            **drawn,
            "DATABASE_URL": urls.app,
            "DATABASE_OWNER_URL": urls.owner,
            "PASSNUM_WEB_KEYS_FILE": str(self.web_keys),
            "PASSNUM_PRIVATE_ROOT": str(self.path / "files"),
            "PASSNUM_WORKER_ALIVE_FILE": str(self.worker_alive_file),
            "PASSNUM_VAR": str(self.path),
        }
        write_private(self.env_file, "".join(f"{name}={value}\n" for name, value in content.items()))
        return content


def read_env(path: Path) -> dict[str, str]:
    """Return the names and values of an environment file; nothing where there is no file."""
    if not path.is_file():
        return {}
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def write_private(path: Path, text: str) -> None:
    """Replace a file that only its owner reads, whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


def process_environment(trial: Mapping[str, str], *, given: Mapping[str, str], owner: bool = False) -> dict[str, str]:
    """Return the environment of a child: what was given, then the trial's, without the owner's address unless asked.

    The production keys are never in it; the one process that may hold them adds their path itself.
    """
    merged = {name: value for name, value in given.items() if name != "PASSNUM_PRODUCTION_KEYS_FILE"} | dict(trial)
    merged["PYTHONUNBUFFERED"] = "1"
    if not owner:
        for name in OWNER_ONLY:
            merged.pop(name, None)
    return merged
