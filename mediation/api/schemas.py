"""What goes in and out of the operations of places and distributors. Codes come in, never go out."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from mediation.actions.act_details import MINUTES_PER_DAY, MOST_OTHERS, ActDetails, Person
from mediation.actions.basket import MOST_TICKETS
from mediation.actions.upload import QueuedAct, UploadOutcome
from mediation.coop import ActType, Equipment, Level, PlaceType, Theme
from mediation.states import Owed, UndoReason
from passnum.accounts.api import Problem
from passnum.kit.codes.url import SCANNED_MAX
from vouchers.models import ConfirmationOutcome
from vouchers.publics import Autonomy

# What a device may declare: a clock that was never set says 1970, a broken one 9999.
EARLIEST, LATEST = datetime(2019, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
EXTRA_MAX_CENTS = 1_000_000
# What a device sends at once: small enough for a bad network, cut and taken up again anywhere.
MOST_QUEUED = 50


def _text_only(value: Any) -> Any:
    """Refuse what pydantic would take for a timestamp; the date alone has no hour."""
    if isinstance(value, str) and "T" in value.upper():
        return value
    raise ValueError("Donnez une date et une heure avec leur fuseau (2026-03-02T09:00:00Z).")


def _within_reach(value: datetime) -> datetime:
    if not EARLIEST <= value < LATEST:
        raise ValueError("Cette date est hors du possible : vérifiez l'heure de l'appareil.")
    return value


def _brought_within_reach(value: datetime) -> datetime:
    """A clock that was never set loses no act: what it says is brought near, and its skew is seen."""
    return min(max(value, EARLIEST), LATEST)


def _day_within_reach(value: date) -> date:
    if not EARLIEST.date() <= value < LATEST.date():
        raise ValueError("Ce jour est hors du possible : rien ne s’y est passé.")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_within_reach)]
Day = Annotated[date, AfterValidator(_day_within_reach)]
DeviceInstant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_brought_within_reach)]
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=SCANNED_MAX,
        description="Le code imprimé (13 lettres et chiffres), ou tout le texte du code QR.",
        examples=["7K3M Q0ZD 4XW9T"],
    ),
]
Codes = Annotated[list[Code], Field(min_length=1, max_length=MOST_TICKETS, description="Un code par heure.")]
ServiceCode = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$", description="Voir GET /services.")
]


class Input(Schema):
    """A request body: unknown fields are refused, a typing error must not pass for an omission."""

    model_config = ConfigDict(extra="forbid")


class CheckIn(Input):
    site: UUID = Field(description="Le lieu où l'on contrôle (GET /sites).")
    service: ServiceCode | None = Field(None, description="Le service, s'il est déjà choisi.")
    codes: Codes


class WaveOut(Schema):
    number: int
    name: str


class TicketOut(Schema):
    """The state of one ticket presented."""

    rank: int = Field(description="Rang du code dans la demande, à partir de 0.")
    is_accepted: bool = Field(description="Serait pris maintenant, ici.")
    awaits_confirmation: bool = Field(description="Accepté ; le distributeur devra confirmer la remise du carnet.")
    hours_left: int | None = Field(description="Heures encore utilisables sur le carnet, celle-ci comprise.")
    booklet: str | None = Field(description="Numéro imprimé du carnet.")
    position: int | None = Field(description="Rang du ticket dans le carnet.")
    wave: WaveOut | None
    valid_until: date | None = Field(description="Date imprimée.")
    redeemable_until: date | None = Field(description="Dernier jour de la période de grâce.")
    refusal: Problem | None


class CheckOut(Schema):
    tickets: list[TicketOut]


class PersonIn(Input):
    """What is particular to the person of one ticket, in a workshop."""

    rank: StrictInt = Field(ge=0, lt=MOST_TICKETS, description="Rang du ticket dans codes, à partir de 0.")
    autonomy: Autonomy | None = None
    is_first: StrictBool | None = None


class ActIn(Input):
    """What an act was, whether it is told at once or later."""

    site: UUID = Field(description="Le lieu de l'acte (GET /sites).")
    service: ServiceCode
    codes: Codes
    minutes: StrictInt = Field(ge=1, le=MINUTES_PER_DAY, description="Durée réelle, en minutes.")
    type: ActType = ActType.INDIVIDUEL
    place_type: PlaceType = PlaceType.LIEU_ACTIVITE
    themes: list[Theme] = Field(default_factory=list, max_length=len(Theme))
    equipment: list[Equipment] = Field(default_factory=list, max_length=len(Equipment))
    autonomy: Autonomy | None = None
    is_first: StrictBool | None = Field(
        None, description="Premier accompagnement de la personne ; null : non communiqué."
    )
    extra_paid_cents: StrictInt = Field(
        0, ge=0, le=EXTRA_MAX_CENTS, description="Reste payé par la personne, en centimes."
    )
    level: Level | None = Field(None, description="Niveau d'un atelier.")
    others_count: StrictInt = Field(0, ge=0, le=MOST_OTHERS, description="Participants d'un atelier sans ticket.")
    people: list[PersonIn] = Field(
        default_factory=list, max_length=MOST_TICKETS, description="Ce qui diffère des réponses données pour tous."
    )

    def details(self) -> ActDetails:
        """Return the answers, lists without doubles."""
        return ActDetails(
            minutes=self.minutes,
            type=self.type,
            place_type=self.place_type,
            themes=tuple(dict.fromkeys(self.themes)),
            equipment=tuple(dict.fromkeys(self.equipment)),
            autonomy=self.autonomy or "",
            is_first=self.is_first,
            extra_paid_cents=self.extra_paid_cents,
            level=self.level or "",
            others_count=self.others_count,
            people={one.rank: Person(one.autonomy or "", one.is_first) for one in self.people},
        )


class RedeemIn(ActIn):
    device_at: Instant | None = Field(None, description="Heure de l'appareil, avec son fuseau (2026-03-02T09:00:00Z).")
    mediator: UUID | None = Field(
        None,
        description="Accepté pour qu'un acte se dise de même en ligne et plus tard ; le service sait qui tient l'appareil.",
    )


class QueuedIn(ActIn):
    """One act of a device's queue."""

    key: UUID = Field(description="Tirée par l'appareil pour cet acte, la même qu'en ligne : il ne compte qu'une fois.")
    happened_at: DeviceInstant = Field(description="Heure de l'appareil au moment de l'acte.")
    mediator: UUID | None = Field(None, description="Qui tenait l'appareil partagé.")

    def queued(self) -> QueuedAct:
        """Return the item to record."""
        return QueuedAct(
            key=self.key,
            site_uid=self.site,
            service_code=self.service,
            codes=self.codes,
            details=self.details(),
            happened_at=self.happened_at,
            mediator_id=self.mediator,
        )


