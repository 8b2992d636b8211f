"""What may go wrong with a code, a reference, a payload or a key.

Each error has a stable ``code`` (never renamed: devices and the test vectors rely on it) and a French
sentence that says what to do next. No error carries the text it refuses, so that neither a code nor a key
can leak through a log.
"""

from typing import ClassVar

from passnum.kit.errors import DomainError


class CodesError(DomainError):
    """What was typed, scanned or asked cannot be understood or trusted."""

    code: ClassVar[str] = "CODES_ERROR"
    status: ClassVar[int] = 422


class RefMalformed(CodesError):
    code = "REF_MALFORMED"
    message = "Cette référence n’a pas la bonne forme : elle compte 10 lettres ou chiffres. Relisez-la et recommencez."


class CodeMalformed(CodesError):
    code = "CODE_MALFORMED"
    message = (
        "Ce code n’a pas la bonne forme : il compte 13 lettres ou chiffres, imprimés en trois groupes "
        "(XXXX XXXX XXXXX). Relisez-le et recommencez."
    )


class CheckLetterWrong(CodesError):
    code = "CHECK_LETTER_WRONG"
    message = "Ce code contient une erreur de saisie : relisez-le lettre par lettre et recommencez."


class PayloadMalformed(CodesError):
    code = "PAYLOAD_MALFORMED"
    message = "Ce QR code est incomplet ou abîmé : scannez-le de nouveau, ou tapez le code imprimé à côté."


class PayloadFormatUnknown(PayloadMalformed):
    code = "PAYLOAD_FORMAT_UNKNOWN"
    message = (
        "Ce QR code est d’un format que cet appareil ne connaît pas : mettez l’application à jour, "
        "puis scannez-le de nouveau."
    )


class PayloadForged(CodesError):
    code = "PAYLOAD_FORGED"
    message = "La signature de ce QR code n’est pas authentique : ne l’acceptez pas et signalez-le."


class PayloadKeyUnknown(CodesError):
    code = "PAYLOAD_KEY_UNKNOWN"
    message = (
        "Ce QR code est signé par une clé que cet appareil ne connaît pas : connectez l’appareil pour "
        "recevoir les clés récentes, puis scannez de nouveau."
    )


class ScanUnreadable(CodesError):
    code = "SCAN_UNREADABLE"
    message = (
        "Ce texte n’est ni un QR code attendu, ni un code, ni une référence : scannez de nouveau, "
        "ou tapez le code imprimé."
    )


class HostMalformed(CodesError):
    code = "HOST_MALFORMED"
    message = (
        "L’adresse imprimée dans les QR codes doit être un nom de domaine seul, sans « https:// » ni chemin, "
        "par exemple PASS.METROPOLE.EXAMPLE."
    )


class KeyringInvalid(Exception):
    """A fault of the installation, not of a person: the process must not start, or must not go on.

    ``sentence`` names the keyring and the number of the key, never the key.
    """

    code: ClassVar[str] = "KEYRING_INVALID"

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)


class KeyringKidUnknown(KeyringInvalid):
    """The keyring does not hold the key of that number."""

    code = "KEYRING_KID_UNKNOWN"
