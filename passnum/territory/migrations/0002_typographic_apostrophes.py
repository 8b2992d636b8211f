from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("territory", "0001_territory_is_dated"),
    ]

    operations = [
        migrations.AlterField(
            model_name="communeperiod",
            name="valid_until",
            field=models.DateField(null=True, verbose_name="jusqu’au (inclus)"),
        ),
        migrations.AlterField(
            model_name="eptmembership",
            name="valid_until",
            field=models.DateField(null=True, verbose_name="jusqu’au (inclus)"),
        ),
        migrations.AlterField(
            model_name="population",
            name="valid_until",
            field=models.DateField(null=True, verbose_name="jusqu’au (inclus)"),
        ),
        migrations.AlterConstraint(
            model_name="communeperiod",
            name="commune_period_successor_follows_an_end",
            constraint=models.CheckConstraint(
                condition=models.Q(("successor__isnull", True), ("valid_until__isnull", False), _connector="OR"),
                name="commune_period_successor_follows_an_end",
                violation_error_message="Une commune qui dure n’a pas de successeur.",
            ),
        ),
    ]
