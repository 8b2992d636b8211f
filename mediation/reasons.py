"""What the reason of a decision on an act says to people: one sentence for each code, never where or by whom.

The codes of refusals at the counter have their own sentences there (mediation.policies.redemption); here they tell of
an act already made.
"""

from typing import Final

from mediation.states import GOODWILL, SETTLED, SETTLED_ON_FREE_HOUR, Owed, SettleReason

SENTENCES: Final[dict[str, str]] = {
    # payable
    "REDEEMED": "Ticket utilisé au comptoir.",
    "LATE_ENTRY": "Acte enregistré après coup.",
    "REISSUED_UNUSED": "Le carnet avait été remplacé\u00a0: l’heure est prise sur le nouveau carnet.",
    "HANDOVER_CONFIRMED": "Le distributeur a confirmé la remise.",
    "HANDOVER_BY_SILENCE": "Le distributeur n’a pas répondu à temps\u00a0: la remise est tenue pour confirmée.",
    SETTLED: "Acte contesté, payé sur une heure libre du même carnet.",
    # pending
    "HANDOVER_AT_USE": "La remise du carnet n’était pas notée\u00a0: le distributeur doit la confirmer.",
    # contested
    "TICKET_ALREADY_REDEEMED": "Un autre acte a été enregistré avant, avec le même ticket.",
    "REISSUED_AND_USED": "Le carnet avait été remplacé, et l’heure du nouveau carnet est déjà utilisée.",
    "UPLOADED_TOO_LATE": "L’acte est arrivé après le dernier jour d’envoi de la vague.",
    "HANDOVER_DENIED": "Le distributeur dit n’avoir jamais remis ce carnet.",
    "DEVICE_REVOKED": "L’acte vient d’un appareil révoqué.",
    "CLOCK_SKEW": "L’horloge de l’appareil était trop loin de la nôtre.",
    "OFFLINE_DEVICE_CAP": "L’appareil avait déjà noté, hors ligne, toutes les heures permises ce jour-là.",
    "OFFLINE_SITE_CAP": "Le lieu avait déjà noté, hors ligne, toutes les heures permises ce jour-là.",
    "OFFLINE_TYPED_CAP": "L’appareil avait déjà noté, hors ligne, tous les codes tapés permis ce jour-là.",
    "ANSWER_MISSING": "Il manque une réponse que la vague demande.",
    # refused
    "TICKET_BLOCKED": "Le ticket était en opposition à cette date.",
    "TICKET_EXPIRED": "Le ticket n’était plus valable à cette date.",
    "TICKET_NOT_RECEIVED": "Le carnet n’était pas encore arrivé chez un distributeur.",
    "TICKET_NOT_FUNDED": "Le carnet n’était pas financé à cette date.",
    "WAVE_NOT_OPEN_FOR_USE": "La vague n’était pas ouverte à cette date.",
    "SITE_NOT_LABELLED": "Le lieu n’avait pas de label à cette date.",
    "SERVICE_NOT_BOUGHT": "La vague ne paie pas ce service.",
    "PLACE_NOT_BOUGHT": "La vague ne s’utilise pas dans ce lieu ou cette commune.",
    "ACT_TOO_SHORT": "L’acte était trop court pour prendre un ticket.",
    "TOO_MANY_TICKETS": "Il y avait plus de tickets que d’heures données.",
    "PAPER_MISSING": "Le ticket de papier n’a pas été présenté au contrôle.",
    SETTLED_ON_FREE_HOUR: "Payé sur une heure libre du même carnet.",
    GOODWILL: "Payé par un geste hors valeur faciale.",
    "UNDONE": "Acte annulé.",
    **{reason.value: f"{reason.label}." for reason in SettleReason},
}


def sentence_of(reason: str) -> str:
    """Return what a reason says; an unknown code is told as it is, so that one can ask about it."""
    return SENTENCES.get(reason) or f"Motif {reason}."


# What comes next for the place, said after the reason.
_NEXT: Final = {
    Owed.PAYABLE: "Ces heures seront payées au lieu.",
    Owed.PENDING_CONFIRMATION: "Sans réponse du distributeur, ces heures seront payées.",
    Owed.CONTESTED: "La Métropole décidera si ces heures sont payées. Gardez le papier.",
    Owed.REFUSED: "Ces heures ne sont pas payées.",
    Owed.UNDONE: "Les tickets sont rendus.",
}


def owed_sentence(owed: Owed, reason: str) -> str:
    """Return why tickets are owed or not, and what comes next: what the place reads."""
    why = "La remise du carnet n’était pas notée." if owed == Owed.PENDING_CONFIRMATION else sentence_of(reason)
    return f"{why} {_NEXT[owed]}"
