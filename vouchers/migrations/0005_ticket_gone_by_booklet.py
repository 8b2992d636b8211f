from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vouchers", "0004_steps_say_after_which_seal"),
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
