"""What an order prints, and the versions of its proof (bon à tirer)."""

from collections.abc import Sequence
from typing import Any

from passnum.accounts.models import Membership
from passnum.accounts.roles import Role
from vouchers.models import Order, OrderLine, PrintProof, Wave
from vouchers.states import PrintProofStatus

IN_FORCE = (PrintProofStatus.WAITING, PrintProofStatus.APPROVED)


def grace_sentence(wave: Wave) -> str:
    """Say in plain French what happens after the printed date."""
    if not wave.grace_days:
        return "Après cette date, les tickets ne valent plus rien."
    return f"Après cette date, il reste {wave.grace_days} jours pour utiliser les tickets."


def print_content(*, order: Order) -> dict[str, Any]:
    """Return all that the booklets of an order print apart from numbers and codes, on its largest booklet."""
    wave = order.wave
    lines = list(OrderLine.objects.filter(order=order).select_related("distributor").order_by("position"))
    shown = max(lines, key=lambda line: (line.size, -line.position))
    logo = {"logo": bytes(order.logo.sha256).hex()} if order.logo else {}  # none: the digest of before still holds
    return logo | {
        "wave_name": wave.name,
        "wave_number": wave.number,
        "issuer_name": wave.issuer.name,
        "issuer_address": wave.issuer_address,
        "funder_name": order.funder.name,
        "funder_text": order.letter,
        "distributor_name": shown.distributor.name,
        "size": shown.size,
        "sizes": sorted({line.size for line in lines}),
        "valid_until": wave.valid_until.isoformat(),
        "grace_sentence": grace_sentence(wave),
        "face_value_cents": wave.face_value_cents,
        "minutes_per_ticket": wave.ticket_minutes,
        "profile": wave.profile,
    }


def proofs_of(*, order: Order) -> Sequence[PrintProof]:
    """Return the versions of an order's proof, the last one first."""
    return list(PrintProof.objects.filter(order=order).order_by("-version"))


def proof_version(*, order: Order, version: int) -> PrintProof | None:
    """Return one version of an order's proof."""
    return PrintProof.objects.filter(order=order, version=version).select_related("order").first()


def funder_has_agents(*, order: Order) -> bool:
    """Tell whether somebody may act for the funder of an order."""
    return Membership.objects.filter(
        organisation=order.funder_id, role=Role.FUNDER, ended_at__isnull=True, user__is_active=True
    ).exists()
