"""The life of each object of this package, on one page.

A title's status is a projection: each change is written with the movement that explains it, and `check_register`
recomputes it from the movements. docs/etats is drawn from these tables.
"""

from django.db import models

from passnum.kit.moves import NOTHING, Moves, move


class HolderKind(models.TextChoices):
    """Where titles are: with an organisation, or in one of the four places that are no organisation."""

    ORGANISATION = "ORGANISATION", "Organisation"
    PRINTER = "PRINTER", "Imprimeur"
    PERSON = "PERSON", "Bénéficiaire"
    CONSUMED = "CONSUMED", "Consommé"
    VOID = "VOID", "Sans valeur"


class TitleStatus(models.TextChoices):
    """Present state of a ticket; a booklet has the state its tickets had when it last moved whole."""

    PRODUCED = "PRODUCED", "Produit"
    IN_TRANSIT = "IN_TRANSIT", "En transit"
    IN_STOCK = "IN_STOCK", "En stock"
    MISSING = "MISSING", "Manquant"
    HANDED_OVER = "HANDED_OVER", "Remis, non utilisé"
    REDEEMED = "REDEEMED", "Utilisé"
    EXPIRED = "EXPIRED", "Périmé"
    BLOCKED = "BLOCKED", "En opposition"
    CANCELLED = "CANCELLED", "Annulé"
    DESTROYED = "DESTROYED", "Détruit"
    REPLACED = "REPLACED", "Remplacé"


class Act(models.TextChoices):
    """What a movement tells. The last two move nothing: they are declarations about an act already made."""

    PRODUCE = "PRODUCE", "Production"
    SEND = "SEND", "Envoi"
    RECEIVE = "RECEIVE", "Réception"
    DECLARE_MISSING = "DECLARE_MISSING", "Constat de manque"
    FIND = "FIND", "Retrouvé"
    HAND_OVER = "HAND_OVER", "Remise"
    HAND_OVER_AT_USE = "HAND_OVER_AT_USE", "Remise constatée à l’usage"
    UNDO_HANDOVER = "UNDO_HANDOVER", "Annulation de remise"
    REDEEM = "REDEEM", "Utilisation"
    UNDO_REDEMPTION = "UNDO_REDEMPTION", "Annulation d’utilisation"
    BLOCK = "BLOCK", "Opposition"
    REISSUE = "REISSUE", "Remplacement"
    EXPIRE = "EXPIRE", "Fin de validité"
    CANCEL = "CANCEL", "Annulation"
    DESTROY = "DESTROY", "Destruction"
    RECORD_CONTESTED = "RECORD_CONTESTED", "Utilisation contestée"
    SETTLE_OWED = "SETTLE_OWED", "Décision sur le dû"


S = TitleStatus
# What an act made in time may still consume when its record comes late (offline): see register.md, *Happened and owed*.
REDEEMABLE = (S.HANDED_OVER, S.BLOCKED, S.EXPIRED)

TICKET_MOVES: Moves = {
    Act.PRODUCE: move([NOTHING], S.PRODUCED),
    Act.SEND: move([S.PRODUCED, S.IN_STOCK], S.IN_TRANSIT),
    Act.RECEIVE: move([S.IN_TRANSIT], S.IN_STOCK),
    Act.DECLARE_MISSING: move([S.IN_TRANSIT, S.IN_STOCK], S.MISSING),
    Act.FIND: move([S.MISSING], S.IN_STOCK),
    Act.HAND_OVER: move([S.IN_STOCK], S.HANDED_OVER),
    Act.HAND_OVER_AT_USE: move([S.IN_STOCK], S.HANDED_OVER),
    Act.UNDO_HANDOVER: move([S.HANDED_OVER], S.IN_STOCK),
    Act.REDEEM: move(REDEEMABLE, S.REDEEMED),
    Act.UNDO_REDEMPTION: move([S.REDEEMED], *REDEEMABLE),
    Act.BLOCK: move([S.PRODUCED, S.IN_TRANSIT, S.IN_STOCK, S.MISSING, S.HANDED_OVER], S.BLOCKED),
    Act.REISSUE: move([S.BLOCKED], S.REPLACED),
    Act.EXPIRE: move([S.PRODUCED, S.IN_TRANSIT, S.IN_STOCK, S.MISSING, S.HANDED_OVER, S.BLOCKED], S.EXPIRED),
    Act.CANCEL: move([S.PRODUCED], S.CANCELLED),
    Act.DESTROY: move([S.IN_STOCK, S.EXPIRED, S.CANCELLED, S.BLOCKED], S.DESTROYED),
}
# A replacement is born in the hands of the person: its tickets leave « replaced » in the same act.
TICKET_BIRTHS: Moves = {**TICKET_MOVES, Act.REISSUE: TICKET_MOVES[Act.REISSUE] | move([NOTHING], S.HANDED_OVER)}
BOOKLET_MOVES: Moves = {k: v for k, v in TICKET_BIRTHS.items() if k not in {Act.REDEEM, Act.UNDO_REDEMPTION}}

