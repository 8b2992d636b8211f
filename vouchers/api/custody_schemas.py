"""What goes in and out of the operations on a stock: gaps, lots lost, inventories, recalls."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StrictInt

from vouchers.actions.inventory import MOST_READ
from vouchers.api.schemas import _PLAIN, MOST_RANGES, BookletNumber, Input, RangeIn, WaveNumber
from vouchers.models import DisputeReason
from vouchers.states import DiscrepancyStatus, InventoryStatus

Numbers = Annotated[list[BookletNumber], Field(min_length=1, max_length=MOST_READ, description="Numéros de carnets.")]


class RangeOut(Schema):
    first: int
    last: int


class GapOut(Schema):
    """Missing booklets of a shipment about which the same was said."""

    status: DiscrepancyStatus
    sender_word: str = Field(description="Ce qu'a dit l'expéditeur ; vide : rien encore.")
    recipient_word: str = Field(description="Ce qu'a dit le destinataire ; vide : rien encore.")
    is_settled_by_pilot: bool
    ranges: list[RangeOut]


class MissingWordIn(Input):
    numbers: Numbers
    word: DiscrepancyStatus = Field(description="Ce qu'ils sont devenus ; « OPEN » n'est pas une réponse.")
    complaint_reference: str = Field("", max_length=60, pattern=_PLAIN, description="Plainte, s'ils sont perdus.")


class LossIn(Input):
    wave: WaveNumber
    holder: UUID | None = Field(
        None, description="Qui les avait ; null : soi-même pour un distributeur, l'imprimeur sinon."
    )
    ranges: list[RangeIn] = Field(min_length=1, max_length=MOST_RANGES)
    reason: DisputeReason
    complaint_reference: str = Field("", max_length=60, pattern=_PLAIN)


class LossOut(Schema):
    uid: UUID
    wave: int
    holder: UUID | None = Field(description="null : l'imprimeur.")
    reason: DisputeReason
    complaint_reference: str
    booklets_count: int
    tickets_count: int
    ranges: list[RangeOut]
    recorded_at: datetime


class RecallIn(Input):
    wave: WaveNumber
    holder: UUID = Field(description="À qui l'on demande.")
    recipient: UUID = Field(description="À qui il doit envoyer.")
    count: StrictInt = Field(ge=1, le=1_000_000, description="Nombre de carnets.")
    reason: str = Field(min_length=1, max_length=200, pattern=_PLAIN, description="Le détenteur la lit. Aucun nom ici.")


class RecallOut(Schema):
    uid: UUID
    wave: int
    holder: UUID
    recipient: UUID
    booklets_count: int
    sent_count: int = Field(description="Déjà envoyés pour ce rappel.")
    reason: str
    recorded_at: datetime
    done_at: datetime | None
    withdrawn_at: datetime | None


class InventoryIn(Input):
    wave: WaveNumber


class NumbersIn(Input):
    numbers: Numbers


class UnexpectedOut(Schema):
    told: str = Field(description="Ce que le registre en dit, pour ce que l'on peut voir.")
    ranges: list[RangeOut]


class InventoryOut(Schema):
    uid: UUID
    wave: int
    status: InventoryStatus
    started_at: datetime
    ended_at: datetime | None
    expected_count: int = Field(description="En stock d'après le registre, à cet instant.")
    found_count: int = Field(description="Lus dans le tiroir.")
    missing: list[RangeOut]
    unexpected: list[UnexpectedOut]


class InventoryCountOut(Schema):
    """A signed count: it never changes."""

    uid: UUID
    holder: UUID
    wave: int
    counted_at: datetime
    expected_count: int
    found_count: int
    missing: list[RangeOut]
    unexpected: list[RangeOut]
