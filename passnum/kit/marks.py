"""Lines drawn under what is written, so that what was known at a line never changes.

A clock cannot tell: a row stamped before a line may be committed after it. So a row that is `marked` (kit.models.mark)
takes `LOCK` shared until its transaction ends and keeps the number of the last line; whoever draws a line takes it alone,
and so waits for every row begun before. Known at line n: the rows with `after_mark < n`, all of them committed.
"""

from typing import Final

from django.db import connection

from passnum.kit.models import Mark

# Any constant does, as long as nothing else takes it: « SEAL » in ASCII.
LOCK: Final = 0x5345414C

FUNCTIONS: Final = """
CREATE OR REPLACE FUNCTION public.kit_present_mark() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(1397047628);  -- LOCK
    RETURN (SELECT m.number FROM public.kit_mark m);
END $$;

CREATE OR REPLACE FUNCTION public.kit_keep_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.after_mark := public.kit_present_mark();
    RETURN NEW;
END $$;
"""


def hold_the_line() -> None:
    """Wait for what is being written, and let nothing marked be written before the end of the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def draw_line(number: int) -> None:
    """Move the mark on. The caller holds the line."""
    Mark.objects.update(number=number)
