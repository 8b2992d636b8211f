from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0006_typographic_apostrophes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dispute",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="dispute",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="dispute",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="dispute",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="fundingproof",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="fundingproof",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="fundingproof",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="fundingproof",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handover",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handover",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handover",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handoverconfirmation",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handoverconfirmation",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="handoverconfirmation",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="handoverconfirmation",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="movement",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="movement",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="movement",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="movement",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="order",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="order",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="order",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="orderstep",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="by_id",
            field=models.UUIDField(null=True, verbose_name="identifiant de l’acteur"),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="by_kind",
            field=models.CharField(
                choices=[("USER", "Personne"), ("DEVICE", "Appareil"), ("TOKEN", "Jeton d’API"), ("SYSTEM", "Système")],
                max_length=8,
                verbose_name="acteur",
            ),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="by_organisation",
            field=models.UUIDField(null=True, verbose_name="organisation de l’acteur"),
        ),
        migrations.AlterField(
            model_name="shipment",
            name="by_role",
            field=models.CharField(blank=True, max_length=20, verbose_name="rôle de l’acteur"),
        ),
    ]
