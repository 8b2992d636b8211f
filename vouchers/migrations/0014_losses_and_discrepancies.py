import uuid

import django.db.models.deletion
from django.db import migrations, models

# What was missing before is to settle too.
OPEN_WHAT_IS_MISSING = """
INSERT INTO vouchers_discrepancy (uid, shipment_id, booklet_id, status, opened_at, is_settled_by_pilot)
SELECT gen_random_uuid(), b.shipment_id, b.id, 'OPEN', m.recorded_at, false
FROM vouchers_booklet b JOIN vouchers_movement m ON m.id = b.movement_id
WHERE b.status = 'MISSING' AND m.act = 'DECLARE_MISSING' AND b.shipment_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0013_an_order_amended_is_approved_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="Discrepancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("OPEN", "À régler"),
                            ("FOUND_BY_SENDER", "Retrouvé chez l’expéditeur"),
                            ("FOUND_BY_RECIPIENT", "Retrouvé chez le destinataire"),
                            ("LOST", "Perdu"),
                        ],
                        default="OPEN",
                        max_length=18,
                        verbose_name="état",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="ouvert le")),
                (
                    "sender_word",
                    models.CharField(
                        choices=[
                            ("OPEN", "À régler"),
                            ("FOUND_BY_SENDER", "Retrouvé chez l’expéditeur"),
                            ("FOUND_BY_RECIPIENT", "Retrouvé chez le destinataire"),
                            ("LOST", "Perdu"),
                        ],
                        max_length=18,
                        null=True,
                        verbose_name="parole de l’expéditeur",
                    ),
                ),
                ("sender_said_at", models.DateTimeField(null=True, verbose_name="dit par l’expéditeur le")),
                ("sender_said_by_id", models.UUIDField(null=True, verbose_name="dit pour l’expéditeur par")),
                (
                    "recipient_word",
                    models.CharField(
                        choices=[
                            ("OPEN", "À régler"),
                            ("FOUND_BY_SENDER", "Retrouvé chez l’expéditeur"),
                            ("FOUND_BY_RECIPIENT", "Retrouvé chez le destinataire"),
                            ("LOST", "Perdu"),
                        ],
                        max_length=18,
                        null=True,
                        verbose_name="parole du destinataire",
                    ),
                ),
                ("recipient_said_at", models.DateTimeField(null=True, verbose_name="dit par le destinataire le")),
                ("recipient_said_by_id", models.UUIDField(null=True, verbose_name="dit pour le destinataire par")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="réglé le")),
                ("settled_by_id", models.UUIDField(null=True, verbose_name="réglé par")),
                ("is_settled_by_pilot", models.BooleanField(default=False, verbose_name="réglé par la Métropole")),
                (
                    "booklet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="discrepancies", to="vouchers.booklet"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discrepancies",
                        to="vouchers.shipment",
                    ),
                ),
            ],
            options={
                "verbose_name": "écart",
                "verbose_name_plural": "écarts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shipment", "booklet"), name="discrepancy_is_one_per_missing_booklet"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "OPEN")),
                        fields=("booklet",),
                        name="discrepancy_of_a_booklet_is_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("is_settled_by_pilot", False), ("settled_at__isnull", True), ("status", "OPEN")),
                            models.Q(models.Q(("status", "OPEN"), _negated=True), ("settled_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="discrepancy_settled_at_follows_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "OPEN"),
                            ("is_settled_by_pilot", True),
                            models.Q(
                                ("recipient_word", models.F("status")),
                                ("recipient_word__isnull", False),
                                ("sender_word", models.F("status")),
                                ("sender_word__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="discrepancy_is_settled_by_both_sides_or_the_pilot",
                        violation_error_message="Un écart se règle par la parole des deux côtés, ou par la Métropole.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sender_said_by_id__isnull", True),
                            ("recipient_said_by_id__isnull", True),
                            models.Q(("sender_said_by_id", models.F("recipient_said_by_id")), _negated=True),
                            _connector="OR",
                        ),
                        name="discrepancy_sides_are_two_people",
                        violation_error_message="Les deux côtés d’un écart sont deux personnes.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("sender_said_at__isnull", True), ("sender_word__isnull", True)),
                                models.Q(("sender_said_at__isnull", False), ("sender_word__isnull", False)),
                                _connector="OR",
                            ),
                            models.Q(
                                models.Q(("recipient_said_at__isnull", True), ("recipient_word__isnull", True)),
                                models.Q(("recipient_said_at__isnull", False), ("recipient_word__isnull", False)),
                                _connector="OR",
                            ),
                        ),
                        name="discrepancy_words_have_a_date",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LossReport",
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
                    "holder_kind",
                    models.CharField(
                        choices=[
                            ("ORGANISATION", "Organisation"),
                            ("PRINTER", "Imprimeur"),
                            ("PERSON", "Bénéficiaire"),
                            ("CONSUMED", "Consommé"),
                            ("VOID", "Sans valeur"),
                        ],
                        max_length=12,
                        verbose_name="détenteur",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("LOST", "Perdu"),
                            ("STOLEN", "Volé"),
                            ("DAMAGED", "Abîmé ou illisible"),
                            ("OTHER", "Autre"),
                        ],
                        max_length=8,
                        verbose_name="motif",
                    ),
                ),
                (
                    "complaint_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="référence de la plainte"),
                ),
                ("booklets_count", models.PositiveIntegerField(verbose_name="carnets")),
                ("tickets_count", models.PositiveIntegerField(verbose_name="tickets")),
                ("happened_at", models.DateTimeField(verbose_name="le")),
                ("recorded_at", models.DateTimeField(verbose_name="enregistrée le")),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loss_reports",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loss_reports",
                        to="vouchers.shipment",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loss_reports", to="vouchers.wave"
                    ),
                ),
            ],
            options={
                "verbose_name": "déclaration de perte",
                "verbose_name_plural": "déclarations de perte",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                            models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                            _connector="OR",
                        ),
                        name="lossreport_has_one_actor",
                        violation_error_message="Un fait porte exactement un acteur.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booklets_count__gte", 1), ("tickets_count__gte", 1)),
                        name="loss_report_holds_booklets",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder__isnull", False), ("holder_kind", "ORGANISATION")),
                            models.Q(("holder__isnull", True), ("holder_kind", "PRINTER")),
                            _connector="OR",
                        ),
                        name="loss_report_holder_is_named",
                    ),
                ],
            },
        ),
        migrations.RunSQL(OPEN_WHAT_IS_MISSING, migrations.RunSQL.noop),
    ]
