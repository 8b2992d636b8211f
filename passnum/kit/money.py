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


def share_in_points(part: int, whole: int) -> int | None:
    """Return part/whole in hundredths of a percent (0 to 10 000), rounded half up; None where there is no base."""
    if whole == 0:
        return None
    return (part * 20_000 + whole) // (2 * whole)


def percent(points: int | None) -> str:
    """Return hundredths of a percent as French text: 8153 → « 81,5 % »; no base → « – »."""
    if points is None:
        return "–"
    tenths = (points + 5) // 10
    return f"{tenths // 10},{tenths % 10}{NBSP}%"
