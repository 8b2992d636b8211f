"""A place is labelled for a period, after a decision with its reasons; a label ends with a date and a reason."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from mediation.models import Label, Site
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed

OVERLAP = "label_periods_do_not_overlap"  # exclusion constraint, migration 0002
TEXT_MAX = 2000
CHARTER_MAX = 20


class LabelOverlaps(DomainError):
    code = "LABEL_OVERLAPS"
    message = "Ce lieu a déjà un label à ces dates. Choisissez une période qui commence après, ou mettez fin à l’autre."


class SiteIncomplete(DomainError):
    code = "SITE_INCOMPLETE"
    message = (
        "La structure qui tient ce lieu n’est pas connue (SIRET) : complétez la fiche du lieu avant de le labelliser."
    )


class LabelAlreadyEnded(DomainError):
    code = "LABEL_ALREADY_ENDED"
    message = "La fin de ce label est déjà décidée, ou passée : rien n’a été changé."


def _constraint_of(error: IntegrityError) -> str:
    return str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "")


def _check_text(text: str, what: str) -> str:
    text = text.strip()
    if not text or len(text) > TEXT_MAX:
        raise InvalidInput(sentence=f"Écrivez {what}, en {TEXT_MAX} caractères au plus : le lieu le lira.")
    return text


@transaction.atomic
def grant_label(
    *, site: Site, starts_on: date, ends_on: date, charter_version: str, reasons: str, by: Actor, at: datetime
) -> Label:
    """Label a place from a day to a day, both included (Paris).

    Raises NotAllowed, InvalidInput, SiteIncomplete, LabelOverlaps.
    """
    check_role(by, Role.LABEL_OFFICER)
    if not site.is_complete:
        raise SiteIncomplete
    if ends_on < starts_on:
        raise InvalidInput(sentence="La fin du label ne peut pas venir avant son début.")
    charter_version = charter_version.strip()
    if not charter_version or len(charter_version) > CHARTER_MAX:
        raise InvalidInput(sentence=f"Indiquez la version de la charte signée, en {CHARTER_MAX} caractères au plus.")
    reasons = _check_text(reasons, "les motifs de la décision")
    try:
        with transaction.atomic():
            label = Label.objects.create(
                site=site,
                starts_on=starts_on,
                ends_on=ends_on,
                charter_version=charter_version,
                reasons=reasons,
                decided_at=at,
                **by.columns(),
            )
    except IntegrityError as error:
        if _constraint_of(error) == OVERLAP:
            raise LabelOverlaps from None
        raise
    record_audit(act="GRANT_LABEL", subject_type="site", subject=site.uid, by=by, at=at, label=str(label.uid))
    return label


@transaction.atomic
def withdraw_label(*, label: Label, last_day: date, reason: str, by: Actor, at: datetime) -> Label:
    """End a label after `last_day`, today at the earliest: what was used before stays payable.

    A label that has not begun may be cancelled as a whole: its last day then precedes its first.
    Raises NotAllowed, InvalidInput, LabelAlreadyEnded.
    """
    check_role(by, Role.LABEL_OFFICER)
    if by.id is None:
        raise NotAllowed  # an end is signed by somebody
    reason = _check_text(reason, "le motif de la fin du label")
    label = Label.objects.select_for_update(no_key=True).get(pk=label.pk)
    today = paris_date(at)
    if label.ended_at is not None or label.ends_on < today:
        raise LabelAlreadyEnded
    if not today <= last_day <= label.ends_on:
        raise InvalidInput(
            sentence="Le dernier jour du label va d’aujourd’hui à sa fin prévue : ce qui est déjà utilisé reste payé."
        )
    Label.objects.filter(pk=label.pk).update(ends_on=last_day, ended_at=at, ended_by_id=by.id, end_reason=reason)
    record_audit(act="WITHDRAW_LABEL", subject_type="site", subject=label.site.uid, by=by, at=at, label=str(label.uid))
    label.refresh_from_db()
    return label
