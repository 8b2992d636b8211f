"""Makes `node_modules` what package-lock.json says: the page of the counter is built from it, the tests use the rest."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.refusal import Refusal

NODE_WANTED = 20
LOCK = "package-lock.json"


def check_node() -> str:
    """Return the path of npm. Raises Refusal when Node is absent or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Refusal(
            "Node 20 et npm manquent : installez-les (paquets « nodejs » et « npm ») ; les tests s’en servent."
        )
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"v(\d+)", done.stdout)
    if found is None or int(found.group(1)) < NODE_WANTED:
        raise Refusal(f"Node {done.stdout.strip().lstrip('v')} est trop ancien : il faut Node 20 ou plus récent.")
    return npm


def install_node_packages(root: Path) -> bool:
    """Install what the lock says unless it is there; return whether anything was done."""
    stamp = root / "node_modules" / ".passnum-installed"
    digest = hashlib.sha256((root / LOCK).read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    npm = check_node()
    print(f"Installation des paquets de {LOCK}…", flush=True)
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode(errors="replace")[-3000:])
        raise Refusal("L’installation des paquets Node a échoué : les lignes ci-dessus disent pourquoi.")
    stamp.write_text(digest)
    return True
