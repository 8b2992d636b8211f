"""What happens to a booklet once a distributor has it: handed over or not, used or not, lost, contested, expired.

Chances are plausible, not measured: about 80 % handed over, six in ten of those started, a first hour within some
weeks, then one every ten days; what goes wrong goes wrong often enough to be seen in every screen.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mediation.actions.act_details import ActDetails
from mediation.actions.owed import answer_handover_at_use
from mediation.actions.redemption import attempt_redemption
from mediation.actions.undo import undo_redemption
from mediation.actions.upload import QueuedAct, upload_acts
from mediation.coop import ActType, Equipment, Theme
from mediation.models import Redemption, Site
from mediation.states import UndoReason
from passnum.accounts.queries.devices import actor_of_device
from passnum.accounts.roles import Role
from passnum.kit.codes.check_letter import check_letter
from passnum.kit.codes.crockford import ALPHABET
from passnum.kit.codes.payload import pack
from passnum.kit.errors import DomainError
from passnum.kit.keys import production_keyring
from passnum.trial.calendar import WaveCalendar, at_hour, working_day
from passnum.trial.cast import Cast, device_of
from passnum.trial.stage import Stage
from vouchers.actions.dispute import block_booklet, reissue_booklet
from vouchers.actions.handover import Profile, hand_over
from vouchers.models import Booklet, ConfirmationOutcome, DisputeReason, Handover, HandoverChannel, Ticket
from vouchers.publics import AgeBand, Gender, SocialStatus, TargetPublic

# Chances, in percent.
HANDED_OVER, UNRECORDED, STARTED, GOES_ON = 84.0, 5.0, 62.0, 86.0
TWO_HOURS, WORKSHOP, UNDONE, OFFLINE, TWICE = 22.0, 18.0, 2.5, 5.0, 12.0
SHOWN_AGAIN, MISTYPED, LOST, DENIED, CONFIRMED, ELSEWHERE = 3.0, 2.0, 2.5, 20.0, 50.0, 15.0
THEMES = (Theme.PRENDRE_EN_MAIN_DU_MATERIEL, Theme.EMAIL, Theme.NAVIGATION_SUR_INTERNET, Theme.SECURITE_NUMERIQUE,
          Theme.AIDE_AUX_DEMARCHES_ADMINISTRATIVES, Theme.INSERTION_PROFESSIONNELLE)  # fmt: skip
PUBLICS = (
    (TargetPublic.SENIOR_70_PLUS, AgeBand.SOIXANTE_DIX_PLUS, SocialStatus.RETRAITE),
    (TargetPublic.SENIORS, AgeBand.SOIXANTE_SOIXANTE_NEUF, SocialStatus.RETRAITE),
    (TargetPublic.DEMANDEUR_EMPLOI_PEU_QUALIFIE, AgeBand.QUARANTE_CINQUANTE_NEUF, SocialStatus.SANS_EMPLOI),
    (TargetPublic.JEUNE_NEET, AgeBand.DIX_HUIT_VINGT_QUATRE, SocialStatus.SANS_EMPLOI),
    (TargetPublic.BENEFICIAIRES_DES_MINIMAS_SOCIAUX, AgeBand.VINGT_CINQ_TRENTE_NEUF, SocialStatus.SANS_EMPLOI),
    (TargetPublic.NON_COMMUNIQUE, AgeBand.NON_COMMUNIQUE, SocialStatus.NON_COMMUNIQUE),
)


@dataclass
class Life:
    """One booklet and the person who will carry it."""

    stage: Stage
    cast: Cast
    dates: WaveCalendar
    booklet: Booklet
    name: str = ""
    used: int = 0
    acts: int = 0
    codes: list[str] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = f"{self.dates.number}-{self.booklet.number}"
        # Its own chance, so that a play taken up again finds each booklet at the same point of the same story.
        self.random = self.stage.random_of(self.name)
        near = [s for s in self.cast.sites if s.commune_code == self.booklet.distributor.commune_code]
        self.home: Site = self.random.choice(near or list(self.cast.sites))

    def chance(self, percent: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.random.random() * 100 < percent

    def plan(self, received_at: datetime) -> None:
        """Decide whether and when it is handed over."""
        random = self.random
        if not self.chance(HANDED_OVER):
            return
        days = min(int(random.expovariate(1 / 45)), 150)
        at = self._opening(received_at + timedelta(days=1 + days))
        if at.date() > self.dates.last_handover_on:
            return
        if self.chance(UNRECORDED):
            self.stage.add(at, self.start_using)
            return
        self.stage.add(at, self.hand_over)

    def _opening(self, about: datetime) -> datetime:
        """An hour when desks and places are open."""
        random = self.random
        return at_hour(working_day(about.date()), random.randint(9, 16), random.choice((0, 10, 20, 30, 40, 50)))

    def hand_over(self, at: datetime) -> None:
        """The agent gives it: four taps."""
        random = self.random
        target, age, status = random.choice(PUBLICS)
        gender = random.choice((Gender.FEMININ, Gender.FEMININ, Gender.MASCULIN, Gender.NON_COMMUNIQUE))
        distributor = self.booklet.distributor
        profile = Profile(target, age, gender, status, commune_code=distributor.commune_code)
        hand_over(
            booklet=self.booklet,
            distributor=distributor,
            profile=profile,
            had_one_already=self.chance(4),
            by=self.cast.actor(distributor, Role.DISTRIBUTOR),
            at=at,
            key=self.stage.key(f"handover-{self.name}"),
        )
        self.start_using(at)

    def start_using(self, at: datetime) -> None:
        """Decide whether a first hour comes, and whether the booklet gets lost before."""
        if self.chance(LOST):
            self.stage.add(self._opening(at + timedelta(days=self.random.randint(2, 40))), self.lose)
        if self.chance(STARTED):
            days = 2 + int(self.random.expovariate(1 / 16))
            self.stage.add(self._opening(at + timedelta(days=days)), self.use)

    def _reload(self) -> None:
        """Read the codes on the paper the person carries now (the replacement, once there is one)."""
        self.booklet = Booklet.objects.select_related("wave", "distributor").get(pk=self.booklet.pk)
        keyring = production_keyring()
        tickets = Ticket.objects.filter(booklet=self.booklet).order_by("position")
        self.codes = [keyring.derive(t.uid, t.generation, kid=t.kid) for t in tickets]
        numbers = {"series": self.booklet.wave.number, "number": self.booklet.number}
        self.signed = [
            pack(keyring, kid=t.kid, position=t.position, code=code, **numbers)
            for t, code in zip(tickets, self.codes, strict=True)
        ]

    def use(self, at: datetime) -> None:
        """One act: an hour or two at a place, online or on paper typed in later."""
        if at.date() > self.dates.last_use_on:
            return
        if not self.codes:
            self._reload()
        random = self.random
        hours = min(2 if self.chance(TWO_HOURS) else 1, len(self.codes) - self.used)
        if hours < 1:
            return
        site = random.choice(self.cast.sites) if self.chance(ELSEWHERE) else self.home
        codes = self.codes[self.used : self.used + hours]
        details = self._details(hours)
        self.acts += 1
        key_name = f"act-{self.name}-{self.acts}-{self.booklet.number}"
        is_late, is_twice, is_undone = (self.chance(p) for p in (OFFLINE, TWICE, UNDONE))
        if is_late:
            scanned = self.signed[self.used : self.used + hours]
            self._use_offline(at, scanned, site, details, key_name, is_twice=is_twice)
            self.used += hours
        elif redemption := self._redeem(at, codes, site, details, key_name):
            self.used += hours
            self._go_wrong(at, redemption, codes, site, details, is_undone=is_undone)
            self._answer_for_the_handover(at)
        if self.chance(GOES_ON):
            self.stage.add(self._opening(at + timedelta(days=3 + int(random.expovariate(1 / 9)))), self.use)

    def _details(self, hours: int) -> ActDetails:
        random = self.random
        return ActDetails(
            minutes=60 * hours - (15 if self.chance(20) else 0),
            type=ActType.COLLECTIF if self.chance(WORKSHOP) else ActType.INDIVIDUEL,
            themes=(random.choice(THEMES).value,),
            equipment=(random.choice((Equipment.ORDINATEUR, Equipment.TELEPHONE)).value,),
            is_first=self.acts == 0,
        )

    def _redeem(
        self, at: datetime, codes: list[str], site: Site, details: ActDetails, key_name: str
    ) -> Redemption | None:
        service = self.random.choice(self.cast.services)
        assert site.operator is not None
        key = self.stage.key(key_name)
        if self.stage.was_tried(key):
            return Redemption.objects.filter(key=key).first()
        try:
            return attempt_redemption(
                codes=codes,
                site=site,
                service=service,
                details=details,
                by=self.cast.actor(site.operator, Role.MEDIATOR),
                at=at,
                key=key,
            )
        except DomainError:
            return None  # refused, and kept as an attempt: that is part of the story

    def _go_wrong(
        self,
        at: datetime,
        redemption: Redemption,
        codes: list[str],
        site: Site,
        details: ActDetails,
        *,
        is_undone: bool,
    ) -> None:
        """Show a used ticket again, mistype a code, undo by mistake."""
        shown_again, mistyped = self.chance(SHOWN_AGAIN), self.chance(MISTYPED)
        if shown_again:
            self._redeem(at + timedelta(minutes=3), codes, site, details, f"again-{self.name}-{self.acts}")
        if mistyped:
            body = "".join(self.random.choice(ALPHABET) for _ in range(12))
            self._redeem(
                at + timedelta(minutes=4), [body + check_letter(body)], site, details, f"typo-{self.name}-{self.acts}"
            )
        if is_undone and site.operator is not None:
            undo_redemption(
                redemption=redemption,
                reason=UndoReason.WRONG_COUNT,
                by=self.cast.actor(site.operator, Role.MEDIATOR),
                at=at + timedelta(minutes=6),
                key=self.stage.key(f"undo-{self.name}-{self.acts}"),
            )
            self.used -= len(codes)

    def _use_offline(
        self, at: datetime, codes: list[str], site: Site, details: ActDetails, key_name: str, *, is_twice: bool
    ) -> None:
        """The network was down: the phone sends its queue one to three days later, sometimes two places' phones."""
        places = [site, self.random.choice(self.cast.sites)] if is_twice else [site]
        service = self.random.choice(self.cast.services)
        for rank, place in enumerate(places):
            delay = timedelta(days=self.random.randint(1, 3), hours=rank)

            def upload(later: datetime, place: Site = place, rank: int = rank) -> None:
                key = self.stage.key(f"{key_name}-late-{rank}")
                if self.stage.was_tried(key):
                    return
                device = device_of(self.cast, place, later)
                act = QueuedAct(key, place.uid, service.code, codes, details, happened_at=at)
                upload_acts(queue=[act], device_id=device.uid, by=actor_of_device(device), at=later, sent_at=later)

            self.stage.add(at + delay, upload)

    def _answer_for_the_handover(self, at: datetime) -> None:
        """A hand-over noticed at use: the distributor confirms, denies, or says nothing."""
        denied, confirmed = self.chance(DENIED), self.chance(CONFIRMED)
        handover = Handover.objects.filter(
            booklet=self.booklet, channel=HandoverChannel.AT_USE, confirmation__isnull=True, undone_at__isnull=True
        ).first()
        if handover is None or not (denied or confirmed):
            return
        outcome = ConfirmationOutcome.DENIED if denied else ConfirmationOutcome.CONFIRMED

        def answer(later: datetime) -> None:
            if not Handover.objects.filter(pk=handover.pk, confirmation__isnull=False).exists():
                agent = self.cast.actor(handover.distributor, Role.DISTRIBUTOR)
                answer_handover_at_use(handover=handover, outcome=outcome, by=agent, at=later)

        self.stage.add(at + timedelta(days=2), answer)

    def lose(self, at: datetime) -> None:
        """The person says the booklet is lost; three days later the desk gives a new one for what was left."""
        try:
            dispute = block_booklet(
                booklet=self.booklet,
                reason=DisputeReason.LOST,
                by=self.cast.actor(self.booklet.distributor, Role.DISTRIBUTOR),
                at=at,
                key=self.stage.key(f"lost-{self.name}"),
            )
        except DomainError:
            return  # nothing was left to block

        def reissue(later: datetime) -> None:
            distributor = self.booklet.distributor
            agent = self.cast.actor(distributor, Role.DISTRIBUTOR)
            try:
                self.booklet = reissue_booklet(dispute=dispute, distributor=distributor, by=agent, at=later)
            except DomainError:
                return  # it had not been handed over: there is nothing to give again
            self.codes, self.signed, self.used = [], [], 0

        self.stage.add(at + timedelta(days=3), reissue)
