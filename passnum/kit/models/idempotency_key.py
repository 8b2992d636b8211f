from django.db import models


class IdempotencyKey(models.Model):
    """A request's client-made number, kept for ever with the outcome it had (register.md). Append-only."""

    append_only = True

    key = models.UUIDField("clé", primary_key=True)
    act = models.CharField("acte", max_length=40)
    scope = models.CharField("portée", max_length=80)
    content_hash = models.BinaryField("empreinte du contenu", max_length=32)
    result = models.UUIDField("résultat")
    recorded_at = models.DateTimeField("enregistrée le")

    class Meta:
        verbose_name = "clé d’idempotence"
        verbose_name_plural = "clés d’idempotence"

    def __str__(self) -> str:
        return str(self.key)
