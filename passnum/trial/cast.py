"""Who plays in the trial: invented organisations in real communes, one person per post, forty fictional places."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from mediation.models import Service, Site
from passnum.accounts.actions.pairing import create_pairing, pair_device
from passnum.accounts.models import Device, Membership, Organisation, OrganisationKind, OrganisationName, User
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor, ActorKind

NAMESPACE = UUID("5b1c1f0e-6a57-4d0e-9a0e-3f6f2c9f7a10")

# Name, kind, commune, fictional SIRET (numbers 000… are given to nobody; check digits are right).
FUNDERS = (
    ("Métropole (essai)", OrganisationKind.METROPOLE, "75056", "00000010900017"),
    ("Mairie de Créteil (essai)", OrganisationKind.COMMUNE, "94028", "00000020800017"),
    ("Lumières Réunies SA (essai)", OrganisationKind.ENTREPRISE, "92012", "00000030700017"),
)
ISSUER = ("Titres du Numérique (essai)", OrganisationKind.ENTREPRISE, "93066", "00000040600017")
STATE = ("État – appel à projets (essai)", OrganisationKind.ETAT, "75056", "")
CCAS = (
    ("Créteil", "94028"),
    ("Saint-Denis", "93066"),
    ("Montreuil", "93048"),
    ("Nanterre", "92050"),
    ("Boulogne-Billancourt", "92012"),
    ("Paris", "75056"),
    ("Vitry-sur-Seine", "94081"),
    ("Colombes", "92025"),
    ("Aubervilliers", "93001"),
    ("Champigny-sur-Marne", "94017"),
    ("Antony", "92002"),
    ("Pantin", "93055"),
)
SERVICES = (
    ("premiers-pas", "Premiers pas avec l’ordinateur", "Maîtrise des outils numériques du quotidien"),
    ("smartphone", "Bien utiliser son téléphone", "Maîtrise des outils numériques du quotidien"),
    ("demarches", "Faire ses démarches en ligne", "Aide aux démarches administratives"),
    ("securite", "Éviter les arnaques", "Utilisation sécurisée du numérique"),
    ("emploi", "Chercher un emploi en ligne", "Insertion professionnelle via le numérique"),
    ("parents", "Accompagner ses enfants", "Parentalité et éducation avec le numérique"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The organisations and people of the trial."""

    metropole: Organisation
    issuer: Organisation
    state: Organisation
    funders: tuple[Organisation, ...]
    distributors: tuple[Organisation, ...]
    sites: tuple[Site, ...]
    services: tuple[Service, ...]

    def actor(self, organisation: Organisation, role: Role, rank: int = 0) -> Actor:
        """The person of a post: its account's when it has one, else a stable stranger."""
        membership = (
            Membership.objects.filter(organisation=organisation, role=role)
            .select_related("user")
            .order_by("pk")
            .first()
        )
        uid = membership.user.uid if membership and rank == 0 else uuid5(organisation.uid, f"{role}-{rank}")
        return Actor(ActorKind.USER, uid, organisation.uid, role.value)


def device_of(cast: Cast, site: Site, at: datetime) -> Device:
    """The phone of a place's organisation, paired by its manager the first time."""
    assert site.operator is not None
    found = Device.objects.filter(organisation=site.operator, revoked_at__isnull=True).order_by("pk").first()
    if found:
        return found
    manager = cast.actor(site.operator, Role.SITE_MANAGER)
    invitation = create_pairing(
        organisation=site.operator, name="Téléphone du lieu", is_shared=False, by=manager, at=at
    )
    return pair_device(code=invitation.secret, address="", at=at).device


def make_organisation(
    name: str, kind: OrganisationKind, commune_code: str, siret: str, *, since: date, at: datetime
) -> Organisation:
    """Return the organisation of this name, made with its dated name the first time."""
    made, is_new = Organisation.objects.get_or_create(
        name=name, kind=kind, defaults={"siret": siret, "commune_code": commune_code, "created_at": at}
    )
    if is_new:
        OrganisationName.objects.create(
            organisation=made, name=name, commune_code=commune_code, starts_on=since, recorded_at=at
        )
    return made


def make_services(*, since: date) -> tuple[Service, ...]:
    """Return the labelled services of the trial's catalogue."""
    return tuple(
        Service.objects.get_or_create(
            code=code,
            defaults={"name": name, "theme": theme, "label_reference": f"MN-ESSAI-{rank:02d}", "starts_on": since},
        )[0]
        for rank, (code, name, theme) in enumerate(SERVICES, start=1)
    )


def make_cast(*, sites: tuple[Site, ...], since: date, at: datetime) -> Cast:
    """Make or find everyone."""

    def made(entry: tuple[str, OrganisationKind, str, str]) -> Organisation:
        return make_organisation(*entry, since=since, at=at)

    funders = tuple(made(entry) for entry in FUNDERS)
    return Cast(
        metropole=funders[0],
        issuer=made(ISSUER),
        state=made(STATE),
        funders=funders,
        distributors=tuple(
            made((f"CCAS de {name} (essai)", OrganisationKind.CCAS, commune, "")) for name, commune in CCAS
        ),
        sites=sites,
        services=make_services(since=since),
    )


def make_account(
    *, email: str, full_name: str, organisation: Organisation, role: Role, password: str | None, at: datetime
) -> User:
    """Return the account of a post; a password is set when one is given, so that it can be shown once more."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, full_name=full_name, created_at=at)
    Membership.objects.get_or_create(user=user, organisation=organisation, role=role, defaults={"created_at": at})
    return user
