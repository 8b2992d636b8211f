"""A paper day typed in later, through HTTP and without script: one act, a whole sheet, a pasted table."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client

from mediation.models import Attempt, Label, Redemption
from mediation.states import Owed
from passnum.accounts.roles import Role
from tests.caller import signed_in
from tests.lifecycle import Scene
from tests.mediation.pages.test_redeem import text_of, used
from tests.vouchers.actions.unchanged import check_register

ONE = "/utiliser/saisie-differee/"
SHEET = "/utiliser/saisie-differee/feuille/"
DAY = "2026-03-02"  # the clock of pages stands on 3 March


@pytest.fixture
def codes(scene: Scene) -> list[str]:
    """Codes of a booklet handed over in the morning of the 2nd."""
    return scene.codes(scene.in_hand())


def fields(response: HttpResponse) -> dict[str, Any]:
    """Every field of the page as a browser would send it back."""
    html = response.content.decode()
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        if name is None or (kind and kind[1] in {"radio", "checkbox"} and " checked" not in tag):
            continue
        found[name[1]] = value[1] if value else ""
    for name_, body in re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found[name_] = chosen[1] if chosen else ""
    return found


def row(rank: int, code: str = "", **more: str) -> dict[str, str]:
    told = {"codes": code, "time": "14:00", "minutes": "60", **more}
    return {f"r{rank}-{name}": value for name, value in told.items()}


def blank(client: Client, scene: Scene) -> dict[str, Any]:
    return {**fields(client.get(SHEET)), "day": DAY, "service": scene.service.code, "step": "record"}


def send(client: Client, form: dict[str, Any], *rows: dict[str, str]) -> HttpResponse:
    for one in rows:
        form |= one
    return client.post(SHEET, form)


def state_of(response: HttpResponse, rank: int) -> str:
    """What stands in a row of the page, on one line."""
    part = response.content.decode().split(f'id="ligne-{rank}"')[1].split("</fieldset>")[0]
    fake = HttpResponse(part)
    return text_of(fake)


# One act -----------------------------------------------------------------------------------------------------------


def one_act(client: Client, scene: Scene, code: str, **more: Any) -> dict[str, Any]:
    return {
        **fields(client.get(ONE)),
        "codes": code,
        "day": DAY,
        "time": "14:00",
        "service": scene.service.code,
        "minutes": "60",
        "themes": ["email"],
        "is_first": "yes",
        **more,
    }


def test_one_act_is_recorded_and_the_next_keeps_its_day(scene: Scene, mediator: Client, codes: list[str]) -> None:
    form = one_act(mediator, scene, codes[0])
    answer = mediator.post(ONE, form)
    assert answer.status_code == 302
    redemption = Redemption.objects.get()
    assert answer["Location"] == f"{ONE}?fait={redemption.uid}"
    assert redemption.is_late_entry and not redemption.is_offline
    assert redemption.happened_at.isoformat() == "2026-03-02T13:00:00+00:00"
    assert redemption.record.themes == ["email"]
    shown = mediator.get(answer["Location"])
    assert "C’est enregistré" in text_of(shown)
    assert "Ces heures seront payées au lieu." in text_of(shown)
    assert fields(shown)["day"] == DAY
    assert mediator.post(ONE, form)["Location"] == answer["Location"], "sent again, it is the same act"
    assert Redemption.objects.count() == 1
    journal = text_of(mediator.get("/utiliser/journal/?jour=2026-03-02"))
    assert "Saisie différée" in journal.split("Ce qui est dû")[0].split("1 acte")[1]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"day": "2026-03-04"}, "n’est pas encore passée"),
        ({"day": "0001-01-01"}, "trop ancienne"),
        ({"day": "31/02/2026"}, "Écrivez la date ainsi"),
        ({"time": "25:00"}, "Écrivez l’heure ainsi"),
        ({"time": ""}, "Indiquez l’heure de début"),
        ({"codes": "A\x00B"}, "caractère nul"),
        ({"codes": "ABCD"}, "Rien n’a été enregistré"),
        ({"time": "23:59", "day": "2026-03-03"}, "jamais pour un acte à venir"),
        ({"minutes": "20"}, "Un ticket se prend à partir de"),
    ],
)
def test_one_act_refused_says_why_and_records_nothing(
    scene: Scene, mediator: Client, codes: list[str], more: dict[str, str], said: str
) -> None:
    answer = mediator.post(
        ONE,
        one_act(mediator, scene, codes[0], **({"other_minutes": more.pop("minutes")} if "minutes" in more else more)),
    )
    assert answer.status_code in {409, 422}
    assert said in text_of(answer)
    assert not Redemption.objects.exists()


def test_after_the_delay_of_the_wave_it_is_too_late(
    scene: Scene, mediator: Client, codes: list[str], clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(days=15))
    later = signed_in(scene.operator, Role.SITE_MANAGER, scene.now + timedelta(days=16))
    answer = later.post(ONE, one_act(later, scene, codes[0]))
    assert answer.status_code == 422
    assert "possible pendant 15 jours" in text_of(answer)
    assert later.post(ONE, one_act(later, scene, codes[0], day="2026-03-04")).status_code == 302


def test_the_label_is_judged_on_the_declared_day(scene: Scene, mediator: Client, codes: list[str]) -> None:
    Label.objects.filter(site=scene.site).update(
        ends_on=scene.now.date() - timedelta(days=1),
        ended_at=scene.now,
        ended_by_id=uuid4(),
        end_reason="Fermeture du lieu.",
    )
    done = mediator.post(ONE, one_act(mediator, scene, codes[0]))
    shown = text_of(mediator.get(done["Location"]))
    assert "Refusé Le lieu n’avait pas de label à cette date. Ces heures ne sont pas payées." in shown
    assert used() == 0


def test_anothers_act_is_not_shown(scene: Scene, mediator: Client, codes: list[str]) -> None:
    theirs = scene.redeem(codes[0], site=scene.other_site, by=scene.other_mediator)
    for uid in (str(theirs.uid), str(UUID(int=3)), "rien", "\x00"):
        shown = mediator.get(ONE, {"fait": uid})
        assert shown.status_code == 200
        assert "C’est enregistré" not in text_of(shown)


# A whole sheet -------------------------------------------------------------------------------------------------------


def test_a_sheet_is_recorded_row_by_row(scene: Scene, mediator: Client, codes: list[str]) -> None:
    other = scene.codes(scene.in_hand())
    form = blank(mediator, scene)
    answer = send(
        mediator,
        form,
        row(1, codes[0], themes="A f", is_first="yes", autonomy="autonome"),
        row(2, f"{codes[1]}, {codes[2]}", minutes="120"),
        row(4, other[0], time="15:30", type="collectif"),
    )
    assert answer.status_code == 200
    assert "3 lignes enregistrées" in text_of(answer)
    acts = list(Redemption.objects.order_by("pk"))
    assert [(a.minutes, a.is_late_entry, a.type) for a in acts] == [
        (60, True, "individuel"),
        (120, True, "individuel"),
        (60, True, "collectif"),
    ]
    assert acts[0].record.themes == ["diagnostic_numerique", "email"]
    assert (acts[0].record.is_first, acts[0].record.autonomy) == (True, "autonome")
    assert used() == 4
    assert "2 tickets, 20 € À payer Acte enregistré après coup. Ces heures seront payées au lieu." in state_of(
        answer, 2
    )
    check_register()


def test_a_refused_row_stops_nobody_and_the_corrected_one_goes_alone(
    scene: Scene, mediator: Client, codes: list[str]
) -> None:
    wrong = codes[1][:-1] + ("A" if codes[1][-1] != "A" else "B")
    first = send(
        mediator, blank(mediator, scene), row(1, codes[0]), row(2, wrong), row(3, codes[2]), row(4, codes[3], time="")
    )
    assert first.status_code == 422
    assert "2 lignes enregistrées, 2 lignes à corriger" in text_of(first)
    assert "Enregistré" in state_of(first, 1) and "Enregistré" in state_of(first, 3)
    assert "Indiquez l’heure de début." in state_of(first, 4)
    assert codes[0] not in first.content.decode(), "what is recorded does not go out again"
    assert wrong in first.content.decode(), "what is to be corrected is kept"
    again = fields(first) | {"step": "record"}
    assert again["r1-done"] and "r1-codes" not in again
    attempts = Attempt.objects.count()
    second = send(mediator, again, row(2, codes[1]), row(4, codes[3]))
    assert second.status_code == 200
    assert "4 lignes enregistrées" in text_of(second)
    assert Attempt.objects.count() == attempts + 2, "recorded rows are not sent again"
    assert used() == 4
    check_register()


def test_a_ticket_on_two_rows_is_one_use_and_a_slip(scene: Scene, mediator: Client, codes: list[str]) -> None:
    twice = send(mediator, blank(mediator, scene), row(1, codes[0]), row(2, codes[0].lower(), time="16:00"))
    assert "déjà enregistré à la ligne 1" in state_of(twice, 2)
    assert Redemption.objects.count() == 1
    again = send(mediator, fields(twice) | {"step": "record"}, row(3, codes[0], time="17:00"))
    assert "déjà enregistré à la ligne 1" in state_of(again, 2)
    assert "déjà enregistré à la ligne 1" in state_of(again, 3)
    assert Redemption.objects.count() == 1


def test_the_whole_form_sent_again_records_nothing_twice(scene: Scene, mediator: Client, codes: list[str]) -> None:
    form = blank(mediator, scene)
    rows = [row(1, codes[0]), row(2, "ABCD"), row(3, codes[1])]
    first = send(mediator, dict(form), *rows)
    for _ in range(4):
        repeated = send(mediator, dict(form), *rows)
        assert repeated.status_code == first.status_code == 422
        assert state_of(repeated, 1) == state_of(first, 1)
        assert state_of(repeated, 3) == state_of(first, 3)
    assert Redemption.objects.count() == 2
    other = send(mediator, dict(form), row(1, codes[2]))
    assert "porte le numéro d’une autre demande" in state_of(other, 1)
    colleague = signed_in(scene.operator, Role.SITE_MANAGER, scene.now)
    assert "2 lignes enregistrées" in text_of(send(colleague, dict(form), *rows))
    stranger = signed_in(scene.other_operator, Role.MEDIATOR, scene.now)
    theirs = send(stranger, dict(form) | {"place": str(scene.other_site.uid)}, *rows)
    assert "porte le numéro d’une autre demande" in state_of(theirs, 1)
    assert Redemption.objects.count() == 2


def test_thirty_hostile_rows_break_nothing(scene: Scene, mediator: Client, codes: list[str]) -> None:
    bad = [
        {"codes": "A\x00B"},
        {"codes": "X" * 5_000},
        {"codes": ",".join(["ABCDEFGHJKMNP"] * 11)},
        {"codes": "<script>alert(1)</script>"},
        {"day": "2026-03-04"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"day": "\x00"},
        {"time": "24:61"},
        {"time": "\x00"},
        {"minutes": "0"},
        {"minutes": "-60"},
        {"minutes": "9" * 400},
        {"minutes": "soixante"},
        {"minutes": "\x00"},
        {"type": "peutetre"},
        {"is_first": "\x00"},
        {"autonomy": "' OR 1=1"},
        {"themes": "Z"},
        {"themes": "é" * 61},
        {"service": "inconnu"},
        {"key": ""},
        {"key": "\x00"},
        {"key": "x" * 5_000},
        {"codes": "HTTPS://EXAMPLE.ORG/T/0123456789#" + "A" * 200},
        {"codes": "0123456789"},
        {"codes": "💥"},
        {"day": "2026-13-45"},
        {"time": "99:99:99"},
    ]
    form = blank(mediator, scene) | {"rows": "30"}
    for rank in range(13, 31):
        form[f"r{rank}-key"] = str(uuid4())
    told = [
        row(rank, **{"code": codes[rank % 5], **one} if "codes" not in one else {"code": one["codes"], **one})
        for rank, one in enumerate(bad, start=1)
    ]
    answer = send(mediator, form, *told, row(30, codes[0], time="09:45"))
    assert answer.status_code == 422
    assert "1 ligne enregistrée, 29 lignes à corriger" in text_of(answer)
    assert "Enregistré" in state_of(answer, 30)
    assert "<script>alert" not in answer.content.decode()
    assert Redemption.objects.count() == 1
    check_register()


@pytest.mark.parametrize("count", ["", "x", "\x00", "-1", "999999999999", "31", "²"])
def test_a_number_of_rows_that_lies_is_bounded(scene: Scene, mediator: Client, codes: list[str], count: str) -> None:
    answer = send(mediator, blank(mediator, scene) | {"rows": count}, row(1, codes[0]), row(31, codes[1]))
    assert answer.status_code in {200, 422}
    assert Redemption.objects.count() <= 1


def test_a_wrong_head_of_the_sheet_records_nothing(scene: Scene, mediator: Client, codes: list[str]) -> None:
    for more in (
        {"place": str(scene.other_site.uid)},
        {"day": "2027-01-01"},
        {"place_type": "lune"},
        {"equipment": "x"},
    ):
        answer = send(mediator, blank(mediator, scene) | more, row(1, codes[0]))
        assert answer.status_code == 422
    missing = send(mediator, blank(mediator, scene) | {"day": "", "service": ""}, row(1, codes[0]))
    assert "Indiquez la date, ici ou en haut de la feuille." in state_of(missing, 1)
    assert "Choisissez le service, ici ou en haut de la feuille." in state_of(missing, 1)
    assert not Redemption.objects.exists()


def test_a_forged_done_row_shows_nothing_of_another_place(scene: Scene, mediator: Client, codes: list[str]) -> None:
    theirs = scene.redeem(codes[0], site=scene.other_site, by=scene.other_mediator)
    form = blank(mediator, scene) | {"r1-done": str(theirs.uid), "r2-done": "\x00", "r3-done": str(UUID(int=5))}
    answer = send(mediator, form, row(4, codes[1]))
    assert answer.status_code == 200
    assert "Enregistré" not in state_of(answer, 1)
    assert "1 ligne enregistrée" in text_of(answer)


def test_guesses_are_slowed_down_row_by_row(scene: Scene, mediator: Client, codes: list[str]) -> None:
    form = blank(mediator, scene) | {"rows": "30"} | {f"r{rank}-key": str(uuid4()) for rank in range(1, 31)}
    send(mediator, dict(form), *(row(rank, "ABCD EFGH JKMNP") for rank in range(1, 31)))
    answer = send(mediator, dict(form), row(1, codes[0]))
    assert "Trop d’essais en peu de temps" in state_of(answer, 1)
    assert not Redemption.objects.exists()


def test_an_empty_sheet_says_so_and_more_rows_keep_what_was_typed(scene: Scene, mediator: Client) -> None:
    empty = send(mediator, blank(mediator, scene))
    assert "Aucune ligne n’est remplie" in text_of(empty)
    more = send(mediator, blank(mediator, scene) | {"step": "more"}, row(1, "à moitié", minutes="x"))
    assert more.status_code == 200
    kept = fields(more)
    assert (kept["r1-codes"], kept["rows"], kept["day"]) == ("à moitié", "18", DAY)
    assert "r18-key" in kept and "r19-key" not in kept
    for _ in range(4):
        more = mediator.post(SHEET, fields(more) | {"step": "more"})
    assert fields(more)["rows"] == "30"
    assert "Ajouter des lignes" not in text_of(more)


def test_nothing_of_a_code_is_kept_in_the_session_nor_in_an_address(
    scene: Scene, mediator: Client, codes: list[str]
) -> None:
    send(mediator, blank(mediator, scene), row(1, codes[0]), row(2, codes[1], time=""))
    mediator.post(ONE, one_act(mediator, scene, codes[1]))
    assert Redemption.objects.count() == 2
    for session in Session.objects.all():
        assert not any(code in str(session.get_decoded()) for code in codes)
    assert "no-store" in mediator.get(SHEET)["Cache-Control"]


def test_queries_grow_with_what_is_sent_and_not_with_what_is_shown(
    scene: Scene, mediator: Client, codes: list[str], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(12):
        mediator.get(SHEET)
    done = send(mediator, blank(mediator, scene), *(row(rank, code) for rank, code in enumerate(codes, start=1)))
    with django_assert_max_num_queries(18):
        mediator.post(SHEET, fields(done) | {"step": "more"})


# A pasted table -----------------------------------------------------------------------------------------------------


def paste(client: Client, scene: Scene, text: str, **more: str) -> HttpResponse:
    return client.post(SHEET, blank(client, scene) | {"step": "paste", "pasted": text, **more})


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_pasted_table_fills_the_rows_and_records_nothing(
    scene: Scene, mediator: Client, codes: list[str], separator: str
) -> None:
    lines = [
        ["Codes", "Date", "Heure", "Minutes", "Service", "Type", "Premier", "Autonomie", "Thématiques", "Remarque"],
        [codes[0], "02/03/2026", "14h30", "60", scene.service.name, "Seul", "OUI", "3", "E-mail, Santé", "x"],
        [codes[1], "2026-03-02", "15:30", "60", scene.service.code, "Atelier", "non", "autonome", "A", ""],
        [codes[2], "2026-03-02", "16:30", "60", "", "?", "peut-être", "9", "Z", ""],
    ]
    pasted = paste(mediator, scene, "\n".join(separator.join(line) for line in lines))
    assert pasted.status_code == 200
    assert "Rien n’est encore enregistré" in text_of(pasted)
    assert not Redemption.objects.exists()
    kept = fields(pasted)
    assert (kept["r1-type"], kept["r1-is_first"], kept["r1-autonomy"]) == ("individuel", "yes", "autonome")
    assert (kept["r2-type"], kept["r2-is_first"], kept["r1-themes"]) == ("collectif", "no", "F I")
    assert "Sélectionnez un choix valide" in state_of(pasted, 3)
    sent = mediator.post(
        SHEET, kept | {"step": "record", "r3-codes": "", "r3-time": "", "r3-minutes": "", "r3-themes": ""}
    )
    assert "2 lignes enregistrées" in text_of(sent)
    first, second = Redemption.objects.order_by("happened_at")
    assert first.record.themes == ["email", "sante"]
    assert (second.type, second.record.is_first) == ("collectif", False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Collez des lignes"),
        ("rien;du;tout\n1;2;3", "aucun nom de colonne connu"),
        ("date;heure\n2026-03-02;14:00", "La colonne « codes » manque"),
        ("codes;date", "Il n’y a que l’en-tête"),
        ("codes;codes\nA;B", "deux fois la même colonne"),
        ('codes;date\n"A;2026', "guillemets"),
        ("codes\n" + "ABC\n" * 31, "30 lignes au plus"),
        ("codes;date\nA\x00;B", "caractère nul"),
        ("codes\n" + "x" * 60_000, "C’est trop long"),
    ],
)
def test_what_cannot_be_pasted_is_said(scene: Scene, mediator: Client, text: str, said: str) -> None:
    answer = paste(mediator, scene, text, **row(1, "gardé"))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert fields(answer)["r1-codes"] == "gardé"


def test_pasted_lines_go_after_what_is_there(scene: Scene, mediator: Client, codes: list[str]) -> None:
    done = send(mediator, blank(mediator, scene), row(1, codes[0]))
    form = fields(done) | row(2, "en cours") | {"step": "paste", "pasted": "codes\n" + "ABCD\n" * 28}
    pasted = mediator.post(SHEET, form)
    kept = fields(pasted)
    assert (kept["r2-codes"], kept["r3-codes"], kept["r30-codes"], kept["rows"]) == ("en cours", "ABCD", "ABCD", "30")
    full = mediator.post(SHEET, kept | {"step": "paste", "pasted": "codes\nABCD"})
    assert "Il reste 0 ligne libre sur" in text_of(full)


def test_what_the_page_says_of_each_state(scene: Scene, mediator: Client, codes: list[str]) -> None:
    (noticed,) = scene.delivered((scene.ccas, 5, 1))
    scene.redeem(codes[1])
    answer = send(
        mediator, blank(mediator, scene), row(1, scene.codes(noticed)[0], time="17:00"), row(2, codes[1], time="17:00")
    )
    assert "La remise du carnet n’était pas notée." in state_of(answer, 1)
    assert "Un autre acte a été enregistré avant" in state_of(answer, 2)
    assert "2 lignes enregistrées, dont 1 contestée : la Métropole décidera. Tamponnez" in text_of(answer)
    owed = [r.lines.get().decisions.get().owed for r in Redemption.objects.filter(is_late_entry=True).order_by("pk")]
    assert owed == [Owed.PENDING_CONFIRMATION, Owed.CONTESTED]