class QueuedItem(BaseModel):  # a Schema of ninja would drop the fields that it does not know
    """An item as it comes: what is wrong in one is its own affair, and stops none of the others."""

    model_config = ConfigDict(extra="allow")

    key: UUID = Field(description="La clé de l'acte ; le reste est celui de QueuedIn (docs/api.md), lu acte par acte.")


class UploadIn(Input):
    sent_at: DeviceInstant = Field(description="Heure de l'appareil à l'envoi : dit de combien son horloge s'écarte.")
    acts: list[QueuedItem] = Field(min_length=1, max_length=MOST_QUEUED)


class SiteRef(Schema):
    uid: UUID
    name: str


class ServiceOut(Schema):
    code: str
    name: str
    theme: str = Field(description="L'un des neuf services du standard national.")
    labelling_body: str
    ends_on: date | None


class LineOut(Schema):
    """The tickets of one booklet in an act."""

    booklet: str
    tickets_count: int
    amount_cents: int
    owed: Owed
    reason: str = Field(description="Motif de la dernière décision sur le dû, stable.")


class ActOut(Schema):
    """An act, as its place sees it."""

    uid: UUID
    site: SiteRef
    service: str
    happened_at: datetime
    recorded_at: datetime
    type: ActType
    minutes: int
    tickets_count: int
    amount_cents: int
    lines: list[LineOut]
    undo_until: datetime = Field(description="L'acte s'annule jusqu'à cet instant.")
    undone_at: datetime | None


class UploadResultOut(Schema):
    key: UUID
    outcome: UploadOutcome = Field(
        description="recorded, replayed ou refused : fini ; retry : à envoyer de nouveau avec la même clé."
    )
    code: str | None = Field(description="Motif d'un refus, stable.")
    message: str | None = Field(description="Une phrase qui dit ce qu’il en est.")
    act: ActOut | None


class UploadOut(Schema):
    server_time: datetime
    results: list[UploadResultOut] = Field(description="Un par acte, dans l'ordre de l'envoi.")


class DayActOut(ActOut):
    """An act of a place's day: undone ones stay, with their reason."""

    undo_reason: str
    is_offline: bool
    is_late_entry: bool
    mediator: str = Field(description="Nom de qui tenait l'appareil partagé ; vide pour les autres.")


class DayOut(Schema):
    acts: list[DayActOut] = Field(description="Le plus récent d'abord.")


class UndoIn(Input):
    reason: UndoReason


class SiteOut(Schema):
    uid: UUID
    name: str
    address: str
    postal_code: str
    commune_code: str
    is_labelled: bool = Field(description="Labellisé aujourd'hui : peut prendre des tickets.")
    label_ends_on: date | None


class HandoverOut(Schema):
    """A hand-over noticed at use."""

    uid: UUID
    booklet: str
    noticed_at: datetime
    hours_used: int
    silence_at: datetime = Field(description="Sans réponse à cet instant, la remise est tenue pour confirmée.")


class AnswerIn(Input):
    answer: Literal["CONFIRMED", "DENIED"] = Field(description="CONFIRMED : le carnet a bien été remis. DENIED : non.")


class AnswerOut(Schema):
    handover: UUID
    answer: ConfirmationOutcome
    answered_at: datetime
