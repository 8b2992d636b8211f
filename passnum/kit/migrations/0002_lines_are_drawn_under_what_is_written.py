from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(default=0, verbose_name="numéro")),
            ],
            options={
                "verbose_name": "trait",
                "verbose_name_plural": "traits",
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="mark_is_alone")],
            },
        ),
        migrations.RunSQL("INSERT INTO kit_mark (id, number) VALUES (1, 0)", migrations.RunSQL.noop),
    ]
