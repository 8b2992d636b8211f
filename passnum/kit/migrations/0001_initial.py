import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("key", models.UUIDField(primary_key=True, serialize=False, verbose_name="clé")),
                ("act", models.CharField(max_length=40, verbose_name="acte")),
                ("scope", models.CharField(max_length=80, verbose_name="portée")),
                ("content_hash", models.BinaryField(max_length=32, verbose_name="empreinte du contenu")),
                ("result", models.UUIDField(verbose_name="résultat")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
            ],
            options={
                "verbose_name": "clé d'idempotence",
                "verbose_name_plural": "clés d'idempotence",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("USER", "Personne"),
                            ("DEVICE", "Appareil"),
                            ("TOKEN", "Jeton d'API"),
                            ("SYSTEM", "Système"),
                        ],
                        max_length=8,
                        verbose_name="acteur",
                    ),
                ),
                ("by_id", models.UUIDField(null=True, verbose_name="identifiant de l'acteur")),
                ("by_organisation", models.UUIDField(null=True, verbose_name="organisation de l'acteur")),
                ("by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de l'acteur")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("act", models.CharField(max_length=40, verbose_name="acte")),
                ("subject_type", models.CharField(max_length=40, verbose_name="objet")),
                ("subject", models.UUIDField(null=True, verbose_name="identifiant de l'objet")),
                ("details", models.JSONField(default=dict, verbose_name="détails")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistré le")),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="écrit le"),
                ),
            ],
            options={
                "verbose_name": "ligne d'audit",
                "verbose_name_plural": "lignes d'audit",
                "abstract": False,
                "indexes": [models.Index(fields=["subject_type", "subject"], name="audit_by_subject")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                            models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="auditentry_has_one_actor",
                        violation_error_message="Un fait porte exactement un acteur.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("kind", models.CharField(max_length=40, verbose_name="nature")),
                ("subject", models.UUIDField(verbose_name="objet")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "En attente"),
                            ("RUNNING", "En cours"),
                            ("DONE", "Terminé"),
                            ("FAILED", "En échec"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("total_count", models.PositiveIntegerField(verbose_name="à faire")),
                ("done_count", models.PositiveIntegerField(default=0, verbose_name="fait")),
                ("attempts_count", models.PositiveSmallIntegerField(default=0, verbose_name="reprises")),
                ("lease_until", models.DateTimeField(null=True, verbose_name="bail jusqu'au")),
                ("worker", models.UUIDField(null=True, verbose_name="exécutant")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="erreur")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="terminé le")),
                ("parameters", models.JSONField(default=dict, verbose_name="paramètres")),
            ],
            options={
                "verbose_name": "travail long",
                "verbose_name_plural": "travaux longs",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject"), name="job_is_alone_on_its_subject"),
                    models.CheckConstraint(
                        condition=models.Q(("done_count__lte", models.F("total_count"))),
                        name="job_does_no_more_than_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "DONE"), ("finished_at__isnull", False)),
                            models.Q(models.Q(("status", "DONE"), _negated=True), ("finished_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="job_finished_at_follows_status",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Transition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=40)),
                ("target", models.CharField(max_length=40)),
            ],
            options={
                "verbose_name": "passage permis",
                "verbose_name_plural": "passages permis",
                "constraints": [
                    models.UniqueConstraint(fields=("noun", "source", "target"), name="transition_is_listed_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="JobBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("result", models.JSONField(default=dict, verbose_name="résultat")),
                ("done_at", models.DateTimeField(verbose_name="fait le")),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="batches", to="kit.job"
                    ),
                ),
            ],
            options={
                "verbose_name": "lot de travail",
                "verbose_name_plural": "lots de travail",
                "constraints": [models.UniqueConstraint(fields=("job", "number"), name="job_batch_is_done_once")],
            },
        ),
    ]
