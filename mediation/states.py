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


class AppointmentStatus(models.TextChoices):
    """The first appointment of who got a booklet, or what they want instead."""

    PLANNED = "PLANNED", "Prévu"
    GOES_ALONE = "GOES_ALONE", "Y va seul·e"
    DECLINED = "DECLINED", "Ne souhaite pas"
    HELD = "HELD", "Tenu"
    MISSED = "MISSED", "Manqué"
    MOVED = "MOVED", "Déplacé"
    CANCELLED = "CANCELLED", "Annulé"


class AppointmentAct(models.TextChoices):
    PLAN = "PLAN", "Fixer"
    GO_ALONE = "GO_ALONE", "Noter « y va seul·e »"
    DECLINE = "DECLINE", "Noter « ne souhaite pas »"
    HOLD = "HOLD", "Noter tenu"
    MISS = "MISS", "Noter manqué"
    MOVE = "MOVE", "Déplacer"
    CANCEL = "CANCEL", "Annuler"


When = AppointmentStatus
# One of these at a time for a hand-over: what is to come, or why nothing is.
LIVE_APPOINTMENTS = (When.PLANNED, When.GOES_ALONE, When.DECLINED)
APPOINTMENT_MOVES: Moves = {
    AppointmentAct.PLAN: move([NOTHING], When.PLANNED),
    AppointmentAct.GO_ALONE: move([NOTHING], When.GOES_ALONE),
    AppointmentAct.DECLINE: move([NOTHING], When.DECLINED),
    AppointmentAct.HOLD: move([When.PLANNED], When.HELD),
    AppointmentAct.MISS: move([When.PLANNED], When.MISSED),
    AppointmentAct.MOVE: move([When.PLANNED], When.MOVED),
    AppointmentAct.CANCEL: move(LIVE_APPOINTMENTS, When.CANCELLED),
}
# The same, in the words of RDV Service Public.
RDV_STATUS: dict[str, str] = {
    When.PLANNED: "unknown",
    When.HELD: "seen",
    When.MISSED: "noshow",
    When.MOVED: "excused",
    When.CANCELLED: "revoked",
}


DRAWINGS: dict[str, tuple[str, type[models.TextChoices], Moves]] = {
    "du": ("Ce qui est dû", Owed, OWED_MOVES),
    "rendez-vous": ("Premier rendez-vous", AppointmentStatus, APPOINTMENT_MOVES),
}
