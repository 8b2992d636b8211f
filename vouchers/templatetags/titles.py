"""How titles, orders and shipments are shown: the tone of a state, the plate of a wave, ranges of numbers."""

from collections.abc import Iterable
from typing import Any

from django import template

from passnum.kit.pdf.shapes import MARK_COUNT, MARK_NAMES, mark_path
from vouchers.models import Wave
from vouchers.states import (
    DiscrepancyStatus,
    OrderStatus,
    PrintProofStatus,
    ShipmentStatus,
    TitleStatus,
    WaveStatus,
)

register = template.Library()

PLATE_SIDE = 20
TONES: dict[str, str] = {
    **{f"title:{s}": "info" for s in TitleStatus},
    f"title:{TitleStatus.IN_STOCK}": "ok",
    f"title:{TitleStatus.HANDED_OVER}": "ok",
    f"title:{TitleStatus.REDEEMED}": "ok",
    f"title:{TitleStatus.MISSING}": "bad",
    f"title:{TitleStatus.BLOCKED}": "bad",
    f"title:{TitleStatus.EXPIRED}": "idle",
    f"title:{TitleStatus.CANCELLED}": "idle",
    f"title:{TitleStatus.DESTROYED}": "idle",
    f"title:{TitleStatus.REPLACED}": "idle",
    f"order:{OrderStatus.DRAFT}": "idle",
    f"order:{OrderStatus.SUBMITTED}": "warn",
    f"order:{OrderStatus.APPROVED}": "info",
    f"order:{OrderStatus.IN_PRODUCTION}": "info",
    f"order:{OrderStatus.DELIVERED}": "ok",
    f"order:{OrderStatus.CLOSED}": "ok",
    f"order:{OrderStatus.CANCELLED}": "idle",
    f"print_proof:{PrintProofStatus.WAITING}": "warn",
    f"print_proof:{PrintProofStatus.APPROVED}": "ok",
    f"print_proof:{PrintProofStatus.SENT_BACK}": "bad",
    f"print_proof:{PrintProofStatus.SUPERSEDED}": "idle",
    f"shipment:{ShipmentStatus.SENT}": "warn",
    f"shipment:{ShipmentStatus.RECEIVED}": "ok",
    f"shipment:{ShipmentStatus.RECEIVED_WITH_GAP}": "bad",
    f"discrepancy:{DiscrepancyStatus.OPEN}": "warn",
    f"discrepancy:{DiscrepancyStatus.FOUND_BY_SENDER}": "ok",
    f"discrepancy:{DiscrepancyStatus.FOUND_BY_RECIPIENT}": "ok",
    f"discrepancy:{DiscrepancyStatus.LOST}": "bad",
    f"wave:{WaveStatus.DRAFT}": "idle",
    f"wave:{WaveStatus.OPEN}": "ok",
    f"wave:{WaveStatus.CLOSED}": "idle",
}


@register.filter
def tone(status: str, noun: str) -> str:
    """Return the tone of a status: `{% badge order.status|tone:"order" order.get_status_display %}`."""
    return TONES[f"{noun}:{status}"]


def svg_path(operators: str) -> str:
    """Return a path of PDF operators (m, l, c, h, re) as the `d` of an SVG path."""
    drawn: list[str] = []
    numbers: list[str] = []
    for word in operators.split():
        if word == "re":
            x, y, width, height = numbers
            drawn.append(f"M{x} {y}h{width}v{height}h-{width}Z")
        elif word in {"m", "l", "c"}:
            drawn.append(word.upper() + " ".join(numbers))
        elif word == "h":
            drawn.append("Z")
        else:
            numbers.append(word)
            continue
        numbers = []
    return "".join(drawn)


@register.inclusion_tag("vouchers/plate.html")
def plate(wave: Wave) -> dict[str, Any]:
    """Show the wave as the paper does: its shape in white on a black plate, its name. Not by colour alone."""
    return {
        "name": wave.name,
        "shape": MARK_NAMES[wave.number % MARK_COUNT],
        "path": svg_path(mark_path(wave.number, 0, 0, PLATE_SIDE)),
        "side": PLATE_SIDE,
    }


@register.filter
def numbers(ranges: Iterable[tuple[int, int]], wave: Wave) -> list[str]:
    """Return ranges as printed: « 1-0000001 à 1-0000040 »."""
    return [
        f"{wave.number}-{first:07d}" + (f" à {wave.number}-{last:07d}" if last != first else "")
        for first, last in ranges
    ]


@register.filter
def euro_units(cents: int) -> int:
    """Return whole euros, for a progress bar."""
    return cents // 100
