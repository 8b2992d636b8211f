"""How a place and a wave are shown: telephone, opening hours in words, distance, the wave's shape."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from mediation.documents.opening_hours import plain_hours
from mediation.documents.wave_mark import mark_name, wave_mark_svg
from vouchers.models import Wave

register = template.Library()
NBSP = "\u00a0"
FRENCH_NUMBER = 12  # +33 and nine digits


@register.filter
def phone_fr(number: str) -> str:
    """Return « 01 43 00 00 00 » for +33143000000; another country's number as it is."""
    if not (number.startswith("+33") and len(number) == FRENCH_NUMBER):
        return number
    digits = "0" + number[3:]
    return NBSP.join(digits[i : i + 2] for i in range(0, 10, 2))


@register.filter
def hours_fr(text: str) -> list[str]:
    """Return opening hours as plain sentences, none when they are not surely understood."""
    return plain_hours(text)


@register.filter
def km_fr(km: float | None) -> str:
    """Return « à 2 km environ », « à moins de 1 km »; nothing when unknown."""
    if km is None:
        return ""
    whole = round(km)
    return f"à {whole}{NBSP}km environ" if whole >= 1 else f"à moins de 1{NBSP}km"


@register.filter
def breakable(text: str) -> str:
    """Return a text set so large that it must be able to turn at its spaces."""
    return text.replace(NBSP, " ")


@register.simple_tag
def wave_mark(wave: Wave, *, decorative: bool = False) -> SafeString:
    """Draw the shape printed on the booklets of a wave."""
    title = "" if decorative else f"Signe de la vague : {mark_name(wave.number)}"
    return mark_safe(wave_mark_svg(wave.number, title=title))  # noqa: S308  (our own drawing; the title is escaped)


@register.filter
def wave_mark_name(wave: Wave) -> str:
    """Return « losange », « étoile »…"""
    return mark_name(wave.number)
