from vouchers.models import Order, PrinterFile

PRINTER_FILES = "PRINTER_FILES"


def kept_files(*, order: Order) -> list[PrinterFile]:
    """Return the batches of variable data of an order that are still on the disk, in order."""
    return list(PrinterFile.objects.filter(order=order, deleted_at__isnull=True).order_by("batch"))


def printer_files(*, order: Order) -> list[PrinterFile]:
    """Return all batches ever written for an order."""
    return list(PrinterFile.objects.filter(order=order).order_by("batch"))
