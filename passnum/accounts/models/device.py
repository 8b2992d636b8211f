"""A phone that acts at the counter: paired once by a manager, recognised by its token, revoked at once."""

import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models.membership import Membership
from passnum.accounts.models.organisation import Organisation
from passnum.kit.actor import ActedBy


class RevokeReason(models.TextChoices):
    """Why a device is revoked: a choice, since free text could name a person."""

    LOST = "LOST", "Perdu"
    STOLEN = "STOLEN", "Volé"
    REPLACED = "REPLACED", "Remplacé par un autre appareil"
    LEFT = "LEFT", "La personne qui l’utilisait est partie"
    MISTAKE = "MISTAKE", "Associé par erreur"
    OTHER = "OTHER", "Autre raison"


class Device(ActedBy):
    """A paired device of an organisation; its token is kept as a SHA-256 digest (256 random bits). Who paired it acts.

    On a shared one, the mediator picks their name and types a PIN (`DevicePresence`).
    """

    updatable = ("name", "is_shared", "app_version", "last_seen_at", "revoked_at", "revoked_by_id", "revoke_reason")
    once = ("revoked_at", "revoked_by_id")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField("nom", max_length=60)
    is_shared = models.BooleanField("partagé", default=False)
    digest = models.BinaryField("empreinte du jeton", max_length=32, unique=True)
    app_version = models.CharField("version de l’application", max_length=40, blank=True)
    paired_at = models.DateTimeField("associé le")
    last_seen_at = models.DateTimeField("vu le", null=True)
    revoked_at = models.DateTimeField("révoqué le", null=True)
    revoked_by_id = models.UUIDField("révoqué par", null=True)
    revoke_reason = models.CharField("motif de la révocation", max_length=200, blank=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "appareil"
        verbose_name_plural = "appareils"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by_id__isnull=True, revoke_reason="")
                | (Q(revoked_at__isnull=False, revoked_by_id__isnull=False) & ~Q(revoke_reason="")),
                name="device_revocation_has_date_actor_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DevicePairing(ActedBy):
    """An invitation to pair one device, shown to a manager for ten minutes as a QR code and six figures. Used once.

    The QR carries 128 random bits; six figures are few, so that tries are slowed down and the invitation is short.
    """

    updatable = ("used_at", "device", "cancelled_at")
    once = ("used_at", "device", "cancelled_at")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="device_pairings")
    device_name = models.CharField("nom de l’appareil", max_length=60)
    is_shared = models.BooleanField("partagé", default=False)
    digest = models.BinaryField("empreinte du secret", max_length=32, unique=True)
    code_digest = models.BinaryField("empreinte des six chiffres", max_length=32)
    created_at = models.DateTimeField("créée le")
    expires_at = models.DateTimeField("expire le")
    used_at = models.DateTimeField("utilisée le", null=True)
    cancelled_at = models.DateTimeField("annulée le", null=True)
    device = models.OneToOneField(Device, null=True, on_delete=models.PROTECT, related_name="pairing")

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "invitation d’appareil"
        verbose_name_plural = "invitations d’appareils"
        indexes = [models.Index(fields=["code_digest"], name="device_pairing_by_code")]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="device_pairing_expires"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, device__isnull=True)
                | Q(used_at__isnull=False, device__isnull=False, cancelled_at__isnull=True),
                name="device_pairing_used_makes_a_device",
            ),
        ]

    def __str__(self) -> str:
        return self.device_name


class DevicePresence(models.Model):
    """Who holds a shared device, from when to when at most. Ended, never deleted."""

    updatable = ("ended_at",)
    once = ("ended_at",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="presences")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="presences")
    started_at = models.DateTimeField("depuis")
    expires_at = models.DateTimeField("au plus tard")
    ended_at = models.DateTimeField("finie le", null=True)

    class Meta:
        verbose_name = "présence sur un appareil"
        verbose_name_plural = "présences sur un appareil"
        indexes = [models.Index(fields=["device", "started_at"], name="device_presence_by_device")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("started_at")), name="device_presence_expires"),
            models.UniqueConstraint(
                fields=["device"], condition=Q(ended_at__isnull=True), name="device_presence_is_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.started_at}"
