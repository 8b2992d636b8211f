"""What each wave asks at the counter; the defaults of the model for a wave that says nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from mediation.models import CounterRules
from vouchers.models import Wave


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterTerms:
    """The columns of `CounterRules`, as values."""

    required_answers: tuple[str, ...]
    list_warn_hours: int
    list_stop_hours: int | None
    offline_device_hours: int
    offline_site_hours: int
    typed_device_hours: int
    skew_minutes: int


def _terms(rules: CounterRules) -> CounterTerms:
    values = {field.name: getattr(rules, field.name) for field in fields(CounterTerms)}
    return CounterTerms(**{**values, "required_answers": tuple(rules.required_answers)})


def rules_of(waves: Iterable[Wave]) -> dict[int, CounterTerms]:
    """Return the rules of waves by primary key, in one statement."""
    keys = [wave.pk for wave in waves]
    said = {rules.wave_id: _terms(rules) for rules in CounterRules.objects.filter(wave__in=keys)}
    default = _terms(CounterRules())
    return {key: said.get(key, default) for key in keys}
