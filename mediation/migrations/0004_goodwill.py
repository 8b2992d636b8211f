import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_devices_at_the_counter"),
        ("mediation", "0003_counter"),
        ("vouchers", "0002_status_follows_its_movement"),
    ]

    operations = [
        migrations.CreateModel(
            name="GoodwillLine",
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
                ("amount_cents", models.PositiveIntegerField(verbose_name="montant (centimes)")),
                ("claimed_cents", models.PositiveIntegerField(verbose_name="valeur des heures contestées (centimes)")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("EVIDENCE", "Justificatif présenté"),
                            ("GOOD_FAITH", "Le lieu ne pouvait pas le savoir"),
                            ("AGREED", "Accord du distributeur"),
                            ("NO_EVIDENCE", "Aucun justificatif"),
                            ("ERROR", "Erreur reconnue par le lieu"),
                        ],
                        max_length=40,
                        verbose_name="motif",
                    ),
                ),
                ("author_id", models.UUIDField(null=True, verbose_name="qui a enregistré l’acte")),
                ("mediator_id", models.UUIDField(null=True, verbose_name="médiateur de l’acte")),
                ("decided_at", models.DateTimeField(verbose_name="décidé le")),
            ],
            options={
                "verbose_name": "geste hors valeur faciale",
                "verbose_name_plural": "gestes hors valeur faciale",
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="redemptionline",
            name="redemption_line_is_said_once",
        ),
        migrations.AddIndex(
            model_name="oweddecision",
            index=models.Index(
                condition=models.Q(("owed", "CONTESTED")), fields=["line"], name="owed_decision_contested"
            ),
        ),
        migrations.AddConstraint(
            model_name="redemptionline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("movement__isnull", True)),
                fields=("redemption", "booklet", "mask"),
                name="redemption_line_is_said_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="redemptionline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("movement__isnull", False)),
                fields=("redemption", "booklet", "mask"),
                name="redemption_line_consumes_once",
            ),
        ),
        migrations.AddField(
            model_name="goodwillline",
            name="line",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="goodwill", to="mediation.redemptionline"
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="goodwillline_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gte", 1), ("amount_cents__lte", models.F("claimed_cents"))),
                name="goodwill_line_pays_something_and_no_more_than_claimed",
                violation_error_message="Le montant va de 1 centime à la valeur des heures contestées.",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillline",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ("EVIDENCE", "GOOD_FAITH", "AGREED"))),
                name="goodwill_line_has_a_reason_to_pay",
                violation_error_message="Choisissez un motif qui explique pourquoi l’acte est payé.",
            ),
        ),
        migrations.AddConstraint(
            model_name="goodwillline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by_id__isnull", True),
                    models.Q(
                        models.Q(
                            ("author_id__isnull", True),
                            models.Q(("by_id", models.F("author_id")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("mediator_id__isnull", True),
                            models.Q(("by_id", models.F("mediator_id")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="goodwill_line_is_granted_by_another",
                violation_error_message="Personne ne décide pour son propre acte.",
            ),
        ),
    ]
