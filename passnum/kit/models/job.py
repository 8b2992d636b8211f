import uuid

from django.db import models
from django.db.models import F, Q


class JobStatus(models.TextChoices):
    WAITING = "WAITING", "En attente"
    RUNNING = "RUNNING", "En cours"
    DONE = "DONE", "Terminé"
    FAILED = "FAILED", "En échec"


class Job(models.Model):
    """Long work. This row is the truth: a broker's message is only a wake-up (register.md, *Long work*).

    A worker holds a lease and renews it at each batch; a sweeper takes up what lapsed. Batches are numbered and
    unique, so that a job taken up twice produces once.
    """

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    kind = models.CharField("nature", max_length=40)
    subject = models.UUIDField("objet")
    status = models.CharField("état", max_length=8, choices=JobStatus.choices, default=JobStatus.WAITING)
    total_count = models.PositiveIntegerField("à faire")
    done_count = models.PositiveIntegerField("fait", default=0)
    attempts_count = models.PositiveSmallIntegerField("reprises", default=0)
    lease_until = models.DateTimeField("bail jusqu’au", null=True)
    worker = models.UUIDField("exécutant", null=True)
    error = models.CharField("erreur", max_length=300, blank=True)
    created_at = models.DateTimeField("créé le")
    finished_at = models.DateTimeField("terminé le", null=True)
    parameters = models.JSONField("paramètres", default=dict)

    class Meta:
        verbose_name = "travail long"
        verbose_name_plural = "travaux longs"
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="job_is_alone_on_its_subject"),
            models.CheckConstraint(condition=Q(done_count__lte=F("total_count")), name="job_does_no_more_than_asked"),
            models.CheckConstraint(
                condition=(Q(status="DONE") & Q(finished_at__isnull=False))
                | (~Q(status="DONE") & Q(finished_at__isnull=True)),
                name="job_finished_at_follows_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.done_count}/{self.total_count}"


class JobBatch(models.Model):
    """One numbered part of a job, written in the same transaction as what it produced."""

    append_only = True

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField("numéro")
    result = models.JSONField("résultat", default=dict)
    done_at = models.DateTimeField("fait le")

    class Meta:
        verbose_name = "lot de travail"
        verbose_name_plural = "lots de travail"
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="job_batch_is_done_once")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.number}"
