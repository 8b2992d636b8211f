from uuid import uuid4

import pytest
from django.urls import reverse

from passnum.accounts.models import OrganisationKind
from passnum.accounts.roles import Role
from tests.caller import person_at
from tests.lifecycle import organisation
from tests.staff import text_of
from vouchers.actions.attribution import attribute_seals
from vouchers.actions.funding import record_proof
from vouchers.models import Booklet, FundingLine, FundingProof, Order, ProofKind
from vouchers.register.sealer import seal_movements

PROOF = {
    "preuve-kind": "MANDATE",
    "preuve-reference": "M-2026-17",
    "preuve-dated_on": "2026-03-02",
    "preuve-amount_cents": "100,00",
}


def url(order: Order, name: str, *more: object) -> str:
    return reverse(f"vouchers:{name}", args=[order.uid, *more])


@pytest.fixture
def order(scene) -> Order:
    return scene.produced((scene.ccas, 5, 3))


def test_a_proof_recorded_by_one_is_verified_by_another_and_booklets_become_active(
    scene, funder, pilot, order, audited
) -> None:
    page = text_of(funder.post(url(order, "order_proof"), PROOF, follow=True))
    assert "Une autre personne doit la vérifier" in page
    assert "À vérifier par une autre personne" in page
    proof = FundingProof.objects.get(order=order)
    done = text_of(pilot.post(url(order, "proof_verify", proof.uid), follow=True))
    assert "2 carnets actifs de plus" in done
    assert Booklet.objects.filter(order=order, funded_at__isnull=False).count() == 2
    assert audited()[-2:] == ["RECORD_PROOF", "VERIFY_PROOF"]


def test_nobody_verifies_their_own_proof(scene, client, order) -> None:
    user, me = person_at(scene.metropole, Role.PILOT, scene.now)
    client.force_login(user)
    client.post(url(order, "order_proof"), PROOF)
    proof = FundingProof.objects.get(order=order)
    assert proof.by_id == me.id
    assert url(order, "proof_verify", proof.uid) not in text_of(client.get(url(order, "order")))
    refused = client.post(url(order, "proof_verify", proof.uid))
    assert refused.status_code == 403
    assert "une autre personne doit la vérifier" in text_of(refused)


def test_a_proof_counts_once(funder, order) -> None:
    funder.post(url(order, "order_proof"), PROOF)
    again = funder.post(url(order, "order_proof"), PROOF)
    assert again.status_code == 409
    assert "elle ne compte qu’une fois" in text_of(again)
    assert 'value="M-2026-17"' in again.content.decode(), "what was typed is kept"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"preuve-amount_cents": "0"}, "doit être positif"),
        ({"preuve-amount_cents": "cent"}, "Écrivez un montant en euros"),
        ({"preuve-reference": ""}, "obligatoire"),
        ({"preuve-dated_on": "31/02/2026"}, "date valide"),
        ({"preuve-kind": "PROMISE"}, "choix valide"),
    ],
)
def test_a_proof_that_cannot_be_read_is_told(funder, order, change, sentence) -> None:
    page = funder.post(url(order, "order_proof"), PROOF | change)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert not FundingProof.objects.filter(order=order).exists()


def test_a_proof_is_verified_once(scene, pilot, order) -> None:
    scene.fund(order, 10_000)
    proof = FundingProof.objects.get(order=order)
    page = pilot.post(url(order, "proof_verify", proof.uid))
    assert page.status_code == 409
    assert "déjà vérifiée" in text_of(page)


def test_the_proof_of_another_order_does_not_exist_here(scene, pilot, order) -> None:
    other = scene.draft()
    proof = record_proof(
        order=other,
        kind=ProofKind.MANDATE,
        reference="M-1",
        dated_on=scene.now.date(),
        amount_cents=1,
        by=scene.buyer,
        at=scene.tick(),
    )
    theirs, none = (pilot.post(url(order, "proof_verify", uid)) for uid in (proof.uid, uuid4()))
    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs) == text_of(none)


# --- co-funders

PROMISE = {
    "cofinanceur-rate": "50",
    "cofinanceur-ceiling_cents": "1 000",
    "cofinanceur-base": "USED",
    "cofinanceur-target_publics": ["seniors", "femmes"],
}


def test_a_co_funder_is_written_once(scene, pilot, order) -> None:
    state = organisation("État", OrganisationKind.ETAT)
    body = PROMISE | {"cofinanceur-co_funder": str(state.uid), "cofinanceur-is_state": "on"}
    page = text_of(pilot.post(url(order, "order_co_funder"), body, follow=True))
    assert "50,0 %" in page
    line = FundingLine.objects.get(order=order)
    assert (line.rate_points, line.ceiling_cents, line.target_publics) == (5_000, 100_000, ["seniors", "femmes"])
    again = pilot.post(url(order, "order_co_funder"), body)
    assert again.status_code == 409
    assert "cofinance déjà cette commande" in text_of(again)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"cofinanceur-rate": "66", "cofinanceur-is_state": "on"}, 422, "compris entre 20 et 65 %"),
        ({"cofinanceur-rate": "101"}, 422, "inférieure ou égale à 100"),
        ({"cofinanceur-co_funder": ""}, 422, "obligatoire"),
    ],
)
def test_a_promise_outside_the_rules_is_refused(scene, pilot, order, change, status, sentence) -> None:
    body = PROMISE | {"cofinanceur-co_funder": str(scene.metropole.uid)} | change
    page = pilot.post(url(order, "order_co_funder"), body)
    assert page.status_code == status
    assert sentence in text_of(page)
    assert not FundingLine.objects.filter(order=order).exists()


def test_the_state_funds_collectivites_only(scene, browser, pilot) -> None:
    order = scene.draft()
    Order.objects.get(pk=order.pk)
    company = organisation("Entreprise", OrganisationKind.ENTREPRISE)
    scene.funder, scene.buyer = company, person_at(company, Role.FUNDER, scene.now)[1]
    theirs = scene.draft()
    body = PROMISE | {"cofinanceur-co_funder": str(scene.metropole.uid), "cofinanceur-is_state": "on"}
    page = pilot.post(url(theirs, "order_co_funder"), body)
    assert page.status_code == 409
    assert "L’État ne cofinance que les commandes des collectivités." in text_of(page)


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ISSUER])
def test_a_funder_promises_nothing_for_others_nor_verifies(scene, browser, order, role) -> None:
    client = browser(scene.funder if role is Role.FUNDER else scene.metropole, role)
    assert client.post(url(order, "order_co_funder"), PROMISE).status_code == 403
    assert client.post(url(order, "proof_verify", uuid4())).status_code == 403


def test_what_each_funder_bears_is_shown_and_masked_to_the_funder_when_few(scene, funder, pilot) -> None:
    booklet = scene.in_hand()
    state = organisation("État", OrganisationKind.ETAT)
    body = PROMISE | {"cofinanceur-co_funder": str(state.uid), "cofinanceur-is_state": "on"}
    pilot.post(url(booklet.order, "order_co_funder"), body)
    scene.redeem(scene.codes(booklet)[0])
    seal_movements(at=scene.tick())
    attribute_seals(at=scene.now)
    page = text_of(pilot.get(url(booklet.order, "order")))
    assert "<strong>10,00 €</strong>, dont <strong>5,00 €</strong> à la charge de Mairie de Créteil" in page
    masked = text_of(funder.get(url(booklet.order, "order")))
    assert "Trop peu de tickets utilisés pour montrer leur répartition" in masked
    assert "à la charge de" not in masked
