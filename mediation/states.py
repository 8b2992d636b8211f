"""What this package says of a redemption: that the hour happened, and whether it is owed, are two facts."""

from django.db import models

from passnum.kit.moves import NOTHING, Moves, move


class Owed(models.TextChoices):
    """register.md, *Happened and owed*."""

    PAYABLE = "PAYABLE", "À payer"
    PENDING_CONFIRMATION = "PENDING_CONFIRMATION", "En attente de confirmation"
    CONTESTED = "CONTESTED", "Contesté"
    REFUSED = "REFUSED", "Refusé"
    UNDONE = "UNDONE", "Annulé"


class OwedAct(models.TextChoices):
    RECORD = "RECORD", "Enregistrement"
    CONFIRM = "CONFIRM", "Confirmation de la remise"
    SILENCE = "SILENCE", "Silence du distributeur"
    DENY = "DENY", "Démenti de la remise"
    SETTLE = "SETTLE", "Décision d’un agent des finances"
    CORRECT = "CORRECT", "Correction"
    UNDO = "UNDO", "Annulation"


OWED_MOVES: Moves = {
    OwedAct.RECORD: move([NOTHING], Owed.PAYABLE, Owed.PENDING_CONFIRMATION, Owed.CONTESTED, Owed.REFUSED),
    OwedAct.CONFIRM: move([Owed.PENDING_CONFIRMATION], Owed.PAYABLE),
    OwedAct.SILENCE: move([Owed.PENDING_CONFIRMATION], Owed.PAYABLE),
    OwedAct.DENY: move([Owed.PENDING_CONFIRMATION], Owed.CONTESTED),
    OwedAct.SETTLE: move([Owed.CONTESTED], Owed.PAYABLE, Owed.REFUSED),
    # the paper that a sample asked for is missing: a finance officer, never the one who noted it
    OwedAct.CORRECT: move([Owed.PAYABLE], Owed.REFUSED),
    OwedAct.UNDO: move([Owed.PAYABLE, Owed.PENDING_CONFIRMATION, Owed.CONTESTED, Owed.REFUSED], Owed.UNDONE),
}


class UndoReason(models.TextChoices):
    """Why an act is taken back: a choice, since free text could name a person in the register."""

    WRONG_TICKET = "WRONG_TICKET", "Mauvais ticket"
    WRONG_COUNT = "WRONG_COUNT", "Mauvais nombre d’heures"
    WRONG_SERVICE = "WRONG_SERVICE", "Mauvais service ou mauvais lieu"
    NOT_GIVEN = "NOT_GIVEN", "L’accompagnement n’a pas eu lieu"
    OTHER = "OTHER", "Autre erreur"


class SettleReason(models.TextChoices):
    """Why a contested act is paid or not: a choice, since the place and the distributor both read it."""

    EVIDENCE = "EVIDENCE", "Justificatif présenté"
    GOOD_FAITH = "GOOD_FAITH", "Le lieu ne pouvait pas le savoir"
    AGREED = "AGREED", "Accord du distributeur"
    NO_EVIDENCE = "NO_EVIDENCE", "Aucun justificatif"
    ERROR = "ERROR", "Erreur reconnue par le lieu"


# A reason says why one pays, or why one does not; an agreement may be about either.
REASONS_TO_PAY = (SettleReason.EVIDENCE, SettleReason.GOOD_FAITH, SettleReason.AGREED)
REASONS_TO_REFUSE = (SettleReason.NO_EVIDENCE, SettleReason.ERROR, SettleReason.AGREED)
# What a decision says by itself: the hour is paid by another line of the act, by a goodwill line, or is that other line.
SETTLED = "SETTLED"
SETTLED_ON_FREE_HOUR = "SETTLED_ON_FREE_HOUR"
GOODWILL = "GOODWILL"


DRAWINGS: dict[str, tuple[str, type[models.TextChoices], Moves]] = {"du": ("Ce qui est dû", Owed, OWED_MOVES)}
