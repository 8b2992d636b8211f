"""What the scanning page says when it refuses by itself: the server's own sentences, then those of a device alone."""

from typing import Final

from mediation.policies import redemption
from passnum.kit.codes import errors
from passnum.kit.errors import DomainError

# The refusals that a device can know to be right (mediation/frontend/counter/rules.js).
SHARED: Final[tuple[type[DomainError], ...]] = (
    errors.RefMalformed,
    errors.CodeMalformed,
    errors.CheckLetterWrong,
    errors.PayloadMalformed,
    errors.PayloadFormatUnknown,
    errors.PayloadForged,
    errors.PayloadKeyUnknown,
    errors.ScanUnreadable,
    redemption.TicketAlreadyRedeemed,
    redemption.TicketBlocked,
    redemption.TicketExpired,
    redemption.WaveNotOpenYet,
    redemption.SiteNotLabelled,
    redemption.ServiceNotBought,
    redemption.PlaceNotBought,
    redemption.ActTooShort,
    redemption.TooManyTickets,
)
# Codes that the server never gives.
OF_THE_DEVICE: Final = {
    "REF_ALONE": (
        "C’est la référence du ticket, elle ne suffit pas : scannez tout le QR code, ou tapez les 13 caractères du code."
    ),
    "WAVE_UNKNOWN": (
        "Ce téléphone ne connaît pas la vague de ce ticket : connectez-le pour recevoir la liste, puis recommencez."
    ),
    "LIST_MISSING": "Ce téléphone n’a pas encore reçu sa liste : connectez-le une fois à Internet, puis recommencez.",
    "LIST_TOO_OLD": (
        "La liste de ce téléphone est trop ancienne pour accepter un ticket hors ligne : connectez-le, puis recommencez."
    ),
    "OFFLINE_CAP_REACHED": (
        "Ce téléphone a déjà noté {hours} heures hors ligne aujourd’hui, c’est le maximum : connectez-le pour continuer."
    ),
    "TYPED_CAP_REACHED": (
        "Hors ligne, {hours} heures au plus peuvent être notées par jour avec un code tapé : scannez le QR code, "
        "ou connectez ce téléphone."
    ),
    "BUNDLE_FORGED": "La liste reçue n’est pas signée par le service : elle est ignorée. Prévenez la Métropole.",
    "BUNDLE_FORMAT_UNKNOWN": "La liste reçue est d’un format plus récent : mettez cette page à jour.",
    "ALREADY_SENT": "Cet acte est peut-être déjà parti : attendez le retour du réseau pour l’annuler.",
}


def sentences() -> dict[str, str]:
    """Return code → French sentence, with its `{placeholders}`."""
    return {refusal.code: refusal.message for refusal in SHARED} | OF_THE_DEVICE
