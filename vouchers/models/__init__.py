from vouchers.models.booklet import Booklet, Ticket
from vouchers.models.dispute import Dispute, DisputeReason
from vouchers.models.funding import FundingBase, FundingLine, FundingProof, ProofKind
from vouchers.models.handover import (
    Carrier,
    ConfirmationOutcome,
    Handover,
    HandoverChannel,
    HandoverConfirmation,
    HandoverProfile,
)
from vouchers.models.movement import ALL_POSITIONS, Movement, MovementLine
from vouchers.models.order import Order, OrderLine, OrderRevision, OrderStep
from vouchers.models.print_proof import PrintProof
from vouchers.models.printer_file import PrinterFile
from vouchers.models.production_file import ProductionFile
from vouchers.models.seal import Seal, SealEntry
from vouchers.models.shipment import Shipment
from vouchers.models.wave import MeaningOfA, TitleProfile, Wave

__all__ = [
    "ALL_POSITIONS",
    "Booklet",
    "Carrier",
    "ConfirmationOutcome",
    "Dispute",
    "DisputeReason",
    "FundingBase",
    "FundingLine",
    "FundingProof",
    "Handover",
    "HandoverChannel",
    "HandoverConfirmation",
    "HandoverProfile",
    "MeaningOfA",
    "Movement",
    "MovementLine",
    "Order",
    "OrderLine",
    "OrderRevision",
    "OrderStep",
    "PrintProof",
    "PrinterFile",
    "ProductionFile",
    "ProofKind",
    "Seal",
    "SealEntry",
    "Shipment",
    "Ticket",
    "TitleProfile",
    "Wave",
]
