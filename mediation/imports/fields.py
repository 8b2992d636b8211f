"""One function per kind of field: the text of a cell in, the value to keep out, or a sentence (`FieldRefused`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from mediation import standard
from mediation.imports.report import FieldRefused, shown
from passnum.territory.contours import bounds
from passnum.territory.queries.communes import Territory

# A place stands in its commune: half a kilometre of slack around the territory for a point on its edge.
_SLACK_DEGREES: Final = Decimal("0.005")
_HALF_TURN: Final = 180
_SIX_DECIMALS: Final = Decimal("0.000001")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What a spreadsheet would run when the value is exported again: « =… » always, the others when they call or chain.
_FORMULA: Final = re.compile(r"\s*(?:=|[+\-@][^\n]*[(!|])")
_IS_URL: Final = URLValidator(schemes=["http", "https"])
_PHONE: Final = re.compile(r"\+(?:33\d{9}|(?:590|594|262|596|269|687|689|508|681)\d{6,9})")
_UNKNOWN_DATE: Final = date(1970, 1, 1)  # published for « unreadable » (notes of the schema's version 2.0.0)


def text(cell: str, max_length: int, *, is_required: bool = False) -> str:
    """Return one line of text, spaces tidied."""
    tidy = " ".join(prose(cell, max_length).split())
    if is_required and not tidy:
        raise FieldRefused("Ce champ est obligatoire.")
    return tidy


def prose(cell: str, max_length: int) -> str:
    """Return text that may hold line breaks."""
    if _CONTROL.search(cell):
        raise FieldRefused("Le texte porte un caractère de commande invisible\u00a0: retapez-le.")
    if _FORMULA.match(cell):
        raise FieldRefused(
            f"«\u00a0{shown(cell)}\u00a0» ressemble à une formule de tableur\u00a0: écrivez le texte lui-même."
        )
    tidy = cell.strip()
    if len(tidy) > max_length:
        raise FieldRefused(f"Le texte a {len(tidy)} caractères, {max_length} au plus\u00a0: raccourcissez-le.")
    return tidy


@dataclass(frozen=True, slots=True)
class Pivot:
    """The number that identifies who holds the place; `siret` is empty when it is another kind of number."""

    number: str
    siret: str


def pivot(cell: str) -> Pivot:
    """Check a SIRET (key included, La Poste's exception too), a SIREN, RIDET or RNA; empty or zeros mean unknown."""
    number = re.sub(r"[\s.\u00a0]", "", cell).upper()
    if not number or not number.strip("0"):
        return Pivot("", "")
    if re.fullmatch(r"\d+(,\d+)?E\+\d+", number):
        raise FieldRefused(
            f"«\u00a0{shown(cell)}\u00a0»\u00a0: le tableur a abîmé le SIRET. Mettez la colonne au format texte."
        )
    if re.fullmatch(r"\d{14}", number, re.ASCII):
        if not siret_number.is_valid(number):
            raise FieldRefused(f"Le SIRET {number} est faux (sa clé ne correspond pas)\u00a0: vérifiez chaque chiffre.")
        return Pivot(number, number)
    if re.fullmatch(r"\d{9}", number, re.ASCII) and not siren_number.is_valid(number):
        raise FieldRefused(f"Le SIREN {number} est faux (sa clé ne correspond pas)\u00a0: vérifiez chaque chiffre.")
    if re.fullmatch(r"\d{12,13}", number, re.ASCII):
        raise FieldRefused(
            f"«\u00a0{number}\u00a0» a {len(number)} chiffres\u00a0: un SIRET en a 14, zéros de tête compris."
        )
    if not re.fullmatch(r"W[A-Z0-9]{9}|\d{9,11}", number, re.ASCII):
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est ni un SIRET (14 chiffres) ni un RNA (W et 9 chiffres).")
    return Pivot(number, "")


@dataclass(frozen=True, slots=True)
class Commune:
    code: str
    arrondissement_code: str


def commune(code: str, name: str, postal_code: str, territory: Territory) -> Commune:
    """Return the commune that governs and, in Paris, the arrondissement; without code, by name and postal code."""
    code = code.strip().upper()
    if code and not re.fullmatch(r"([013-9]\d|2[AB1-9])\d{3}", code):
        raise FieldRefused(f"«\u00a0{shown(code)}\u00a0» n'est pas un code INSEE (cinq caractères).")
    found = territory.resolve(code) if code else territory.named(name, postal_code)
    if found is None:
        told = f"{shown(name)} ({code})" if code else f"{shown(name)} ({shown(postal_code)}), sans code INSEE"
        raise FieldRefused(f"{told}\u00a0: pas de telle commune dans la Métropole au {territory.day:%d/%m/%Y}.")
    if code and code in territory.places and territory.places[code].parent_code:
        return Commune(found, code)
    inner = [place for place in territory.places.values() if place.parent_code == found]
    by_post = [place.code for place in inner if postal_code in place.postal_codes]
    return Commune(found, by_post[0] if len(by_post) == 1 else "")


def postal_code(cell: str) -> str:
    """Check five digits."""
    code = cell.strip()
    if not re.fullmatch(r"\d{5}", code, re.ASCII):
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est pas un code postal (cinq chiffres).")
    return code


def coordinate(cell: str) -> Decimal | None:
    """Return degrees with six decimals (about 10 cm); a comma is taken for the decimal point."""
    number = cell.strip().replace(",", ".")
    if not number:
        return None
    try:
        degrees = Decimal(number)
    except InvalidOperation:
        degrees = Decimal("NaN")
    if not degrees.is_finite() or abs(degrees) > _HALF_TURN:
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est pas une coordonnée en degrés (par exemple 48.8566).")
    return degrees.quantize(_SIX_DECIMALS)


def check_inside(latitude: Decimal | None, longitude: Decimal | None) -> None:
    """Refuse half a position, and one outside of the territory."""
    if latitude is None and longitude is None:
        return
    if latitude is None or longitude is None:
        raise FieldRefused("La latitude et la longitude vont ensemble\u00a0: donnez les deux, ou aucune.")
    if _is_inside(latitude, longitude):
        return
    hint = " La latitude et la longitude semblent échangées." if _is_inside(longitude, latitude) else ""
    raise FieldRefused(f"Le point {latitude:.4f}, {longitude:.4f} est hors de la Métropole.{hint}")


def _is_inside(latitude: Decimal, longitude: Decimal) -> bool:
    box = bounds()
    return (
        Decimal(box.south) - _SLACK_DEGREES <= latitude <= Decimal(box.north) + _SLACK_DEGREES
        and Decimal(box.west) - _SLACK_DEGREES <= longitude <= Decimal(box.east) + _SLACK_DEGREES
    )


def phone(cell: str) -> str:
    """Return the first number of a cell, international and without spaces; « 01 23… » becomes « +33123… »."""
    first = re.split(r"[|;/]", cell.strip())[0]
    number = re.sub(r"[\s.\-()\u00a0\u202f]", "", first)
    if not number:
        return ""
    if number.startswith("0033"):
        number = "+" + number[2:]
    if re.fullmatch(r"0[1-9]\d{8}", number, re.ASCII):
        number = "+33" + number[1:]
    if re.fullmatch(r"33[1-9]\d{8}", number, re.ASCII):
        number = "+" + number
    if not _PHONE.fullmatch(number):
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est pas un numéro de téléphone (par exemple +33123456789).")
    return number


def emails(cell: str) -> list[str]:
    """Return the addresses of a cell, in lower case, each once."""
    found = [one.lower() for one in re.split(r"[|;,\s]+", cell.strip()) if one]
    for one in found:
        try:
            validate_email(one)
        except ValidationError as refused:
            raise FieldRefused(f"«\u00a0{shown(one)}\u00a0» n'est pas une adresse électronique.") from refused
    return list(dict.fromkeys(found))


def websites(cell: str) -> list[str]:
    """Return the web addresses of a cell (http or https only), each once."""
    found = [one.strip() for one in re.split(r"[|\s]+|[;,](?=\s*https?://)", cell.strip()) if one.strip(" ;,")]
    return list(dict.fromkeys(url(one.strip(" ;,")) for one in found))


def url(cell: str, max_length: int = 500) -> str:
    """Return one web address; « www.… » is completed, other schemes (javascript:, file:) are refused."""
    address = cell.strip()
    if not address:
        return ""
    if re.match(r"www\.", address, re.IGNORECASE):
        address = "https://" + address
    try:
        _IS_URL(address)
    except ValidationError as refused:
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est pas une adresse web (https://…).") from refused
    if len(address) > max_length:
        raise FieldRefused(f"L'adresse web dépasse {max_length} caractères.")
    return address


def updated_on(cell: str, today: date) -> date | None:
    """Return a day (ISO, or day/month/year); None for 1970-01-01, which inventories publish for « unknown »."""
    written = cell.strip()
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", written, re.ASCII)
    parts = match.groups() if match else None
    if parts is None and (match := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", written, re.ASCII)):
        parts = match.group(3, 2, 1)
    try:
        day = date(*map(int, parts)) if parts else None
    except ValueError:
        day = None
    if day is None:
        raise FieldRefused(f"«\u00a0{shown(cell)}\u00a0» n'est pas une date (année-mois-jour, par exemple 2026-03-02).")
    if day > today:
        raise FieldRefused(f"La date {day:%d/%m/%Y} est à venir.")
    return None if day == _UNKNOWN_DATE else day


def typologies(cell: str) -> list[str]:
    """Return the codes of a cell, in the order of the list."""
    known = {code.casefold(): code for code in standard.TYPOLOGIES}
    given = [one for one in re.split(r"[|;,\s]+", cell.strip()) if one]
    for one in given:
        if one.casefold() not in known:
            raise FieldRefused(
                f"«\u00a0{shown(one)}\u00a0» n'est pas un code de typologie du standard (ASSO, BIB, CCAS…)."
            )
    return _in_order({known[one.casefold()] for one in given}, standard.TYPOLOGIES)


def free_words(cell: str, max_length: int) -> list[str]:
    """Return the values of an open list (other labels), each once."""
    return list(dict.fromkeys(text(one, max_length) for one in re.split(r"[|;]", cell) if one.strip()))


def _in_order(kept: set[str], words: Sequence[str]) -> list[str]:
    return [word for word in words if word in kept]
