import uuid

from django.db import models
from django.db.models import F, Q

from vouchers.models.booklet import Booklet
from vouchers.models.shipment import Shipment
from vouchers.states import DISCREPANCY_MOVES, DiscrepancyStatus


class Discrepancy(models.Model):
    """A booklet that was sent and did not arrive (écart). Both sides say what became of it, or the pilot does.

    It ends found, in the stock of whoever found it, or lost, blocked. A side may change its word until then.
    """

    moves = DISCREPANCY_MOVES
    updatable = (
        "status",
        "sender_word",
        "sender_said_at",
        "sender_said_by_id",
        "recipient_word",
        "recipient_said_at",
        "recipient_said_by_id",
        "settled_at",
        "settled_by_id",
        "is_settled_by_pilot",
    )
    once = ("settled_at", "settled_by_id")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="discrepancies")
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="discrepancies")
    status = models.CharField("état", max_length=18, choices=DiscrepancyStatus.choices, default=DiscrepancyStatus.OPEN)
    opened_at = models.DateTimeField("ouvert le")
    sender_word = models.CharField(
        "parole de l’expéditeur", max_length=18, choices=DiscrepancyStatus.choices, null=True
    )
    sender_said_at = models.DateTimeField("dit par l’expéditeur le", null=True)
    sender_said_by_id = models.UUIDField("dit pour l’expéditeur par", null=True)
    recipient_word = models.CharField(
        "parole du destinataire", max_length=18, choices=DiscrepancyStatus.choices, null=True
    )
    recipient_said_at = models.DateTimeField("dit par le destinataire le", null=True)
    recipient_said_by_id = models.UUIDField("dit pour le destinataire par", null=True)
    settled_at = models.DateTimeField("réglé le", null=True)
    settled_by_id = models.UUIDField("réglé par", null=True)
    is_settled_by_pilot = models.BooleanField("réglé par la Métropole", default=False)

    class Meta:
        verbose_name = "écart"
        verbose_name_plural = "écarts"
        constraints = [
            models.UniqueConstraint(fields=["shipment", "booklet"], name="discrepancy_is_one_per_missing_booklet"),
            models.UniqueConstraint(
                fields=["booklet"], condition=Q(status="OPEN"), name="discrepancy_of_a_booklet_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", settled_at__isnull=True, is_settled_by_pilot=False)
                | (~Q(status="OPEN") & Q(settled_at__isnull=False)),
                name="discrepancy_settled_at_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN")
                | Q(is_settled_by_pilot=True)
                | Q(
                    sender_word__isnull=False,
                    recipient_word__isnull=False,
                    sender_word=F("status"),
                    recipient_word=F("status"),
                ),
                name="discrepancy_is_settled_by_both_sides_or_the_pilot",
                violation_error_message="Un écart se règle par la parole des deux côtés, ou par la Métropole.",
            ),
            models.CheckConstraint(
                condition=Q(sender_said_by_id__isnull=True)
                | Q(recipient_said_by_id__isnull=True)
                | ~Q(sender_said_by_id=F("recipient_said_by_id")),
                name="discrepancy_sides_are_two_people",
                violation_error_message="Les deux côtés d’un écart sont deux personnes.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(sender_word__isnull=True, sender_said_at__isnull=True)
                    | Q(sender_word__isnull=False, sender_said_at__isnull=False)
                )
                & (
                    Q(recipient_word__isnull=True, recipient_said_at__isnull=True)
                    | Q(recipient_word__isnull=False, recipient_said_at__isnull=False)
                ),
                name="discrepancy_words_have_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}/{self.booklet_id}"
