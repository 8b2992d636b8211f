"""Builds the scripts of the counter (mediation/frontend) with esbuild: `python -m tools.front_end`. Stamped: once is enough.

Browsers aimed at are those of two years before the first version (docs/guides/comptoir.md says how it is checked).
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.node_packages import LOCK, check_node, install_node_packages
from tools.refusal import Refusal, run_or_explain

ROOT = Path(__file__).resolve().parent.parent
SOURCES = Path("mediation/frontend/counter")
TARGET = Path("mediation/static/mediation/vendor")
STAMP = "built"
BROWSERS = "chrome120,firefox121"
# A page and its decoder are modules; a service worker is a plain script, Firefox knew no other kind then.
FORMATS = {"main": "esm", "decoder": "esm", "worker": "iife"}
WASM = Path("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm")


def fingerprint(root: Path) -> str:
    """Return a digest that changes with any source, any package and this file."""
    digest = hashlib.sha256((root / LOCK).read_bytes())
    for path in (Path(__file__), *sorted((root / SOURCES).glob("*.js"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_when_changed(root: Path) -> bool:
    """Build unless it was done from these very sources; return whether anything was done. Raises Refusal."""
    present = fingerprint(root)
    stamp = root / TARGET / STAMP
    if stamp.is_file() and stamp.read_text() == present:
        return False
    var = root / "var"
    var.mkdir(exist_ok=True)
    with (var / "front_end.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == present:
            return False
        check_node()
        install_node_packages(root)
        print("Construction de la page du comptoir…", flush=True)
        _build(root, present)
    return True


def _build(root: Path, present: str) -> None:
    """Make the files beside their place, then put them in it: a build that fails leaves the last one."""
    (root / TARGET.parent).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root / "var") as scratch:
        draft = Path(scratch) / "vendor"
        draft.mkdir()
        for name, form in FORMATS.items():
            _bundle(root, name, form, draft)
        shutil.copyfile(root / WASM, draft / WASM.name)
        (draft / "licences.txt").write_text(_licences(root))
        (draft / STAMP).write_text(present)
        shutil.rmtree(root / TARGET, ignore_errors=True)
        shutil.move(draft, root / TARGET)


def _bundle(root: Path, name: str, form: str, draft: Path) -> None:
    done = subprocess.run(
        [
            *(root / "node_modules/.bin/esbuild", root / SOURCES / f"{name}.js", "--bundle", "--minify"),
            *(f"--format={form}", f"--target={BROWSERS}", "--charset=utf8", "--legal-comments=none"),
            *("--log-level=warning", f"--outfile={draft / name}.js"),
        ],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0 or done.stdout:
        sys.stderr.write(done.stdout.decode(errors="replace")[-3000:])
        raise Refusal("La construction de la page du comptoir a échoué : les lignes ci-dessus disent pourquoi.")


def _licences(root: Path) -> str:
    """Return the licences of the packages that are part of the scripts: they ask to be given with them."""
    told = []
    for name in sorted(json.loads((root / "package.json").read_text())["dependencies"]):
        folder = root / "node_modules" / name
        texts = [path.read_text() for path in sorted(folder.glob("LICEN[CS]E*"))]
        told.append("\n".join([name, "=" * len(name), *texts]))
    return "\n\n".join(told)


def main() -> int:
    """Build the scripts of this checkout."""
    build_when_changed(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(run_or_explain(main))
