"""The logo that a funder sends, kept once however often it is sent."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from passnum.accounts.models import Organisation
from passnum.accounts.policies import check_acts_for
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.constraint import violated
from passnum.kit.image import clean_image
from vouchers.models import FunderLogo
from vouchers.models.logo import LOGO_HEIGHT, LOGO_WIDTH


def record_logo(*, organisation: Organisation, data: bytes, by: Actor, at: datetime) -> FunderLogo:
    """Keep a logo, drawn anew from what was sent. Raises NotAllowed, ImageRefused."""
    if by.role != Role.PILOT:
        check_acts_for(by, organisation, Role.FUNDER)
    content = clean_image(data, width=LOGO_WIDTH, height=LOGO_HEIGHT)
    digest = hashlib.sha256(content).digest()
    same = FunderLogo.objects.filter(organisation=organisation, sha256=digest)
    if found := same.first():
        return found
    try:
        with transaction.atomic():
            logo = FunderLogo.objects.create(
                organisation=organisation, sha256=digest, content=content, recorded_at=at, **by.columns()
            )
            record_audit(act="RECORD_LOGO", subject_type="funder_logo", subject=logo.uid, by=by, at=at)
    except IntegrityError as error:
        if violated(error) == "funder_logo_is_kept_once":
            return same.get()
        raise
    return logo
