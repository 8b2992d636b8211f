from datetime import UTC, datetime

import pytest

from passnum.accounts.actions.sign_in import choose_post, record_sign_in
from passnum.accounts.models import User
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import NotAllowed

AT = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)


def test_a_sign_in_leaves_a_line_without_a_name(person, audited) -> None:
    record_sign_in(user=person, at=AT)
    (line,) = audited()
    assert (line.act, line.subject, line.by_id, line.recorded_at) == ("SIGNED_IN", person.uid, person.uid, AT)
    assert line.details == {}


def test_a_chosen_post_is_written_with_its_organisation_and_role(person, give_post, audited) -> None:
    membership = give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    assert choose_post(user=person, membership_uid=membership.uid, at=AT) == membership
    (line,) = audited()
    assert (line.act, line.by_organisation, line.by_role) == (
        "POST_CHOSEN",
        membership.organisation.uid,
        "DISTRIBUTOR",
    )


def test_nobody_takes_the_post_of_another(person, give_post, audited) -> None:
    other = User.objects.create_user("autre@example.org", None, full_name="Autre", created_at=now())
    membership = give_post(other, "Métropole", Role.PILOT)
    with pytest.raises(NotAllowed):
        choose_post(user=person, membership_uid=membership.uid, at=AT)
    assert audited() == []


def test_an_ended_post_cannot_be_taken(person, give_post) -> None:
    membership = give_post(person, "CCAS de Montreuil", Role.DISTRIBUTOR)
    membership.ended_at = AT
    membership.save()
    with pytest.raises(NotAllowed):
        choose_post(user=person, membership_uid=membership.uid, at=AT)
