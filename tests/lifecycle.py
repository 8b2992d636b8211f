"""Titles for tests, built by the real actions: no impossible object in a test.

`Scene()` makes a small world: a wave with its market, a funder, two distributors, two labelled places, people in each
role. Each step is a method that calls the action a page would call, at an instant that moves on by a minute.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from mediation.actions.act_details import ActDetails
from mediation.actions.redemption import attempt_redemption
from mediation.models import Label, Redemption, Service, Site, SiteName
from passnum.accounts.actions.pairing import Paired, create_pairing, pair_device
from passnum.accounts.models import Organisation, OrganisationKind, OrganisationName
from passnum.accounts.roles import Role
from passnum.kit import jobs
from passnum.kit.actor import Actor, ActorKind
from passnum.kit.keys import production_keyring
from tests.guards import capture_after_commit
from vouchers.actions.dispute import block_booklet, reissue_booklet
from vouchers.actions.funding import record_proof, verify_proof
from vouchers.actions.handover import Profile, hand_over, send_by_post
from vouchers.actions.order import LineInput, approve_order, create_order, submit_order
from vouchers.actions.print_proof import approve_proof
from vouchers.actions.production import start_production
from vouchers.actions.recall import recall_stock
from vouchers.actions.referent import give_mandate
from vouchers.actions.shipment import receive_shipment, send_booklets
from vouchers.actions.wave import create_wave, open_wave
from vouchers.models import (
    Booklet,
    Dispute,
    DisputeReason,
    Handover,
    MeaningOfA,
    Order,
    PrintProof,
    ProofKind,
    Recall,
    ReferentMandate,
    Ticket,
    Wave,
)
from vouchers.states import PrintProofStatus

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Valid check digits, numbers that INSEE gives to nobody.
SIRETS = ("00000010900017", "00000020800017", "00000030700017", "00000040600017")
A_PROFILE = Profile(
    target_public="seniors", age_band="soixante_soixante_neuf", gender="feminin", social_status="retraite"
)
AN_HOUR = ActDetails(minutes=60, themes=("email",), equipment=("ordinateur",), is_first=True)


def organisation(name: str, kind: OrganisationKind, *, commune_code: str = "94028", siret: str = "") -> Organisation:
    """A named organisation, with its dated name."""
    made = Organisation.objects.create(kind=kind, name=name, siret=siret, commune_code=commune_code, created_at=START)
    OrganisationName.objects.create(
        organisation=made, name=name, commune_code=commune_code, starts_on=date(2020, 1, 1), recorded_at=START
    )
    return made


def person(org: Organisation, role: Role) -> Actor:
    """Somebody who works for an organisation in a role."""
    return Actor(ActorKind.USER, uuid4(), org.uid, role.value)


def site_of(operator: Organisation, name: str, *, commune_code: str = "94028", labelled: bool = True) -> Site:
    """A place, labelled for the years around START unless told otherwise."""
    site = Site.objects.create(
        operator=operator,
        source="essai",
        source_id=name,
        name=name,
        commune_code=commune_code,
        postal_code="94000",
        address="1 rue de l'Essai",
        created_at=START,
        recorded_at=START,
    )
    SiteName.objects.create(
        site=site, name=name, commune_code=commune_code, starts_on=date(2020, 1, 1), recorded_at=START
    )
    if labelled:
        officer = person(operator, Role.LABEL_OFFICER)
        Label.objects.create(
            site=site,
            starts_on=date(2026, 1, 1),
            ends_on=date(2028, 12, 31),
            charter_version="2026-1",
            reasons="Charte signée, grille : 42 sur 50.",
            decided_at=START,
            **officer.columns(),
        )
    return site


@dataclass
class Scene:
    """A small world whose clock moves on by a minute at each act."""

    now: datetime = START
    number: int = 1
    face_value_cents: int = 1000
    steps: int = field(default=0)

    def __post_init__(self) -> None:
        self.metropole = organisation("Métropole", OrganisationKind.METROPOLE, siret=SIRETS[0])
        self.funder = organisation("Mairie de Créteil", OrganisationKind.COMMUNE, siret=SIRETS[1])
        self.ccas = organisation("CCAS de Créteil", OrganisationKind.CCAS, siret=SIRETS[2])
        self.other_ccas = organisation("CCAS d'ailleurs", OrganisationKind.CCAS, commune_code="92012")
        self.operator = organisation("Maison du numérique", OrganisationKind.ASSOCIATION)
        self.other_operator = organisation("Autre association", OrganisationKind.ASSOCIATION)
        self.pilot = person(self.metropole, Role.PILOT)
        self.second_pilot = person(self.metropole, Role.PILOT)
        self.finance = person(self.metropole, Role.FINANCE)
        self.buyer = person(self.funder, Role.FUNDER)
        self.agent = person(self.ccas, Role.DISTRIBUTOR)
        self.other_agent = person(self.other_ccas, Role.DISTRIBUTOR)
        self.mediator = person(self.operator, Role.MEDIATOR)
        self.manager = person(self.operator, Role.SITE_MANAGER)
        self.other_mediator = person(self.other_operator, Role.MEDIATOR)
        self.site = site_of(self.operator, "Le Lieu")
        self.other_site = site_of(self.other_operator, "L'Autre Lieu", commune_code="92012")
        self.service = Service.objects.create(
            code=f"bases-{self.number}-{uuid4().hex[:6]}",
            name="Les bases du numérique",
            theme="Maîtrise des outils numériques du quotidien",
            label_reference="MN-001",
            starts_on=date(2020, 1, 1),
        )
        self.wave = self.make_wave(self.number)

    def make_relay(self, relay: Organisation) -> Organisation:
        """Make an organisation a relay of the CCAS: each may send to the other."""
        relay.parent = self.ccas
        relay.save(update_fields=["parent"])
        return relay

    def reallocate(self, count: int = 1) -> Recall:
        """The pilot asks the CCAS to send booklets to the other one, which it may not do by itself."""
        return recall_stock(
            wave=self.wave,
            holder=self.ccas,
            recipient=self.other_ccas,
            count=count,
            reason="Stock dormant",
            by=self.pilot,
            at=self.tick(),
        )

    def tick(self, **delta: float) -> datetime:
        """Move the clock on (a minute by default) and return it."""
        self.now += timedelta(**delta) if delta else timedelta(minutes=1)
        return self.now

    def make_wave(self, number: int, **rules: object) -> Wave:
        """An open wave of 2026, usable until the end of the year."""
        terms: dict[str, object] = {
            "name": f"Vague {number}",
            "a_on": date(2026, 1, 15),
            "a_meaning": MeaningOfA.MARKET_AWARD,
            "issuer": self.metropole,
            "contract_number": "2026-PN-01",
            "ceiling_cents": 100_000_00,
            "valid_from": date(2026, 2, 1),
            "valid_until": date(2026, 12, 31),
            "face_value_cents": self.face_value_cents,
        }
        wave = create_wave(number=number, by=self.pilot, at=self.tick(), **{**terms, **rules})  # type: ignore[arg-type]
        open_wave(wave=wave, by=self.pilot, at=self.tick())
        return wave

    def draft(self, *lines: tuple[Organisation, int, int], wave: Wave | None = None) -> Order:
        """A draft of the funder; lines are (distributor, size, quantity), 2 booklets of 5 for the CCAS by default."""
        inputs = [LineInput(d, size, quantity) for d, size, quantity in lines or [(self.ccas, 5, 2)]]
        return create_order(
            wave=wave or self.wave,
            funder=self.funder,
            lines=inputs,
            siret=SIRETS[1],
            by=self.buyer,
            at=self.tick(),
            key=uuid4(),
        )

    def approved(self, *lines: tuple[Organisation, int, int], wave: Wave | None = None) -> Order:
        """An approved order, whose proof (BAT) its funder has approved too."""
        order = self.draft(*lines, wave=wave)
        submit_order(order=order, by=self.buyer, at=self.tick())
        approve_order(order=order, by=self.pilot, at=self.tick())
        return self.proved(order)

    def proved(self, order: Order) -> Order:
        """The funder approves the proof that waits."""
        proof = PrintProof.objects.select_related("order").get(order=order, status=PrintProofStatus.WAITING)
        approve_proof(proof=proof, by=self.buyer, at=self.tick())
        order.refresh_from_db()
        return order

    def produced(self, *lines: tuple[Organisation, int, int], wave: Wave | None = None) -> Order:
        """An order whose booklets are at the printer; the job ran here."""
        order = self.approved(*lines, wave=wave)
        with capture_after_commit(execute=True):
            job = start_production(order=order, by=self.pilot, at=self.tick())
        assert jobs.run_job(job.uid)
        order.refresh_from_db()
        return order

    def fund(self, order: Order, cents: int = 100_000_00) -> int:
        """Prove and verify funding; returns how many booklets became active."""
        proof = record_proof(
            order=order,
            kind=ProofKind.MANDATE,
            reference=f"M-{uuid4().hex[:8]}",
            dated_on=self.now.date(),
            amount_cents=cents,
            by=self.buyer,
            at=self.tick(),
        )
        return verify_proof(proof=proof, by=self.finance, at=self.tick())

    def delivered(
        self, *lines: tuple[Organisation, int, int], funded: bool = True, wave: Wave | None = None
    ) -> list[Booklet]:
        """Booklets in the stock of their distributors, in number order."""
        order = self.produced(*lines, wave=wave)
        if funded:
            self.fund(order)
        for distributor in {line.distributor.pk: line.distributor for line in order.lines.all()}.values():
            numbers = list(
                Booklet.objects.filter(order=order, distributor=distributor)
                .order_by("number")
                .values_list("number", flat=True)
            )
            shipment = send_booklets(
                wave=order.wave,
                sender=None,
                recipient=distributor,
                ranges=[(n, n) for n in numbers],
                by=self.pilot,
                at=self.tick(),
                key=uuid4(),
            )
            receive_shipment(shipment=shipment, missing=[], by=person(distributor, Role.DISTRIBUTOR), at=self.tick())
        return list(Booklet.objects.filter(order=order).select_related("wave").order_by("number"))

    def hand_over(self, booklet: Booklet, **options: object) -> Handover:
        """The agent of the CCAS gives a booklet."""
        return hand_over(
            booklet=booklet,
            distributor=self.ccas,
            profile=A_PROFILE,
            by=self.agent,
            at=self.tick(),
            key=uuid4(),
            **options,  # type: ignore[arg-type]
        )

    def post(self, booklet: Booklet, **options: object) -> Handover:
        """The agent of the CCAS sends a booklet by post."""
        return send_by_post(
            booklet=booklet,
            distributor=self.ccas,
            profile=A_PROFILE,
            by=self.agent,
            at=self.tick(),
            key=uuid4(),
            **options,  # type: ignore[arg-type]
        )

    def mandate(self, *, days: int = 30) -> ReferentMandate:
        """The CCAS serves a CCAS of its commune that has no account, from today on."""
        self.served_ccas = organisation("CCAS sans compte", OrganisationKind.CCAS)
        today = self.now.date()
        return give_mandate(
            served=self.served_ccas,
            referent=self.ccas,
            starts_on=today,
            ends_on=today + timedelta(days=days),
            by=self.pilot,
            at=self.tick(),
        )

    def in_hand(self, size: int = 5, *, wave: Wave | None = None) -> Booklet:
        """A funded booklet in a person's hands."""
        (booklet,) = self.delivered((self.ccas, size, 1), wave=wave)
        self.hand_over(booklet)
        booklet.refresh_from_db()
        return booklet

    def codes(self, booklet: Booklet) -> list[str]:
        """The codes printed on a booklet, in ticket order (what only paper and the production worker know)."""
        tickets = Ticket.objects.filter(booklet=booklet).order_by("position")
        return [production_keyring().derive(t.uid, t.generation, kid=t.kid) for t in tickets]

    def redeem(
        self, *codes: str, site: Site | None = None, by: Actor | None = None, key: UUID | None = None, minutes: int = 60
    ) -> Redemption:
        """The mediator consumes tickets, online."""
        details = ActDetails(minutes=minutes, themes=AN_HOUR.themes, equipment=AN_HOUR.equipment, is_first=True)
        return attempt_redemption(
            codes=codes,
            site=site or self.site,
            service=self.service,
            details=details,
            by=by or self.mediator,
            at=self.tick(),
            key=key or uuid4(),
        )

    def device(self, name: str = "Accueil", *, is_shared: bool = False) -> Paired:
        """A device of the operator, paired by its manager; `token` is what it sends."""
        invitation = create_pairing(
            organisation=self.operator, name=name, is_shared=is_shared, by=self.manager, at=self.tick()
        )
        # an address of its own: scenes of one run do not slow each other down
        return pair_device(code=invitation.secret, version="essai", address=uuid4().hex, at=self.tick())

    def block(self, booklet: Booklet) -> Dispute:
        """The agent declares a booklet lost."""
        return block_booklet(booklet=booklet, reason=DisputeReason.LOST, by=self.agent, at=self.tick(), key=uuid4())

    def reissue(self, dispute: Dispute) -> Booklet:
        """The agent gives the remainder again."""
        return reissue_booklet(dispute=dispute, distributor=self.ccas, by=self.agent, at=self.tick())
