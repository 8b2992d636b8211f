"""The QR code that a phone scans to be paired, as inline SVG: no picture is stored, no address carries its secret."""

from passnum.kit.codes.qr import QUIET_ZONE, draw_text, runs


def pairing_qr_svg(address: str) -> str:
    """Return the symbol of an address; it says nothing to who does not see it, the six figures beside it do."""
    symbol = draw_text(address)
    side = len(symbol) + 2 * QUIET_ZONE
    path = "".join(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z" for y, x, length in runs(symbol))
    return (
        f'<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="Code QR d’association, à scanner avec le '
        f'téléphone" focusable="false" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )
