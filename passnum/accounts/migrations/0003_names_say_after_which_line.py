from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_devices_at_the_counter"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisationname",
            name="after_mark",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="écrit après le trait n°"),
        ),
    ]
