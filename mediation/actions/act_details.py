"""What an act was: real minutes and La Coop's values (mediation/coop.py), one record for all, or one for each person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mediation.coop import ActType, Equipment, Level, PlaceType, Theme
from passnum.kit.errors import InvalidInput
from vouchers.publics import Autonomy

MINUTES_PER_DAY: Final = 1440
# A workshop of more people than that is a meeting.
MOST_OTHERS: Final = 500


@dataclass(frozen=True, slots=True)
class Person:
    """What is particular to the person of one ticket; empty: not said."""

    autonomy: str = ""
    is_first: bool | None = None


@dataclass(frozen=True, slots=True)
class ActDetails:
    """The answers of an act. `people` says, by rank in the basket, what differs from the answers for all."""

    minutes: int
    type: str = ActType.INDIVIDUEL
    place_type: str = PlaceType.LIEU_ACTIVITE
    themes: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    autonomy: str = ""
    is_first: bool | None = None
    extra_paid_cents: int = 0
    level: str = ""
    others_count: int = 0
    people: Mapping[int, Person] = field(default_factory=dict)

    def person(self, rank: int) -> Person:
        """Return what was answered for the person of a ticket."""
        return self.people.get(rank) or Person(self.autonomy, self.is_first)


# Django makes the list of a class's values anew at each call.
_TYPES, _PLACES, _THEMES, _EQUIPMENT, _LEVELS, _AUTONOMY = (
    frozenset(choices.values) for choices in (ActType, PlaceType, Theme, Equipment, Level, Autonomy)
)


def check_details(details: ActDetails, *, tickets_count: int) -> None:
    """Hold the answers to the national lists and to the basket. Raises InvalidInput."""
    for values, choices, name in (
        ((details.type,), _TYPES, "type d’accompagnement"),
        ((details.place_type,), _PLACES, "type de lieu"),
        (details.themes, _THEMES, "thème"),
        (details.equipment, _EQUIPMENT, "matériel"),
        ((details.level,) if details.level else (), _LEVELS, "niveau"),
        (
            [a for a in (details.autonomy, *[p.autonomy for p in details.people.values()]) if a],
            _AUTONOMY,
            "niveau d’autonomie",
        ),
    ):
        strangers = [v for v in values if v not in choices]
        if strangers:
            raise InvalidInput(sentence=f"Ce {name} n’est pas dans la liste : choisissez-en un autre.")
    if not 1 <= details.minutes <= MINUTES_PER_DAY:
        raise InvalidInput(sentence="Indiquez la durée en minutes, de 1 à 1440.")
    if details.extra_paid_cents < 0:
        raise InvalidInput(sentence="Le reste à charge ne peut pas être négatif.")
    if not 0 <= details.others_count <= MOST_OTHERS:
        raise InvalidInput(sentence=f"Comptez de 0 à {MOST_OTHERS} personnes sans ticket.")
    if any(not 0 <= rank < tickets_count for rank in details.people):
        raise InvalidInput(sentence="Une réponse porte sur un ticket qui n’est pas dans la liste.")
    if details.type != ActType.COLLECTIF and (details.others_count or details.level):
        raise InvalidInput(sentence="Le niveau et les personnes sans ticket ne se notent que pour un atelier.")


def canonical_details(details: ActDetails, identities: Sequence[str]) -> dict[str, Any]:
    """Return every answer of an act, whatever the order of its lists: what a repeated request must repeat.

    `identities` names the tickets by rank: what was said of a person follows the ticket, not its place in the basket.
    """
    return {
        "minutes": details.minutes,
        "type": details.type,
        "place_type": details.place_type,
        "themes": sorted(details.themes),
        "equipment": sorted(details.equipment),
        "autonomy": details.autonomy,
        "is_first": details.is_first,
        "extra_paid_cents": details.extra_paid_cents,
        "level": details.level,
        "others_count": details.others_count,
        "people": {identities[rank]: [p.autonomy, p.is_first] for rank, p in details.people.items()},
    }
