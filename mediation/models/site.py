import uuid
from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mediation import standard
from passnum.accounts.models import Organisation
from passnum.kit.models import AfterMark


def _listed(field: str, values: Sequence[str]) -> models.CheckConstraint:
    """Hold a multi-valued column to the words of the national standard."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__contained_by": list(values)}),
        name=f"site_{field}_are_listed",
        violation_error_message="Une valeur n’est pas dans la liste du standard national.",
    )


def _words(label: str, max_length: int = 80) -> ArrayField:
    return ArrayField(models.CharField(max_length=max_length), verbose_name=label, default=list)


class SiteQuerySet(models.QuerySet["Site"]):
    def real(self) -> "SiteQuerySet":
        """Keep the places that exist; trial data never mixes with them in a figure."""
        return self.filter(is_trial=False)

    def complete(self) -> "SiteQuerySet":
        """Keep the places whose operator is known: the others cannot be paid."""
        return self.filter(operator__isnull=False)

    def to_complete(self) -> "SiteQuerySet":
        """Keep the places that wait for the SIRET of their operator (« à compléter »)."""
        return self.filter(operator__isnull=True)

    def in_commune(self, code: str) -> "SiteQuerySet":
        """Keep the places of a commune, or of an arrondissement of Paris (751xx)."""
        return self.filter(Q(commune_code=code) | Q(arrondissement_code=code))


class Site(models.Model):
    """A place of mediation (lieu): one per point of presence, several under one SIRET.

    Columns follow standard-mediation-num v1.0.2, multi-values as lists of its exact words. `name` and `commune_code`
    are today's: a report reads the dated rows of `SiteName`. The commune is the one that governs (75056 for Paris);
    an arrondissement is kept as a detail. Without operator, a place is known but cannot be paid.
    """

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    operator = models.ForeignKey(
        Organisation, verbose_name="structure qui tient le lieu", null=True, on_delete=models.PROTECT,
        related_name="sites",
    )  # fmt: skip
    source = models.CharField("structure qui a collecté la donnée", max_length=120)
    source_id = models.CharField("identifiant chez cette structure", max_length=120)
    pivot = models.CharField("SIRET ou RNA", max_length=14, blank=True)
    name = models.CharField("nom", max_length=200)
    commune_code = models.CharField("commune (code INSEE)", max_length=5)
    arrondissement_code = models.CharField("arrondissement de Paris (code INSEE)", max_length=5, blank=True)
    postal_code = models.CharField("code postal", max_length=5)
    address = models.CharField("adresse", max_length=255)
    address_complement = models.CharField("complément d’adresse", max_length=255, blank=True)
    latitude = models.DecimalField("latitude (WGS84)", max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField("longitude (WGS84)", max_digits=9, decimal_places=6, null=True)
    typologies = _words("typologies", 20)
    phone = models.CharField("téléphone", max_length=16, blank=True)
    emails = _words("courriels", 254)
    websites = _words("sites web", 500)
    opening_hours = models.CharField("horaires (notation d’OpenStreetMap)", max_length=1000, blank=True)
    summary = models.CharField("présentation", max_length=standard.SUMMARY_MAX_LENGTH, blank=True)
    description = models.TextField("présentation détaillée", max_length=5000, blank=True)
    itinerances = _words("itinérance", 20)
    parent_structure = models.CharField("structure parente", max_length=200, blank=True)
    updated_on = models.DateField("mis à jour le", null=True)
    services = _words("services")
    publics = _words("publics spécifiquement adressés")
    specific_care = _words("prise en charge spécifique")
    fees = _words("frais à charge")
    national_programmes = _words("dispositifs et programmes nationaux")
    trainings_labels = _words("formations et labels")
    other_trainings_labels = _words("autres formations et labels", 200)
    access_modes = _words("modalités d'accès")
    support_modes = _words("modalités d'accompagnement")
    accessibility_url = models.URLField("fiche Accès libre", max_length=500, blank=True)
    booking_url = models.URLField("prise de rendez-vous", max_length=500, blank=True)
    is_trial = models.BooleanField("donnée d’essai", default=False)
    created_at = models.DateTimeField("créé le")
    recorded_at = models.DateTimeField("enregistré le")

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        indexes = [models.Index(fields=["commune_code"], name="site_by_commune")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                name="site_is_known_once_per_source",
                violation_error_message="Ce lieu est déjà connu sous cet identifiant.",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(source_id="") & ~Q(name=""), name="site_has_a_source_an_id_and_a_name"
            ),
            models.CheckConstraint(
                condition=Q(pivot="") | Q(pivot__regex=r"^[a-zA-Z0-9]{9,14}$"),
                name="site_pivot_has_9_to_14_characters",
                violation_error_message="Le SIRET ou le RNA a de 9 à 14 lettres ou chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(commune_code__regex=r"^([013-9]\d|2[AB1-9])\d{3}$")
                & ~Q(commune_code__regex=r"^751\d\d$")
                & (
                    Q(arrondissement_code="")
                    | Q(arrondissement_code__regex=r"^751(0[1-9]|1\d|20)$", commune_code="75056")
                ),
                name="site_commune_is_the_one_that_governs",
                violation_error_message="La commune est 75056 pour Paris ; l’arrondissement est un détail.",
            ),
            models.CheckConstraint(condition=Q(postal_code__regex=r"^\d{5}$"), name="site_postal_code_has_5_digits"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_coordinates_come_together",
                violation_error_message="La latitude et la longitude vont ensemble.",
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=r"^\+\d{8,15}$"),
                name="site_phone_is_international",
                violation_error_message="Le téléphone s’écrit +33 suivi de neuf chiffres, sans espace.",
            ),
            _listed("typologies", standard.TYPOLOGIES),
            _listed("itinerances", standard.ITINERANCES),
            _listed("services", standard.SERVICES),
            _listed("publics", standard.PUBLICS),
            _listed("specific_care", standard.SPECIFIC_CARE),
            _listed("fees", standard.FEES),
            _listed("national_programmes", standard.NATIONAL_PROGRAMMES),
            _listed("trainings_labels", standard.TRAININGS_AND_LABELS),
            _listed("access_modes", standard.ACCESS_MODES),
            _listed("support_modes", standard.SUPPORT_MODES),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_complete(self) -> bool:
        """Tell whether somebody can be paid for what is done here."""
        return self.operator_id is not None


class SiteName(AfterMark):
    """How a place was called, and in which commune it stood, from a date on. Append-only: a change is a new row."""

    append_only = True

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="names")
    name = models.CharField("nom", max_length=200)
    commune_code = models.CharField("commune (code INSEE)", max_length=5)
    starts_on = models.DateField("à partir du")
    recorded_at = models.DateTimeField("enregistré le")

    class Meta:
        verbose_name = "nom de lieu"
        verbose_name_plural = "noms de lieu"
        indexes = [models.Index(fields=["site", "starts_on", "recorded_at"], name="site_name_as_of")]

    def __str__(self) -> str:
        return self.name
