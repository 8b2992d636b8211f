"""What can be known to be wrong before anything is started."""

import errno
import os
import shutil
import socket
import time
from pathlib import Path

from tools.refusal import Refusal

# A trial wave, its booklets and a fresh database take about 300 MB; below this, starting ends in a half-written base.
ROOM_NEEDED_MB = 600
MB = 1024 * 1024
PORT_MAX = 65535
DEFAULT_PORT = 8000


def read_port(text: str) -> int:
    """Return the TCP port asked for, or refuse what is not one."""
    if not text.isdecimal() or not 1 <= int(text) <= PORT_MAX:
        raise Refusal(f"PORT vaut « {text} » : donnez un numéro de port entre 1 et {PORT_MAX}, par exemple PORT=8080.")
    return int(text)


def check_port_is_free(port: int, patience: float = 2.0) -> None:
    """Refuse a port that something listens on, or that this account may not open.

    `patience` (seconds) leaves the web server of a start that was killed just before the time to end.
    """
    deadline = time.monotonic() + patience
    while (fault := _port_fault(port)) is not None:
        if fault.errno != errno.EADDRINUSE:
            raise Refusal(f"Le port {port} ne peut pas être ouvert : {fault.strerror}.")
        if time.monotonic() > deadline:
            other = port + 1 if port < PORT_MAX else DEFAULT_PORT
            raise Refusal(
                f"Le port {port} est déjà pris par un autre programme : arrêtez-le, ou choisissez-en un autre, "
                f"par exemple « PORT={other} make run »."
            )
        time.sleep(0.2)


def _port_fault(port: int) -> OSError | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As gunicorn does: a port whose last connections are only closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error
    return None


def check_room(folder: Path, needed_mb: int = ROOM_NEEDED_MB) -> None:
    """Refuse to start on a disk that is (nearly) full."""
    free_mb = shutil.disk_usage(folder).free // MB
    if free_mb < needed_mb:
        raise Refusal(
            f"Le disque est presque plein : il reste {free_mb} Mo dans {folder} et il en faut {needed_mb} ; "
            "libérez de la place puis relancez."
        )


def make_folder(folder: Path, mode: int) -> None:
    """Create a folder of ours with these modes, or say why it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o777 != mode:
            folder.chmod(mode)
    except OSError as error:
        raise Refusal(f"Le dossier {folder} ne peut pas être préparé : {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refusal(f"Le dossier {folder} n’est pas accessible en écriture : changez son propriétaire ou ses droits.")
