"""A booklet given to a person (remise). The register holds no attribute of the person: HandoverProfile does, and
can be erased without changing a sum or a hash."""

import uuid

from django.db import models
from django.db.models import Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.booklet import Booklet
from vouchers.models.movement import Movement
from vouchers.publics import AgeBand, Autonomy, Gender, SocialStatus, TargetPublic


class HandoverChannel(models.TextChoices):
    IN_PERSON = "IN_PERSON", "En main propre"
    AT_USE = "AT_USE", "Constatée à l’usage"
    BY_POST = "BY_POST", "Par la poste"


class Carrier(models.TextChoices):
    """To whom the booklet was given."""

    PERSON = "PERSON", "À la personne"
    GUARDIAN = "GUARDIAN", "À son tuteur ou sa tutrice"
    OTHER = "OTHER", "À une personne de confiance"


class Handover(ActedBy):
    """One booklet, once, by one distributor. `receipt` finds it again without identity."""

    updatable = ("undone_at",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="handovers")
    distributor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="handovers")
    movement = models.OneToOneField(Movement, on_delete=models.PROTECT, related_name="handover")
    receipt = models.CharField("numéro de reçu", max_length=8, unique=True)
    channel = models.CharField("mode", max_length=9, choices=HandoverChannel.choices)
    carrier = models.CharField("remis", max_length=8, choices=Carrier.choices, default=Carrier.PERSON)
    had_one_already = models.BooleanField("avait déjà un carnet", default=False)
    is_late_entry = models.BooleanField("saisie différée", default=False)
    happened_at = models.DateTimeField("remis le")
    recorded_at = models.DateTimeField("enregistré le")
    undone_at = models.DateTimeField("annulée le", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "remise"
        verbose_name_plural = "remises"
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(
                fields=["booklet"],
                condition=Q(undone_at__isnull=True),
                name="handover_of_a_booklet_is_unique",
            ),
            # what an activation points at: only what was posted is activated
            models.UniqueConstraint(fields=["id", "channel"], name="handover_has_one_channel"),
        ]

    def __str__(self) -> str:
        return self.receipt


class HandoverProfile(models.Model):
    """Four taps about the person, never a name. Erasable: the movement keeps only a salted commitment to it."""

    deletable = True

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="profile")
    salt = models.BinaryField("sel", max_length=16)
    target_public = models.CharField("public visé", max_length=60, choices=TargetPublic.choices)
    age_band = models.CharField("tranche d’âge", max_length=24, choices=AgeBand.choices)
    gender = models.CharField("genre", max_length=16, choices=Gender.choices)
    social_status = models.CharField("statut", max_length=16, choices=SocialStatus.choices)
    commune_code = models.CharField("commune", max_length=5, blank=True)
    language = models.CharField("langue", max_length=8, default="fr")
    lives_in_qpv = models.BooleanField("quartier prioritaire (déclaré)", null=True)
    autonomy = models.CharField("autonomie", max_length=24, choices=Autonomy.choices, blank=True)

    class Meta:
        verbose_name = "profil de remise"
        verbose_name_plural = "profils de remise"

    def __str__(self) -> str:
        return str(self.handover_id)


class ConfirmationOutcome(models.TextChoices):
    CONFIRMED = "CONFIRMED", "Confirmée"
    DENIED = "DENIED", "Démentie"
    BY_SILENCE = "BY_SILENCE", "Acquise par silence"


class HandoverConfirmation(ActedBy):
    """What the distributor said of a hand-over noticed at use. Append-only, once."""

    append_only = True

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="confirmation")
    outcome = models.CharField("réponse", max_length=10, choices=ConfirmationOutcome.choices)
    recorded_at = models.DateTimeField("le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "confirmation de remise"
        verbose_name_plural = "confirmations de remise"

    def __str__(self) -> str:
        return f"{self.handover_id} {self.outcome}"


class ActivationSource(models.TextChoices):
    """How one knows that a posted booklet arrived."""

    AGENT = "AGENT", "Par un agent, sur le numéro de reçu"
    CHECK = "CHECK", "Par un contrôle dans un lieu labellisé"


class HandoverActivation(ActedBy):
    """A posted booklet reached its person. Append-only, once; a ticket's use needs none: it proves it by itself."""

    append_only = True

    handover = models.OneToOneField(Handover, on_delete=models.PROTECT, related_name="activation")
    # with the hand-over, a composite key of migration 0012: only what was posted is activated
    channel = models.CharField("mode", max_length=9, default=HandoverChannel.BY_POST, editable=False)
    source = models.CharField("comment", max_length=5, choices=ActivationSource.choices)
    recorded_at = models.DateTimeField("le")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "activation de remise"
        verbose_name_plural = "activations de remise"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(channel=HandoverChannel.BY_POST),
                name="handover_activation_is_of_what_was_posted",
                violation_error_message="Seul un carnet envoyé par la poste s’active.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.source}"
