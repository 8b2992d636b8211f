"""Who acts. An actor is copied onto each fact, never referenced: a fact outlives accounts."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q


class ActorKind(models.TextChoices):
    USER = "USER", "Personne"
    DEVICE = "DEVICE", "Appareil"
    TOKEN = "TOKEN", "Jeton d’API"
    SYSTEM = "SYSTEM", "Système"


@dataclass(frozen=True, slots=True)
class Actor:
    """Exactly one of user, device, token or system, with the organisation and the role acted for."""

    kind: ActorKind
    id: UUID | None = None
    organisation_id: UUID | None = None
    role: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the columns of `ActedBy` for this actor."""
        return {
            "by_kind": self.kind.value,
            "by_id": self.id,
            "by_organisation": self.organisation_id,
            "by_role": self.role,
        }

    def is_same_person(self, other_kind: str, other_id: UUID | None) -> bool:
        """Tell whether this actor is the one of another fact (separation of duties)."""
        return self.kind.value == other_kind and self.id == other_id


SYSTEM = Actor(kind=ActorKind.SYSTEM, role="system")


class ActedBy(models.Model):
    """Columns of an actor on a fact. Public ids, no foreign key: deleting an account changes no fact."""

    by_kind = models.CharField("acteur", max_length=8, choices=ActorKind.choices)
    by_id = models.UUIDField("identifiant de l’acteur", null=True)
    by_organisation = models.UUIDField("organisation de l’acteur", null=True)
    by_role = models.CharField("rôle de l’acteur", max_length=20, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(by_kind="SYSTEM", by_id__isnull=True)
                | (Q(by_kind__in=["USER", "DEVICE", "TOKEN"]) & Q(by_id__isnull=False)),
                name="%(class)s_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            )
        ]

    def actor(self) -> Actor:
        """Return the actor who did this."""
        return Actor(ActorKind(self.by_kind), self.by_id, self.by_organisation, self.by_role)
