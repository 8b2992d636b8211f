"""The trial's places: imported from a file like any other's, then labelled for the time of both waves."""

from datetime import date, datetime
from pathlib import Path

from django.core.management import call_command

from mediation.actions.label import grant_label
from mediation.models import Label, Site
from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind
from passnum.trial.cast import NAMESPACE

TRIAL_SITES = Path(__file__).resolve().parent.parent.parent / "mediation" / "data" / "trial_sites.csv"
# One place in this many gets its label late in the second wave: refusals « lieu sans label » are part of the story.
LATE_LABEL_EVERY = 13


def open_places(
    *, path: Path | None, metropole: Organisation, since: date, late_from: date, until: date, at: datetime
) -> tuple[Site, ...]:
    """Import the places of a file (the fictional ones by default) and label those that can be paid, in a stable order."""
    call_command("import_sites", str(path or TRIAL_SITES), partial=path is not None, trial=True, verbosity=0)
    officer = Actor(ActorKind.USER, NAMESPACE, metropole.uid, Role.LABEL_OFFICER.value)
    sites = tuple(
        Site.objects.complete().filter(is_trial=True).select_related("operator").order_by("source", "source_id")
    )
    for rank, site in enumerate(sites, start=1):
        if not Label.objects.filter(site=site).exists():
            grant_label(
                site=site,
                starts_on=late_from if rank % LATE_LABEL_EVERY == 0 else since,
                ends_on=until,
                charter_version="essai-1",
                reasons="Charte d'essai acceptée, grille d'essai remplie.",
                by=officer,
                at=at,
            )
    return sites
