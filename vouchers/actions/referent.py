"""The pilot names who serves a distributor that has no account (paper days), from a day to a day."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.constraint import violated
from passnum.kit.errors import DomainError, InvalidInput
from vouchers.models import ReferentMandate
from vouchers.queries.referents import are_neighbours


class ReferentTooFar(DomainError):
    code = "REFERENT_TOO_FAR"
    message = "Le référent doit être de la même commune, ou du même réseau, que le distributeur qu’il sert."
    status = 422


class MandatesOverlap(DomainError):
    code = "REFERENT_MANDATES_OVERLAP"
    message = "Ce distributeur a déjà un référent à ces dates : terminez d’abord son mandat."
    status = 409


class MandateEnded(DomainError):
    code = "REFERENT_MANDATE_ENDED"
    message = "Ce mandat est déjà terminé : rien n’a été changé."
    status = 409


def give_mandate(
    *, served: Organisation, referent: Organisation, starts_on: date, ends_on: date, by: Actor, at: datetime
) -> ReferentMandate:
    """Let a referent hand over for a distributor. Raises NotAllowed, InvalidInput, ReferentTooFar, MandatesOverlap."""
    check_role(by, Role.PILOT)
    if served.pk == referent.pk:
        raise InvalidInput(sentence="Une structure n’est pas son propre référent : choisissez-en une autre.")
    if ends_on < starts_on:
        raise InvalidInput(sentence="La fin ne peut pas venir avant le début : vérifiez les deux dates.")
    if not are_neighbours(served, referent):
        raise ReferentTooFar
    try:
        with transaction.atomic():
            mandate = ReferentMandate.objects.create(
                served=served,
                referent=referent,
                starts_on=starts_on,
                ends_on=ends_on,
                recorded_at=at,
                **by.columns(),
            )
            record_audit(act="GIVE_MANDATE", subject_type="referent_mandate", subject=mandate.uid, by=by, at=at)
    except IntegrityError as error:
        if violated(error) == "referent_mandates_never_overlap":
            raise MandatesOverlap from error
        raise
    return mandate


@transaction.atomic
def end_mandate(*, mandate: ReferentMandate, by: Actor, at: datetime) -> ReferentMandate:
    """End a mandate today, the last day that it holds; one that had not begun never will. Raises NotAllowed, MandateEnded."""
    check_role(by, Role.PILOT)
    mandate = ReferentMandate.objects.select_for_update(no_key=True).get(pk=mandate.pk)
    today = paris_date(at)
    ends_on = max(today, mandate.starts_on)
    if mandate.ends_on <= ends_on:
        raise MandateEnded
    ReferentMandate.objects.filter(pk=mandate.pk).update(ends_on=ends_on)
    record_audit(act="END_MANDATE", subject_type="referent_mandate", subject=mandate.uid, by=by, at=at)
    mandate.refresh_from_db()
    return mandate
