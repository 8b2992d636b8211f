"""`make run`: everything that a trial needs on one machine, started in order and stopped together.

One supervisor owns the embedded PostgreSQL, the web server and the worker. Each is its child in a group of its own, so
that Ctrl-C reaches the supervisor alone; killed outright, the kernel tells its children to stop.
"""

import errno
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from tools.checks import MB, check_port_is_free, check_room, read_port
from tools.database_roles import DatabaseUrls, adopt_database, prepare_database
from tools.embedded_postgres import EmbeddedPostgres
from tools.processes import Child
from tools.refusal import Refusal, run_or_explain
from tools.trial_environment import ROOT, TrialFolder, process_environment, var_folder

READY_SECONDS = 60.0
WEB_WORKERS = 3  # 2 cores: one is always free to answer while two wait for the database
PYTHON = Path(sys.executable)
# The play of the first start makes thousands of small commits. A power cut during it loses the last instants, which the
# next start plays again; everything is on disk at the first commit after it.
NO_WAIT_FOR_DISK = {"PGOPTIONS": "-c synchronous_commit=off"}


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, or a signal."""


class Supervisor:
    """Starts the parts of a trial in order, waits, and stops them in the opposite order."""

    def __init__(self, folder: TrialFolder, port: int) -> None:
        self.folder = folder
        self.port = port
        self.postgres: EmbeddedPostgres | None = None
        self.children: list[Child] = []
        self.env: dict[str, str] = {}

    def run(self) -> None:
        """Start all, announce, wait for the end. Raises Stopped on Ctrl-C, Refusal when a part fails."""
        secrets = self.folder.secrets()
        self.env = self.folder.write_environment(secrets, self._database(secrets))
        self._prepare()
        check_port_is_free(self.port, patience=0)
        self.folder.worker_alive_file.unlink(missing_ok=True)
        self._start_worker()
        self._start_web()
        self._wait_until_ready()
        self._announce()
        while True:
            self._check_alive()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop what was started, the database last."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop()
        if self.postgres:
            self.postgres.stop()
        self.folder.worker_alive_file.unlink(missing_ok=True)

    def _database(self, secrets: dict[str, str]) -> DatabaseUrls:
        passwords = {
            "owner_password": secrets["TRIAL_OWNER_PASSWORD"],
            "app_password": secrets["TRIAL_APP_PASSWORD"],
        }
        given = os.environ.get("DATABASE_URL", "")
        if given:
            return adopt_database(given, os.environ.get("DATABASE_OWNER_URL") or None, **passwords)
        self.postgres = EmbeddedPostgres(self.folder.postgres_folder)
        self.postgres.start()
        return prepare_database(self.postgres.admin_url(), database="passnum", **passwords)

    def _production_keys(self) -> dict[str, str]:
        return {"PASSNUM_PRODUCTION_KEYS_FILE": str(self.folder.production_keys)}

    def _prepare(self) -> None:
        """Run tools/prepare.py to its end, as a child that Ctrl-C also stops."""
        preparation = Child(
            "la préparation de l’essai",
            [PYTHON, "-m", "tools.prepare"],
            env=process_environment(self.env, given=os.environ, owner=True)
            | self._production_keys()
            | NO_WAIT_FOR_DISK,
            cwd=ROOT,
            stops=((signal.SIGTERM, 5.0),),
        )
        self.children.append(preparation)
        code = preparation.wait()
        self.children.remove(preparation)
        if code != 0:
            self._explain_full_disk()
            raise Refusal(f"La préparation de l’essai a échoué (code {code}) : le message ci-dessus dit pourquoi.")

    def _start_worker(self) -> None:
        env = process_environment(self.env, given=os.environ) | self._production_keys()
        self.children.append(
            Child(
                "l’atelier (worker Celery)",
                [
                    *(PYTHON, "-W", "ignore:You:UserWarning", "-m", "celery"),
                    # One task at a time, in the worker's own process: nothing outlives it if it is killed.
                    *("--app", "passnum", "--quiet", "worker", "--beat", "--pool", "solo", "--loglevel", "WARNING"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                env=env,
                cwd=ROOT,
                # Warm (the batch in hand ends), then cold: work is taken up again from its Job row.
                stops=((signal.SIGTERM, 6.0), (signal.SIGQUIT, 4.0)),
            )
        )

    def _start_web(self) -> None:
        self.children.append(
            Child(
                "le serveur web (gunicorn)",
                web_command(self.port),
                env=process_environment(self.env, given=os.environ),
                cwd=ROOT,
                stops=((signal.SIGTERM, 7.0), (signal.SIGQUIT, 2.0)),
            )
        )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never through a proxy
        last = ""
        while time.monotonic() < deadline:
            self._check_alive()
            time.sleep(0.1)
            if not self.folder.worker_alive_file.exists():  # /readyz would only say so, in the logs as well
                last = "l’atelier n’écoute pas encore sa file"
                continue
            try:
                with opener.open(f"http://127.0.0.1:{self.port}/readyz", timeout=5):
                    return
            except urllib.error.HTTPError as error:
                last = error.read().decode(errors="replace")[:500]
            except OSError as error:
                last = str(error)
        raise Refusal(f"Le service ne répond pas après {READY_SECONDS:.0f} s : {last}.")

    def _check_alive(self) -> None:
        for child in self.children:
            if (code := child.exit_code()) is not None:
                self._explain_full_disk()
                name = child.name[0].upper() + child.name[1:]
                raise Refusal(f"{name} s’est arrêté sans qu’on le lui demande (code {code}).")
        if self.postgres and (code := self.postgres.exit_code()) is not None:
            self._explain_full_disk()
            raise Refusal(f"PostgreSQL s’est arrêté (code {code}) : lisez la fin de {self.postgres.log}.")

    def _explain_full_disk(self) -> None:
        """A part that ends on a full disk says so in its own way; say it once, in French."""
        check_room(self.folder.path, needed_mb=50)

    def _announce(self) -> None:
        print(f"\nPass numérique est prêt : http://127.0.0.1:{self.port}/", flush=True)
        if self.folder.accounts_file.is_file():
            print(self.folder.accounts_file.read_text().rstrip())
            print(f"(comptes d’essai, aussi dans {self.folder.accounts_file})")
        print("Ctrl-C arrête tout.", flush=True)


def web_command(port: int) -> list[str | Path]:
    """Return what serves the web on this machine; `make bench` measures the same."""
    return [
        *(PYTHON, "-m", "gunicorn", "passnum.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--workers", str(WEB_WORKERS), "--preload", "--timeout", "60", "--graceful-timeout", "5"),
        *("--log-level", "warning", "--no-control-socket", "--worker-tmp-dir", str(_memory_folder())),
    ]


def _memory_folder() -> Path:
    """Return where gunicorn's workers show that they live: in memory, a slow disk would have them killed."""
    shared = Path("/dev/shm")  # noqa: S108 (gunicorn makes an anonymous file there)
    return shared if shared.is_dir() and os.access(shared, os.W_OK) else Path("/tmp")  # noqa: S108


def _ask_to_stop(_signum: int, _frame: FrameType | None) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)  # the stop itself is not interrupted
    raise Stopped


def main() -> int:
    """Run the trial until somebody stops it; return the exit code."""
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _ask_to_stop)
    supervisor: Supervisor | None = None
    try:
        port = read_port(os.environ.get("PORT", "8000"))
        folder = TrialFolder(var_folder())
        folder.take()
        check_room(folder.path)
        check_port_is_free(port)
        supervisor = Supervisor(folder, port)
        supervisor.run()
    except Stopped:
        print("\nArrêt en cours…", flush=True)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Refusal(f"Le disque est plein ({shutil.disk_usage(ROOT).free // MB} Mo libres).") from None
        raise
    finally:
        if supervisor:
            supervisor.stop()
    print("Tout est arrêté.")
    return 0


if __name__ == "__main__":
    sys.exit(run_or_explain(main))
