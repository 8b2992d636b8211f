from vouchers.models.attribution import AttributedSeal, AttributionLine
from vouchers.models.booklet import Booklet, Ticket, label_of
from vouchers.models.contact import ContactKind, ContactPurpose, HandoverContact
from vouchers.models.destruction import DestructionMethod, DestructionReport, SealedBooklet, SealedLot
from vouchers.models.discrepancy import Discrepancy
from vouchers.models.dispute import Dispute, DisputeReason
from vouchers.models.funding import FundingBase, FundingLine, FundingProof, ProofKind
from vouchers.models.handover import (
    ActivationSource,
    Carrier,
    ConfirmationOutcome,
    Handover,
    HandoverActivation,
    HandoverChannel,
    HandoverConfirmation,
    HandoverProfile,
)
from vouchers.models.inventory import Inventory, InventoryCount, InventoryEntry
from vouchers.models.logo import FunderLogo
from vouchers.models.loss import LossReport
from vouchers.models.movement import ALL_POSITIONS, Movement, MovementLine
from vouchers.models.order import Order, OrderLine, OrderRevision, OrderStep
from vouchers.models.order_draft import OrderDraft
from vouchers.models.print_proof import PrintProof
from vouchers.models.printer_file import PrinterFile
from vouchers.models.production_file import ProductionFile
from vouchers.models.recall import Recall
from vouchers.models.referent import ReferentMandate
from vouchers.models.seal import Seal, SealEntry
from vouchers.models.shipment import Shipment
from vouchers.models.wave import MeaningOfA, TitleProfile, Wave
from vouchers.models.wave_end import EndNotice, FreezeConfirmation, ThresholdKind, WaveThreshold
from vouchers.models.wave_extension import WaveExtension

__all__ = [
    "ALL_POSITIONS",
    "ActivationSource",
    "AttributedSeal",
    "AttributionLine",
    "Booklet",
    "Carrier",
    "ConfirmationOutcome",
    "ContactKind",
    "ContactPurpose",
    "DestructionMethod",
    "DestructionReport",
    "Discrepancy",
    "Dispute",
    "DisputeReason",
    "EndNotice",
    "FreezeConfirmation",
    "FunderLogo",
    "FundingBase",
    "FundingLine",
    "FundingProof",
    "Handover",
    "HandoverActivation",
    "HandoverChannel",
    "HandoverConfirmation",
    "HandoverContact",
    "HandoverProfile",
    "Inventory",
    "InventoryCount",
    "InventoryEntry",
    "LossReport",
    "MeaningOfA",
    "Movement",
    "MovementLine",
    "Order",
    "OrderDraft",
    "OrderLine",
    "OrderRevision",
    "OrderStep",
    "PrintProof",
    "PrinterFile",
    "ProductionFile",
    "ProofKind",
    "Recall",
    "ReferentMandate",
    "Seal",
    "SealEntry",
    "SealedBooklet",
    "SealedLot",
    "Shipment",
    "ThresholdKind",
    "Ticket",
    "TitleProfile",
    "Wave",
    "WaveExtension",
    "WaveThreshold",
    "label_of",
]
