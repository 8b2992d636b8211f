from datetime import date

import pytest

from mediation.actions import label as actions
from mediation.actions.label import LabelAlreadyEnded, LabelOverlaps, SiteIncomplete, grant_label, withdraw_label
from mediation.models import Label, Site
from mediation.policies.redemption import SiteNotLabelled
from passnum.accounts.roles import Role
from passnum.kit.actor import SYSTEM, Actor
from passnum.kit.errors import InvalidInput, NotAllowed
from passnum.kit.models import AuditEntry
from tests.lifecycle import Scene, person, site_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def officer(scene: Scene) -> Actor:
    return person(scene.metropole, Role.LABEL_OFFICER)


@pytest.fixture
def bare(scene: Scene) -> Site:
    return site_of(scene.operator, "Nouveau lieu", labelled=False)


def grant(scene: Scene, site: Site, officer: Actor, **terms: object) -> Label:
    given = {
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 8, 31),
        "charter_version": "2026-1",
        "reasons": " Charte signée. ",
    }
    return grant_label(site=site, by=officer, at=scene.tick(), **{**given, **terms})  # type: ignore[arg-type]


def test_a_labelled_place_takes_tickets(scene: Scene, bare: Site, officer: Actor) -> None:
    codes = scene.codes(scene.in_hand())
    with pytest.raises(SiteNotLabelled):
        scene.redeem(codes[0], site=bare)
    label = grant(scene, bare, officer)
    assert scene.redeem(codes[0], site=bare).site == bare
    assert (label.reasons, label.by_role) == ("Charte signée.", "LABEL_OFFICER")
    assert AuditEntry.objects.filter(act="GRANT_LABEL", subject=bare.uid).count() == 1


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (date(2026, 8, 31), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 3, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_two_labels_never_overlap(scene: Scene, bare: Site, officer: Actor, starts_on: date, ends_on: date) -> None:
    grant(scene, bare, officer)
    with pytest.raises(LabelOverlaps) as refusal:
        grant(scene, bare, officer, starts_on=starts_on, ends_on=ends_on)
    assert "déjà un label à ces dates" in refusal.value.sentence
    assert Label.objects.filter(site=bare).count() == 1


def test_one_follows_the_other(scene: Scene, bare: Site, officer: Actor) -> None:
    grant(scene, bare, officer)
    grant(scene, bare, officer, starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))
    grant(scene, site_of(scene.operator, "Autre", labelled=False), officer)
    assert Label.objects.filter(site=bare).count() == 2


@pytest.mark.parametrize(
    "terms",
    [
        {"ends_on": date(2026, 2, 28)},
        {"reasons": "  "},
        {"reasons": "x" * 2001},
        {"charter_version": ""},
        {"charter_version": "x" * 21},
    ],
)
def test_an_incomplete_decision_is_refused(scene: Scene, bare: Site, officer: Actor, terms: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        grant(scene, bare, officer, **terms)


def test_only_who_labels_labels(scene: Scene, bare: Site) -> None:
    for by in (scene.pilot, scene.manager, scene.finance):
        with pytest.raises(NotAllowed):
            grant(scene, bare, by)


def test_a_place_nobody_can_be_paid_for_is_completed_first(scene: Scene, bare: Site, officer: Actor) -> None:
    bare.operator = None
    with pytest.raises(SiteIncomplete):
        grant(scene, bare, officer)


def test_what_was_used_before_the_end_stays_owed_and_what_comes_after_is_refused(
    scene: Scene, bare: Site, officer: Actor
) -> None:
    label = grant(scene, bare, officer)
    codes = scene.codes(scene.in_hand())
    scene.redeem(codes[0], site=bare)
    ended = withdraw_label(label=label, last_day=scene.now.date(), reason="Le lieu ferme.", by=officer, at=scene.tick())
    assert (ended.ends_on, ended.ended_by_id, ended.end_reason) == (date(2026, 3, 2), officer.id, "Le lieu ferme.")
    assert scene.redeem(codes[1], site=bare), "the last day is included"
    scene.tick(days=1)
    with pytest.raises(SiteNotLabelled):
        scene.redeem(codes[2], site=bare)
    with pytest.raises(LabelAlreadyEnded):
        withdraw_label(label=label, last_day=scene.now.date(), reason="Encore.", by=officer, at=scene.tick())
    grant(scene, bare, officer, starts_on=date(2026, 3, 4))


def test_an_end_never_goes_backwards_nor_further(scene: Scene, bare: Site, officer: Actor) -> None:
    label = grant(scene, bare, officer)
    for last_day in (date(2026, 3, 1), date(2026, 9, 1)):
        with pytest.raises(InvalidInput):
            withdraw_label(label=label, last_day=last_day, reason="Motif.", by=officer, at=scene.tick())


def test_a_label_to_come_is_cancelled_as_a_whole(scene: Scene, bare: Site, officer: Actor) -> None:
    label = grant(scene, bare, officer, starts_on=date(2026, 6, 1))
    withdraw_label(label=label, last_day=date(2026, 3, 2), reason="Dossier retiré.", by=officer, at=scene.tick())
    grant(scene, bare, officer, starts_on=date(2026, 6, 1))


def test_an_end_is_signed_and_explained(scene: Scene, bare: Site, officer: Actor) -> None:
    label = grant(scene, bare, officer)
    terms = {"label": label, "last_day": date(2026, 5, 1), "at": scene.tick()}
    with pytest.raises(NotAllowed):
        withdraw_label(by=SYSTEM, reason="Motif.", **terms)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        withdraw_label(by=scene.manager, reason="Motif.", **terms)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        withdraw_label(by=officer, reason=" ", **terms)  # type: ignore[arg-type]


def test_the_sentence_follows_the_name_of_the_constraint(
    scene: Scene, bare: Site, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another constraint's refusal is not told as an overlap."""
    grant(scene, bare, officer)
    monkeypatch.setattr(actions, "OVERLAP", "another_constraint")
    with pytest.raises(actions.IntegrityError):
        grant(scene, bare, officer)
