"""The two files of keys: read, made, rotated.

    web         {"digest": RING, "public": RING}     looks codes up, checks signatures
    production  {"code": RING, "signing": RING}      derives codes, signs payloads
    RING        {"current": 2, "keys": {"1": "64 hexadecimal digits", "2": "…"}}

Reading refuses what would protect nothing: published test keys, placeholders, the same key twice. A rotation
keeps every old key and makes the new kid current; give the web file to every web process **before** the
production file to the production process, or codes would be printed that nobody recognises yet.
"""

import json
import re
import secrets
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from passnum.kit.codes.errors import KeyringInvalid
from passnum.kit.codes.keyring import (
    KEY_BYTES,
    KID_MAX,
    DigestKeyring,
    ProductionKeyring,
    PublicKeyring,
    public_key_of,
)

# The keys of docs/vectors/codes.json are known to everyone: secret ones start so, public ones are listed.
PUBLISHED_MARK: Final = b"PUBLIC TEST KEY"
PUBLISHED_PUBLIC_KEYS: Final = frozenset(
    {
        bytes.fromhex("95149e25be8e0e516249c1687f1860a50b5345bafc5c07fc13f91d0da3e78c20"),
        bytes.fromhex("4cec45e2e239a5426001ee84738e1b665504b93006fa793d5c7aaa27f13a8aba"),
    }
)
# 32 random bytes hold fewer than 16 distinct values once in 10¹⁵ draws; a typed placeholder, almost always.
DISTINCT_BYTES_MIN: Final = 16

_KID: Final = re.compile("[1-9][0-9]{0,2}")
_KEY: Final = re.compile(f"[0-9A-Fa-f]{{{2 * KEY_BYTES}}}")

_WEB_RINGS: Final = ("digest", "public")
_PRODUCTION_RINGS: Final = ("code", "signing")
_Ring = tuple[dict[int, bytes], int]


class WebKeys(NamedTuple):
    """What the web file gives."""

    digest: DigestKeyring
    public: PublicKeyring


class KeyDocuments(NamedTuple):
    """The text of the two files. Never log them, never store them in the database."""

    web: str
    production: str

    def __repr__(self) -> str:
        return "KeyDocuments(…)"


def read_web_keys(text: str) -> WebKeys:
    """Raises KeyringInvalid with a sentence that names the faulty ring and kid, never the key."""
    document = _object(text)
    digest_keys, digest_current = _read_ring(document, "digest")
    public_keys, public_current = _read_ring(document, "public")
    if digest_keys.keys() != public_keys.keys() or digest_current != public_current:
        raise KeyringInvalid("Les trousseaux « digest » et « public » ne portent pas les mêmes numéros de clé.")
    return WebKeys(
        digest=DigestKeyring(keys=digest_keys, current=digest_current),
        public=PublicKeyring(keys=public_keys, current=public_current),
    )


def read_production_keys(text: str) -> ProductionKeyring:
    """Raises KeyringInvalid with a sentence that names the faulty ring and kid, never the key."""
    document = _object(text)
    code_keys, code_current = _read_ring(document, "code")
    signing_seeds, signing_current = _read_ring(document, "signing")
    if code_current != signing_current:
        raise KeyringInvalid("Les trousseaux « code » et « signing » n'ont pas la même clé courante.")
    return ProductionKeyring(code_keys=code_keys, signing_seeds=signing_seeds, current=code_current)


def check_match(web: WebKeys, production: ProductionKeyring) -> None:
    """Raises KeyringInvalid unless the web recognises everything that production signs."""
    for kid, public_key in production.public().keys.items():
        if web.public.keys.get(kid) != public_key:
            raise KeyringInvalid(
                f"Clé n° {kid} : la clé publique du fichier web ne correspond pas à la clé de signature. "
                "Installez les deux fichiers issus de la même génération."
            )


def new_keys(kid: int = 1) -> KeyDocuments:
    """The first two documents, from the operating system's randomness. Raises KeyringInvalid on a wrong kid."""
    return _with_new_kid({name: {} for name in (*_WEB_RINGS, *_PRODUCTION_RINGS)}, kid)


