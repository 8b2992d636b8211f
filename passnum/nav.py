"""Context of every page: what the person may open in their present role.

An entry names a URL; it shows once that URL exists, to the roles that the view itself lets in (`post_required`), so
that the menu and the doors cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse

from passnum.accounts.post import Post


@dataclass(frozen=True, slots=True)
class Entry:
    """A place of the menu, before one knows whether it exists and for whom."""

    label: str
    hint: str
    glyph: str
    url_name: str
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place of the menu, as shown. `is_current`: "page" there, "true" under it, "" elsewhere (aria-current)."""

    label: str
    hint: str
    glyph: str
    url: str
    is_current: str
    is_public: bool


ENTRIES = (
    Entry("Remettre un carnet", "Lire le carnet, quatre choix, c’est fait.", "hand", "vouchers:handover"),
    Entry(
        "Opposition",
        "Un carnet perdu, volé ou abîmé\u00a0: le bloquer, le remplacer.",
        "lock",
        "vouchers:opposition",
    ),
    Entry("Utiliser des tickets", "Vérifier un ticket et compter les heures données.", "scan", "mediation:redeem"),
    Entry(
        "Premiers rendez-vous",
        "Qui doit venir, sans son nom\u00a0: tenu, manqué, déplacé.",
        "clock",
        "mediation:appointments",
    ),
    Entry(
        "Jour de papier",
        "Imprimer des feuilles, saisir des heures notées à la main.",
        "calendar",
        "mediation:late_entry",
    ),
    Entry(
        "Remises à confirmer", "Carnets utilisés avant d’avoir été notés remis.", "question", "mediation:confirmations"
    ),
    Entry("Appareils", "Associer un téléphone, voir lesquels servent, en révoquer un.", "device", "mediation:devices"),
    Entry("Mon code personnel", "Le code à taper sur un appareil partagé.", "lock", "accounts:pin"),
    Entry("Mes actes contestés", "Pourquoi une heure n’est pas encore payée.", "alert", "mediation:my_contested"),
    Entry(
        "Heures contestées",
        "Ce qui est contesté sur vos carnets, et ce qui est décidé.",
        "alert",
        "mediation:contested_booklets",
    ),
    Entry(
        "Actes contestés",
        "Les heures à payer ou à refuser, les plus anciennes d’abord.",
        "alert",
        "mediation:contested",
    ),
    Entry("Actes mis de côté", "Ce qu’un appareil perdu ou volé a voulu envoyer.", "phone", "mediation:quarantine"),
    Entry("Commandes", "Commander des carnets, suivre la production et la livraison.", "order", "vouchers:orders"),
    Entry("Stock", "Où est chaque carnet, ce qui arrive et ce qui dort.", "box", "vouchers:stock"),
    Entry("Vagues", "Dates, financeurs et règles de chaque vague.", "wave", "vouchers:waves"),
    Entry(
        "Fin de validité",
        "Échéances d’une vague, gel des remises, décompte et avoir.",
        "clock",
        "mediation:wave_ends",
    ),
    Entry("Référents", "Qui saisit les remises d’un distributeur sans compte.", "user", "vouchers:referents"),
    Entry("Lieux", "Les lieux de médiation, leurs services et leur label.", "pin", "mediation:sites"),
    Entry(
        "Contrôles sur papier", "Tickets tirés au sort, à présenter par le lieu.", "check", "mediation:paper_samples"
    ),
    Entry("Rapports", "Ce qui a été remis, utilisé, par qui et où.", "chart", "reporting:wave_report_list"),
    Entry(
        "Où utiliser mon Pass\u00a0?",
        "Trouver un lieu près de chez soi.",
        "search",
        "mediation:find_places",
        is_public=True,
    ),
)


# Read by who checks rather than works: in the footer of every page, open to all.
FOOTER = (("Registre public", "vouchers:register"), ("API", "api_guide"))


def _url_of(url_name: str) -> str:
    """Return an address, or nothing for a room that is not part of this deployment."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def footer_links() -> list[dict[str, str]]:
    """Return the label and address of what stands in every footer beside the public places."""
    return [{"label": label, "url": url} for label, url_name in FOOTER if (url := _url_of(url_name))]


def _is_open(entry: Entry, url: str, post: Post | None) -> bool:
    """Tell whether the view behind an entry lets this post in."""
    if entry.is_public:
        return True
    roles = getattr(resolve(url).func, "roles", ())
    return post is not None and (not roles or post.role in roles)


def _current(url: str, path: str, urls: Iterable[str]) -> str:
    """Tell whether one is at an entry or under it; under two entries, one is under the closest alone."""
    if path == url:
        return "page"
    closest = max((one for one in urls if path.startswith(one)), key=len, default="")
    return "true" if url == closest else ""


def items_for(post: Post | None, path: str) -> list[NavItem]:
    """Return the entries open to a post (None: the public), those that exist today."""
    found = [(entry, _url_of(entry.url_name)) for entry in ENTRIES]
    shown = [(entry, url) for entry, url in found if url and _is_open(entry, url, post)]
    urls = [url for _, url in shown]
    return [
        NavItem(entry.label, entry.hint, entry.glyph, url, _current(url, path, urls), entry.is_public)
        for entry, url in shown
    ]


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the menu, the footer, the trial banner."""
    post: Post | None = getattr(request, "post", None)
    items = items_for(post, request.path)
    public = [item for item in items if item.is_public]
    user = getattr(request, "user", None)
    return {
        # At work the menu holds work alone; what is for the public stays one click away, in the footer.
        "nav_items": [item for item in items if not item.is_public] if user and user.is_authenticated else public,
        "home_items": items,
        "footer_items": public,
        "footer_links": footer_links(),
        "is_trial": settings.IS_TRIAL,
        "show_sign_in": user is not None and not request.path.startswith(reverse("accounts:login")),
    }
