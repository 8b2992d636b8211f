import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.actor import ActedBy
from vouchers.models.wave import Wave


class Recall(ActedBy):
    """The pilot asks a holder to send booklets back, or on to another distributor (rappel, réallocation).

    The movement itself is the holder's own sending: `sent_count` follows it, until what was asked is sent.
    """

    updatable = ("sent_count", "done_at", "withdrawn_at")
    once = ("done_at", "withdrawn_at")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="recalls")
    holder = models.ForeignKey(Organisation, verbose_name="détenteur", on_delete=models.PROTECT, related_name="recalls")
    recipient = models.ForeignKey(
        Organisation, verbose_name="destinataire", on_delete=models.PROTECT, related_name="awaited_recalls"
    )
    booklets_count = models.PositiveIntegerField("carnets demandés")
    sent_count = models.PositiveIntegerField("carnets envoyés", default=0)
    reason = models.CharField("raison", max_length=200)
    recorded_at = models.DateTimeField("demandé le")
    done_at = models.DateTimeField("fait le", null=True)
    withdrawn_at = models.DateTimeField("retiré le", null=True)

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "rappel de stock"
        verbose_name_plural = "rappels de stock"
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(condition=Q(booklets_count__gte=1), name="recall_asks_for_booklets"),
            models.CheckConstraint(condition=~Q(holder=F("recipient")), name="recall_goes_to_another"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, sent_count__lt=F("booklets_count"))
                | Q(done_at__isnull=False, sent_count__gte=F("booklets_count")),
                name="recall_is_done_once_all_is_sent",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(withdrawn_at__isnull=True), name="recall_ends_in_one_way"
            ),
            models.UniqueConstraint(
                fields=["wave", "holder", "recipient"],
                condition=Q(done_at__isnull=True, withdrawn_at__isnull=True),
                name="recall_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def left_count(self) -> int:
        """How many booklets are still to send."""
        return max(0, self.booklets_count - self.sent_count)
