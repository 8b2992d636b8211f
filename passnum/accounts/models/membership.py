import uuid

from django.db import models

from passnum.accounts.models.organisation import Organisation
from passnum.accounts.models.user import User
from passnum.accounts.roles import Role


class Membership(models.Model):
    """A person, an organisation, a role (a *post*). Ended, never deleted."""

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    created_at = models.DateTimeField("créée le")
    ended_at = models.DateTimeField("finie le", null=True)

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_is_held_once",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.organisation}"
