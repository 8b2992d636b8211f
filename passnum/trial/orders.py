"""The orders of the trial: three funders, a thousand booklets over two waves, and what is left to do for a visitor."""

from datetime import datetime, timedelta

from passnum.accounts.models import Organisation
from passnum.accounts.roles import Role
from passnum.kit.jobs import run_job
from passnum.trial.calendar import WaveCalendar, at_hour
from passnum.trial.cast import Cast
from passnum.trial.stage import Stage
from vouchers.actions.funding import add_funding_line, record_proof, verify_proof
from vouchers.actions.order import LineInput, approve_order, create_order, submit_order
from vouchers.actions.print_proof import approve_proof
from vouchers.actions.production import PRODUCE_ORDER, start_production
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import create_wave, open_wave
from vouchers.models import (
    Booklet,
    FundingBase,
    FundingLine,
    FundingProof,
    MeaningOfA,
    Order,
    PrintProof,
    ProofKind,
    Shipment,
    Wave,
)
from vouchers.queries.order import order_face_value_cents
from vouchers.states import OrderStatus, PrintProofStatus, ShipmentStatus, WaveStatus

# Booklets per distributor, by wave then funder: 12 × (18 + 10 + 5) + 12 × (28 + 15 + 8) = 396 + 612 = 1,008.
BOOKLETS_PER_DISTRIBUTOR = {1: (18, 10, 5), 2: (28, 15, 8)}
SIZES = (5, 10, 8, 6, 10, 7, 9)
CEILING_CENTS = 150_000_00
STATE_RATE_POINTS, STATE_CEILING_CENTS = 3_500, 20_000_00
PUBLICS = "Personnes éloignées du numérique, en priorité seniors et demandeurs d’emploi."


def make_wave(cast: Cast, dates: WaveCalendar) -> Wave:
    """Create and open a wave on its date A."""
    at = at_hour(dates.a_on, 9)
    pilot = cast.actor(cast.metropole, Role.PILOT)
    wave = Wave.objects.filter(number=dates.number).first() or create_wave(
        number=dates.number,
        name=dates.name,
        a_on=dates.a_on,
        a_meaning=MeaningOfA.MARKET_AWARD if dates.number == 1 else MeaningOfA.ORDER_NOTIFIED,
        issuer=cast.issuer,
        contract_number="ESSAI-PN-01",
        ceiling_cents=CEILING_CENTS,
        valid_from=dates.a_on,
        valid_until=dates.valid_until,
        target_hours=2_000,
        by=pilot,
        at=at,
    )
    if wave.status == WaveStatus.DRAFT:
        open_wave(wave=wave, by=pilot, at=at + timedelta(minutes=10))
    return wave


def lines_of(cast: Cast, per_distributor: int, rank: int) -> list[LineInput]:
    """Two sizes per distributor, turning over the allowed ones."""
    lines = []
    for i, distributor in enumerate(cast.distributors):
        half = per_distributor // 2
        sizes = SIZES[(i + rank) % len(SIZES)], SIZES[(i + rank + 3) % len(SIZES)]
        lines += [LineInput(distributor, sizes[0], per_distributor - half), LineInput(distributor, sizes[1], half)]
    return [line for line in lines if line.quantity]


def place_order(
    stage: Stage, cast: Cast, wave: Wave, funder: Organisation, lines: list[LineInput], at: datetime, name: str
) -> Order:
    """Draft and submit an order."""
    buyer = cast.actor(funder, Role.FUNDER)
    order = create_order(
        wave=wave,
        funder=funder,
        lines=lines,
        siret=funder.siret,
        service_code="ESSAI",
        commitment_number=f"ENG-{wave.number}-{name}",
        fees_cents=150_00,
        eligible_publics=PUBLICS,
        by=buyer,
        at=at,
        key=stage.key(f"order-{wave.number}-{name}"),
    )
    if order.status == OrderStatus.DRAFT:
        submit_order(order=order, by=buyer, at=at + timedelta(hours=2))
    return order


