"""Nothing spendable and no address gets into a log, whatever holds it; what helps to understand stays."""

import io
import json
import logging
import logging.config
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from hypothesis import example, given
from hypothesis import strategies as st

from passnum.kit.codes.check_letter import check_letter
from passnum.kit.codes.code import code_from_bits, display
from passnum.kit.codes.payload import pack
from passnum.kit.keys import production_keyring
from passnum.kit.logs import LOGGING_CONFIG, MASK, mask, mask_secrets

CODES = st.integers(0, 2**60 - 1).map(code_from_bits)
SPELLINGS = {
    "as stored": lambda code: code,
    "as printed": display,
    "lower case": str.lower,
    "with dashes": lambda code: display(code).replace(" ", "-"),
    "with no-break spaces": lambda code: display(code).replace(" ", "\u00a0"),
    "in an address": lambda code: "?code=" + display(code).replace(" ", "%20"),
    "in a form": lambda code: "code=" + display(code).replace(" ", "+"),
    "typed with O, I and L": lambda code: code.replace("0", "O").replace("1", "l"),
}
AROUND = st.sampled_from(
    [("", ""), ("code ", ""), ("«", "»"), ("{'code': '", "'}"), ("\n", "\n"), ("é", "è"), ("_", "_"), ("%22", "%22")]
)


def masked(value: Any) -> str:
    return json.dumps(mask_secrets(None, "info", {"event": "x", "value": value}), ensure_ascii=False, default=repr)


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(code=CODES, around=AROUND)
def test_a_code_is_masked_however_it_is_written(spelling: str, code: str, around: tuple[str, str]) -> None:
    text = SPELLINGS[spelling](code)
    seen = mask(around[0] + text + around[1])
    assert MASK in seen
    assert code not in seen.upper() and display(code) not in seen.upper()
    assert text not in seen


@given(code=CODES)
def test_a_mistyped_code_is_masked_too(code: str) -> None:
    wrong = code[:-1] + next(letter for letter in "ABCD" if letter != code[-1])
    assert mask(f"refused: {wrong}") == f"refused: {MASK}"


@given(
    bits=st.integers(0, 2**60 - 1), number=st.integers(1, 2**32 - 1), position=st.integers(1, 10), lower=st.booleans()
)
def test_a_payload_is_masked(bits: int, number: int, position: int, lower: bool) -> None:
    payload = pack(production_keyring(), kid=1, series=1, number=number, position=position, code=code_from_bits(bits))
    payload = payload.lower() if lower else payload
    for text in (payload, f"HTTPS://HOST/T/ABCDEFGHJK#{payload}", f"%23{payload}", f"'{payload}'"):
        seen = mask(text)
        assert MASK in seen and not any(payload[i : i + 20] in seen for i in range(0, 110, 10))


@given(email=st.emails())
@example("jean@ABCD.EFGH.JKMNP.fr")
def test_an_address_is_masked(email: str) -> None:
    local = email.split("@", maxsplit=1)[0]
    for text in (email, f"to <{email}>", f"sent to {email}, and", repr({"to": email})):
        seen = mask(text)
        assert email not in seen and MASK in seen
        assert len(local) < 4 or local not in seen


@given(code=CODES)
def test_whatever_holds_a_code_is_searched(code: str) -> None:
    holders: list[Any] = [
        [code],
        (1, code),
        {code},
        {"deep": [{"deeper": {"code": display(code)}}]},
        {code: 1},
        ValueError(f"bad code {code}"),
        code.encode(),
        repr(f"a\n{code}"),
    ]
    for value in holders:
        assert code not in masked(value) and display(code) not in masked(value), type(value)


KEPT: list[Any] = [
    0,
    12,
    10**12,
    3.5,
    None,
    True,
    "SIRET 00000010900017",
    "SIRET 000 000 109 00017",
    "2026-03-02T09:00:00.000000Z",
    "BC-01-0001",
    "1-0000042",
    "94028",
    "TICKET_ALREADY_REDEEMED",
    "passnum.kit.tasks.run_job",
    "international",
    "GET /t/ABCDEFGHJK",
    "request_finished",
    str(uuid.UUID(int=2**127 + 12345678901234567890)),
    "a" * 64,
    "0123456789abcdef" * 4,
    "1234567890123",
]


@pytest.mark.parametrize("value", KEPT, ids=str)
def test_what_helps_to_understand_is_kept(value: Any) -> None:
    assert mask_secrets(None, "info", {"event": "x", "value": value})["value"] == value


@given(st.uuids())
def test_a_request_can_be_followed_by_its_number(uid: uuid.UUID) -> None:
    assert mask(str(uid)) == str(uid)


@given(st.integers(0, 10**12 - 1) | st.integers(10**13, 10**20))
def test_numbers_are_kept(number: int) -> None:
    """13 figures only may be a code, once in a million; those are kept unless they check."""
    assert mask(f"count {number}") == f"count {number}"


def test_thirteen_figures_that_check_may_be_a_code() -> None:
    figures = next(f"{n:012d}{check_letter(f'{n:012d}')}" for n in range(10**6) if check_letter(f"{n:012d}").isdigit())
    assert mask(figures) == MASK


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the product's own configuration writes."""
    handlers, levels = logging.root.handlers[:], logging.root.level
    written = io.StringIO()
    logging.config.dictConfig(LOGGING_CONFIG | {"incremental": False})
    for handler in logging.root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(written)
    yield written
    logging.root.handlers, logging.root.level = handlers, levels


def test_a_line_written_by_the_product_holds_no_secret(lines: io.StringIO) -> None:
    code = code_from_bits(2**59 + 12345)
    logger = structlog.get_logger("mediation.test")
    try:
        raise ValueError(f"unreadable {display(code)} of jean@exemple.fr")
    except ValueError:
        logger.exception("redeem.failed", codes=[code], at=datetime(2026, 3, 2, tzinfo=UTC), tickets=2)
    logging.getLogger("plain").error("typed %s", code.lower())
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (first["event"], first["tickets"], first["codes"]) == ("redeem.failed", 2, [MASK])
    assert "ValueError" in first["exception"] and MASK in first["exception"]
    assert second["event"] == f"typed {MASK}"
    text = lines.getvalue().upper()
    assert code not in text and display(code) not in text and "JEAN@" not in text
