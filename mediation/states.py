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
    SETTLE = "SETTLE", "Décision d'un agent des finances"
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
    WRONG_COUNT = "WRONG_COUNT", "Mauvais nombre d'heures"
    WRONG_SERVICE = "WRONG_SERVICE", "Mauvais service ou mauvais lieu"
    NOT_GIVEN = "NOT_GIVEN", "L'accompagnement n'a pas eu lieu"
    OTHER = "OTHER", "Autre erreur"


class SettleReason(models.TextChoices):
    """Why a contested act is paid or not; the place and the distributor read it."""

    EVIDENCE = "EVIDENCE", "Justificatif présenté"
    NO_EVIDENCE = "NO_EVIDENCE", "Aucun justificatif"
    AGREED = "AGREED", "Accord du distributeur"
    ERROR = "ERROR", "Erreur reconnue par le lieu"


DRAWINGS: dict[str, tuple[str, type[models.TextChoices], Moves]] = {"du": ("Ce qui est dû", Owed, OWED_MOVES)}
