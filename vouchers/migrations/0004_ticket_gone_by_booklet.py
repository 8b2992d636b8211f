from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0003_a_wave_prints_the_address_of_its_issuer"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status__in", ["BLOCKED", "REPLACED", "CANCELLED", "DESTROYED"])),
                fields=["booklet"],
                name="ticket_gone_by_booklet",
            ),
        ),
    ]
