"""Taking a production file: as spendable as the paper, so each time is written down, and only a whole file goes out."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from vouchers.models import ProductionFile
from vouchers.policies.production_file import check_may_take


class ProductionFileGone(DomainError):
    code = "PRODUCTION_FILE_GONE"
    message = "Ce fichier n’est plus sur le serveur. Demandez à la personne qui exploite le service de le refaire."
    status = 404


class ProductionFileAltered(DomainError):
    code = "PRODUCTION_FILE_ALTERED"
    message = "Ce fichier n’est plus celui qui a été produit : ne l’imprimez pas et prévenez la Métropole."
    status = 409


def _path_of(file: ProductionFile) -> Path:
    """Return where a file stands, inside the private folder whatever its row says. Raises ProductionFileGone."""
    root = Path(settings.PRIVATE_ROOT).resolve()
    path = (root / file.path).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise ProductionFileGone
    return path


@transaction.atomic
def take_production_file(*, file: ProductionFile, by: Actor, at: datetime) -> BinaryIO:
    """Open a production file for whoever may have it, and write down who took it.

    Raises NotAllowed, ProductionFileGone, ProductionFileAltered. The caller closes the file.
    """
    check_may_take(file=file, by=by, day=paris_date(at))
    content = _path_of(file).open("rb")
    if hashlib.file_digest(content, "sha256").digest() != bytes(file.sha256):
        content.close()
        raise ProductionFileAltered
    content.seek(0)
    record_audit(
        act="TAKE_PRODUCTION_FILE",
        subject_type="production_file",
        subject=file.uid,
        by=by,
        at=at,
        order=str(file.order.uid),
        batch=file.batch,
    )
    return content
