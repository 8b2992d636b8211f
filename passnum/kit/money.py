"""Money is integer cents of a euro. No float anywhere."""

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


def euros(cents: int) -> str:
    """Return cents as French text: 123450 → « 1 234,50 € » (no-break spaces)."""
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}".replace(",", NARROW_NBSP) + f",{rest:02d}{NBSP}€"


def euros_short(cents: int) -> str:
    """Return whole euros without their zero cents: 1000 → « 10 € »."""
    text = euros(cents)
    return text.replace(",00", "") if cents % 100 == 0 else text


def in_hundredths(part: int, whole: int) -> int | None:
    """Return part/whole in hundredths, cut and never rounded; None where there is no base.

    Cut, so that `one_decimal` rounds once: 3.446 is 3.44 here and « 3,4 » there. Rounded to 3.45 it would be read « 3,5 ».
    """
    return part * 100 // whole if whole else None


def share_in_points(part: int, whole: int) -> int | None:
    """Return part/whole in hundredths of a percent (0 to 10 000), cut like `in_hundredths`."""
    return in_hundredths(part * 100, whole)


def one_decimal(hundredths: int) -> str:
    """Return hundredths as French text, rounded half up to a tenth: 314 → « 3,1 »."""
    tenths = (hundredths + 5) // 10
    return f"{tenths // 10},{tenths % 10}"


def percent(points: int | None) -> str:
    """Return hundredths of a percent as French text: 8153 → « 81,5 % »; no base → « – »."""
    return "–" if points is None else f"{one_decimal(points)}{NBSP}%"
