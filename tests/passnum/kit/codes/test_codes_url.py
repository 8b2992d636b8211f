import pytest
from hypothesis import given
from hypothesis import strategies as st

from passnum.kit.codes.code import code_from_bits, display
from passnum.kit.codes.crockford import ALPHABET
from passnum.kit.codes.errors import CodesError, HostMalformed, PayloadMalformed, RefMalformed, ScanUnreadable
from passnum.kit.codes.url import Scanned, full_url, page_url, parse_scanned

REF = "ABCDEFGHJK"
PAYLOAD = "AEBAABYAAATRACQ".ljust(130, "A")

refs = st.text(alphabet=ALPHABET, min_size=10, max_size=10)
payloads = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=129, max_size=129).map(lambda t: t + "A")
hosts = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10}){0,2}(:[0-9]{2,5})?", fullmatch=True)


def test_the_address_has_three_segments() -> None:
    address = full_url("pass.metropole.example", "abcde-fghjk", PAYLOAD.lower())
    assert address == ("HTTPS://PASS.METROPOLE.EXAMPLE/T/ABCDEFGHJK", "#", PAYLOAD)
    assert page_url("pass.metropole.example", REF) == address.page


@given(hosts, refs, payloads, st.booleans())
def test_the_address_is_read_back_in_either_case(host: str, ref: str, payload: str, lower: bool) -> None:
    text = "".join(full_url(host, ref, payload))
    assert parse_scanned(text.lower() if lower else text) == Scanned(ref=ref, payload=payload)


@given(refs, payloads, st.integers(min_value=0, max_value=2**60 - 1))
def test_what_is_typed_bare_is_recognised_by_its_shape(ref: str, payload: str, bits: int) -> None:
    code = code_from_bits(bits)
    assert parse_scanned(f" {ref[:5]}-{ref[5:]}\n".lower()) == Scanned(ref=ref)
    assert parse_scanned(payload.lower() + "\r\n") == Scanned(payload=payload)
    assert parse_scanned(display(code).lower()) == Scanned(code=code)


@pytest.mark.parametrize(
    "text",
    [
        f"http://127.0.0.1:8000/t/{REF}",
        f"another.example/T/{REF}/",
        f"HTTPS://ANOTHER.EXAMPLE/T/{REF}#",
        f"https://another.example/t/{REF}?source=affiche",
        f"]Q1https://another.example/t/{REF}\r\n",
        f"\ufeffhttps://another.example/t/{REF}\u00a0",
    ],
)
def test_any_host_and_any_wrapping_lead_to_the_reference(text: str) -> None:
    assert parse_scanned(text) == Scanned(ref=REF)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"https://h.example/t/ABC#{PAYLOAD}", RefMalformed),
        (f"https://h.example/t/{REF}#{PAYLOAD[:-1]}", PayloadMalformed),
        (f"https://h.example/t/{REF}#{PAYLOAD[:-1]}B", PayloadMalformed),
        (PAYLOAD[:-1], PayloadMalformed),
        (f"https://h.example/x/{REF}", ScanUnreadable),
        (f"https://h.example/a/t/{REF}", ScanUnreadable),
        (f"javascript:alert(1)//t/{REF}", ScanUnreadable),
        ("", ScanUnreadable),
        ("\0", ScanUnreadable),
        ("https://", ScanUnreadable),
        ("bonjour", ScanUnreadable),
        ("\ud800", ScanUnreadable),
        ("A" * 1_000_000, ScanUnreadable),
        ("https://" + "/t/" * 300, ScanUnreadable),
    ],
)
def test_what_cannot_be_read_is_refused_in_kind(text: str, error: type[CodesError]) -> None:
    with pytest.raises(error):
        parse_scanned(text)


@given(
    st.one_of(
        st.text(),
        st.text(alphabet="HTPS:/?#]Q3 \0\n" + ALPHABET, max_size=200),
        st.text().map(lambda t: f"https://h.example/t/{t}"),
        st.text().map(lambda t: f"https://h.example/t/{REF}#{t}"),
    )
)
def test_hostile_text_gets_a_clean_answer(text: str) -> None:
    try:
        scanned = parse_scanned(text)
    except CodesError as error:
        assert error.sentence
    else:
        assert scanned.ref or scanned.payload or scanned.code


@pytest.mark.parametrize(
    "host",
    ["", "HTTPS://A.FR", "a.fr/", "a b", "a_b.fr", "é.fr", ".fr", "a.fr:", "a.fr:123456", "a" * 65, "a\n", "ı.fr"],
)
def test_a_host_that_would_spoil_the_symbol_is_refused(host: str) -> None:
    with pytest.raises(HostMalformed):
        full_url(host, REF, PAYLOAD)