TO_PRODUCE = "TO_PRODUCE"
DECLARATIONS = (Act.RECORD_CONTESTED, Act.SETTLE_OWED)
MOVEMENT_ACTS: Moves = {
    **{act: one for act, one in TICKET_MOVES.items() if act not in {Act.PRODUCE, Act.REISSUE}},
    Act.PRODUCE: move([TO_PRODUCE], S.PRODUCED),
    # two movements: the old booklet gives its tickets up, the new one takes them
    Act.REISSUE: move([S.BLOCKED], S.REPLACED) | move([S.REPLACED], S.HANDED_OVER),
    **{act: move([S.REDEEMED], S.REDEEMED) for act in DECLARATIONS},
}

# Which places a state may be in.
HOLDERS_OF: dict[str, HolderKind | tuple[HolderKind, ...]] = {
    TO_PRODUCE: HolderKind.VOID,
    S.PRODUCED: HolderKind.PRINTER,
    S.IN_TRANSIT: (HolderKind.PRINTER, HolderKind.ORGANISATION),
    S.IN_STOCK: HolderKind.ORGANISATION,
    S.MISSING: (HolderKind.PRINTER, HolderKind.ORGANISATION),
    S.HANDED_OVER: HolderKind.PERSON,
    S.REDEEMED: HolderKind.CONSUMED,
    S.EXPIRED: HolderKind.VOID,
    S.BLOCKED: HolderKind.VOID,
    S.CANCELLED: HolderKind.VOID,
    S.DESTROYED: HolderKind.VOID,
    S.REPLACED: HolderKind.VOID,
}


class WaveStatus(models.TextChoices):
    DRAFT = "DRAFT", "En préparation"
    OPEN = "OPEN", "Ouverte"
    CLOSED = "CLOSED", "Close"


class WaveAct(models.TextChoices):
    CREATE = "CREATE", "Créer"
    OPEN = "OPEN", "Ouvrir"
    CLOSE = "CLOSE", "Clore"


WAVE_MOVES: Moves = {
    WaveAct.CREATE: move([NOTHING], WaveStatus.DRAFT),
    WaveAct.OPEN: move([WaveStatus.DRAFT], WaveStatus.OPEN),
    WaveAct.CLOSE: move([WaveStatus.OPEN], WaveStatus.CLOSED),
}


class OrderStatus(models.TextChoices):
    DRAFT = "DRAFT", "Brouillon"
    SUBMITTED = "SUBMITTED", "Soumise"
    APPROVED = "APPROVED", "Approuvée"
    IN_PRODUCTION = "IN_PRODUCTION", "En production"
    DELIVERED = "DELIVERED", "Livrée"
    CLOSED = "CLOSED", "Close"
    CANCELLED = "CANCELLED", "Annulée"


class OrderAct(models.TextChoices):
    CREATE = "CREATE", "Créer"
    SUBMIT = "SUBMIT", "Soumettre"
    APPROVE = "APPROVE", "Approuver"
    SEND_BACK = "SEND_BACK", "Renvoyer à l’auteur"
    AMEND = "AMEND", "Modifier"
    START_PRODUCTION = "START_PRODUCTION", "Lancer la production"
    RECORD_DELIVERY = "RECORD_DELIVERY", "Constater la livraison"
    CLOSE = "CLOSE", "Clore"
    CANCEL = "CANCEL", "Annuler"


Step = OrderStatus
ORDER_MOVES: Moves = {
    OrderAct.CREATE: move([NOTHING], Step.DRAFT),
    OrderAct.SUBMIT: move([Step.DRAFT], Step.SUBMITTED),
    OrderAct.SEND_BACK: move([Step.SUBMITTED], Step.DRAFT),
    OrderAct.APPROVE: move([Step.SUBMITTED], Step.APPROVED),
    # another amount is another order to approve
    OrderAct.AMEND: move([Step.DRAFT, Step.SUBMITTED, Step.APPROVED], Step.DRAFT),
    OrderAct.START_PRODUCTION: move([Step.APPROVED], Step.IN_PRODUCTION),
    OrderAct.RECORD_DELIVERY: move([Step.IN_PRODUCTION], Step.DELIVERED),
    OrderAct.CLOSE: move([Step.DELIVERED], Step.CLOSED),
    OrderAct.CANCEL: move([Step.DRAFT, Step.SUBMITTED, Step.APPROVED], Step.CANCELLED),
}


class PrintProofStatus(models.TextChoices):
    """A version of what an order prints (BAT). Superseded: what it shows is no longer what would be printed."""

    WAITING = "WAITING", "À approuver"
    APPROVED = "APPROVED", "Approuvé"
    SENT_BACK = "SENT_BACK", "Renvoyé"
    SUPERSEDED = "SUPERSEDED", "Remplacé"


