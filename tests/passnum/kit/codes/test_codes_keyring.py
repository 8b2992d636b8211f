from uuid import UUID

import pytest

from passnum.kit.codes.code import derive_code, digest
from passnum.kit.codes.errors import KeyringInvalid, KeyringKidUnknown
from passnum.kit.codes.keyring import DigestKeyring, ProductionKeyring, PublicKeyring, public_key_of

A, B = bytes(range(32)), bytes(range(100, 132))
TITLE = UUID("7d444840-9dc0-41d1-b245-5ffdce74fad2")


@pytest.fixture
def production() -> ProductionKeyring:
    return ProductionKeyring(code_keys={1: A, 2: B}, signing_seeds={1: B, 2: A}, current=2)


def test_a_typed_code_is_looked_up_under_every_kid_newest_first() -> None:
    keyring = DigestKeyring(keys={1: A, 7: B, 3: A[::-1]}, current=7)
    code = "0000000000000"
    assert keyring.kids == (7, 3, 1)
    assert keyring.digests_of(code) == [digest(B, code), digest(A[::-1], code), digest(A, code)]
    assert keyring.digest(code, kid=1) == digest(A, code)
    assert list(keyring.digest_many([code], kid=3)) == [digest(A[::-1], code)]


def test_production_derives_and_signs_with_the_kid_of_the_title(production: ProductionKeyring) -> None:
    assert production.derive(TITLE, 1, kid=1) == derive_code(A, TITLE, 1)
    assert list(production.derive_many([(TITLE, 1), (TITLE, 2)], kid=2)) == [
        derive_code(B, TITLE, 1),
        derive_code(B, TITLE, 2),
    ]
    assert production.sign(b"text", kid=1) == production.sign(b"text", kid=1)
    assert production.sign(b"text", kid=1) != production.sign(b"text", kid=2)


def test_the_public_keys_are_those_of_the_seeds(production: ProductionKeyring) -> None:
    public = production.public()
    assert public == PublicKeyring(keys={1: public_key_of(B), 2: public_key_of(A)}, current=2)


def test_ed25519_agrees_with_rfc_8032() -> None:
    """Section 7.1, test 1."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert public_key_of(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    keyring = ProductionKeyring(code_keys={1: A}, signing_seeds={1: seed}, current=1)
    assert keyring.sign(b"", kid=1).hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974")


def test_an_unknown_kid_is_said_by_its_number(production: ProductionKeyring) -> None:
    digests = DigestKeyring(keys={1: A}, current=1)
    for ask in (
        lambda: production.derive(TITLE, 1, kid=9),
        lambda: production.derive_many([], kid=9),
        lambda: production.sign(b"", kid=9),
        lambda: digests.digest("0000000000000", kid=9),
        lambda: digests.digest_many([], kid=9),
    ):
        with pytest.raises(KeyringKidUnknown, match=r"n°\u00a09"):
            ask()


def test_no_repr_shows_a_key(production: ProductionKeyring) -> None:
    shown = "".join(
        f"{keyring!r} {keyring}" for keyring in (production, DigestKeyring(keys={1: A}, current=1), production.public())
    )
    assert "current=2" in shown
    for key in (A, B):
        assert key.hex() not in shown
        assert repr(key)[2:-1] not in shown


@pytest.mark.parametrize(
    ("keys", "current"),
    [({}, 1), ({1: A}, 2), ({0: A}, 0), ({256: A}, 256), ({1: A[:31]}, 1), ({1: A + b"x"}, 1), ({1: b""}, 1)],
)
def test_a_kid_or_a_length_out_of_bounds_is_refused(keys: dict[int, bytes], current: int) -> None:
    for make in (
        lambda: DigestKeyring(keys=keys, current=current),
        lambda: PublicKeyring(keys=keys, current=current),
        lambda: ProductionKeyring(code_keys={1: A}, signing_seeds=keys, current=current),
        lambda: ProductionKeyring(code_keys=keys, signing_seeds={1: A}, current=current),
    ):
        with pytest.raises(KeyringInvalid):
            make()


def test_production_needs_both_keys_of_each_kid() -> None:
    with pytest.raises(KeyringInvalid, match="mêmes numéros"):
        ProductionKeyring(code_keys={1: A, 2: B}, signing_seeds={1: A}, current=1)
