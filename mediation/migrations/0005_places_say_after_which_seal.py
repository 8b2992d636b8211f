from django.db import migrations, models

# What was written before: by its clock, as reports read it until now. The guards come back at the end of `migrate`.
BACKFILL = """
ALTER TABLE mediation_sitename DISABLE TRIGGER USER;
UPDATE mediation_sitename r
    SET after_mark = (SELECT count(*) FROM vouchers_seal s WHERE s.sealed_at < r.recorded_at);
ALTER TABLE mediation_sitename ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("mediation", "0004_goodwill"),
        ("vouchers", "0004_steps_say_after_which_seal"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitename",
            name="after_mark",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="écrit après le trait n°"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
