"""An order is produced once its funder approved the proof (bon à tirer) of what it prints.

The composite foreign key holds in raw SQL too: an order names an approved version of its own proof. Orders started before
proofs existed get a first version approved by whoever approved the order, which says so.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

PROVE_WHAT_WAS_STARTED = """
INSERT INTO vouchers_printproof (uid, order_id, version, status, content, digest, made_at, answered_at, answered_by_id,
    answered_by_role, remarks, approved_version, by_kind, by_role)
SELECT gen_random_uuid(), id, 1, 'APPROVED', '{}', '', started_at, started_at, approved_by_id, 'PILOT',
    'Commande lancée avant que les bons à tirer existent.', 1, 'SYSTEM', 'system'
FROM vouchers_order WHERE started_at IS NOT NULL;
UPDATE vouchers_order SET proof_version = 1 WHERE started_at IS NOT NULL;
"""
# The checks of a foreign key wait until the end of the transaction, and PostgreSQL alters no table before.
SETTLE = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
TIE = """
ALTER TABLE vouchers_order ADD CONSTRAINT order_proof_is_approved
    FOREIGN KEY (id, proof_version) REFERENCES vouchers_printproof (order_id, approved_version);
"""
UNTIE = "ALTER TABLE vouchers_order DROP CONSTRAINT order_proof_is_approved"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_actors_and_places_in_typographic_apostrophes"),
        ("vouchers", "0011_the_end_of_a_wave_is_a_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrintProof",
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
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("WAITING", "À approuver"),
                            ("APPROVED", "Approuvé"),
                            ("SENT_BACK", "Renvoyé"),
                            ("SUPERSEDED", "Remplacé"),
                        ],
                        default="WAITING",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("content", models.JSONField(verbose_name="ce qui est imprimé")),
                ("digest", models.BinaryField(max_length=32, verbose_name="empreinte du contenu")),
                ("made_at", models.DateTimeField(verbose_name="fait le")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="répondu le")),
                ("answered_by_id", models.UUIDField(null=True, verbose_name="répondu par")),
                ("answered_by_role", models.CharField(blank=True, max_length=20, verbose_name="rôle de qui a répondu")),
                ("remarks", models.TextField(blank=True, max_length=600, verbose_name="remarques ou motif")),
                ("approved_version", models.PositiveSmallIntegerField(null=True, verbose_name="version approuvée")),
            ],
            options={
                "verbose_name": "bon à tirer",
                "verbose_name_plural": "bons à tirer",
                "ordering": ["order", "version"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="order",
            name="proof_version",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="version du bon à tirer approuvé"),
        ),
        migrations.AddField(
            model_name="printproof",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="print_proofs", to="vouchers.order"
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="printproof_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.UniqueConstraint(fields=("order", "version"), name="print_proof_version_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.UniqueConstraint(
                fields=("order", "approved_version"), name="print_proof_approved_version_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["WAITING", "APPROVED"])),
                fields=("order",),
                name="print_proof_in_force_is_one_per_order",
                violation_error_message="Une commande n’a qu’un bon à tirer en cours.",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gte", 1)), name="print_proof_version_starts_at_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_version", models.F("version")), ("status", "APPROVED")),
                    models.Q(models.Q(("status", "APPROVED"), _negated=True), ("approved_version__isnull", True)),
                    _connector="OR",
                ),
                name="print_proof_approved_version_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by_id__isnull", True), ("answered_by_role", "")),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by_id__isnull", False),
                        models.Q(("answered_by_role", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="print_proof_answer_has_date_and_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "SUPERSEDED"),
                    models.Q(("answered_at__isnull", True), ("status", "WAITING")),
                    models.Q(("answered_at__isnull", False), ("status__in", ["APPROVED", "SENT_BACK"])),
                    _connector="OR",
                ),
                name="print_proof_answer_follows_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "SENT_BACK"), _negated=True), ("remarks__regex", "\\S"), _connector="OR"
                ),
                name="print_proof_sent_back_says_why",
                violation_error_message="Un bon à tirer se renvoie avec des remarques.",
            ),
        ),
        migrations.AddConstraint(
            model_name="printproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    ("answered_by_role", "FUNDER"),
                    ("remarks__regex", "\\S"),
                    _connector="OR",
                ),
                name="print_proof_answered_for_the_funder_says_why",
                violation_error_message="Qui répond à la place du financeur dit pourquoi.",
            ),
        ),
        migrations.RunSQL(PROVE_WHAT_WAS_STARTED, migrations.RunSQL.noop),
        migrations.RunSQL(SETTLE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("started_at__isnull", True), ("proof_version__isnull", False), _connector="OR"),
                name="order_in_production_has_its_proof",
                violation_error_message="Une commande est produite une fois son bon à tirer approuvé.",
            ),
        ),
        migrations.RunSQL(TIE, UNTIE),
    ]
