import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0015_referents_serve_distributors_without_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="PrinterFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant")),
                ("batch", models.PositiveIntegerField(verbose_name="lot")),
                ("first_number", models.PositiveIntegerField(verbose_name="premier carnet")),
                ("last_number", models.PositiveIntegerField(verbose_name="dernier carnet")),
                ("path", models.CharField(max_length=200, unique=True, verbose_name="chemin")),
                ("sha256", models.BinaryField(max_length=32, verbose_name="empreinte")),
                ("content_sha256", models.BinaryField(max_length=32, verbose_name="empreinte du contenu en clair")),
                ("bytes_count", models.BigIntegerField(verbose_name="octets")),
                ("tickets_count", models.PositiveIntegerField(verbose_name="tickets")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                ("deleted_at", models.DateTimeField(null=True, verbose_name="supprimé le")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="printer_files", to="vouchers.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier d’imprimeur",
                "verbose_name_plural": "fichiers d’imprimeur",
                "constraints": [
                    models.UniqueConstraint(fields=("order", "batch"), name="printer_file_is_made_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("deleted_at__gte", models.F("created_at")), _connector="OR"
                        ),
                        name="printer_file_is_deleted_after_it_was_made",
                    ),
                ],
            },
        ),
    ]