def approve(cast: Cast, order: Order, at: datetime) -> None:
    """Approve an order, with the State's part for a collectivité."""
    pilot = cast.actor(cast.metropole, Role.PILOT)
    order.refresh_from_db()
    if order.status == OrderStatus.SUBMITTED:
        approve_order(order=order, by=pilot, at=at)
    if order.funder.is_local_authority and not FundingLine.objects.filter(order=order).exists():
        add_funding_line(
            order=order,
            co_funder=cast.state,
            is_state=True,
            rate_points=STATE_RATE_POINTS,
            ceiling_cents=STATE_CEILING_CENTS,
            base=FundingBase.USED,
            target_publics=["demandeur-emploi-peu-qualifie", "jeune-neet"],
            by=pilot,
            at=at,
        )


def fund(cast: Cast, order: Order, at: datetime, *, funded_share: int) -> None:
    """Prove `funded_share` hundredths of the face value, and have the proof verified."""
    _fund(cast, order, at, order_face_value_cents(order=order) * funded_share // 100)


def prove(cast: Cast, order: Order, at: datetime) -> None:
    """Have the funder approve the proof (BAT) that waits."""
    waiting = PrintProof.objects.filter(order=order, status=PrintProofStatus.WAITING).select_related("order").first()
    if waiting is not None:
        approve_proof(proof=waiting, by=cast.actor(order.funder, Role.FUNDER), at=at)


def produce(stage: Stage, cast: Cast, order: Order, at: datetime) -> None:
    """Produce an order to its end, on the trial's clock."""
    order.refresh_from_db()
    if order.status == OrderStatus.APPROVED:
        prove(cast, order, at - timedelta(hours=1))
        start_production(order=order, by=cast.actor(cast.issuer, Role.ISSUER), at=at)
    run_job(stage.job_of(order, PRODUCE_ORDER), now=lambda: at)


def _fund(cast: Cast, order: Order, at: datetime, cents: int) -> None:
    reference = f"ESSAI-{order.reference}"
    kind = ProofKind.MANDATE if order.funder.is_local_authority else ProofKind.TRANSFER_RECEIVED
    proof = FundingProof.objects.filter(order=order, kind=kind, reference=reference).first() or record_proof(
        order=order,
        kind=kind,
        reference=reference,
        dated_on=at.date(),
        amount_cents=cents,
        by=cast.actor(order.funder, Role.FUNDER),
        at=at,
    )
    if proof.verified_at is None:
        verify_proof(proof=proof, by=cast.actor(cast.metropole, Role.FINANCE), at=at + timedelta(hours=3))


def send(stage: Stage, cast: Cast, order: Order, at: datetime) -> list[Shipment]:
    """Send each distributor its booklets."""
    shipments = []
    for rank, distributor in enumerate(cast.distributors):
        numbers = list(
            Booklet.objects.filter(order=order, distributor=distributor, replaces__isnull=True)
            .order_by("number")
            .values_list("number", flat=True)
        )
        shipments.append(
            send_booklets(
                wave=order.wave,
                sender=None,
                recipient=distributor,
                ranges=[(numbers[0], numbers[-1])],
                by=cast.actor(cast.issuer, Role.ISSUER),
                at=at,
                key=stage.key(f"ship-{order.reference}-{rank}"),
            )
        )
    return shipments


def receive(cast: Cast, shipment: Shipment, at: datetime, *, missing_count: int) -> None:
    """Receive a parcel, the last `missing_count` numbers of it missing."""
    shipment.refresh_from_db()
    if shipment.status != ShipmentStatus.SENT:
        return
    numbers = list(Booklet.objects.filter(shipment=shipment).order_by("number").values_list("number", flat=True))
    receive_shipment(
        shipment=shipment,
        missing=numbers[len(numbers) - missing_count :],
        by=cast.actor(shipment.to_organisation, Role.DISTRIBUTOR),
        at=at,
    )
