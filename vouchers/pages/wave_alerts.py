"""What waits in a wave, in one sentence each, with the place where it is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from passnum.kit.templatetags.french import counted, date_fr
from vouchers.models import Wave
from vouchers.queries.waves import WaveAlerts
from vouchers.states import OrderStatus, WaveStatus

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that waits; `url` is empty when it is done elsewhere."""

    tone: str
    sentence: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class _Watch:
    """How a count is told: singular and plural, what follows them, where to go."""

    name: str
    tone: str
    words: str
    tail: str
    action: str
    url_name: str
    query: str = ""


_WATCHES = (
    _Watch(
        "failed_productions",
        "bad",
        "production s’est arrêtée,productions se sont arrêtées",
        "",
        "Voir",
        "vouchers:orders",
        f"?etat={OrderStatus.IN_PRODUCTION}",
    ),
    _Watch(
        "orders_to_approve",
        "warn",
        "commande attend,commandes attendent",
        " votre approbation",
        "Examiner",
        "vouchers:orders",
        f"?etat={OrderStatus.SUBMITTED}",
    ),
    _Watch(
        "orders_to_produce",
        "info",
        "commande approuvée attend,commandes approuvées attendent",
        " la production",
        "Lancer",
        "vouchers:orders",
        f"?etat={OrderStatus.APPROVED}",
    ),
    _Watch(
        "proofs_to_verify",
        "warn",
        "preuve de financement,preuves de financement",
        " à vérifier",
        "Vérifier",
        "vouchers:orders",
    ),
    _Watch(
        "unfunded_booklets",
        "bad",
        "carnet en stock n’est pas financé,carnets en stock ne sont pas financés",
        "\u00a0: inutilisables tant qu’aucune preuve n’est vérifiée",
        "Voir les commandes",
        "vouchers:orders",
    ),
    _Watch(
        "late_shipments",
        "warn",
        "envoi n’est pas reçu,envois ne sont pas reçus",
        " depuis plus de 7\u00a0jours",
        "Relancer",
        "vouchers:shipments",
    ),
    _Watch(
        "missing_booklets",
        "bad",
        "carnet manque,carnets manquent",
        " à la réception",
        "Voir les envois",
        "vouchers:shipments",
    ),
    _Watch(
        "dormant_booklets",
        "warn",
        "carnet dort,carnets dorment",
        " en stock depuis plus de 60\u00a0jours",
        "Redistribuer",
        "vouchers:stock",
    ),
    _Watch(
        "unanswered_handovers",
        "info",
        "remise constatée,remises constatées",
        " à l’usage, sans réponse du distributeur",
        "Voir les stocks",
        "vouchers:stock",
    ),
)


def alerts_of(wave: Wave, counts: WaveAlerts, *, today: date) -> list[Alert]:
    """Return what waits on a day (Paris): the wave's own dates first, then the counts that are not nought."""
    found = []
    if wave.status == WaveStatus.OPEN and wave.valid_until <= today + SOON:
        verb = "finit" if wave.valid_until >= today else "a fini"
        sentence = f"La validité des tickets {verb} le {date_fr(wave.valid_until)}."
        found.append(Alert("warn", sentence, "Voir les stocks", reverse("vouchers:stock")))
    if today <= wave.evaluation_due_on <= today + SOON:
        found.append(Alert("info", f"Le rapport d’évaluation est dû le {date_fr(wave.evaluation_due_on)}.", "", ""))
    for watch in _WATCHES:
        count: int = getattr(counts, watch.name)
        if count:
            sentence = f"{counted(count, watch.words)}{watch.tail}."
            found.append(Alert(watch.tone, sentence, watch.action, reverse(watch.url_name) + watch.query))
    return found
