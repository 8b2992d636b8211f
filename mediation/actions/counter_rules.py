from dataclasses import asdict
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from mediation.models import CounterRules
from mediation.queries.counter_rules import CounterTerms
from passnum.accounts.policies import check_role
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.audit import record_audit
from passnum.kit.errors import InvalidInput
from vouchers.actions.wave import WaveNotReady
from vouchers.models import Wave
from vouchers.states import WaveStatus


@transaction.atomic
def set_counter_rules(*, wave: Wave, terms: CounterTerms, by: Actor, at: datetime) -> CounterRules:
    """Say what a wave asks at the counter, from now on. Devices learn it with their next bundle.

    Raises NotAllowed, InvalidInput, WaveNotReady (a closed wave keeps its rules).
    """
    check_role(by, Role.PILOT)
    locked = Wave.objects.select_for_update(no_key=True).get(pk=wave.pk)
    if locked.status == WaveStatus.CLOSED:
        raise WaveNotReady(status=locked.get_status_display())
    said = asdict(terms) | {"required_answers": sorted(set(terms.required_answers))}
    rules = CounterRules(wave=locked, updated_at=at, **said)
    # nothing required and no limit are answers, which the model's forms would ask to fill in
    unset = {name for name, value in said.items() if value is None or value == []}
    try:
        rules.full_clean(exclude={"wave", *unset}, validate_unique=False)
    except ValidationError as faults:
        raise InvalidInput(sentence=" ".join(faults.messages)) from None
    rules, _ = CounterRules.objects.update_or_create(wave=locked, defaults={**said, "updated_at": at})
    record_audit(act="SET_COUNTER_RULES", subject_type="wave", subject=wave.uid, by=by, at=at, **said)
    return rules
