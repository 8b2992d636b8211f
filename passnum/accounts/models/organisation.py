import uuid

from django.db import models
from django.db.models import Q

from passnum.kit.models import AfterMark


class OrganisationKind(models.TextChoices):
    """Kinds of funders and actors of the SMAN's fiche action #3."""

    METROPOLE = "METROPOLE", "Métropole"
    COMMUNE = "COMMUNE", "Mairie"
    DEPARTEMENT = "DEPARTEMENT", "Département"
    ENTREPRISE = "ENTREPRISE", "Entreprise"
    CAF = "CAF", "CAF"
    CCAS = "CCAS", "CCAS"
    ETAT = "ETAT", "État"
    ASSOCIATION = "ASSOCIATION", "Association"
    OTHER = "OTHER", "Autre"


class Organisation(models.Model):
    """A legal person that funds, distributes, holds places or pilots; often several at once.

    `name` and `commune_code` are today's; a report reads the dated rows of `OrganisationName`.
    """

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    kind = models.CharField("nature", max_length=12, choices=OrganisationKind.choices)
    name = models.CharField("nom", max_length=200)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    commune_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name="distributeur de rattachement",
        null=True,
        on_delete=models.PROTECT,
        related_name="relays",
    )
    created_at = models.DateTimeField("créée le")

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        constraints = [
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
                name="organisation_siret_has_14_digits",
                violation_error_message="Un SIRET a 14 chiffres.",
            ),
            models.UniqueConstraint(
                fields=["siret", "kind"], condition=~Q(siret=""), name="organisation_siret_is_unique_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_local_authority(self) -> bool:
        """Tell whether State co-funding applies (collectivités only: call of March 2019)."""
        return self.kind in {
            OrganisationKind.COMMUNE,
            OrganisationKind.DEPARTEMENT,
            OrganisationKind.METROPOLE,
        }


class OrganisationName(AfterMark):
    """How an organisation was called, and where it stood, from a date on. Append-only: a rename is a new row."""

    append_only = True

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    name = models.CharField("nom", max_length=200)
    commune_code = models.CharField("commune (code INSEE)", max_length=5, blank=True)
    starts_on = models.DateField("à partir du")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "nom d’organisation"
        verbose_name_plural = "noms d’organisation"
        indexes = [models.Index(fields=["organisation", "starts_on", "recorded_at"], name="organisation_name_as_of")]

    def __str__(self) -> str:
        return self.name