def rotate(web_text: str, production_text: str, kid: int) -> KeyDocuments:
    """Both documents with every old key and a new current one.

    Raises KeyringInvalid if a document is faulty, if they do not match, or if ``kid`` is not above all others.
    """
    web, production = read_web_keys(web_text), read_production_keys(production_text)
    check_match(web, production)
    newest = web.digest.kids[0]
    if kid <= newest:
        raise KeyringInvalid(f"Le nouveau numéro de clé doit dépasser {newest}, le plus grand déjà attribué.")
    rings = {
        "digest": web.digest.keys,
        "public": web.public.keys,
        "code": production.code_keys,
        "signing": production.signing_seeds,
    }
    return _with_new_kid(rings, kid)


def _with_new_kid(rings: Mapping[str, Mapping[int, bytes]], kid: int) -> KeyDocuments:
    if not 1 <= kid <= KID_MAX:
        raise KeyringInvalid(f"Clé n° {kid} : un numéro de clé va de 1 à {KID_MAX}.")
    seed = secrets.token_bytes(KEY_BYTES)
    fresh = {
        "digest": secrets.token_bytes(KEY_BYTES),
        "public": public_key_of(seed),
        "code": secrets.token_bytes(KEY_BYTES),
        "signing": seed,
    }

    def document(names: tuple[str, ...]) -> str:
        content = {name: _ring_document({**rings[name], kid: fresh[name]}, kid) for name in names}
        return json.dumps(content, indent=2) + "\n"

    return KeyDocuments(web=document(_WEB_RINGS), production=document(_PRODUCTION_RINGS))


def _ring_document(keys: Mapping[int, bytes], current: int) -> dict[str, Any]:
    return {"current": current, "keys": {str(kid): key.hex() for kid, key in sorted(keys.items())}}


def _object(text: str) -> Mapping[str, Any]:
    """The JSON object of a document. The parser's own error quotes the document: it is dropped."""
    if not text.strip():
        raise KeyringInvalid("Le fichier de clés est vide : générez les clés, ou restaurez leur copie.")
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise KeyringInvalid("Le fichier de clés n'est pas un objet JSON bien formé : restaurez sa copie.")
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate member")
    return members


def _read_ring(document: Mapping[str, Any], name: str) -> _Ring:
    ring = document.get(name)
    if not isinstance(ring, dict) or not isinstance(ring.get("keys"), dict) or not ring["keys"]:
        raise KeyringInvalid(
            f"Le trousseau « {name} » manque ou ne contient aucune clé. Forme attendue : "
            '{"current": 1, "keys": {"1": "64 chiffres hexadécimaux"}}.'
        )
    keys = {_read_kid(kid, name): _read_key(text, kid, name) for kid, text in ring["keys"].items()}
    if len(set(keys.values())) != len(keys):
        raise KeyringInvalid(f"Trousseau « {name} » : la même clé y figure sous deux numéros.")
    current = ring.get("current")
    if type(current) is not int or current not in keys:
        raise KeyringInvalid(f"Trousseau « {name} » : « current » doit être le numéro de l'une de ses clés.")
    return keys, current


def _read_kid(text: str, name: str) -> int:
    if not _KID.fullmatch(text) or int(text) > KID_MAX:
        raise KeyringInvalid(f"Trousseau « {name} » : un numéro de clé est un entier de 1 à {KID_MAX}.")
    return int(text)


def _read_key(text: object, kid: str, name: str) -> bytes:
    if not isinstance(text, str) or not _KEY.fullmatch(text):
        raise KeyringInvalid(
            f"Trousseau « {name} », clé n° {kid} : {2 * KEY_BYTES} chiffres hexadécimaux attendus ({KEY_BYTES} octets)."
        )
    key = bytes.fromhex(text)
    if key.startswith(PUBLISHED_MARK) or key in PUBLISHED_PUBLIC_KEYS:
        raise KeyringInvalid(
            f"Trousseau « {name} », clé n° {kid} : c'est une clé d'essai publiée dans la documentation, "
            "connue de tous. Générez les vôtres."
        )
    if len(set(key)) < DISTINCT_BYTES_MIN or _is_progression(key):
        raise KeyringInvalid(
            f"Trousseau « {name} », clé n° {kid} : c'est un exemple, pas une clé tirée au hasard. Générez les vôtres."
        )
    return key


def _is_progression(key: bytes) -> bool:
    """00 01 02 03…, and the like, which placeholders are made of."""
    return len({(b - a) % 256 for a, b in pairwise(key)}) == 1
