"""The register: one append-only log of movements. Their seals make it verifiable from outside (seal.py)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.states import DECLARATIONS, MOVEMENT_ACTS, Act, HolderKind

# Positions of a booklet of 10 tickets, one bit each: ticket 1 is bit 0.
ALL_POSITIONS = (1 << 10) - 1


class Movement(ActedBy):
    """*n* titles went from one holder and state to another, or a declaration about an act already made (*n* = 0).

    `happened_at` is the instant declared, `recorded_at` the application's clock (passed in), `written_at` the
    database's own (audit only, never in a figure). `details` holds ids, codes of choices and integers: what the seal
    must cover beside the lines. No attribute of a person.
    """

    append_only = True
    acts = MOVEMENT_ACTS

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    act = models.CharField("acte", max_length=20, choices=Act.choices)
    from_kind = models.CharField("de", max_length=12, choices=HolderKind.choices)
    from_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    from_state = models.CharField("état de départ", max_length=12)
    to_kind = models.CharField("vers", max_length=12, choices=HolderKind.choices)
    to_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    to_state = models.CharField("état d’arrivée", max_length=12)
    tickets_count = models.PositiveIntegerField("tickets")
    happened_at = models.DateTimeField("advenu le")
    recorded_at = models.DateTimeField("enregistré le")
    written_at = models.DateTimeField("écrit le", db_default=Now())
    key = models.UUIDField("clé d’idempotence", null=True)
    subject = models.UUIDField("objet", null=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    commitment = models.BinaryField("engagement salé", max_length=32, null=True)
    details = models.JSONField("détails", default=dict)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "mouvement"
        verbose_name_plural = "mouvements"
        indexes = [models.Index(fields=["subject"], name="movement_by_subject")]
        constraints = [
            *ActedBy.Meta.constraints,
            # what tickets and booklets point at: no status without the movement that led to it
            models.UniqueConstraint(fields=["id", "to_state"], name="movement_leads_to_one_state"),
            models.CheckConstraint(
                condition=Q(act__in=DECLARATIONS, tickets_count=0)
                | (~Q(act__in=DECLARATIONS) & Q(tickets_count__gte=1)),
                name="movement_moves_titles_unless_it_declares",
            ),
            models.CheckConstraint(
                condition=Q(from_kind="ORGANISATION", from_organisation__isnull=False)
                | (~Q(from_kind="ORGANISATION") & Q(from_organisation__isnull=True)),
                name="movement_from_organisation_is_named",
            ),
            models.CheckConstraint(
                condition=Q(to_kind="ORGANISATION", to_organisation__isnull=False)
                | (~Q(to_kind="ORGANISATION") & Q(to_organisation__isnull=True)),
                name="movement_to_organisation_is_named",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")), name="movement_reverses_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.tickets_count}"


class MovementLine(models.Model):
    """Which tickets of one booklet a movement took: a mask of positions and their number."""

    append_only = True

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="lines")
    booklet = models.ForeignKey("vouchers.Booklet", on_delete=models.PROTECT, related_name="movement_lines")
    mask = models.PositiveSmallIntegerField("positions")
    tickets_count = models.PositiveSmallIntegerField("tickets")

    class Meta:
        verbose_name = "ligne de mouvement"
        verbose_name_plural = "lignes de mouvement"
        constraints = [
            models.UniqueConstraint(fields=["movement", "booklet"], name="movement_line_is_one_per_booklet"),
            models.CheckConstraint(
                condition=Q(mask__gte=1, mask__lte=ALL_POSITIONS), name="movement_line_mask_fits_a_booklet"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booklet_id}:{self.mask:b}"
