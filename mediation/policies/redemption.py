"""May this ticket be consumed here, now, for this service? When several reasons apply, the first of this list is told:

1. the code is unknown · 2. replaced · 3. already used · 4. blocked · 5. void · 6. expired · 7. not yet received by a
distributor · 8. wave not open · 9. not funded · 10. place without label that day · 11. service, place or commune not
bought by the wave · 12. an answer that the wave requires is missing · 13. length of the act.

Each ticket follows the rules of its own wave; of a basket, the reason that comes first in the list is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from mediation.coop import ActType
from mediation.models import CounterRules, RequiredAnswer, Service, Site
from mediation.queries.places import Scope
from passnum.kit.clock import paris_date
from passnum.kit.errors import DomainError
from vouchers.models import Ticket, Wave
from vouchers.states import TitleStatus


class TicketUnknown(DomainError):
    code = "TICKET_UNKNOWN"
    message = "Ce ticket est inconnu. Vérifiez les lettres une à une, ou scannez le code QR."
    status = 404


class TicketReplaced(DomainError):
    code = "TICKET_REPLACED"
    message = "Ce ticket a été remplacé par un nouveau carnet. Demandez à la personne son nouveau carnet."


class TicketAlreadyRedeemed(DomainError):
    code = "TICKET_ALREADY_REDEEMED"
    message = "Ce ticket a déjà été utilisé le {when}{here}. Demandez un autre ticket."


class TicketBlocked(DomainError):
    code = "TICKET_BLOCKED"
    message = "Ce ticket est en opposition (perte ou vol déclaré). Invitez la personne à revenir vers son CCAS."


class TicketVoid(DomainError):
    code = "TICKET_VOID"
    message = "Ce ticket a été annulé : il ne vaut plus rien. Invitez la personne à revenir vers son CCAS."


class TicketExpired(DomainError):
    code = "TICKET_EXPIRED"
    message = "Ce ticket n’est plus valable depuis le {until}. Il ne peut plus être utilisé."


class TicketNotReceived(DomainError):
    code = "TICKET_NOT_RECEIVED"
    message = "Ce carnet n’est pas encore arrivé chez un distributeur. Gardez-le et prévenez la Métropole."


class WaveNotOpenYet(DomainError):
    code = "WAVE_NOT_OPEN_FOR_USE"
    message = "La vague « {wave} » n’est pas ouverte : ses tickets ne peuvent pas être utilisés."


class TicketNotFunded(DomainError):
    code = "TICKET_NOT_FUNDED"
    message = "Ce carnet n’est pas encore financé. Notez la date et prévenez la Métropole : ne consommez pas d’heure."


class SiteNotLabelled(DomainError):
    code = "SITE_NOT_LABELLED"
    message = "Votre lieu n’a pas de label à cette date ({day}). Contactez la personne chargée de la labellisation."


class ServiceNotBought(DomainError):
    code = "SERVICE_NOT_BOUGHT"
    message = "La vague « {wave} » ne paie pas ce service. Choisissez un autre service."


class PlaceNotBought(DomainError):
    code = "PLACE_NOT_BOUGHT"
    message = "La vague « {wave} » ne s’utilise pas dans ce lieu ou cette commune."


class AnswerMissing(DomainError):
    code = "ANSWER_MISSING"
    message = "La vague « {wave} » demande aussi : {missing}. Complétez puis validez."
    status = 422


class ActTooShort(DomainError):
    code = "ACT_TOO_SHORT"
    message = "Un ticket se prend à partir de {minutes} minutes d’accompagnement."
    status = 422


class TooManyTickets(DomainError):
    code = "TOO_MANY_TICKETS"
    message = "{asked} tickets pour {minutes} minutes, c’est trop : au plus {allowed} par personne."
    status = 422


_BY_STATUS: dict[str, type[DomainError]] = {
    TitleStatus.REPLACED: TicketReplaced,
    TitleStatus.BLOCKED: TicketBlocked,
    TitleStatus.CANCELLED: TicketVoid,
    TitleStatus.DESTROYED: TicketVoid,
    TitleStatus.PRODUCED: TicketNotReceived,
    TitleStatus.IN_TRANSIT: TicketNotReceived,
    TitleStatus.MISSING: TicketNotReceived,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where and for what an act is done, on which day (Paris); a ticket may be checked before its service is known.

    `scopes` holds what each wave of the basket buys, by its primary key.
    """

    site: Site
    service: Service | None
    day: date
    is_labelled: bool
    scopes: Mapping[int, Scope] = field(default_factory=dict)


