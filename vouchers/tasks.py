"""Regular work of this package."""

from celery import shared_task

from passnum.kit import clock
from vouchers.actions.attribution import seal_and_attribute
from vouchers.actions.contact import purge_closed_waves
from vouchers.actions.printer_file import purge_printer_files


@shared_task
def seal_register() -> None:
    """Seal what was committed since the last seal, and attribute what it used to those who funded it."""
    seal_and_attribute(at=clock.now())


@shared_task
def purge_delivered_files() -> None:
    """Delete the variable data of printers whose orders were delivered."""
    purge_printer_files(at=clock.now())


@shared_task
def purge_contacts() -> None:
    """Erase the contacts kept for waves that are closed: nobody has to remember to."""
    purge_closed_waves(at=clock.now())
