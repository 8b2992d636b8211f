"""Makes `.venv` what the lock says, and the page of the counter what its sources say: `python3.11 -m tools.install base|dev`.

Standard library only, it comes first.

uv is a hashed pin of the lock like the rest; pip installs it, then it installs the others (4 s against 25 s for pip).
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.checks import check_room
from tools.front_end import build_when_changed
from tools.node_packages import install_node_packages
from tools.refusal import Refusal, run_or_explain

ROOT = Path(__file__).resolve().parent.parent
PYTHON_WANTED = (3, 11)  # wheels are locked by hash for this version
INSTALL_ROOM_MB = 1000
LOCKS = {"base": ("base.txt",), "dev": ("base.txt", "dev.txt")}


def check_python(version: tuple[int, int] = (sys.version_info[0], sys.version_info[1])) -> None:
    """Refuse another version of Python, or one without what makes environments."""
    if version != PYTHON_WANTED:
        raise Refusal(
            f"Python {version[0]}.{version[1]} ne convient pas : il faut Python 3.11 (Debian 12 : « apt install "
            "python3.11 python3.11-venv » ; sinon « make PYTHON=/chemin/de/python3.11 run »)."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Refusal(
            "Le module « venv » de Python 3.11 manque : installez-le (Debian 12 : « apt install python3.11-venv »)."
        ) from None


class Environment:
    """The virtual environment of a checkout, and the stamp that says which lock it holds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / "installed.json"

    def digest(self, profile: str) -> str:
        """Return what identifies the locks of a profile."""
        locks = [(self.root / "requirements" / name).read_bytes() for name in LOCKS[profile]]
        return hashlib.sha256(b"\0".join([sys.version.encode(), *locks])).hexdigest()

    def installed(self) -> dict[str, str]:
        """Return the stamp: profile and digest; empty where nothing whole is installed."""
        if not self.python.exists() or not self.stamp.is_file():
            return {}
        found: dict[str, str] = json.loads(self.stamp.read_text())
        return found

    def profile_to_install(self, wanted: str) -> str | None:
        """Return the profile to install, or None when what is there serves. `dev` holds all of `base` and is kept."""
        found = self.installed()
        profile = "dev" if found.get("profile") == "dev" else wanted
        return None if found == {"profile": profile, "digest": self.digest(profile)} else profile

    def install(self, profile: str) -> None:
        """Create the environment if need be and make it hold exactly the profile's lock."""
        os.umask(0o022)  # the embedded PostgreSQL, which never runs as root, reads its programs here
        if not self.python.exists():
            print("Création de .venv…", flush=True)
            self._run("-m", "venv", "--clear", str(self.folder), python=Path(sys.executable))
        self.stamp.unlink(missing_ok=True)
        lock = self.root / "requirements" / LOCKS[profile][-1]
        print(f"Installation des paquets de {lock.name}…", flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            pin = Path(scratch) / "uv.txt"
            pin.write_text(pin_of("uv", (self.root / "requirements" / "base.txt").read_text()))
            self._run(
                *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
                *("--require-hashes", "--no-deps", "-r", str(pin)),
            )
        self._run(
            *("-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"),
            *("--python", str(self.python), str(lock)),
        )
        self.stamp.write_text(json.dumps({"profile": profile, "digest": self.digest(profile)}))

    def _run(self, *arguments: str, python: Path | None = None) -> None:
        command = [str(python or self.python), *arguments]
        # Quiet tools, so that their words are shown only when they matter.
        done = subprocess.run(command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode != 0:
            check_room(self.root, needed_mb=100)
            sys.stderr.write(done.stdout.decode(errors="replace")[-3000:])
            raise Refusal(
                "L’installation des paquets a échoué (réseau coupé, miroir de paquets muet ?) : les lignes ci-dessus "
                "disent pourquoi ; corrigez puis relancez, rien n’est perdu."
            )


def pin_of(name: str, lock: str) -> str:
    """Return the lines of one package in a hashed lock: its exact version and its hashes."""
    found = re.search(rf"^{re.escape(name)}==\S+(?: *;[^\\\n]*)?(?: \\\n +--hash=\S+)+", lock, re.MULTILINE)
    if found is None:
        raise Refusal(f"requirements/base.txt ne fixe pas {name} avec ses empreintes : relancez « make lock ».")
    return found.group() + "\n"


def main() -> int:
    """Install the profile named on the command line unless it is there."""
    wanted = sys.argv[1]
    check_python()
    environment = Environment(ROOT)
    var = ROOT / "var"
    try:
        var.mkdir(exist_ok=True)
        with (var / "install.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            profile = environment.profile_to_install(wanted)
            if profile:
                check_room(ROOT, needed_mb=INSTALL_ROOM_MB)
                environment.install(profile)
            install_node_packages(ROOT)
        build_when_changed(ROOT)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refusal(
                f"Le disque est plein ({shutil.disk_usage(ROOT).free // 2**20} Mo libres) : libérez de la place."
            ) from None
        raise Refusal(f"{error.filename or ROOT} ne peut pas être écrit : {error.strerror}.") from None
    return 0


if __name__ == "__main__":
    sys.exit(run_or_explain(main))
