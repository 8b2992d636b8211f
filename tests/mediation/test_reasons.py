"""Every reason that is written on an act says something to people."""

import re
from pathlib import Path

import mediation
from mediation.reasons import SENTENCES, sentence_of
from mediation.states import Owed, SettleReason

ROOT = Path(mediation.__file__).parent
# Where decisions take their reasons from.
SOURCES = (
    "policies/late.py",
    "actions/device_act.py",
    "actions/redemption.py",
    "actions/undo.py",
    "actions/quarantine.py",
)
# Told elsewhere: what a late act may be refused for, in the counter's order, and what a sample on paper corrects.
REFUSALS = {
    "TICKET_NOT_FUNDED",
    "WAVE_NOT_OPEN_FOR_USE",
    "SITE_NOT_LABELLED",
    "SERVICE_NOT_BOUGHT",
    "PLACE_NOT_BOUGHT",
    "PAPER_MISSING",
}
# Names of something else than a reason.
OTHERS = {
    *Owed.values,
    "UNDO_TOO_LATE",
    "ALREADY_UNDONE",
    "UNDO_REDEMPTION",
    "LATE_ENTRY",
    "REDEEM",
    "UNDO",
    "PUT_ASIDE",
}


def test_each_reason_has_its_sentence() -> None:
    written = {
        word
        for source in SOURCES
        for word in re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', (ROOT / source).read_text(encoding="utf-8"))
    }
    assert "TICKET_ALREADY_REDEEMED" in written
    assert (written | REFUSALS | set(SettleReason.values)) - OTHERS - set(SENTENCES) == set()


def test_sentences_end_and_name_no_code() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence.endswith("."), code
        assert not re.search(r"[A-Z]{3,}", sentence), code


def test_an_unknown_reason_is_told_as_it_is() -> None:
    assert sentence_of("SOMETHING_NEW") == "Motif SOMETHING_NEW."
