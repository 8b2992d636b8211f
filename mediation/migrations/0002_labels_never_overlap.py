"""Two label periods of one place never overlap. `int8range(id, id)` stands for equality: no btree_gist needed."""

from django.db import migrations

FORWARD = """
ALTER TABLE mediation_label ADD CONSTRAINT label_periods_do_not_overlap EXCLUDE USING gist (
    int8range(site_id, site_id, '[]') WITH &&,
    daterange(starts_on, ends_on, '[]') WITH &&
) WHERE (ends_on >= starts_on);
"""
BACKWARD = "ALTER TABLE mediation_label DROP CONSTRAINT label_periods_do_not_overlap;"


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
