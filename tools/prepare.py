"""What the supervisor does before it serves: keys, tables, static files, trial. One process, since each start counts."""

import os
import sys
from pathlib import Path

import django
from django.core.management import CommandError, call_command

from tools.refusal import Refusal, run_or_explain
from tools.static_files import collect_when_changed
from tools.trial_environment import ROOT, TrialFolder, var_folder


def command(name: str, *arguments: str, verbosity: int = 1) -> None:
    """Run one management command; its refusal becomes ours."""
    try:
        call_command(name, *arguments, verbosity=verbosity)
    except CommandError as error:
        raise Refusal(f"La commande «\u00a0manage.py {name}\u00a0» a échoué\u00a0: {error}") from None


def prepare(folder: TrialFolder) -> None:
    """Make the trial ready to serve. Each step does nothing where it was done."""
    if not (folder.web_keys.exists() and folder.production_keys.exists()):
        command("make_keys", "--web", str(folder.web_keys), "--production", str(folder.production_keys))
    command("migrate", "--noinput", verbosity=0)
    collect_when_changed(ROOT, folder.path, lambda: command("collectstatic", "--noinput", verbosity=0))
    # The trial's booklets are produced here: this process holds the production keys, the web server never does.
    command("first_start")


def main() -> int:
    """Prepare the trial that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passnum.settings")
    django.setup()
    prepare(TrialFolder(Path(var_folder())))
    return 0


if __name__ == "__main__":
    sys.exit(run_or_explain(main))
