"""docs/etats says what the tables say; the tables leave no state out of reach and name only what exists."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models

import mediation.states
import vouchers.states
from passnum.kit.guards import guarded_models
from passnum.kit.moves import NOTHING, Moves, all_pairs, move
from passnum.kit.moves_drawing import draw_moves
from passnum.management.commands.draw_states import FOLDER, drawings, stale_pages
from vouchers.models import Booklet
from vouchers.states import HOLDERS_OF, MOVEMENT_ACTS, Act, HolderKind, TitleStatus

DRAWINGS = {**vouchers.states.DRAWINGS, **mediation.states.DRAWINGS}
each_drawing = pytest.mark.parametrize("name", DRAWINGS)


def test_the_drawings_are_up_to_date() -> None:
    assert stale_pages(settings.BASE_DIR / FOLDER) == [], "run manage.py draw_states"


def test_the_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("draw_states", "--check")
    assert capsys.readouterr().out == "Les dessins des états sont à jour.\n"


def test_a_stale_missing_or_orphan_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match=r"ticket\.md"):
        call_command("draw_states", "--check")
    call_command("draw_states")
    folder = tmp_path / FOLDER
    assert stale_pages(folder) == []
    (folder / "ticket.md").write_text("autre chose")
    (folder / "vague.md").unlink()
    (folder / "ancien.md").write_text("x")
    assert stale_pages(folder) == ["ancien.md", "ticket.md", "vague.md"]
    call_command("draw_states")
    assert stale_pages(folder) == []
    capsys.readouterr()


@each_drawing
def test_a_drawing_shows_every_move_and_no_other(name: str) -> None:
    _, statuses, moves = DRAWINGS[name]
    page = drawings()[f"{name}.md"]
    edges = set(re.findall(r"^    (\S+) --> (\w+): ", page, flags=re.MULTILINE))
    assert {(NOTHING if source == "[*]" else source, target) for source, target in edges} == all_pairs(moves)
    for status in statuses:
        assert f'state "{status.label}" as {status.value}' in page
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", page, flags=re.MULTILINE)[2:]
    told = {(source, target) for _, source, targets in rows for target in re.split(r", (?=[A-ZÀÉ])", targets)}
    names = {NOTHING: "(rien)"} | {str(s.value): str(s.label) for s in statuses}
    assert told == {(names[source], names[target]) for source, target in all_pairs(moves)}


@each_drawing
def test_every_state_is_reached_and_known(name: str) -> None:
    _, statuses, moves = DRAWINGS[name]
    pairs = all_pairs(moves)
    known = {NOTHING, *statuses.values}
    assert {status for pair in pairs for status in pair} <= known
    reached, edge = {NOTHING}, {NOTHING}
    while edge:
        edge = {target for source, target in pairs if source in edge} - reached
        reached |= edge
    unreachable = known - reached
    assert unreachable == (
        {"REDEEMED"} if name == "carnet" else set()
    )  # a booklet is never used whole: its tickets are


@each_drawing
def test_acts_are_words_of_the_domain(name: str) -> None:
    for act in DRAWINGS[name][2]:
        assert isinstance(act, models.TextChoices), act
        assert act.label != act.value


def test_every_moving_model_is_drawn() -> None:
    tables = [set(all_pairs(moves)) for _, _, moves in DRAWINGS.values()]
    for model in guarded_models():
        moves: Moves = getattr(model, "moves", {})
        assert not moves or set(all_pairs(moves)) in tables, model


def test_every_act_of_the_register_has_its_moves() -> None:
    assert set(MOVEMENT_ACTS) == set(Act)
    assert set(HOLDERS_OF) == {vouchers.states.TO_PRODUCE, *TitleStatus}


@pytest.mark.django_db
def test_the_database_holds_the_places_of_each_state() -> None:
    """HOLDERS_OF, read by people, and the constraint on booklets, read by the database, say the same."""
    (rule,) = [c for c in Booklet._meta.constraints if c.name == "booklet_holder_follows_status"]
    assert isinstance(rule, models.CheckConstraint)
    for status in TitleStatus:
        kinds = HOLDERS_OF[status]
        expected = set(kinds) if isinstance(kinds, tuple) else {kinds}
        if status == TitleStatus.REDEEMED:
            expected = set()  # tickets only
        accepted = {k for k in HolderKind if rule.condition.check({"status": status, "holder_kind": k})}
        assert accepted == expected, status


def test_a_move_may_join_separate_pairs() -> None:
    both = move(["A"], "B") | move(["C"], "D")
    assert both.pairs() == {("A", "B"), ("C", "D")}
    assert (both.sources, both.targets) == ({"A", "C"}, {"B", "D"})


def test_a_status_that_does_not_exist_is_not_drawn() -> None:
    with pytest.raises(KeyError):
        draw_moves("Titre", TitleStatus, {Act.SEND: move([NOTHING], "NOWHERE")})
