"""How to reach who got a booklet, for what they agreed to: apart from the register, under a key that is not here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from passnum.kit.actor import ActedBy
from vouchers.models.handover import Handover


class ContactKind(models.TextChoices):
    PHONE = "PHONE", "Téléphone"
    EMAIL = "EMAIL", "Courriel"


class ContactPurpose(models.TextChoices):
    """What the person agreed to, each by itself."""

    REMINDER = "REMINDER", "Rappeler la fin de validité"
    SURVEY = "SURVEY", "Répondre à une enquête"


class HandoverContact(ActedBy):
    """One way to reach a person, by their receipt. Erasable; `sealed` is unreadable without the keys of the web."""

    updatable = ()
    deletable = True

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="contact")
    kind = models.CharField("moyen", max_length=5, choices=ContactKind.choices)
    purposes = ArrayField(models.CharField(max_length=8, choices=ContactPurpose.choices), verbose_name="accords")
    is_guardians = models.BooleanField("d’un tuteur ou d’une tutrice", default=False)
    kid = models.PositiveSmallIntegerField("clé")
    sealed = models.BinaryField("contact chiffré", max_length=400)
    recorded_at = models.DateTimeField("enregistré le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "contact"
        verbose_name_plural = "contacts"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(purposes__len__gte=1) & Q(purposes__contained_by=list(ContactPurpose.values)),
                name="contact_has_consent_for_a_purpose",
                violation_error_message="Un contact ne se garde que pour ce que la personne a accepté.",
            ),
            models.CheckConstraint(condition=Q(kid__gte=1, kid__lte=255), name="contact_kid_fits_a_byte"),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.kind}"
