"""Regular work of this package."""

from celery import shared_task

from passnum.kit import clock
from vouchers.register.sealer import seal_movements


@shared_task
def seal_register() -> None:
    """Seal what was committed since the last seal."""
    seal_movements(at=clock.now())
