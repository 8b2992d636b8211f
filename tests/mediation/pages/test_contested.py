"""Contested acts on screen: the queue, one act's story, the decision; what the place and the distributor read."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from mediation.actions.settlement import grant_goodwill, settle_contested
from mediation.models import GoodwillLine, RedemptionLine
from mediation.states import GOODWILL, SETTLED_ON_FREE_HOUR, Owed, SettleReason
from passnum.accounts.models import Membership, User
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.contested import decisions, statuses, used_twice
from tests.mediation.policies.test_undo import denied
from tests.staff import text_of
from vouchers.states import TitleStatus

QUEUE = "/contestes/"


@pytest.fixture
def finance(scene: Scene, clock: time_machine.Traveller) -> Client:
    """The browser of a finance officer."""
    return signed_in(scene.metropole, Role.FINANCE, scene.now)


def address(line: RedemptionLine) -> str:
    return f"{QUEUE}{line.redemption.uid}/"


def decide(
    client: Client, line: RedemptionLine, decision: str, reason: str, rank: int = 1, **fields: Any
) -> HttpResponse:
    sent = {"acte": rank, f"acte-{rank}-decision": decision, f"acte-{rank}-reason": reason}
    return client.post(address(line), sent | {f"acte-{rank}-{k}": v for k, v in fields.items()})


def test_the_queue_shows_the_oldest_first(scene: Scene, clock: time_machine.Traveller) -> None:
    first = used_twice(scene, scene.in_hand())
    scene.tick(days=3)
    _, other = denied(scene)
    clock.move_to(scene.now + timedelta(days=2, hours=1))
    page = text_of(signed_in(scene.metropole, Role.FINANCE, scene.now).get(QUEUE))
    assert "2 actes contestés" in page
    assert "depuis 5 jours" in page and "depuis 2 jours" in page
    assert page.index(str(first.redemption.uid)) < page.index(str(other.uid))
    assert "Un autre acte a été enregistré avant, avec le même ticket." in page


def test_filters_narrow_by_place_reason_wave_and_state(scene: Scene, finance: Client) -> None:
    line = used_twice(scene, scene.in_hand())
    denied(scene)
    site = scene.other_site.uid
    for query, count in (
        (f"?lieu={site}", "1 acte contesté"),
        ("?motif=HANDOVER_DENIED", "1 acte contesté"),
        (f"?vague={scene.wave.number}", "2 actes contestés"),
        ("?vague=99", "Aucun acte contesté"),
        ("?etat=decides", "Aucun acte contesté"),
        ("?etat=tous&lieu=nulle-part&vague=x&motif=%00&page=9", "2 actes contestés"),
    ):
        assert count in text_of(finance.get(QUEUE + query)), query
    decide(finance, line, "REFUSER", "NO_EVIDENCE")
    assert "Refusé" in text_of(finance.get(QUEUE + "?etat=decides"))
    assert "1 acte contesté" in text_of(finance.get(QUEUE))


def test_the_story_tells_clocks_attempts_and_where_the_hour_went(scene: Scene, finance: Client) -> None:
    line = used_twice(scene, scene.in_hand())
    page = text_of(finance.get(address(line)))
    assert scene.other_site.name in page
    assert "Appareil hors ligne" in page
    assert "Enregistré avant, avec la même heure" in page
    assert f", à {scene.site.name}" in page
    assert "Tout ce qui a été reçu pour cet acte" in page
    assert "Le carnet a encore 4 heures libres : payer en prend 1" in page


def test_paying_takes_a_free_hour(scene: Scene, finance: Client) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    done = decide(finance, line, "PAYER", "GOOD_FAITH")
    assert done["Location"] == address(line)
    page = text_of(finance.get(address(line)))
    assert "C’est décidé pour le carnet" in page
    assert "Payé sur une heure libre" in page
    assert "Le lieu ne pouvait pas le savoir" in page
    assert decisions(line)[-1] == (Owed.REFUSED, SETTLED_ON_FREE_HOUR)
    assert statuses(booklet).count(TitleStatus.REDEEMED) == 2
    again = decide(finance, line, "PAYER", "GOOD_FAITH")
    assert again.status_code == 409
    assert "Une décision a déjà été prise" in text_of(again)


def test_without_a_free_hour_goodwill_is_what_is_left(scene: Scene, finance: Client) -> None:
    line = used_twice(scene, scene.in_hand(), hours=3)
    page = text_of(finance.get(address(line)))
    assert "n’a plus assez d’heures libres (2)" in page
    assert "PAYER" not in page
    late = decide(finance, line, "PAYER", "GOOD_FAITH")
    assert late.status_code == 409
    assert "(2 pour 3)" in text_of(late)
    assert decide(finance, line, "GESTE", "GOOD_FAITH", amount="").status_code == 422
    assert decide(finance, line, "GESTE", "GOOD_FAITH", amount="40").status_code == 422
    assert decide(finance, line, "GESTE", "GOOD_FAITH", amount="20,50").status_code == 302
    assert decisions(line)[-1] == (Owed.REFUSED, GOODWILL)
    assert GoodwillLine.objects.get().amount_cents == 2050
    assert "20,50 €" in text_of(finance.get(address(line)))


def test_consumed_hours_are_paid_as_they_stand(scene: Scene, finance: Client) -> None:
    _, contested = denied(scene)
    line = contested.lines.get()
    page = text_of(finance.get(address(line)))
    assert "l’acte peut être payé tel quel" in page
    assert "GESTE" not in page
    assert decide(finance, line, "PAYER", "EVIDENCE").status_code == 302
    assert decisions(line)[-1] == (Owed.PAYABLE, SettleReason.EVIDENCE)


def test_a_decision_without_its_reason_is_asked_again(scene: Scene, finance: Client) -> None:
    line = used_twice(scene, scene.in_hand())
    page = decide(finance, line, "PAYER", "")
    assert page.status_code == 422
    assert "Choisissez le motif" in text_of(page)
    assert decide(finance, line, "PAYER", "NO_EVIDENCE").status_code == 422
    assert decide(finance, line, "PAYER", "GOOD_FAITH", rank=7).status_code == 422
    assert finance.post(address(line), {}).status_code == 422
    assert len(decisions(line)) == 1


def test_the_pilot_reads_and_does_not_decide(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    pilot = signed_in(scene.metropole, Role.PILOT, scene.now)
    assert "1 acte contesté" in text_of(pilot.get(QUEUE))
    page = text_of(pilot.get(address(line)))
    assert "<form" not in page
    assert "Enregistré avant, avec la même heure" in page
    assert f", à {scene.site.name}" not in page
    assert decide(pilot, line, "PAYER", "GOOD_FAITH").status_code == 403
    assert len(decisions(line)) == 1


def test_the_auditor_reads_all(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    auditor = signed_in(scene.metropole, Role.AUDITOR, scene.now)
    page = text_of(auditor.get(address(line)))
    assert f", à {scene.site.name}" in page
    assert "<form" not in page


def test_nobody_decides_on_their_own_act(scene: Scene, finance: Client) -> None:
    line = used_twice(scene, scene.in_hand())
    user = User.objects.create_user("deux@example.org", None, full_name="Deux rôles", created_at=scene.now)
    User.objects.filter(pk=user.pk).update(uid=scene.other_mediator.id)
    user.refresh_from_db()
    Membership.objects.create(user=user, organisation=scene.metropole, role=Role.FINANCE, created_at=scene.now)
    client = Client()
    client.force_login(user)
    page = text_of(client.get(address(line)))
    assert "une autre personne des finances doit décider" in page
    assert "<form" not in page
    assert decide(client, line, "REFUSER", "NO_EVIDENCE").status_code == 403


def test_the_place_reads_state_reason_and_decision_but_not_where_the_hour_went(scene: Scene) -> None:
    line = used_twice(scene, scene.in_hand())
    client = signed_in(scene.other_operator, Role.MEDIATOR, scene.now)
    page = text_of(client.get("/utiliser/contestes/"))
    assert "À décider" in page
    assert "Un autre acte a été enregistré avant, avec le même ticket." in page
    assert scene.site.name not in page
    settle_contested(line=line, is_payable=True, reason=SettleReason.GOOD_FAITH, by=scene.finance, at=scene.tick())
    page = text_of(client.get("/utiliser/contestes/"))
    assert "Payé sur une heure libre" in page
    assert "Le lieu ne pouvait pas le savoir" in page
    day = text_of(client.get("/utiliser/journal/?jour=2026-03-02"))
    assert "1 acte, 1 heure" in day
    assert "Acte contesté, payé sur une heure libre du même carnet." in day


def test_the_day_says_why_an_hour_is_contested(scene: Scene) -> None:
    used_twice(scene, scene.in_hand())
    client = signed_in(scene.other_operator, Role.SITE_MANAGER, scene.now)
    day = text_of(client.get("/utiliser/journal/?jour=2026-03-02"))
    assert "Un autre acte a été enregistré avant" in day
    assert 'href="/utiliser/contestes/"' in day


def test_another_place_sees_nothing_of_it(scene: Scene, mediator: Client) -> None:
    line = used_twice(scene, scene.in_hand())
    assert "Aucun de vos actes n’est contesté" in text_of(mediator.get("/utiliser/contestes/"))
    assert mediator.get(address(line)).status_code == 403


def test_the_distributor_reads_the_decision_on_its_booklets_and_nothing_of_places(scene: Scene, agent: Client) -> None:
    booklet = scene.in_hand()
    line = used_twice(scene, booklet)
    grant_goodwill(line=line, amount_cents=900, reason=SettleReason.AGREED, by=scene.finance, at=scene.tick())
    page = text_of(agent.get("/contestes/carnets/"))
    assert booklet.label in page
    assert "Geste hors valeur faciale" in page
    assert "Accord du distributeur" in page
    for place in (scene.site, scene.other_site):
        assert place.name not in page
    other = signed_in(scene.other_ccas, Role.DISTRIBUTOR, scene.now)
    assert "Aucune heure de vos carnets" in text_of(other.get("/contestes/carnets/"))


def test_an_act_without_contest_has_no_story(scene: Scene, finance: Client) -> None:
    redemption = scene.redeem(scene.codes(scene.in_hand())[0])
    assert finance.get(f"{QUEUE}{redemption.uid}/").status_code == 404


def test_queries_do_not_grow_with_the_queue(scene: Scene, finance: Client, django_assert_max_num_queries: Any) -> None:
    booklet = scene.in_hand(10)
    for first in range(5):
        used_twice(scene, booklet, first=first)
    with django_assert_max_num_queries(12):
        assert "5 actes contestés" in text_of(finance.get(QUEUE))
