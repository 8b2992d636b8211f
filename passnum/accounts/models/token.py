import uuid

from django.db import models

from passnum.accounts.models.organisation import Organisation
from passnum.accounts.roles import Role
from passnum.kit.actor import ActedBy


class ApiToken(ActedBy):
    """A bearer token of a machine: stored as a SHA-256 digest (it has 256 random bits), scoped to one post."""

    updatable = ("revoked_at",)
    once = ("revoked_at",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    name = models.CharField("nom", max_length=80)
    digest = models.BinaryField("empreinte", max_length=32, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tokens")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    created_at = models.DateTimeField("créé le")
    expires_at = models.DateTimeField("expire le")
    revoked_at = models.DateTimeField("révoqué le", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "jeton d’API"
        verbose_name_plural = "jetons d’API"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="token_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return self.name
