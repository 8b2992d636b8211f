from vouchers.models.booklet import Booklet, Ticket
from vouchers.models.contact import ContactKind, ContactPurpose, HandoverContact
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
from vouchers.models.movement import ALL_POSITIONS, Movement, MovementLine
from vouchers.models.order import Order, OrderLine, OrderStep
from vouchers.models.production_file import ProductionFile
from vouchers.models.referent import ReferentMandate
from vouchers.models.seal import Seal, SealEntry
from vouchers.models.shipment import Shipment
from vouchers.models.wave import MeaningOfA, TitleProfile, Wave

__all__ = [
    "ALL_POSITIONS",
    "ActivationSource",
    "Booklet",
    "Carrier",
    "ConfirmationOutcome",
    "ContactKind",
    "ContactPurpose",
    "Dispute",
    "DisputeReason",
    "FundingBase",
    "FundingLine",
    "FundingProof",
    "Handover",
    "HandoverActivation",
    "HandoverChannel",
    "HandoverConfirmation",
    "HandoverContact",
    "HandoverProfile",
    "MeaningOfA",
    "Movement",
    "MovementLine",
    "Order",
    "OrderLine",
    "OrderStep",
    "ProductionFile",
    "ProofKind",
    "ReferentMandate",
    "Seal",
    "SealEntry",
    "Shipment",
    "Ticket",
    "TitleProfile",
    "Wave",
]
