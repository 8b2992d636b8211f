import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0017_contacts_are_sealed_and_erasable"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recall",
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
                ("booklets_count", models.PositiveIntegerField(verbose_name="carnets demandés")),
                ("sent_count", models.PositiveIntegerField(default=0, verbose_name="carnets envoyés")),
                ("reason", models.CharField(max_length=200, verbose_name="raison")),
                ("recorded_at", models.DateTimeField(verbose_name="demandé le")),
                ("done_at", models.DateTimeField(null=True, verbose_name="fait le")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="retiré le")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="accounts.organisation",
                        verbose_name="détenteur",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awaited_recalls",
                        to="accounts.organisation",
                        verbose_name="destinataire",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recalls", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "rappel de stock",
                "verbose_name_plural": "rappels de stock",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                            models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="recall_has_one_actor",
                        violation_error_message="Un fait porte exactement un acteur.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booklets_count__gte", 1)), name="recall_asks_for_booklets"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder", models.F("recipient")), _negated=True),
                        name="recall_goes_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("sent_count__lt", models.F("booklets_count"))),
                            models.Q(("done_at__isnull", False), ("sent_count__gte", models.F("booklets_count"))),
                            _connector="OR",
                        ),
                        name="recall_is_done_once_all_is_sent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                        name="recall_ends_in_one_way",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True), ("withdrawn_at__isnull", True)),
                        fields=("wave", "holder", "recipient"),
                        name="recall_is_open_once",
                    ),
                ],
            },
        ),
    ]