class Person(Protocol):
    """What was answered for the person of one ticket."""

    @property
    def autonomy(self) -> str: ...
    @property
    def is_first(self) -> bool | None: ...


class Answers(Protocol):
    """What was answered of an act, as far as rules look at it."""

    @property
    def minutes(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def themes(self) -> tuple[str, ...]: ...
    @property
    def equipment(self) -> tuple[str, ...]: ...
    def person(self, rank: int) -> Person: ...


def check_ticket_alive(ticket: Ticket, *, used: tuple[datetime, bool] | None, happened_at: datetime) -> None:
    """Reasons 2 to 7, on a locked ticket; `used` is when it was redeemed and whether it was at this place."""
    if ticket.status == TitleStatus.REDEEMED:
        when, was_here = used or (None, False)
        text = paris_date(when).strftime("%d/%m/%Y") if when else "même jour"
        raise TicketAlreadyRedeemed(when=text, here=" dans votre lieu" if was_here else "")
    refusal = _BY_STATUS.get(ticket.status)
    if refusal in {TicketReplaced, TicketBlocked, TicketVoid} and refusal is not None:
        raise refusal
    wave = ticket.booklet.wave
    if ticket.status == TitleStatus.EXPIRED or not wave.is_redeemable_at(happened_at):
        raise TicketExpired(until=wave.redeemable_until.strftime("%d/%m/%Y"))
    if refusal:
        raise refusal


def check_wave(ticket: Ticket, *, happened_at: datetime) -> None:
    """Reasons 8 and 9: the wave is open and had begun, the booklet was funded."""
    wave = ticket.booklet.wave
    # an hour given before the wave closed stays good, however late its record comes
    was_open = wave.opened_at is not None and (wave.closed_at is None or happened_at < wave.closed_at)
    if not was_open or paris_date(happened_at) < wave.valid_from:
        raise WaveNotOpenYet(wave=wave.name)
    funded_at = ticket.booklet.funded_at
    if funded_at is None or funded_at > happened_at:
        raise TicketNotFunded


def check_place(place: Place, wave: Wave) -> None:
    """Reasons 10 and 11."""
    if not place.is_labelled:
        raise SiteNotLabelled(day=place.day.strftime("%d/%m/%Y"))
    scope = place.scopes[wave.pk]
    if place.service is not None:
        ended = place.service.ends_on is not None and place.day > place.service.ends_on
        is_bought = not scope.services or place.service.pk in scope.services
        if place.day < place.service.starts_on or ended or not is_bought:
            raise ServiceNotBought(wave=wave.name)
    if not scope.takes(place.site):
        raise PlaceNotBought(wave=wave.name)


def check_answers(answers: Answers, person: Person, rules: CounterRules, wave: Wave) -> None:
    """Reason 12: « non communiqué » is an answer for a person only where the wave requires none."""
    given = {
        RequiredAnswer.THEMES: bool(answers.themes),
        RequiredAnswer.EQUIPMENT: bool(answers.equipment),
        RequiredAnswer.AUTONOMY: bool(person.autonomy),
        RequiredAnswer.IS_FIRST: person.is_first is not None,
    }
    missing = [RequiredAnswer(one) for one in rules.required_answers if not given[RequiredAnswer(one)]]
    if missing:
        told = ", ".join(one.label.lower() for one in missing)
        raise AnswerMissing(wave=wave.name, missing=told, answers=[one.value for one in missing])


def check_length(tickets: Sequence[Ticket], *, minutes: int, act_type: str) -> None:
    """Reason 13, of the whole basket: hours are rounded up, per person; in a workshop a booklet stands for a person.

    The last hour may be begun only: every ticket but the longest one must be filled.
    """
    shortest = max(t.booklet.wave.shortest_act_minutes for t in tickets)
    if minutes < shortest:
        raise ActTooShort(minutes=shortest)
    per_person: dict[int, list[int]] = {}
    for t in tickets:
        person = t.booklet_id if act_type == ActType.COLLECTIF else 0
        per_person.setdefault(person, []).append(t.booklet.wave.ticket_minutes)
    for lengths in per_person.values():
        if sum(lengths) - max(lengths) >= minutes:
            raise TooManyTickets(asked=len(lengths), minutes=minutes, allowed=tickets_allowed(lengths, minutes))


def tickets_allowed(lengths: Sequence[int], minutes: int) -> int:
    """Return how many of one person's tickets (their lengths in minutes) an act of so many minutes may take."""
    allowed = len(lengths)
    while allowed > 1 and sum(lengths[:allowed]) - max(lengths[:allowed]) >= minutes:
        allowed -= 1
    return allowed
