"""Collects the static files when one of them changed: it takes longer than the rest of a second start."""

import hashlib
from collections.abc import Callable
from pathlib import Path

PACKAGES = ("passnum", "vouchers", "mediation", "reporting")


def fingerprint(root: Path) -> str:
    """Return a digest that changes with any static file of ours or any installed package."""
    digest = hashlib.sha256((root / "requirements" / "base.txt").read_bytes())
    digest.update((root / "passnum" / "settings.py").read_bytes())
    for package in PACKAGES:
        for folder in sorted((root / package).rglob("static")):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    facts = path.stat()
                    digest.update(f"{path.relative_to(root)}|{facts.st_size}|{facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_when_changed(root: Path, var: Path, collect: Callable[[], None]) -> bool:
    """Call `collect` unless it was done for these very files; return whether it was called."""
    stamp = var / "static.fingerprint"
    present = fingerprint(root)
    if (var / "static").is_dir() and stamp.is_file() and stamp.read_text() == present:
        return False
    collect()
    stamp.write_text(present)
    return True
