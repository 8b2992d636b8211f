import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q

from passnum.accounts.models import Organisation
from passnum.kit.clock import add_months, end_of_day
from vouchers.states import WAVE_MOVES, WaveStatus

# « A + 6 mois : rapport d'évaluation » (SMAN 2019, fiche action #3).
EVALUATION_MONTHS = 6
# « claims until the end of the second month after » (register.md, *Dates of a wave*; R.1611-6 CGCT).
CLAIM_MONTHS = 2
# The Pass began in 2019; a mistyped year (0026, 9999) is a day from which no threshold can be counted.
FIRST_DAY, LAST_DAY = date(2019, 1, 1), date(2099, 12, 31)
# « 5 à 10 tickets » (fiche action #3); a replacement may hold 1 to 10.
SMALLEST_BOOKLET, LARGEST_BOOKLET = 5, 10


class TitleProfile(models.TextChoices):
    MARCHE = "MARCHE", "Titres achetés à un fournisseur (marché)"
    CAP = "CAP", "Chèque d’accompagnement personnalisé (L.1611-6 CGCT)"


class MeaningOfA(models.TextChoices):
    MARKET_AWARD = "MARKET_AWARD", "Attribution du marché"
    ORDER_NOTIFIED = "ORDER_NOTIFIED", "Notification de la commande de la vague"


class Wave(models.Model):
    """A yearly wave (vague): its market, its dates and its rules. Two may circulate at once."""

    moves = WAVE_MOVES
    updatable = ("status", "opened_at", "closed_at", "next_booklet_number", "valid_until")

    uid = models.UUIDField("identifiant", unique=True, default=uuid.uuid4)
    number = models.PositiveIntegerField("numéro court", unique=True)
    name = models.CharField("nom", max_length=80)
    status = models.CharField("état", max_length=8, choices=WaveStatus.choices, default=WaveStatus.DRAFT)
    a_on = models.DateField("date A")
    a_meaning = models.CharField("sens de la date A", max_length=16, choices=MeaningOfA.choices)
    issuer = models.ForeignKey(
        Organisation,
        verbose_name="fournisseur des chèques",
        on_delete=models.PROTECT,
        related_name="issued_waves",
    )
    # Printed under the issuer's name; the paper of a CAP must bear it (R.1611-8 CGCT, 1°).
    issuer_address = models.CharField("adresse du fournisseur, imprimée", max_length=120, blank=True, default="")
    contract_number = models.CharField("numéro du marché", max_length=40)
    ceiling_cents = models.BigIntegerField("plafond (centimes)")
    profile = models.CharField("profil", max_length=8, choices=TitleProfile.choices, default=TitleProfile.MARCHE)
    face_value_cents = models.PositiveIntegerField("valeur faciale (centimes)", default=1000)
    ticket_minutes = models.PositiveSmallIntegerField("durée d’un ticket (minutes)", default=60)
    shortest_act_minutes = models.PositiveSmallIntegerField("durée minimale qui prend un ticket (minutes)", default=45)
    valid_from = models.DateField("valable à partir du")
    valid_until = models.DateField("valable jusqu’au (imprimé)")
    grace_days = models.PositiveSmallIntegerField("jours de grâce", default=30)
    upload_days = models.PositiveSmallIntegerField("jours d’envoi tardif (après la validité)", default=37)
    silence_days = models.PositiveSmallIntegerField("silence valant confirmation (jours)", default=15)
    undo_minutes = models.PositiveSmallIntegerField("délai d’annulation (minutes)", default=15)
    late_entry_days = models.PositiveSmallIntegerField("délai de saisie différée (jours)", default=15)
    target_hours = models.PositiveIntegerField("objectif d’heures utilisées", null=True)
    next_booklet_number = models.PositiveIntegerField("prochain numéro de carnet", default=1)
    created_at = models.DateTimeField("créée le")
    opened_at = models.DateTimeField("ouverte le", null=True)
    closed_at = models.DateTimeField("close le", null=True)

    class Meta:
        verbose_name = "vague"
        verbose_name_plural = "vagues"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=65535), name="wave_number_fits_the_paper"),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_until")), name="wave_validity_is_in_order"),
            models.CheckConstraint(
                condition=Q(
                    a_on__range=(FIRST_DAY, LAST_DAY),
                    valid_from__range=(FIRST_DAY, LAST_DAY),
                    valid_until__range=(FIRST_DAY, LAST_DAY),
                ),
                name="wave_days_are_of_its_century",
                violation_error_message="Une vague se date entre 2019 et 2099\u00a0: vérifiez l’année des trois dates.",
            ),
            models.CheckConstraint(condition=Q(face_value_cents__gte=1), name="wave_face_value_is_positive"),
            models.CheckConstraint(condition=Q(ceiling_cents__gte=0), name="wave_ceiling_is_positive"),
            models.CheckConstraint(
                condition=Q(shortest_act_minutes__gte=1, shortest_act_minutes__lte=F("ticket_minutes")),
                name="wave_shortest_act_fits_a_ticket",
            ),
            # R.1611-6 CGCT: such a cheque is used within the calendar year that it prints.
            models.CheckConstraint(
                condition=~Q(profile="CAP")
                | Q(
                    grace_days=0,
                    valid_until__month=12,
                    valid_until__day=31,
                    valid_from__year=F("valid_until__year"),
                ),
                name="wave_cap_ends_with_its_year",
                violation_error_message="Un chèque d’accompagnement personnalisé vaut jusqu’au 31 décembre, sans grâce.",
            ),
            models.CheckConstraint(
                condition=~Q(profile="CAP") | Q(status="DRAFT") | Q(issuer_address__regex=r"\S"),
                name="wave_cap_opens_with_its_issuers_address",
                violation_error_message="Un chèque d’accompagnement personnalisé porte l’adresse de son émetteur.",
            ),
            models.CheckConstraint(
                condition=Q(status="DRAFT", opened_at__isnull=True, closed_at__isnull=True)
                | Q(status="OPEN", opened_at__isnull=False, closed_at__isnull=True)
                | Q(status="CLOSED", opened_at__isnull=False, closed_at__isnull=False),
                name="wave_dates_follow_status",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def redeemable_until(self) -> date:
        """Last day (Paris) an hour may be taken: printed validity and grace."""
        return self.valid_until + timedelta(days=self.grace_days)

    @property
    def uploads_until(self) -> date:
        """Last day (Paris) an act made in time may be recorded."""
        return self.valid_until + timedelta(days=max(self.upload_days, self.grace_days))

    @property
    def claims_until(self) -> date | None:
        """Last day (Paris) to claim payment: the end of the second month after the year printed on a CAP, else None."""
        return add_months(self.valid_until, CLAIM_MONTHS) if self.profile == TitleProfile.CAP else None

    @property
    def evaluation_due_on(self) -> date:
        """A + 6 months."""
        return add_months(self.a_on, EVALUATION_MONTHS)

    def is_redeemable_at(self, happened_at: datetime) -> bool:
        """Tell whether an hour given at this instant is within validity and grace."""
        return happened_at < end_of_day(self.redeemable_until)
