from django.db import models


class KeyFingerprint(models.Model):
    """What tells that a digest key is the one that titles of this database were made with; it recognises no code."""

    updatable = ("fingerprint",)

    kid = models.PositiveSmallIntegerField("numéro de clé", unique=True)
    fingerprint = models.BinaryField("empreinte")

    class Meta:
        verbose_name = "empreinte de clé"
        verbose_name_plural = "empreintes de clés"

    def __str__(self) -> str:
        return str(self.kid)
