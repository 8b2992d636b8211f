import uuid

from django.db import models
from django.db.models import Q

from vouchers.models.order import Order


class PrinterFile(models.Model):
    """A batch of variable data for an industrial printer: encrypted on the disk, deleted once delivered.

    The row stays: its digests prove what was given and that it is gone. `content_sha256` is of the rows in clear,
    which no one guesses (60 bits of chance in each); `sha256` of the file as it stands.
    """

    updatable = ("deleted_at",)
    once = ("deleted_at",)

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="printer_files")
    batch = models.PositiveIntegerField("lot")
    first_number = models.PositiveIntegerField("premier carnet")
    last_number = models.PositiveIntegerField("dernier carnet")
    path = models.CharField("chemin", max_length=200, unique=True)
    sha256 = models.BinaryField("empreinte", max_length=32)
    content_sha256 = models.BinaryField("empreinte du contenu en clair", max_length=32)
    bytes_count = models.BigIntegerField("octets")
    tickets_count = models.PositiveIntegerField("tickets")
    created_at = models.DateTimeField("créé le")
    deleted_at = models.DateTimeField("supprimé le", null=True)

    class Meta:
        verbose_name = "fichier d’imprimeur"
        verbose_name_plural = "fichiers d’imprimeur"
        constraints = [
            models.UniqueConstraint(fields=["order", "batch"], name="printer_file_is_made_once"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(deleted_at__gte=models.F("created_at")),
                name="printer_file_is_deleted_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.path