class PrintProofAct(models.TextChoices):
    MAKE = "MAKE", "Faire"
    APPROVE = "APPROVE", "Approuver"
    SEND_BACK = "SEND_BACK", "Renvoyer avec des remarques"
    SUPERSEDE = "SUPERSEDE", "Remplacer"


PRINT_PROOF_MOVES: Moves = {
    PrintProofAct.MAKE: move([NOTHING], PrintProofStatus.WAITING),
    PrintProofAct.APPROVE: move([PrintProofStatus.WAITING], PrintProofStatus.APPROVED),
    PrintProofAct.SEND_BACK: move([PrintProofStatus.WAITING], PrintProofStatus.SENT_BACK),
    PrintProofAct.SUPERSEDE: move([PrintProofStatus.WAITING, PrintProofStatus.APPROVED], PrintProofStatus.SUPERSEDED),
}


class ShipmentStatus(models.TextChoices):
    SENT = "SENT", "Envoyé"
    RECEIVED = "RECEIVED", "Reçu, compte exact"
    RECEIVED_WITH_GAP = "RECEIVED_WITH_GAP", "Reçu avec écart"


class ShipmentAct(models.TextChoices):
    SEND = "SEND", "Envoyer"
    RECEIVE = "RECEIVE", "Recevoir"


SHIPMENT_MOVES: Moves = {
    ShipmentAct.SEND: move([NOTHING], ShipmentStatus.SENT),
    ShipmentAct.RECEIVE: move([ShipmentStatus.SENT], ShipmentStatus.RECEIVED, ShipmentStatus.RECEIVED_WITH_GAP),
}


class DiscrepancyStatus(models.TextChoices):
    """What became of a booklet that did not arrive; all but the first are also what a side may say of it."""

    OPEN = "OPEN", "À régler"
    FOUND_BY_SENDER = "FOUND_BY_SENDER", "Retrouvé chez l’expéditeur"
    FOUND_BY_RECIPIENT = "FOUND_BY_RECIPIENT", "Retrouvé chez le destinataire"
    LOST = "LOST", "Perdu"


class DiscrepancyAct(models.TextChoices):
    OPEN = "OPEN", "Constater"
    SETTLE = "SETTLE", "Régler"


DISCREPANCY_MOVES: Moves = {
    DiscrepancyAct.OPEN: move([NOTHING], DiscrepancyStatus.OPEN),
    DiscrepancyAct.SETTLE: move(
        [DiscrepancyStatus.OPEN],
        DiscrepancyStatus.FOUND_BY_SENDER,
        DiscrepancyStatus.FOUND_BY_RECIPIENT,
        DiscrepancyStatus.LOST,
    ),
}


class DestructionStatus(models.TextChoices):
    PROPOSED = "PROPOSED", "Signé une fois"
    SIGNED = "SIGNED", "Signé deux fois, détruit"


class DestructionAct(models.TextChoices):
    PROPOSE = "PROPOSE", "Signer"
    SIGN = "SIGN", "Contresigner"


DESTRUCTION_MOVES: Moves = {
    DestructionAct.PROPOSE: move([NOTHING], DestructionStatus.PROPOSED),
    DestructionAct.SIGN: move([DestructionStatus.PROPOSED], DestructionStatus.SIGNED),
}


class InventoryStatus(models.TextChoices):
    OPEN = "OPEN", "En cours"
    CLOSED = "CLOSED", "Compté et signé"
    DROPPED = "DROPPED", "Abandonné"


class InventoryAct(models.TextChoices):
    START = "START", "Commencer"
    CLOSE = "CLOSE", "Signer le compte"
    DROP = "DROP", "Abandonner"


INVENTORY_MOVES: Moves = {
    InventoryAct.START: move([NOTHING], InventoryStatus.OPEN),
    InventoryAct.CLOSE: move([InventoryStatus.OPEN], InventoryStatus.CLOSED),
    InventoryAct.DROP: move([InventoryStatus.OPEN], InventoryStatus.DROPPED),
}

# What `manage.py draw_states` draws: name of the drawing → (French title, statuses, table).
DRAWINGS: dict[str, tuple[str, type[models.TextChoices], Moves]] = {
    "ticket": ("Ticket", TitleStatus, TICKET_BIRTHS),
    "carnet": ("Carnet", TitleStatus, BOOKLET_MOVES),
    "vague": ("Vague", WaveStatus, WAVE_MOVES),
    "commande": ("Commande", OrderStatus, ORDER_MOVES),
    "bon-a-tirer": ("Bon à tirer", PrintProofStatus, PRINT_PROOF_MOVES),
    "envoi": ("Envoi de carnets", ShipmentStatus, SHIPMENT_MOVES),
    "destruction": ("Procès-verbal de destruction", DestructionStatus, DESTRUCTION_MOVES),
    "inventaire": ("Inventaire", InventoryStatus, INVENTORY_MOVES),
    "ecart": ("Écart à la réception", DiscrepancyStatus, DISCREPANCY_MOVES),
}
