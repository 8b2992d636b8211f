import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Device",
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
                ("name", models.CharField(max_length=60, verbose_name="nom")),
                ("is_shared", models.BooleanField(default=False, verbose_name="partagé")),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="empreinte du jeton")),
                ("app_version", models.CharField(blank=True, max_length=40, verbose_name="version de l’application")),
                ("paired_at", models.DateTimeField(verbose_name="associé le")),
                ("last_seen_at", models.DateTimeField(null=True, verbose_name="vu le")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="révoqué le")),
                ("revoked_by_id", models.UUIDField(null=True, verbose_name="révoqué par")),
                ("revoke_reason", models.CharField(blank=True, max_length=200, verbose_name="motif de la révocation")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="devices", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "appareil",
                "verbose_name_plural": "appareils",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DevicePairing",
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
                ("device_name", models.CharField(max_length=60, verbose_name="nom de l’appareil")),
                ("is_shared", models.BooleanField(default=False, verbose_name="partagé")),
                ("digest", models.BinaryField(max_length=32, unique=True, verbose_name="empreinte du secret")),
                ("code_digest", models.BinaryField(max_length=32, verbose_name="empreinte des six chiffres")),
                ("created_at", models.DateTimeField(verbose_name="créée le")),
                ("expires_at", models.DateTimeField(verbose_name="expire le")),
                ("used_at", models.DateTimeField(null=True, verbose_name="utilisée le")),
                ("cancelled_at", models.DateTimeField(null=True, verbose_name="annulée le")),
                (
                    "device",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pairing",
                        to="accounts.device",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="device_pairings",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation d’appareil",
                "verbose_name_plural": "invitations d’appareils",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DevicePresence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("started_at", models.DateTimeField(verbose_name="depuis")),
                ("expires_at", models.DateTimeField(verbose_name="au plus tard")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="finie le")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="presences", to="accounts.device"
                    ),
                ),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="presences", to="accounts.membership"
                    ),
                ),
            ],
            options={
                "verbose_name": "présence sur un appareil",
                "verbose_name_plural": "présences sur un appareil",
            },
        ),
        migrations.CreateModel(
            name="Pin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="empreinte")),
                ("changed_at", models.DateTimeField(verbose_name="choisi le")),
                ("failures_count", models.PositiveSmallIntegerField(default=0, verbose_name="essais manqués")),
                ("locked_until", models.DateTimeField(null=True, verbose_name="bloqué jusqu’à")),
                (
                    "membership",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pin", to="accounts.membership"
                    ),
                ),
            ],
            options={
                "verbose_name": "code personnel",
                "verbose_name_plural": "codes personnels",
            },
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="device_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("revoke_reason", ""), ("revoked_at__isnull", True), ("revoked_by_id__isnull", True)),
                    models.Q(
                        ("revoked_at__isnull", False),
                        ("revoked_by_id__isnull", False),
                        models.Q(("revoke_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="device_revocation_has_date_actor_and_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="devicepairing",
            index=models.Index(fields=["code_digest"], name="device_pairing_by_code"),
        ),
        migrations.AddConstraint(
            model_name="devicepairing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by_id__isnull", True), ("by_kind", "SYSTEM")),
                    models.Q(("by_kind__in", ["USER", "DEVICE", "TOKEN"]), ("by_id__isnull", False)),
                    _connector="OR",
                ),
                name="devicepairing_has_one_actor",
                violation_error_message="Un fait porte exactement un acteur.",
            ),
        ),
        migrations.AddConstraint(
            model_name="devicepairing",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("created_at"))), name="device_pairing_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="devicepairing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("device__isnull", True), ("used_at__isnull", True)),
                    models.Q(("cancelled_at__isnull", True), ("device__isnull", False), ("used_at__isnull", False)),
                    _connector="OR",
                ),
                name="device_pairing_used_makes_a_device",
            ),
        ),
        migrations.AddIndex(
            model_name="devicepresence",
            index=models.Index(fields=["device", "started_at"], name="device_presence_by_device"),
        ),
        migrations.AddConstraint(
            model_name="devicepresence",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("started_at"))), name="device_presence_expires"
            ),
        ),
        migrations.AddConstraint(
            model_name="devicepresence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("device",),
                name="device_presence_is_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="pin",
            constraint=models.CheckConstraint(
                condition=models.Q(("password", ""), _negated=True), name="pin_is_hashed"
            ),
        ),
    ]
