import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0002_labels_never_overlap"),
        ("vouchers", "0002_status_follows_its_movement"),
    ]

    operations = [
        migrations.CreateModel(
            name="CounterRules",
            fields=[
                (
                    "wave",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="counter_rules",
                        serialize=False,
                        to="vouchers.wave",
                    ),
                ),
                (
                    "required_answers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("THEMES", "Thématiques"),
                                ("EQUIPMENT", "Matériel"),
                                ("AUTONOMY", "Autonomie"),
                                ("IS_FIRST", "Premier accompagnement"),
                            ],
                            max_length=10,
                        ),
                        default=list,
                        size=None,
                        verbose_name="réponses exigées",
                    ),
                ),
                (
                    "list_warn_hours",
                    models.PositiveSmallIntegerField(default=24, verbose_name="liste ancienne : avertir (heures)"),
                ),
                (
                    "list_stop_hours",
                    models.PositiveSmallIntegerField(
                        default=72, null=True, verbose_name="liste ancienne : refuser (heures)"
                    ),
                ),
                (
                    "offline_device_hours",
                    models.PositiveSmallIntegerField(
                        default=20, verbose_name="heures hors ligne par appareil et par jour"
                    ),
                ),
                (
                    "offline_site_hours",
                    models.PositiveSmallIntegerField(default=60, verbose_name="heures hors ligne par lieu et par jour"),
                ),
                (
                    "typed_device_hours",
                    models.PositiveSmallIntegerField(
                        default=2, verbose_name="heures tapées hors ligne par appareil et par jour"
                    ),
                ),
                (
                    "skew_minutes",
                    models.PositiveSmallIntegerField(default=10, verbose_name="écart d’horloge admis (minutes)"),
                ),
                ("updated_at", models.DateTimeField(verbose_name="modifiées le")),
            ],
            options={
                "verbose_name": "règles au comptoir",
                "verbose_name_plural": "règles au comptoir",
            },
        ),
        migrations.CreateModel(
            name="PaperSample",
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
                ("starts_on", models.DateField(verbose_name="à partir du")),
                ("ends_on", models.DateField(verbose_name="jusqu’au (inclus)")),
                ("seed", models.BigIntegerField(verbose_name="graine")),
                ("size", models.PositiveSmallIntegerField(verbose_name="lignes demandées")),
                ("population_count", models.PositiveIntegerField(verbose_name="lignes de la période")),
                ("drawn_at", models.DateTimeField(verbose_name="tiré le")),
            ],
            options={
                "verbose_name": "contrôle sur papier",
                "verbose_name_plural": "contrôles sur papier",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PaperSampleItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("WAITING", "À présenter"), ("FOUND", "Présenté"), ("MISSING", "Manquant")],
                        default="WAITING",
                        max_length=8,
                        verbose_name="résultat",
                    ),
                ),
                ("noted_at", models.DateTimeField(null=True, verbose_name="noté le")),
                ("noted_by_id", models.UUIDField(null=True, verbose_name="noté par")),
                (
                    "correction",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Aucune"),
                            ("PROPOSED", "Proposée"),
                            ("ACCEPTED", "Acceptée"),
                            ("REJECTED", "Écartée"),
                        ],
                        max_length=8,
                        verbose_name="correction",
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="décidée le")),
                ("decided_by_id", models.UUIDField(null=True, verbose_name="décidée par")),
            ],
            options={
                "verbose_name": "ligne d’un contrôle sur papier",
                "verbose_name_plural": "lignes d’un contrôle sur papier",
            },
        ),
        migrations.CreateModel(
            name="PersonRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "autonomy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("entierement_accompagne", "Avec guidage"),
                            ("partiellement_autonome", "Autonome avec guidage en cas de besoin"),
                            ("autonome", "Autonome"),
                        ],
                        max_length=24,
                        verbose_name="autonomie",
                    ),
                ),
                ("is_first", models.BooleanField(null=True, verbose_name="premier accompagnement")),
            ],
            options={
                "verbose_name": "compte rendu d’une personne",
                "verbose_name_plural": "comptes rendus de personnes",
            },
        ),
        migrations.CreateModel(
            name="QuarantinedAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("device_id", models.UUIDField(db_index=True, verbose_name="appareil")),
                ("key", models.UUIDField(unique=True, verbose_name="clé d’idempotence")),
                ("content", models.JSONField(verbose_name="contenu")),
                ("happened_at", models.DateTimeField(verbose_name="advenu le, selon l’appareil")),
                ("received_at", models.DateTimeField(verbose_name="reçu le")),
                ("recovered_at", models.DateTimeField(null=True, verbose_name="récupéré le")),
                ("recovered_by_id", models.UUIDField(null=True, verbose_name="récupéré par")),
                (
                    "recover_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="motif de la récupération"),
                ),
            ],
            options={
                "verbose_name": "acte mis de côté",
                "verbose_name_plural": "actes mis de côté",
            },
        ),
        migrations.AddField(
            model_name="actrecord",
            name="level",
            field=models.CharField(
                blank=True,
                choices=[("debutant", "Débutant"), ("intermediaire", "Intermédiaire"), ("avance", "Avancé")],
                max_length=13,
                verbose_name="niveau de l’atelier",
            ),
        ),
        migrations.AddField(
            model_name="actrecord",
            name="others_count",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="participants sans ticket"),
        ),
        migrations.AddField(
            model_name="redemption",
            name="device_id",
            field=models.UUIDField(null=True, verbose_name="appareil"),
        ),
        migrations.AddField(
            model_name="redemption",
            name="mediator_id",
            field=models.UUIDField(null=True, verbose_name="médiateur"),
        ),
        migrations.AddField(
            model_name="redemption",
            name="skew_seconds",
            field=models.IntegerField(null=True, verbose_name="avance du service sur l’appareil (secondes)"),
        ),
        migrations.AddField(
            model_name="redemption",
            name="typed_count",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="tickets sans signature"),
        ),
        migrations.AlterField(
            model_name="oweddecision",
            name="act",
            field=models.CharField(
                choices=[
                    ("RECORD", "Enregistrement"),
                    ("CONFIRM", "Confirmation de la remise"),
                    ("SILENCE", "Silence du distributeur"),
                    ("DENY", "Démenti de la remise"),
                    ("SETTLE", "Décision d'un agent des finances"),
                    ("CORRECT", "Correction"),
                    ("UNDO", "Annulation"),
                ],
                max_length=8,
                verbose_name="acte",
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(
                condition=models.Q(("is_offline", True)),
                fields=["device_id", "happened_at"],
                name="redemption_offline_device",
            ),
        ),
        migrations.AddIndex(
            model_name="redemption",
            index=models.Index(
                condition=models.Q(("is_offline", True)), fields=["site", "happened_at"], name="redemption_offline_site"
            ),
        ),
        migrations.AddConstraint(
            model_name="counterrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("required_answers__contained_by", ["THEMES", "EQUIPMENT", "AUTONOMY", "IS_FIRST"])),
                name="counter_rules_answers_are_listed",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("list_stop_hours__isnull", True),
                    ("list_stop_hours__gte", models.F("list_warn_hours")),
                    _connector="OR",
                ),
                name="counter_rules_warn_before_they_stop",
                violation_error_message="L’avertissement vient avant le refus.",
            ),
        ),
        migrations.AddConstraint(
            model_name="counterrules",
            constraint=models.CheckConstraint(
                condition=models.Q(("typed_device_hours__lte", models.F("offline_device_hours"))),
                name="counter_rules_typed_hours_are_offline_hours",
                violation_error_message="Les heures tapées comptent dans les heures hors ligne.",
            ),
        ),
        migrations.AddField(
            model_name="papersample",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="paper_samples", to="mediation.site"
            ),
        ),
        migrations.AddField(
            model_name="papersample",
            name="wave",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="paper_samples", to="vouchers.wave"
            ),
        ),
        migrations.AddField(
            model_name="papersampleitem",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="paper_sample_items",
                to="mediation.redemptionline",
            ),
        ),
        migrations.AddField(
            model_name="papersampleitem",
            name="sample",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="items", to="mediation.papersample"
            ),
        ),
        migrations.AddField(
            model_name="personrecord",
            name="booklet",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vouchers.booklet"
            ),
        ),
        migrations.AddField(
            model_name="personrecord",
            name="redemption",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="person_records", to="mediation.redemption"
            ),
        ),
        migrations.AddField(
            model_name="quarantinedact",
            name="redemption",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="quarantined_act",
                to="mediation.redemption",
            ),
        ),
        migrations.AddField(
            model_name="quarantinedact",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="quarantined_acts", to="mediation.site"
            ),
        ),
        migrations.AddConstraint(
            model_name="papersample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="papersample_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersample",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on")), ("size__gte", 1)),
                name="paper_sample_asks_for_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.UniqueConstraint(fields=("sample", "rank"), name="paper_sample_item_rank_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.UniqueConstraint(fields=("sample", "line"), name="paper_sample_item_is_drawn_once"),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("noted_at__isnull", True), ("noted_by_id__isnull", True), ("outcome", "WAITING")),
                    models.Q(
                        ("noted_at__isnull", False),
                        ("noted_by_id__isnull", False),
                        ("outcome__in", ["FOUND", "MISSING"]),
                    ),
                    _connector="OR",
                ),
                name="paper_sample_item_noted_follows_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "MISSING"), models.Q(("correction", ""), _negated=True)),
                    models.Q(models.Q(("outcome", "MISSING"), _negated=True), ("correction", "")),
                    _connector="OR",
                ),
                name="paper_sample_item_missing_is_a_proposed_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("correction__in", ["", "PROPOSED"]),
                        ("decided_at__isnull", True),
                        ("decided_by_id__isnull", True),
                    ),
                    models.Q(
                        ("correction__in", ["ACCEPTED", "REJECTED"]),
                        ("decided_at__isnull", False),
                        ("decided_by_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="paper_sample_item_decided_follows_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="papersampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by_id__isnull", True),
                    models.Q(("decided_by_id", models.F("noted_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="paper_sample_item_is_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="personrecord",
            constraint=models.UniqueConstraint(
                fields=("redemption", "booklet"), name="person_record_is_one_for_a_booklet"
            ),
        ),
        migrations.AddConstraint(
            model_name="quarantinedact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("recover_reason", ""),
                        ("recovered_at__isnull", True),
                        ("recovered_by_id__isnull", True),
                        ("redemption__isnull", True),
                    ),
                    models.Q(
                        ("recovered_at__isnull", False),
                        ("recovered_by_id__isnull", False),
                        models.Q(("recover_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="quarantined_act_recovery_has_date_actor_and_reason",
            ),
        ),
    ]
