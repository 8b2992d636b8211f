from django.db import migrations, models

# What was written before: by its clock, as reports read it until now. The guards come back at the end of `migrate`.
BACKFILL = """
ALTER TABLE accounts_organisationname DISABLE TRIGGER USER;
ALTER TABLE vouchers_orderstep DISABLE TRIGGER USER;
UPDATE accounts_organisationname r
    SET after_mark = (SELECT count(*) FROM vouchers_seal s WHERE s.sealed_at < r.recorded_at);
UPDATE vouchers_orderstep r
    SET after_mark = (SELECT count(*) FROM vouchers_seal s WHERE s.sealed_at < r.recorded_at);
ALTER TABLE accounts_organisationname ENABLE TRIGGER USER;
ALTER TABLE vouchers_orderstep ENABLE TRIGGER USER;
"""
MARK = "UPDATE kit_mark SET number = (SELECT count(*) FROM vouchers_seal)"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_names_say_after_which_line"),
        ("kit", "0002_lines_are_drawn_under_what_is_written"),
        ("vouchers", "0003_a_wave_prints_the_address_of_its_issuer"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderstep",
            name="after_mark",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="écrit après le trait n°"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
