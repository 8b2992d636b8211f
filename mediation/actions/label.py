"""Grant and withdraw the label of a place. Two periods of one place never overlap: the database refuses."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from mediation.models import Label, Site
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput, NotAllowed


class LabelOverlaps(DomainError):
    code = "LABEL_OVERLAPS"
    message = "Ce lieu a déjà un label sur une partie de cette période : choisissez d'autres dates."
    status = 409


class LabelAlreadyEnded(DomainError):
    code = "LABEL_ALREADY_ENDED"
    message = "La fin de ce label est déjà décidée : rien n'a été changé."
    status = 409


@transaction.atomic
def grant_label(
    *, site: Site, starts_on: date, ends_on: date, charter_version: str, reasons: str, by: Actor, at: datetime
) -> Label:
    """Label a place from a day to another, both included. Raises NotAllowed, InvalidInput, LabelOverlaps."""
    check_role(by, Role.LABEL_OFFICER)
    if ends_on < starts_on:
        raise InvalidInput(sentence="La fin du label précède son début : corrigez l'une des deux dates.")
    if not reasons.strip():
        raise InvalidInput(sentence="Indiquez les motifs de la décision : le lieu les lira.")
    if Label.objects.filter(site=site, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise LabelOverlaps
    try:
        with transaction.atomic():
            label = Label.objects.create(
                site=site,
                starts_on=starts_on,
                ends_on=ends_on,
                charter_version=charter_version,
                reasons=reasons.strip(),
                decided_at=at,
                **by.columns(),
            )
    except IntegrityError as error:
        if "label_periods_do_not_overlap" in str(error):  # two officers at once
            raise LabelOverlaps from None
        raise
    record_audit(act="GRANT_LABEL", subject_type="site", subject=site.uid, by=by, at=at, label=str(label.uid))
    return label


@transaction.atomic
def withdraw_label(*, label: Label, last_day: date, reason: str, by: Actor, at: datetime) -> Label:
    """End a label: `last_day` is the last day on which tickets may be taken; what was taken before stays payable.

    Raises NotAllowed, InvalidInput, LabelAlreadyEnded.
    """
    check_role(by, Role.LABEL_OFFICER)
    if by.id is None:
        raise NotAllowed
    if not reason.strip():
        raise InvalidInput(sentence="Indiquez le motif de la fin du label : le lieu le lira.")
    if last_day > label.ends_on:
        raise InvalidInput(sentence="Le label s'arrête déjà avant cette date.")
    ended = Label.objects.filter(pk=label.pk, ended_at__isnull=True).update(
        ends_on=last_day, ended_at=at, ended_by_id=by.id, end_reason=reason.strip()
    )
    if not ended:
        raise LabelAlreadyEnded
    record_audit(act="WITHDRAW_LABEL", subject_type="site", subject=label.site.uid, by=by, at=at, label=str(label.uid))
    label.refresh_from_db()
    return label
