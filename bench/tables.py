"""Tables of the floors: made by the owner, used by the application's role like the real ones."""

from django.conf import settings
from django.db import connections


def make_table(name: str, definition: str) -> None:
    """Create a table and let the application fill it."""
    role = settings.DATABASES["default"]["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(definition)
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE ON {name} TO {role}")


def empty(name: str) -> None:
    """Empty a table: each run starts from the same size."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"TRUNCATE {name}")
