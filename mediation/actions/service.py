"""The catalogue of services that tickets buy, each with the body that labelled it."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from mediation.models import NationalService, Service
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import DomainError, InvalidInput

DEFAULT_BODY = "La MedNum"
CODE_MAX, NAME_MAX, BODY_MAX, REFERENCE_MAX = 40, 120, 80, 40


class ServiceCodeTaken(DomainError):
    code = "SERVICE_CODE_TAKEN"
    message = "Un service porte déjà le code « {code} ». Choisissez-en un autre."

    def __init__(self, *, service_code: str) -> None:
        super().__init__(code=service_code)


def _check(code: str, name: str, theme: str, reference: str, body: str) -> None:
    try:
        validate_slug(code)
    except ValidationError:
        code = ""
    if not code or len(code) > CODE_MAX:
        raise InvalidInput(
            sentence=f"Le code du service a {CODE_MAX} lettres, chiffres ou tirets au plus, sans accent."
        )
    if not name or len(name) > NAME_MAX:
        raise InvalidInput(sentence=f"Donnez au service un nom de {NAME_MAX} caractères au plus : le public le lira.")
    if theme not in NationalService.values:
        raise InvalidInput(sentence="Choisissez l’un des neuf services du standard national.")
    if not reference or len(reference) > REFERENCE_MAX:
        raise InvalidInput(sentence=f"Donnez la référence du label, en {REFERENCE_MAX} caractères au plus.")
    if not body or len(body) > BODY_MAX:
        raise InvalidInput(sentence=f"Dites qui a labellisé le service, en {BODY_MAX} caractères au plus.")


@transaction.atomic
def create_service(
    *,
    code: str,
    name: str,
    theme: str,
    label_reference: str,
    starts_on: date,
    ends_on: date | None = None,
    labelling_body: str = DEFAULT_BODY,
    by: Actor,
    at: datetime,
) -> Service:
    """Add a labelled service to the catalogue. Raises NotAllowed, InvalidInput, ServiceCodeTaken."""
    check_role(by, Role.PILOT, Role.LABEL_OFFICER)
    code, name, label_reference, labelling_body = (
        text.strip() for text in (code, name, label_reference, labelling_body)
    )
    _check(code, name, theme, label_reference, labelling_body)
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput(sentence="La fin du service ne peut pas venir avant son début.")
    try:
        with transaction.atomic():
            service = Service.objects.create(
                code=code,
                name=name,
                theme=theme,
                labelling_body=labelling_body,
                label_reference=label_reference,
                starts_on=starts_on,
                ends_on=ends_on,
            )
    except IntegrityError:
        if Service.objects.filter(code=code).exists():
            raise ServiceCodeTaken(service_code=code) from None
        raise
    record_audit(act="CREATE_SERVICE", subject_type="service", subject=service.uid, by=by, at=at)
    return service
