import uuid

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0019_sealed_lots_and_their_destruction"),
    ]

    operations = [
        migrations.CreateModel(
            name="Inventory",
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
                        choices=[("OPEN", "En cours"), ("CLOSED", "Compté et signé"), ("DROPPED", "Abandonné")],
                        max_length=7,
                        verbose_name="état",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="commencé le")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="fini le")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventories",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inventories", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "inventaire",
                "verbose_name_plural": "inventaires",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InventoryCount",
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
                ("counted_at", models.DateTimeField(verbose_name="compté le")),
                ("expected_count", models.PositiveIntegerField(verbose_name="attendus")),
                ("found_count", models.PositiveIntegerField(verbose_name="trouvés")),
                ("missing_count", models.PositiveIntegerField(verbose_name="manquants")),
                ("unexpected_count", models.PositiveIntegerField(verbose_name="inattendus")),
                ("missing", models.JSONField(default=list, verbose_name="numéros manquants")),
                ("unexpected", models.JSONField(default=list, verbose_name="numéros inattendus")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inventory_counts",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "inventory",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="count", to="vouchers.inventory"
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inventory_counts", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "compte d’inventaire",
                "verbose_name_plural": "comptes d’inventaire",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InventoryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(verbose_name="lu le")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vouchers.booklet"
                    ),
                ),
                (
                    "inventory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="entries", to="vouchers.inventory"
                    ),
                ),
            ],
            options={
                "verbose_name": "carnet lu",
                "verbose_name_plural": "carnets lus",
            },
        ),
        migrations.AddConstraint(
            model_name="inventory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="inventory_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inventory",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "OPEN")),
                fields=("holder", "wave"),
                name="inventory_is_open_once_per_wave",
            ),
        ),
        migrations.AddConstraint(
            model_name="inventory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("status", "OPEN")),
                    models.Q(models.Q(("status", "OPEN"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="inventory_ended_at_follows_status",
            ),
        ),
        migrations.AddIndex(
            model_name="inventorycount",
            index=models.Index(fields=["holder", "counted_at"], name="inventory_count_by_holder"),
        ),
        migrations.AddConstraint(
            model_name="inventorycount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="inventorycount_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inventorycount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "found_count",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("expected_count"), "-", models.F("missing_count")
                            ),
                            "+",
                            models.F("unexpected_count"),
                        ),
                    )
                ),
                name="inventory_count_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="inventoryentry",
            constraint=models.UniqueConstraint(
                fields=("inventory", "booklet"), name="inventory_entry_is_one_per_booklet"
            ),
        ),
    ]
