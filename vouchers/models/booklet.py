import uuid

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from vouchers.models.movement import Movement
from vouchers.models.order import Order, OrderLine
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET, Wave
from vouchers.states import BOOKLET_MOVES, TICKET_BIRTHS, HolderKind, TitleStatus


def label_of(wave_number: int, number: int) -> str:
    """Return the number of a booklet as printed: wave, then seven figures."""
    return f"{wave_number}-{number:07d}"


class Booklet(models.Model):
    """A carnet: a number in the wave's continuous series, 5 to 10 tickets (1 to 10 when it replaces another).

    Status and holder are a projection of the movements; `movement` is the one that led here.
    `funder` and `distributor` (the planned one) are copied from its order: they never change.
    """

    moves = BOOKLET_MOVES
    updatable = ("status", "holder_kind", "holder", "movement", "funded_at", "funded_by", "shipment")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="booklets")
    number = models.PositiveIntegerField("numéro")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="booklets")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="booklets")
    funder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="funded_booklets")
    distributor = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="planned_booklets")
    size = models.PositiveSmallIntegerField("tickets")
    # tickets opposed one by one go to as many replacements: one booklet may be replaced by several
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    status = models.CharField("état", max_length=12, choices=TitleStatus.choices)
    holder_kind = models.CharField("détenteur", max_length=12, choices=HolderKind.choices)
    holder = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="held_booklets")
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="+")
    shipment = models.ForeignKey("vouchers.Shipment", null=True, on_delete=models.PROTECT, related_name="booklets")
    funded_at = models.DateTimeField("financé le", null=True)
    funded_by = models.ForeignKey("vouchers.FundingProof", null=True, on_delete=models.PROTECT, related_name="booklets")
    created_at = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "carnet"
        verbose_name_plural = "carnets"
        indexes = [models.Index(fields=["holder", "status", "number"], name="booklet_by_holder")]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="booklet_number_is_unique_in_its_wave"),
            models.CheckConstraint(
                condition=Q(size__gte=SMALLEST_BOOKLET, size__lte=LARGEST_BOOKLET)
                | Q(replaces__isnull=False, size__gte=1, size__lte=LARGEST_BOOKLET),
                name="booklet_size_is_5_to_10_or_a_remainder",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")), name="booklet_replaces_another"
            ),
            models.CheckConstraint(
                condition=Q(holder_kind="ORGANISATION", holder__isnull=False)
                | (~Q(holder_kind="ORGANISATION") & Q(holder__isnull=True)),
                name="booklet_holder_is_named",
            ),
            models.CheckConstraint(
                condition=Q(status="PRODUCED", holder_kind="PRINTER")
                | Q(status__in=["IN_TRANSIT", "MISSING"], holder_kind__in=["PRINTER", "ORGANISATION"])
                | Q(status="IN_STOCK", holder_kind="ORGANISATION")
                | Q(status="HANDED_OVER", holder_kind="PERSON")
                | Q(
                    status__in=["EXPIRED", "BLOCKED", "CANCELLED", "DESTROYED", "REPLACED"],
                    holder_kind="VOID",
                ),
                name="booklet_holder_follows_status",
            ),
            models.CheckConstraint(
                condition=Q(funded_at__isnull=True, funded_by__isnull=True)
                | Q(funded_at__isnull=False, funded_by__isnull=False),
                name="booklet_funding_has_date_and_proof",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number as printed."""
        return label_of(self.wave.number, self.number)


class Ticket(models.Model):
    """One hour. No spendable code here: only the digest that recognises it (register.md, *Codes*).

    A reissue keeps the identity (`uid`) and makes a new row in a new booklet with the next print generation.
    """

    moves = TICKET_BIRTHS
    updatable = ("status", "movement")

    uid = models.UUIDField("identité")
    generation = models.PositiveSmallIntegerField("tirage", default=1)
    # the unique (booklet, position) and the composite keys of migration 0002 serve as index and constraint
    booklet = models.ForeignKey(Booklet, on_delete=models.PROTECT, related_name="tickets", db_index=False)
    position = models.PositiveSmallIntegerField("rang")
    ref = models.CharField("référence", max_length=10, unique=True)
    kid = models.PositiveSmallIntegerField("clé")
    digest = models.BinaryField("empreinte du code", max_length=32, unique=True)
    status = models.CharField("état", max_length=12, choices=TitleStatus.choices)
    movement = models.ForeignKey(
        Movement, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        verbose_name = "ticket"
        verbose_name_plural = "tickets"
        indexes = [
            # the few that never come back, which every device downloads (mediation/queries/bundle.py)
            models.Index(
                fields=["booklet"],
                name="ticket_gone_by_booklet",
                condition=Q(status__in=["BLOCKED", "REPLACED", "CANCELLED", "DESTROYED"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["booklet", "position"], name="ticket_position_is_unique"),
            models.UniqueConstraint(fields=["uid", "generation"], name="ticket_generation_is_unique"),
            models.UniqueConstraint(fields=["uid"], condition=~Q(status="REPLACED"), name="ticket_identity_lives_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=LARGEST_BOOKLET), name="ticket_position_is_1_to_10"
            ),
            models.CheckConstraint(condition=Q(kid__gte=1, kid__lte=255), name="ticket_kid_fits_a_byte"),
        ]

    def __str__(self) -> str:
        return f"{self.booklet_id}/{self.position}"
