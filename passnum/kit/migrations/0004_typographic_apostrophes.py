from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0003_databases_know_their_keys"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="auditentry",
            options={"verbose_name": "ligne d’audit", "verbose_name_plural": "lignes d’audit"},
        ),
        migrations.AlterModelOptions(
            name="idempotencykey",
            options={"verbose_name": "clé d’idempotence", "verbose_name_plural": "clés d’idempotence"},
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="subject",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’objet"),
        ),
        migrations.AlterField(
            model_name="job",
            name="lease_until",
            field=models.DateTimeField(null=True, verbose_name="bail jusqu’au"),
        ),
    ]
