"""Numbers, sums, dates and counts as French people read them. Non-breaking spaces hold each of them together."""

from datetime import date, datetime

from django import template

from passnum.kit.clock import PARIS
from passnum.kit.days import long_date, long_month
from passnum.kit.money import NARROW_NBSP, NBSP
from passnum.kit.money import euros as euros_text
from passnum.kit.money import euros_short as euros_short_text
from passnum.kit.money import percent as percent_text

register = template.Library()

NOTHING = "–"
MINUTES_PER_HOUR = 60


def _day(value: date) -> date:
    return value.astimezone(PARIS).date() if isinstance(value, datetime) else value


@register.filter
def euros(cents: int | None) -> str:
    """Return integer cents: 123450 → « 1 234,50 € »."""
    return NOTHING if cents is None else euros_text(cents)


@register.filter
def euros_short(cents: int | None) -> str:
    """Return integer cents without zero cents: 1000 → « 10 € »."""
    return NOTHING if cents is None else euros_short_text(cents)


@register.filter
def percent(points: int | None) -> str:
    """Return hundredths of a percent: 8153 → « 81,5 % »; no base → « – »."""
    return percent_text(points)


@register.filter
def number(value: int | None) -> str:
    """Return a whole number: 209000 → « 209 000 »."""
    return NOTHING if value is None else f"{value:,}".replace(",", NARROW_NBSP).replace("-", "−")


@register.filter
def date_fr(value: date | None) -> str:
    """Return a day in Paris: « 3 mars 2027 », « 1er mars 2027 »."""
    return NOTHING if value is None else long_date(_day(value))


@register.filter
def month_fr(value: date | None) -> str:
    """Return a month in Paris: « mars 2027 »."""
    return NOTHING if value is None else long_month(_day(value))


@register.simple_tag
def span_fr(first: date | None, last: date | None) -> str:
    """Return « du 1er mars 2026 au 31 mars 2026 », « à partir du… » or « jusqu’au… »; nothing when no day is said."""
    if first and last:
        return f"du {date_fr(first)} au {date_fr(last)}"
    if first:
        return f"à partir du {date_fr(first)}"
    return f"jusqu’au {date_fr(last)}" if last else ""


@register.filter
def instant_fr(value: datetime | None) -> str:
    """Return an aware instant in Paris: « 3 mars 2027 à 14 h 05 »."""
    if value is None:
        return NOTHING
    return f"{date_fr(value)} à {hour_fr(value)}"


@register.filter
def hour_fr(value: datetime | None) -> str:
    """Return the time of day in Paris: « 14 h 05 »."""
    if value is None:
        return NOTHING
    local = value.astimezone(PARIS)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"


@register.filter
def minutes_fr(minutes: int | None) -> str:
    """Return a length in minutes: 45 → « 45 min », 60 → « 1 h », 95 → « 1 h 35 »."""
    if minutes is None:
        return NOTHING
    hours, rest = divmod(minutes, MINUTES_PER_HOUR)
    if hours == 0:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02d}" if rest else "")


@register.filter
def counted(value: int | None, word: str) -> str:
    """Return a count and its noun; French puts the plural from 2 on: `{{ 1|counted:"carnet" }}` → « 1 carnet ».

    An irregular plural stands after a comma: `{{ n|counted:"lieu,lieux" }}`.
    """
    if value is None:
        return NOTHING
    singular, _, plural = word.partition(",")
    noun = singular if abs(value) < 2 else (plural or f"{singular}s")  # noqa: PLR2004  (0 et 1 sont singuliers)
    return f"{number(value)}{NBSP}{noun}"


@register.filter
def ticket_count(value: int | None) -> str:
    """Return « 0 ticket », « 1 ticket », « 12 tickets »."""
    return counted(value, "ticket")


@register.filter
def hour_count(value: int | None) -> str:
    """Return « 1 heure », « 7 heures »: one ticket is worth one hour."""
    return counted(value, "heure")


@register.filter
def booklet_count(value: int | None) -> str:
    """Return « 1 carnet », « 40 carnets »."""
    return counted(value, "carnet")


@register.filter
def siret_fr(value: str) -> str:
    """Return a SIRET in groups: « 123 456 789 00012 »."""
    if len(value) != 14:  # noqa: PLR2004  (SIREN of 9 digits + NIC of 5)
        return value or NOTHING
    return NARROW_NBSP.join((value[:3], value[3:6], value[6:9], value[9:]))
