"""The keyrings of this process, read once from the files that the settings name.

Web processes are given the web file only (digest and public keys). The production worker alone is given the other.
"""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from passnum.kit.codes.errors import KeyringInvalid
from passnum.kit.codes.key_documents import WebKeys, check_match, read_production_keys, read_web_keys
from passnum.kit.codes.keyring import DigestKeyring, ProductionKeyring, PublicKeyring


def _text(path: str, purpose: str) -> str:
    if not path:
        raise ImproperlyConfigured(f"Ce processus n'a pas reçu le fichier des clés {purpose}.")
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ImproperlyConfigured(f"Le fichier des clés {purpose} ne se lit pas : {error.strerror}.") from None


@cache
def _web_keys(path: str) -> WebKeys:
    try:
        return read_web_keys(_text(path, "de contrôle"))
    except KeyringInvalid as error:
        raise ImproperlyConfigured(str(error)) from None


@cache
def _production_keys(path: str, web_path: str) -> ProductionKeyring:
    try:
        keyring = read_production_keys(_text(path, "de production"))
        check_match(_web_keys(web_path), keyring)
    except KeyringInvalid as error:
        raise ImproperlyConfigured(str(error)) from None
    return keyring


def digest_keyring() -> DigestKeyring:
    """Return the keys that recognise a code. Raises ImproperlyConfigured when the process was given none."""
    return _web_keys(settings.WEB_KEYS_FILE).digest


def public_keyring() -> PublicKeyring:
    """Return the keys that verify a signature. Raises ImproperlyConfigured when the process was given none."""
    return _web_keys(settings.WEB_KEYS_FILE).public


def production_keyring() -> ProductionKeyring:
    """Return the keys that make codes. Raises ImproperlyConfigured in every process but the production worker."""
    return _production_keys(settings.PRODUCTION_KEYS_FILE, settings.WEB_KEYS_FILE)
