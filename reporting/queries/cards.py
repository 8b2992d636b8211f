"""The indicators and their cards (product.md §6): what each figure says, from what, and what it does not say."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from passnum.kit.money import in_hundredths, share_in_points


class Scale(StrEnum):
    """How a value is written: a whole number, hundredths of a percent, hundredths of a unit."""

    COUNT = "COUNT"
    SHARE = "SHARE"
    MEAN = "MEAN"


@dataclass(frozen=True, slots=True)
class IndicatorCard:
    """What a reader must be told beside a figure. French; `no_base` is the reason where the denominator is nought."""

    code: str
    name: str
    definition: str
    numerator: str
    denominator: str
    unit: str
    source: str
    caveat: str
    scale: Scale
    no_base: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A computed indicator. `n` is the number of rows behind it, `missing` those that lack what it needs."""

    card: IndicatorCard
    numerator: int
    denominator: int | None
    n: int
    missing: int = 0

    @property
    def value(self) -> int | None:
        """The value at the card's scale; None where there is no base."""
        if self.card.scale == Scale.COUNT:
            return self.numerator
        if self.card.scale == Scale.SHARE:
            return share_in_points(self.numerator, self.denominator or 0)
        return in_hundredths(self.numerator, self.denominator or 0)

    @property
    def missing_share(self) -> int | None:
        """Share of `n` that is missing, in hundredths of a percent; None where n is nought."""
        return share_in_points(self.missing, self.n)

    @property
    def reason(self) -> str:
        """Why there is no value; empty when there is one."""
        return self.card.no_base if self.value is None else ""


REGISTER: Final = "Registre des titres\u00a0: lignes des mouvements scellés"

IP2: Final = IndicatorCard(
    code="IP2",
    name="Carnets et tickets par état",
    definition="Où en est chaque carnet et chaque ticket commandé à la date d’arrêté.",
    numerator="Tickets dans un état",
    denominator="Tickets commandés",
    unit="tickets",
    source=REGISTER + ", lignes des commandes approuvées",
    caveat=(
        "La somme des états égale ce qui est commandé. Un carnet remplacé n’est compté qu’une fois, dans l’état de son"
        " remplaçant. Un carnet entamé reste «\u00a0remis\u00a0» tant qu’il lui reste un ticket."
    ),
    scale=Scale.COUNT,
)
USE_RATE_HANDED: Final = IndicatorCard(
    code="IR1.1",
    name="Taux d’utilisation des tickets remis",
    definition="Part des tickets remis à une personne qui ont servi à payer une heure.",
    numerator="Tickets utilisés, actes annulés déduits",
    denominator="Tickets remis, remises annulées déduites",
    unit="%",
    source=REGISTER,
    caveat=(
        "Des tickets remis peuvent encore servir\u00a0: le taux est provisoire jusqu’à la fin de validité. Il ne dit rien des"
        " raisons de ne pas les utiliser."
    ),
    scale=Scale.SHARE,
    no_base="aucun ticket n’a été remis à cette date",
)
USE_RATE_ORDERED: Final = IndicatorCard(
    code="IR1.2",
    name="Taux d’utilisation des tickets commandés",
    definition="Part des tickets commandés qui ont servi à payer une heure.",
    numerator="Tickets utilisés, actes annulés déduits",
    denominator="Tickets des commandes approuvées",
    unit="%",
    source=REGISTER + ", lignes des commandes approuvées",
    caveat="Il compte aussi les carnets qui ne sont pas encore produits, livrés ou remis.",
    scale=Scale.SHARE,
    no_base="aucune commande n’est approuvée à cette date",
)
STARTED: Final = IndicatorCard(
    code="IR2.1",
    name="Carnets commencés",
    definition="Part des carnets remis dont un ticket au moins a été utilisé.",
    numerator="Carnets dont un ticket au moins est utilisé",
    denominator="Carnets remis, remises annulées déduites",
    unit="%",
    source=REGISTER,
    caveat=(
        "Un carnet et son remplaçant sont un seul carnet. Un carnet n’est pas une personne\u00a0: certaines en ont"
        " plusieurs."
    ),
    scale=Scale.SHARE,
    no_base="aucun carnet n’a été remis à cette date",
)
COMPLETED: Final = IndicatorCard(
    code="IR2.2",
    name="Carnets terminés",
    definition="Part des carnets remis dont tous les tickets ont été utilisés.",
    numerator="Carnets dont tous les tickets sont utilisés",
    denominator="Carnets remis, remises annulées déduites",
    unit="%",
    source=REGISTER,
    caveat="Un carnet inachevé n’est pas un échec\u00a0: la personne a pu trouver sa réponse avant le dernier ticket.",
    scale=Scale.SHARE,
    no_base="aucun carnet n’a été remis à cette date",
)
MEAN_TICKETS: Final = IndicatorCard(
    code="IR2.3",
    name="Tickets utilisés par carnet commencé",
    definition="Nombre moyen de tickets utilisés dans les carnets commencés.",
    numerator="Tickets utilisés, actes annulés déduits",
    denominator="Carnets dont un ticket au moins est utilisé",
    unit="tickets par carnet",
    source=REGISTER,
    caveat="La moyenne mêle des carnets de tailles différentes, et des carnets encore en cours.",
    scale=Scale.MEAN,
    no_base="aucun carnet n’est commencé à cette date",
)
HOURS: Final = IndicatorCard(
    code="IR3.1",
    name="Heures d’accompagnement utilisées",
    definition="Heures payées par des tickets, tous services confondus.",
    numerator="Tickets utilisés, actes annulés déduits (un ticket vaut une heure)",
    denominator="Sans objet",
    unit="heures",
    source=REGISTER + "\u00a0; lieu, service et type couverts par le scellé de l’acte",
    caveat=(
        "Un acte compte au jour où il a eu lieu, même s’il a été enregistré après. Les heures en attente ou contestées"
        " qui ont pris un ticket sont comprises, et montrées à part."
    ),
    scale=Scale.COUNT,
)
INDIVIDUAL: Final = IndicatorCard(
    code="IR3.2",
    name="Heures d’accompagnement individuel",
    definition="Part des heures utilisées en tête-à-tête.",
    numerator="Tickets utilisés dans un accompagnement individuel",
    denominator="Tickets utilisés",
    unit="%",
    source=HOURS.source,
    caveat="Le type est déclaré par la médiatrice ou le médiateur au moment de l’acte.",
    scale=Scale.SHARE,
    no_base="aucun ticket n’est utilisé à cette date",
)
COLLECTIVE: Final = IndicatorCard(
    code="IR3.3",
    name="Heures d’atelier collectif",
    definition="Part des heures utilisées en atelier.",
    numerator="Tickets utilisés dans un atelier collectif",
    denominator="Tickets utilisés",
    unit="%",
    source=HOURS.source,
    caveat="Une heure d’atelier compte un ticket par personne qui en donne un, pas un par atelier.",
    scale=Scale.SHARE,
    no_base="aucun ticket n’est utilisé à cette date",
)
