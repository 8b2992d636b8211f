import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0018_recalls"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedLot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("USER", "Personne"),
                            ("DEVICE", "Appareil"),
                            ("TOKEN", "Jeton d’API"),
                            ("SYSTEM", "Système"),
                        ],
                        max_length=8,
                        verbose_name="acteur",
                    ),
                ),
                ("by_id", models.UUIDField(null=True, verbose_name="identifiant de l’acteur")),
                ("by_organisation", models.UUIDField(null=True, verbose_name="organisation de l’acteur")),
                ("by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="numéro")),
                ("seal_reference", models.CharField(max_length=40, verbose_name="numéro porté par le scellé")),
                ("booklets_count", models.PositiveIntegerField(verbose_name="carnets")),
                ("tickets_count", models.PositiveIntegerField(verbose_name="tickets")),
                ("sealed_at", models.DateTimeField(verbose_name="scellé le")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_lots",
                        to="accounts.organisation",
                        verbose_name="gardé par",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_lots", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "lot scellé",
                "verbose_name_plural": "lots scellés",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SealedBooklet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "booklet",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_in", to="vouchers.booklet"
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="booklets", to="vouchers.sealedlot"
                    ),
                ),
            ],
            options={
                "verbose_name": "carnet scellé",
                "verbose_name_plural": "carnets scellés",
            },
        ),
        migrations.CreateModel(
            name="DestructionReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by_kind",
                    models.CharField(
                        choices=[
                            ("USER", "Personne"),
                            ("DEVICE", "Appareil"),
                            ("TOKEN", "Jeton d’API"),
                            ("SYSTEM", "Système"),
                        ],
                        max_length=8,
                        verbose_name="acteur",
                    ),
                ),
                ("by_id", models.UUIDField(null=True, verbose_name="identifiant de l’acteur")),
                ("by_organisation", models.UUIDField(null=True, verbose_name="organisation de l’acteur")),
                ("by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                (
                    "status",
                    models.CharField(
                        choices=[("PROPOSED", "Signé une fois"), ("SIGNED", "Signé deux fois, détruit")],
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True, unique=True, verbose_name="numéro")),
                (
                    "method",
                    models.CharField(
                        choices=[("SHREDDED", "Broyage"), ("BURNT", "Incinération"), ("PULPED", "Mise au pilon")],
                        max_length=8,
                        verbose_name="moyen",
                    ),
                ),
                ("first_signed_at", models.DateTimeField(verbose_name="première signature le")),
                ("second_signed_at", models.DateTimeField(null=True, verbose_name="seconde signature le")),
                ("second_by_id", models.UUIDField(null=True, verbose_name="second signataire")),
                (
                    "second_by_organisation",
                    models.UUIDField(null=True, verbose_name="organisation du second signataire"),
                ),
                (
                    "second_by_role",
                    models.CharField(blank=True, max_length=20, verbose_name="rôle du second signataire"),
                ),
                (
                    "lot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="report", to="vouchers.sealedlot"
                    ),
                ),
            ],
            options={
                "verbose_name": "procès-verbal de destruction",
                "verbose_name_plural": "procès-verbaux de destruction",
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="sealedlot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="sealedlot_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("booklets_count__gte", 1), ("tickets_count__gte", 1)),
                name="sealed_lot_holds_booklets",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("seal_reference", ""), _negated=True), name="sealed_lot_bears_a_seal"
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="destructionreport_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_kind", "USER")), name="destruction_is_signed_by_people"
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_by_id__isnull", True),
                    models.Q(("second_by_id", models.F("by_id")), _negated=True),
                    _connector="OR",
                ),
                name="destruction_signers_are_two_people",
                violation_error_message="Un procès-verbal de destruction est signé par deux personnes différentes.",
            ),
        ),
        migrations.AddConstraint(
            model_name="destructionreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("number__isnull", True),
                        ("second_by_id__isnull", True),
                        ("second_signed_at__isnull", True),
                        ("status", "PROPOSED"),
                    ),
                    models.Q(
                        ("number__isnull", False),
                        ("second_by_id__isnull", False),
                        ("second_signed_at__isnull", False),
                        ("status", "SIGNED"),
                    ),
                    _connector="OR",
                ),
                name="destruction_second_signature_follows_status",
            ),
        ),
    ]
