import pytest

from mediation.templatetags.places import breakable, km_fr, phone_fr


@pytest.mark.parametrize(
    ("number", "told"),
    [("+33143000000", "01 43 00 00 00"), ("+3314300", "+3314300"), ("+441632960961", "+441632960961"), ("", "")],
)
def test_a_telephone_is_read_aloud_two_by_two(number: str, told: str) -> None:
    assert phone_fr(number).replace("\u00a0", " ") == told


@pytest.mark.parametrize(
    ("km", "told"), [(None, ""), (0.2, "à moins de 1 km"), (0.6, "à 1 km environ"), (16.4, "à 16 km environ")]
)
def test_a_distance_is_told_roundly(km: float | None, told: str) -> None:
    assert km_fr(km).replace("\u00a0", " ") == told


def test_a_large_date_may_turn_at_its_spaces() -> None:
    assert breakable("31\u00a0décembre\u00a02026") == "31 décembre 2026"
