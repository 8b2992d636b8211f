from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0002_lines_are_drawn_under_what_is_written"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyFingerprint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kid", models.PositiveSmallIntegerField(unique=True, verbose_name="numéro de clé")),
                ("fingerprint", models.BinaryField(verbose_name="empreinte")),
            ],
            options={
                "verbose_name": "empreinte de clé",
                "verbose_name_plural": "empreintes de clés",
            },
        ),
    ]
