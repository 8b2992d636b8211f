"""A status is what the movement it names leads to, and a ticket's movement holds a line of its booklet.

Composite foreign keys: PostgreSQL refuses, in raw SQL too, a ticket said REDEEMED without a movement to REDEEMED.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE vouchers_ticket ADD CONSTRAINT ticket_status_follows_its_movement
    FOREIGN KEY (movement_id, status) REFERENCES vouchers_movement (id, to_state);
ALTER TABLE vouchers_booklet ADD CONSTRAINT booklet_status_follows_its_movement
    FOREIGN KEY (movement_id, status) REFERENCES vouchers_movement (id, to_state);
ALTER TABLE vouchers_ticket ADD CONSTRAINT ticket_movement_holds_its_booklet
    FOREIGN KEY (movement_id, booklet_id) REFERENCES vouchers_movementline (movement_id, booklet_id);
ALTER TABLE vouchers_movementline ADD CONSTRAINT movement_line_counts_its_mask
    CHECK (tickets_count = bit_count(mask::int::bit(16)));
"""
BACKWARD = """
ALTER TABLE vouchers_ticket DROP CONSTRAINT ticket_status_follows_its_movement;
ALTER TABLE vouchers_booklet DROP CONSTRAINT booklet_status_follows_its_movement;
ALTER TABLE vouchers_ticket DROP CONSTRAINT ticket_movement_holds_its_booklet;
ALTER TABLE vouchers_movementline DROP CONSTRAINT movement_line_counts_its_mask;
"""


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
