import uuid

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from passnum.kit.image import LARGEST_KEPT

# Enough for 36 mm at 300 dots per inch, the largest place it is printed at.
LOGO_WIDTH, LOGO_HEIGHT = 600, 300


class FunderLogo(ActedBy):
    """The logo of a funder as it is printed: drawn anew from what was sent (`kit.image`). Append-only.

    A proof names it by its digest, so that the same version always draws the same bytes.
    """

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="logos")
    sha256 = models.BinaryField("empreinte", max_length=32)
    content = models.BinaryField("image")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "logo"
        verbose_name_plural = "logos"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "sha256"], name="funder_logo_is_kept_once"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("content"), LARGEST_KEPT),
                name="funder_logo_is_small",
                violation_error_message="Un logo pèse 200 ko au plus.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)
