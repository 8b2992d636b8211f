"""Checks on paper, through HTTP: the auditor draws, the place shows, finance decides; nobody else sees anything."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from mediation.models import Correction, PaperOutcome, PaperSample, PaperSampleItem
from mediation.states import Owed
from passnum.accounts.models import Membership, User
from passnum.accounts.post import SESSION_KEY
from passnum.accounts.roles import Role
from passnum.kit.models import AuditEntry
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.pages.test_redeem import field, text_of
from tests.vouchers.actions.unchanged import check_register

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "registre.md"
PAGE = "/controles-papier/"
NEW, DECIDE = f"{PAGE}nouveau/", f"{PAGE}corrections/"


@pytest.fixture
def codes(scene: Scene) -> list[str]:
    """Five hours of one booklet used on 2 March."""
    codes = scene.codes(scene.in_hand())
    for code in codes:
        scene.redeem(code)
    return codes


@pytest.fixture
def auditor(scene: Scene, codes: list[str], clock: time_machine.Traveller) -> Client:
    return signed_in(scene.metropole, Role.AUDITOR, scene.now)


@pytest.fixture
def manager(scene: Scene, clock: time_machine.Traveller) -> Client:
    return signed_in(scene.operator, Role.SITE_MANAGER, scene.now)


@pytest.fixture
def finance(scene: Scene, clock: time_machine.Traveller) -> Client:
    return signed_in(scene.metropole, Role.FINANCE, scene.now)


def ask(client: Client, scene: Scene, **asked: str) -> HttpResponse:
    given = {
        "key": field(client.get(NEW), "key"),
        "wave": str(scene.wave.number),
        "site": str(scene.site.uid),
        "starts_on": "2026-03-01",
        "ends_on": "2026-03-02",
        "size": "3",
        "seed": "2026",
    }
    return client.post(NEW, {**given, **asked})


def note(client: Client, item: PaperSampleItem, outcome: str) -> HttpResponse:
    return client.post(f"{PAGE}{item.sample.uid}/noter/", {"item": str(item.uid), "outcome": outcome})


def test_from_the_draw_to_the_decision(
    scene: Scene, codes: list[str], auditor: Client, manager: Client, finance: Client
) -> None:
    drawn = ask(auditor, scene)
    sample = PaperSample.objects.get()
    assert drawn["Location"] == f"{PAGE}{sample.uid}/"
    page = auditor.get(drawn["Location"])
    assert "3 papiers à présenter" in text_of(page)
    assert "Graine 2026" in text_of(page)
    assert "les mêmes lignes sortent" in text_of(page)

    shown = manager.get(drawn["Location"])
    item, other, last = sample.items.order_by("rank")
    assert f"Carnet {item.line.booklet.label}" not in text_of(shown)
    assert f"{item.line.booklet.label} n° {item.line.mask.bit_length()} 2 mars 2026" in text_of(shown)
    assert "À présenter 3" in text_of(manager.get(PAGE))
    for code in codes:
        assert code not in shown.content.decode().replace(" ", "")
    assert note(manager, item, "MISSING")["Location"] == drawn["Location"]
    assert "papier de la ligne 1 manque" in text_of(manager.get(drawn["Location"]))
    note(manager, other, "FOUND")
    note(auditor, last, "FOUND")
    assert "Tout est noté" in text_of(manager.get(drawn["Location"]))
    assert "Terminé Manquant 1" in text_of(auditor.get(PAGE))

    assert "1 correction à décider" in text_of(finance.get(PAGE))
    decided = finance.post(DECIDE, {"item": str(item.uid), "answer": "accept"})
    assert decided["Location"] == DECIDE
    assert "ne sont plus dues à ce lieu" in text_of(finance.get(DECIDE))
    assert item.line.decisions.latest("rank").owed == Owed.REFUSED
    assert "Manquant Correction acceptée" in text_of(manager.get(drawn["Location"]))
    journal = text_of(manager.get("/utiliser/journal/?jour=2026-03-02"))
    assert "40,00 € à payer" in journal
    check_register()


def test_a_correction_is_put_aside_and_never_decided_twice(
    scene: Scene, auditor: Client, manager: Client, finance: Client
) -> None:
    ask(auditor, scene)
    item = PaperSampleItem.objects.get(rank=1)
    note(manager, item, "MISSING")
    for broken in (
        {},
        {"item": str(item.uid)},
        {"item": "\x00", "answer": "accept"},
        {"item": str(item.uid), "answer": "x"},
    ):
        assert finance.post(DECIDE, broken).status_code == 422
    assert finance.post(DECIDE, {"item": str(UUID(int=1)), "answer": "accept"}).status_code == 404
    finance.post(DECIDE, {"item": str(item.uid), "answer": "reject"})
    item.refresh_from_db()
    assert item.correction == Correction.REJECTED
    again = finance.post(DECIDE, {"item": str(item.uid), "answer": "accept"})
    assert again.status_code == 409
    assert "rien n'a été changé" in text_of(again)
    assert item.line.decisions.latest("rank").owed == Owed.PAYABLE


def test_who_noted_it_does_not_decide(scene: Scene, auditor: Client, clock: time_machine.Traveller) -> None:
    ask(auditor, scene)
    item = PaperSampleItem.objects.get(rank=1)
    note(auditor, item, "MISSING")
    item.refresh_from_db()
    user = User.objects.get(uid=item.noted_by_id)
    post = Membership.objects.create(
        user=user, organisation=scene.metropole, role=Role.FINANCE, created_at=scene.now + timedelta(minutes=1)
    )
    session = auditor.session
    session[SESSION_KEY] = str(post.uid)
    session.save()
    assert "une autre personne des finances décide" in text_of(auditor.get(DECIDE))
    refused = auditor.post(DECIDE, {"item": str(item.uid), "answer": "accept"})
    assert refused.status_code == 403
    assert "revient à une autre personne" in text_of(refused)


def test_a_note_is_given_once(scene: Scene, auditor: Client, manager: Client) -> None:
    ask(auditor, scene)
    item = PaperSampleItem.objects.get(rank=1)
    assert note(manager, item, "WAITING").status_code == 422
    assert manager.post(f"{PAGE}{item.sample.uid}/noter/", {"item": "\x00"}).status_code == 422
    note(manager, item, "FOUND")
    twice = note(manager, item, "MISSING")
    assert twice.status_code == 409
    assert "déjà été noté" in text_of(twice)
    item.refresh_from_db()
    assert item.outcome == PaperOutcome.FOUND


def test_another_place_sees_nothing_and_notes_nothing(scene: Scene, auditor: Client) -> None:
    ask(auditor, scene)
    item = PaperSampleItem.objects.get(rank=1)
    other = signed_in(scene.other_operator, Role.SITE_MANAGER, scene.now)
    assert "Aucun contrôle n’est demandé à vos lieux" in text_of(other.get(PAGE))
    unknown = UUID(int=1)
    for path in (f"{PAGE}{{}}/", f"{PAGE}{{}}/population.csv"):
        answers = [other.get(path.format(uid)) for uid in (item.sample.uid, unknown)]
        assert [a.status_code for a in answers] == [404, 404]
        assert text_of(answers[0]) == text_of(answers[1])
    assert note(other, item, "FOUND").status_code == 404
    item.refresh_from_db()
    assert item.outcome == PaperOutcome.WAITING


@pytest.mark.parametrize(
    "asked",
    [
        {"size": "0"},
        {"size": "201"},
        {"size": "x\x00"},
        {"seed": "-1"},
        {"seed": str(2**63)},
        {"seed": "9" * 400},
        {"starts_on": "2026-03-03", "ends_on": "2026-03-01"},
        {"ends_on": "2027-01-01"},
        {"starts_on": "0001-01-01", "ends_on": "0001-01-02"},
        {"wave": "99"},
        {"site": ""},
        {"site": "\x00"},
        {"key": "x"},
        {"starts_on": "2026-02-01", "ends_on": "2026-02-02"},
    ],
)
def test_what_cannot_be_drawn_is_said(scene: Scene, auditor: Client, asked: dict[str, Any]) -> None:
    answer = ask(auditor, scene, **asked)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not PaperSample.objects.exists()


def test_the_same_form_sent_twice_is_one_draw(scene: Scene, auditor: Client) -> None:
    form = {"key": field(auditor.get(NEW), "key"), "seed": ""}
    one, two = ask(auditor, scene, **form), ask(auditor, scene, **form)
    assert one["Location"] == two["Location"]
    assert PaperSample.objects.count() == 1


def test_the_list_lets_anybody_draw_again_with_what_the_guide_says(
    scene: Scene, auditor: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(auditor, scene)
    sample = PaperSample.objects.get()
    given = auditor.get(f"{PAGE}{sample.uid}/population.csv")
    assert given["Content-Type"].startswith("text/csv")
    assert len(given.content.splitlines()) == sample.population_count == 5
    entry = AuditEntry.objects.get(act="DRAW_PAPER_SAMPLE")
    assert entry.details["population_sha256"] == hashlib.sha256(given.content).hexdigest()
    file = tmp_path / "population.csv"
    file.write_bytes(given.content)
    told = GUIDE.read_text(encoding="utf-8").split("## Refaire un tirage")[1].split("```python\n")[1].split("```")[0]
    exec(told, {"FILE": file, "SEED": sample.seed, "SIZE": sample.size})
    kept = [
        f"{item.rank} {item.line.redemption.uid} {item.line.booklet.number} {item.line.mask}"
        for item in sample.items.order_by("rank")
    ]
    assert capsys.readouterr().out.splitlines() == kept


def test_queries_do_not_grow_with_the_papers(
    scene: Scene, auditor: Client, manager: Client, django_assert_max_num_queries: Any
) -> None:
    ask(auditor, scene, size="5")
    path = f"{PAGE}{PaperSample.objects.get().uid}/"
    with django_assert_max_num_queries(9):
        assert len(re.findall("Présenté<span", manager.get(path).content.decode())) == 5
    for _ in range(4):
        ask(auditor, scene)
    with django_assert_max_num_queries(8):
        manager.get(PAGE)
