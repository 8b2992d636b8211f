"""What goes in and out of the operations of funders, distributors and the Métropole. Amounts are in cents."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictInt

from passnum.kit.codes.url import SCANNED_MAX
from vouchers.actions.handover_batch import MOST_TOGETHER
from vouchers.models import Carrier, DisputeReason
from vouchers.models.print_proof import LONGEST_REMARKS
from vouchers.models.wave import LARGEST_BOOKLET, SMALLEST_BOOKLET
from vouchers.publics import AgeBand, Autonomy, Gender, SocialStatus, TargetPublic
from vouchers.states import OrderStatus, PrintProofStatus, ShipmentStatus, WaveStatus

MOST_LINES = 500
MOST_RANGES = 1_000
MOST_NUMBER = 999_999_999
# PostgreSQL stores no NUL.
_PLAIN = r"^[^\x00]*$"

WaveNumber = Annotated[StrictInt, Field(ge=1, le=65_535, description="Numéro imprimé de la vague.")]
BookletNumber = Annotated[StrictInt, Field(ge=1, le=MOST_NUMBER, description="Numéro du carnet dans sa vague.")]
Label = Annotated[
    str, Field(pattern=r"^[0-9]{1,5}-[0-9]{1,9}$", description="Numéro imprimé du carnet.", examples=["1-0000012"])
]


class Input(Schema):
    """A request body: unknown fields are refused, a typing error must not pass for an omission."""

    model_config = ConfigDict(extra="forbid")


class WaveOfOrders(Schema):
    """A wave, as those who order or watch see it."""

    number: int
    name: str
    status: WaveStatus
    a_on: date = Field(description="Date A.")
    evaluation_due_on: date = Field(description="A + 6 mois.")
    valid_from: date
    valid_until: date = Field(description="Date imprimée sur les tickets.")
    redeemable_until: date = Field(description="Dernier jour de la période de grâce.")
    face_value_cents: int
    ceiling_cents: int | None = Field(description="Plafond ; null pour un financeur.")
    engaged_cents: int | None = Field(description="Engagé par les commandes approuvées ; null pour un financeur.")


class LineOfOrderIn(Input):
    distributor: UUID = Field(description="Qui remettra ces carnets (GET /distributors).")
    size: StrictInt = Field(ge=SMALLEST_BOOKLET, le=LARGEST_BOOKLET, description="Tickets par carnet.")
    quantity: StrictInt = Field(ge=1, le=1_000_000, description="Nombre de carnets.")


class OrderTextsIn(Input):
    eligible_publics: str = Field(max_length=1000, pattern=_PLAIN, description="Vide : rien n'est imprimé.")
    letter: str = Field(max_length=600, pattern=_PLAIN, description="Vide : rien n'est imprimé.")
    perimeter: str = Field("", max_length=1000, pattern=_PLAIN, description="Où remettre ; absent, il reste le même.")
    handed_over_from: date | None = Field(None, description="À remettre à partir du ; absent, il reste le même.")
    handed_over_until: date | None = Field(None, description="À remettre jusqu’au ; absent, il reste le même.")


class OrderChangeIn(Input):
    lines: list[LineOfOrderIn] = Field(min_length=1, max_length=MOST_LINES)
    siret: str = Field(max_length=20, pattern=r"^[0-9 ]+$", description="14 chiffres, clé vérifiée.")
    service_code: str = Field("", max_length=100, pattern=_PLAIN)
    commitment_number: str = Field("", max_length=50, pattern=_PLAIN)
    fees_cents: StrictInt = Field(0, ge=0, le=1_000_000_000, description="Frais, hors valeur faciale.")
    eligible_publics: str = Field("", max_length=1000, pattern=_PLAIN)
    letter: str = Field("", max_length=600, pattern=_PLAIN)
    perimeter: str = Field("", max_length=1000, pattern=_PLAIN, description="Où remettre ; informe, n’empêche rien.")
    handed_over_from: date | None = Field(None, description="À remettre à partir du.")
    handed_over_until: date | None = Field(None, description="À remettre jusqu’au.")


class OrderIn(OrderChangeIn):
    wave: WaveNumber


class CancelLineIn(Input):
    expected: StrictInt | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Combien on en a lu chez l'imprimeur ; s'ils ont bougé depuis, rien n'est fait.",
    )


class LineOfOrderOut(Schema):
    position: int = Field(description="Rang de la ligne : il la nomme pour l'annuler.")
    distributor: UUID
    distributor_name: str
    size: int
    quantity: int
    cancelled_count: int = Field(description="Carnets annulés, qui étaient restés chez l'imprimeur.")


class OrderOut(Schema):
    uid: UUID
    reference: str
    wave: int
    status: OrderStatus
    siret: str
    service_code: str
    commitment_number: str
    booklets_count: int
    tickets_count: int
    fees_cents: int
    total_cents: int = Field(description="Valeur faciale et frais.")
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    delivered_at: datetime | None


class OrderDetailOut(OrderOut):
    lines: list[LineOfOrderOut]


class PrintProofOut(Schema):
    version: int
    status: PrintProofStatus
    made_at: datetime
    answered_at: datetime | None
    remarks: str = Field(description="Ce qu'il faut corriger, ou pourquoi le pilote a répondu à la place du financeur.")


class RemarksIn(Input):
    remarks: str = Field(
        min_length=1, max_length=LONGEST_REMARKS, pattern=_PLAIN, description="Ce qu'il faut corriger."
    )


class DistributorOut(Schema):
    uid: UUID
    name: str
    commune_code: str


class AnswersIn(Input):
    """The four answers of a person: « non_communique » is one of them, none is chosen beforehand."""

    booklet: str = Field(
        min_length=1,
        max_length=SCANNED_MAX,
        description="Numéro imprimé, ou le code, la référence ou le QR d'un de ses tickets.",
        examples=["1-0000012"],
    )
    target_public: TargetPublic
    age_band: AgeBand
    gender: Gender
    social_status: SocialStatus
    commune_code: str | None = Field(
        None,
        pattern=r"^([0-9][0-9AB][0-9]{3})?$",
        description="Code INSEE ; null : celle du guichet ; vide : non communiquée.",
    )
    language: str = Field("fr", pattern=r"^[a-z]{2,3}$", description="Code ISO 639 ; « und » : non communiquée.")
    lives_in_qpv: StrictBool | None = Field(None, description="Déclaré ; null : non communiqué.")
    autonomy: Autonomy | None = None
    carrier: Carrier = Carrier.PERSON
    had_one_already: StrictBool = False


class HandoverIn(AnswersIn):
    is_posted: StrictBool = Field(
        False, description="Envoyé par la poste, à la personne ; aucune adresse n'est gardée."
    )
    declared_on: date | None = Field(None, description="Jour de la remise, pour une saisie différée.")


class WorkshopIn(Input):
    handovers: list[AnswersIn] = Field(
        min_length=1, max_length=MOST_TOGETHER, description="Un carnet et ses réponses par personne."
    )
    declared_on: date | None = Field(None, description="Jour de l'atelier, pour une saisie différée.")


class ReceiptOut(Schema):
    uid: UUID
    receipt: str = Field(description="Numéro de reçu : retrouve le carnet sans identité.")
    booklet: str
    hours: int
    valid_until: date
    happened_at: datetime
    recorded_at: datetime
    is_late_entry: bool
    is_posted: bool
    activated_at: datetime | None = Field(description="Envoi par la poste : quand on a su qu'il était arrivé.")
    undo_until: datetime = Field(description="La remise s'annule jusqu'à cet instant, si aucun ticket n'a servi.")
    undone_at: datetime | None


class HoldingOut(Schema):
    """Booklets of one wave with one holder."""

    holder: UUID | None = Field(description="null : l'imprimeur.")
    holder_name: str
    wave: int
    in_stock: int
    dormant: int = Field(description="En stock depuis plus de 60 jours.")
    incoming: int = Field(description="En route vers lui.")
    outgoing: int = Field(description="Envoyés par lui, pas encore reçus.")
    missing: int


class RangeIn(Input):
    first: BookletNumber
    last: BookletNumber


class ShipmentIn(Input):
    wave: WaveNumber
    recipient: UUID
    ranges: list[RangeIn] = Field(min_length=1, max_length=MOST_RANGES)


class ReceptionIn(Input):
    counted: StrictInt = Field(ge=0, le=1_000_000, description="Carnets comptés à l'arrivée.")
    missing: list[BookletNumber] = Field(default_factory=list, max_length=100_000)


class ShipmentOut(Schema):
    uid: UUID
    wave: int
    sender: UUID | None = Field(description="null : l'imprimeur.")
    recipient: UUID
    status: ShipmentStatus
    sent_count: int
    received_count: int | None
    sent_at: datetime
    received_at: datetime | None


class BlockIn(Input):
    reason: DisputeReason
    positions: list[Annotated[StrictInt, Field(ge=1, le=LARGEST_BOOKLET)]] = Field(
        default_factory=list,
        max_length=LARGEST_BOOKLET,
        description="Rangs des tickets à bloquer ; sans eux, tout ce qui reste.",
    )


class BlockOut(Schema):
    uid: UUID
    booklet: str
    reason: DisputeReason
    tickets_count: int = Field(description="Tickets bloqués : ceux qui restaient.")
    blocked_at: datetime
