"""The keys of this process against those that the database was written with.

Other keys would make every title unreadable, and nobody would know before the first counter.
"""

from passnum.kit.keys import digest_keyring
from passnum.kit.models import KeyFingerprint


def lost_kids() -> list[int]:
    """Return the kids that the database was written with and whose key is not here, or is another."""
    keyring = digest_keyring()
    stored = KeyFingerprint.objects.order_by("kid").values_list("kid", "fingerprint")
    return [kid for kid, found in stored if kid not in keyring.kids or keyring.fingerprint(kid) != bytes(found)]


def remember_keys() -> None:
    """Keep the fingerprints of the keys that the database has none of yet."""
    keyring = digest_keyring()
    KeyFingerprint.objects.bulk_create(
        [KeyFingerprint(kid=kid, fingerprint=keyring.fingerprint(kid)) for kid in keyring.kids], ignore_conflicts=True
    )


def replace_fingerprints() -> None:
    """Take the keys of this process for good: to be called when no title was made with the others."""
    keyring = digest_keyring()
    remember_keys()
    for kid in set(lost_kids()) & set(keyring.kids):
        KeyFingerprint.objects.filter(kid=kid).update(fingerprint=keyring.fingerprint(kid))
