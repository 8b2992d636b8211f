"""A race that ends in a constraint is told by the constraint's name."""

from django.db import IntegrityError


def violated(error: IntegrityError) -> str:
    """Return the name of the constraint that refused; '' when the database names none."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnostics, "constraint_name", None) or "")
