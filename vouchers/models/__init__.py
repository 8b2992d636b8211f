from vouchers.models.booklet import Booklet, Ticket
from vouchers.models.destruction import DestructionMethod, DestructionReport, SealedBooklet, SealedLot
from vouchers.models.discrepancy import Discrepancy
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
from vouchers.models.inventory import Inventory, InventoryCount, InventoryEntry
from vouchers.models.loss import LossReport
from vouchers.models.movement import ALL_POSITIONS, Movement, MovementLine
from vouchers.models.order import Order, OrderLine, OrderStep
from vouchers.models.production_file import ProductionFile
from vouchers.models.recall import Recall
from vouchers.models.seal import Seal, SealEntry
from vouchers.models.shipment import Shipment
from vouchers.models.wave import MeaningOfA, TitleProfile, Wave

__all__ = [
    "ALL_POSITIONS",
    "Booklet",
    "Carrier",
    "ConfirmationOutcome",
    "DestructionMethod",
    "DestructionReport",
    "Discrepancy",
    "Dispute",
    "DisputeReason",
    "FundingBase",
    "FundingLine",
    "FundingProof",
    "Handover",
    "HandoverChannel",
    "HandoverConfirmation",
    "HandoverProfile",
    "Inventory",
    "InventoryCount",
    "InventoryEntry",
    "LossReport",
    "MeaningOfA",
    "Movement",
    "MovementLine",
    "Order",
    "OrderLine",
    "OrderStep",
    "ProductionFile",
    "ProofKind",
    "Recall",
    "Seal",
    "SealEntry",
    "SealedBooklet",
    "SealedLot",
    "Shipment",
    "Ticket",
    "TitleProfile",
    "Wave",
]
