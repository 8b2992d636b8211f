import uuid

from django.db import models
from django.db.models import F, Q


class NationalService(models.TextChoices):
    """The nine national themes of service (standard-mediation-num v1.0.2, `services`), stored as written."""

    DEMARCHES = "Aide aux démarches administratives", "Aide aux démarches administratives"
    QUOTIDIEN = "Maîtrise des outils numériques du quotidien", "Maîtrise des outils numériques du quotidien"
    INSERTION = "Insertion professionnelle via le numérique", "Insertion professionnelle via le numérique"
    SECURITE = "Utilisation sécurisée du numérique", "Utilisation sécurisée du numérique"
    PARENTALITE = "Parentalité et éducation avec le numérique", "Parentalité et éducation avec le numérique"
    LOISIRS = "Loisirs et créations numériques", "Loisirs et créations numériques"
    COMPREHENSION = "Compréhension du monde numérique", "Compréhension du monde numérique"
    ACCES = "Accès internet et matériel informatique", "Accès internet et matériel informatique"
    ACQUISITION = (
        "Acquisition de matériel informatique à prix solidaire",
        "Acquisition de matériel informatique à prix solidaire",
    )


class Service(models.Model):
    """A labelled service of the catalogue, with the body that labelled it (the MedNum by default) and its dates."""

    updatable = ("ends_on",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    theme = models.CharField("thème national", max_length=60, choices=NationalService.choices)
    labelling_body = models.CharField("labellisé par", max_length=80, default="La MedNum")
    label_reference = models.CharField("référence du label", max_length=40)
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu’au", null=True)

    class Meta:
        verbose_name = "service"
        verbose_name_plural = "services"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="service_dates_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name
