import uuid

from django.db import models
from django.db.models.functions import Now

from passnum.kit.actor import ActedBy


class AuditEntry(ActedBy):
    """Who did what, when, on what: one line per act or sensitive read. Append-only; no name, no code."""

    append_only = True

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    act = models.CharField("acte", max_length=40)
    subject_type = models.CharField("objet", max_length=40)
    subject = models.UUIDField("identifiant de l’objet", null=True)
    details = models.JSONField("détails", default=dict)
    recorded_at = models.DateTimeField("enregistré le")
    written_at = models.DateTimeField("écrit le", db_default=Now())

    class Meta(ActedBy.Meta):
        abstract = False
        verbose_name = "ligne d’audit"
        verbose_name_plural = "lignes d’audit"
        indexes = [models.Index(fields=["subject_type", "subject"], name="audit_by_subject")]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_type} {self.subject}"
