from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0004_typographic_apostrophes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
    ]
