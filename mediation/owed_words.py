"""Why tickets are owed or not, in a sentence that the place reads: stable codes of decisions, plain French."""

from typing import Final

from mediation.states import Owed

_BY_REASON: Final = {
    "REISSUED_UNUSED": "Le carnet avait été remplacé ensuite\u00a0: l’heure est prise sur le nouveau carnet, et sera payée.",
    "REISSUED_AND_USED": (
        "Le carnet a été remplacé, et l’heure du nouveau carnet est déjà utilisée\u00a0: la Métropole décidera."
    ),
    "HANDOVER_DENIED": "Le distributeur dit n’avoir remis ce carnet à personne\u00a0: la Métropole décidera.",
    "UPLOADED_TOO_LATE": "La saisie arrive après la clôture de la vague\u00a0: la Métropole décidera.",
    "TICKET_ALREADY_REDEEMED": "Ce ticket était déjà utilisé\u00a0: la Métropole décidera. Gardez le papier.",
    "TICKET_BLOCKED": "Ce ticket était en opposition (perte ou vol) à cette date\u00a0: l’heure n’est pas payée.",
    "TICKET_EXPIRED": "Ce ticket n’était plus valable à cette date\u00a0: l’heure n’est pas payée.",
    "TICKET_NOT_RECEIVED": (
        "Ce carnet n’était pas arrivé chez un distributeur\u00a0: l’heure n’est pas payée. Prévenez la Métropole."
    ),
    "TICKET_NOT_FUNDED": "Ce carnet n’était pas encore financé à cette date\u00a0: l’heure n’est pas payée.",
    "WAVE_NOT_OPEN_FOR_USE": "La vague de ce ticket n’était pas ouverte à cette date\u00a0: l’heure n’est pas payée.",
    "SITE_NOT_LABELLED": "Le lieu n’avait pas de label à cette date\u00a0: l’heure n’est pas payée.",
    "SERVICE_NOT_BOUGHT": "La vague de ce ticket ne paie pas ce service\u00a0: l’heure n’est pas payée.",
    "PLACE_NOT_BOUGHT": "La vague de ce ticket ne s’utilise pas dans ce lieu\u00a0: l’heure n’est pas payée.",
    "PAPER_MISSING": "Le ticket de papier n’a pas été présenté au contrôle\u00a0: l’heure n’est plus payée.",
}
_BY_OWED: Final = {
    Owed.PAYABLE: "Ces heures seront payées au lieu.",
    Owed.PENDING_CONFIRMATION: "Le distributeur confirmera la remise du carnet. Sans réponse, les heures seront payées.",
    Owed.CONTESTED: "La Métropole décidera si ces heures sont payées. Gardez le papier.",
    Owed.REFUSED: "Ces heures ne sont pas payées.",
    Owed.UNDONE: "L’acte est annulé\u00a0: les tickets sont rendus.",
}


def owed_sentence(owed: Owed, reason: str) -> str:
    """Return what a decision means for the place; what waits for a confirmation is said whatever its reason."""
    if owed in {Owed.PENDING_CONFIRMATION, Owed.UNDONE}:
        return _BY_OWED[owed]
    if owed == Owed.PAYABLE and reason not in {"REISSUED_UNUSED"}:
        return _BY_OWED[owed]
    return _BY_REASON.get(reason, _BY_OWED[owed])
