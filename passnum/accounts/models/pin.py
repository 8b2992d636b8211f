from django.db import models
from django.db.models import Q

from passnum.accounts.models.membership import Membership


class Pin(models.Model):
    """The short code that a mediator types on a shared device: hashed slowly, locked after a few wrong tries.

    It says who holds the phone; the phone itself is what the service lets in.
    """

    updatable = ("password", "changed_at", "failures_count", "locked_until")

    membership = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="pin")
    password = models.CharField("empreinte", max_length=128)
    changed_at = models.DateTimeField("choisi le")
    failures_count = models.PositiveSmallIntegerField("essais manqués", default=0)
    locked_until = models.DateTimeField("bloqué jusqu’à", null=True)

    class Meta:
        verbose_name = "code personnel"
        verbose_name_plural = "codes personnels"
        constraints = [models.CheckConstraint(condition=~Q(password=""), name="pin_is_hashed")]

    def __str__(self) -> str:
        return str(self.membership_id)
