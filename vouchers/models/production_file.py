import uuid

from django.db import models

from vouchers.models.order import Order


class ProductionFile(models.Model):
    """A finished PDF of booklets, by batch. The file is as spendable as the paper: private, 0600, by permission."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="files")
    batch = models.PositiveIntegerField("lot")
    first_number = models.PositiveIntegerField("premier carnet")
    last_number = models.PositiveIntegerField("dernier carnet")
    path = models.CharField("chemin", max_length=200, unique=True)
    sha256 = models.BinaryField("empreinte", max_length=32)
    bytes_count = models.BigIntegerField("octets")
    pages_count = models.PositiveIntegerField("pages")
    tickets_count = models.PositiveIntegerField("tickets")
    created_at = models.DateTimeField("créé le")

    class Meta:
        verbose_name = "fichier de production"
        verbose_name_plural = "fichiers de production"
        constraints = [models.UniqueConstraint(fields=["order", "batch"], name="production_file_is_made_once")]

    def __str__(self) -> str:
        return self.path
