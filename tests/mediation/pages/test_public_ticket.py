"""The page that the QR opens: what it says in each case, what it never says."""

import gzip
import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from mediation.models import Attempt, Label, Redemption, WaveScope
from mediation.pages.public_ticket import LOOKUPS_PER_MINUTE
from tests.lifecycle import Scene, site_of
from tests.mediation.pages.test_redeem import text_of
from vouchers.models import Booklet, Handover, Movement, Ticket

MOST_BYTES = 30_000
UNKNOWN = ("ZZZZZZZZZZ", "0000000000", "abc", "", "%00", "7K3MQ0ZD4XW9T", "a%0Ab", "é" * 10, "1" * 500)


@pytest.fixture
def public(scene: Scene) -> Client:
    return Client()


def ref_of(booklet: Booklet, position: int = 1) -> str:
    return Ticket.objects.get(booklet=booklet, position=position).ref


def read(client: Client, booklet: Booklet, position: int = 1) -> str:
    response = client.get(f"/t/{ref_of(booklet, position)}/")
    assert response.status_code == 200
    return text_of(response)


def test_hours_date_wave_and_places(scene: Scene, public: Client) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[1])
    page = read(public, booklet)
    assert "Il reste 4 heures" in page
    assert "À utiliser jusqu’au 31 décembre 2026" in page
    assert "Vague 1" in page
    assert "Le même dessin est sur votre carnet : carré" in page
    assert "Le Lieu 1 rue de l'Essai 94000 Créteil" in page
    assert page.index("Le Lieu") < page.index("L'Autre Lieu"), "the commune of the distributor first"
    assert "You have 4 hours left. Use them by 31 December 2026." in page
    assert "Ce ticket a déjà servi" in read(public, booklet, 2)


def test_every_way_of_writing_the_address_answers(scene: Scene, public: Client) -> None:
    ref = ref_of(scene.in_hand())
    for path in (f"/t/{ref}", f"/t/{ref}/", f"/T/{ref}", f"/T/{ref}/", f"/t/{ref.lower()}", f"/T/{ref[:5]}-{ref[5:]}"):
        assert public.get(path).status_code == 200, path


def without_token(response: HttpResponse) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


def test_unknown_malformed_and_foreign_references_look_alike(scene: Scene, public: Client) -> None:
    scene.in_hand()
    answers = [public.get(f"/t/{ref}/" if ref else "/t/") for ref in UNKNOWN]
    assert {a.status_code for a in answers} == {404}
    assert len({without_token(a) for a in answers}) == 1
    assert len({str(sorted((k, v) for k, v in a.headers.items() if k != "Set-Cookie")) for a in answers}) == 1
    assert "Nous ne trouvons pas ce ticket" in text_of(answers[0])


def test_nothing_is_kept_nor_followed(scene: Scene, public: Client) -> None:
    for path in (f"/t/{ref_of(scene.in_hand())}/", "/t/ZZZZZZZZZZ/"):
        response = public.get(path)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response["X-Robots-Tag"]
        assert not response.cookies


def test_looking_activates_nothing(scene: Scene, public: Client) -> None:
    (booklet,) = scene.delivered((scene.ccas, 5, 1))
    before = (Movement.objects.count(), Handover.objects.count(), Attempt.objects.count())
    assert "Il reste 5 heures" in read(public, booklet)
    assert (Movement.objects.count(), Handover.objects.count(), Attempt.objects.count()) == before
    assert public.post(f"/t/{ref_of(booklet)}/").status_code == 405


def test_it_tells_of_nobody(scene: Scene, public: Client) -> None:
    booklet = scene.in_hand()
    scene.redeem(scene.codes(booklet)[0], site=scene.other_site, by=scene.other_mediator)
    Label.objects.filter(site=scene.other_site).update(ends_on=datetime(2026, 2, 1, tzinfo=UTC).date())
    page = public.get(f"/t/{ref_of(booklet)}/").content.decode()
    handover = Handover.objects.get()
    redemption = Redemption.objects.get()
    for secret in (handover.receipt, handover.uid, redemption.uid, "seniors", "soixante", "L'Autre Lieu", "02/03/2026"):
        assert str(secret) not in page
    assert not [code for code in scene.codes(booklet) if code in page]


def test_each_end_says_what_to_do(scene: Scene, public: Client, clock: time_machine.Traveller) -> None:
    used_up = scene.in_hand()
    scene.redeem(*scene.codes(used_up), minutes=300)
    assert "Toutes les heures sont utilisées" in read(public, used_up)
    assert "CCAS de Créteil" in read(public, used_up)

    lost = scene.in_hand()
    dispute = scene.block(lost)
    assert "Ce carnet est bloqué" in read(public, lost)
    new = scene.reissue(dispute)
    assert "Ce carnet a été remplacé" in read(public, lost)
    assert "Il reste 5 heures" in read(public, new)

    (unfunded,) = scene.delivered((scene.ccas, 5, 1), funded=False)
    assert "n’est pas encore prêt" in read(public, unfunded)

    open_ = scene.in_hand()
    clock.move_to(datetime(2027, 1, 15, 12, tzinfo=UTC))
    assert "Vous pouvez encore utiliser vos tickets jusqu’au 30 janvier 2027" in read(public, open_)
    clock.move_to(datetime(2027, 1, 31, 12, tzinfo=UTC))
    assert "Ce carnet ne marche plus depuis le 30 janvier 2027" in read(public, open_)
    assert "Où aller" not in read(public, open_)


def test_before_the_first_day(scene: Scene, public: Client) -> None:
    later = scene.make_wave(2, valid_from=datetime(2026, 6, 1, tzinfo=UTC).date())
    (booklet,) = scene.delivered((scene.ccas, 5, 1), wave=later)
    assert "à partir du 1er juin 2026" in read(public, booklet)


def test_only_labelled_places_of_the_wave(scene: Scene, public: Client) -> None:
    site_of(scene.operator, "Sans label", labelled=False)
    booklet = scene.in_hand()
    assert "Sans label" not in read(public, booklet)
    WaveScope.objects.create(wave=scene.wave, commune_code="92012")
    page = read(public, booklet)
    assert "L'Autre Lieu" in page
    assert "Le Lieu" not in page


def test_two_waves_are_told_apart_by_a_shape(scene: Scene, public: Client) -> None:
    second = scene.make_wave(2)
    pages = [public.get(f"/t/{ref_of(b)}/").content.decode() for b in (scene.in_hand(), scene.in_hand(wave=second))]
    shapes = [re.search(r'class="wave-mark".*?d="([^"]+)"', page).group(1) for page in pages]
    assert shapes[0] != shapes[1]


def test_guessing_is_limited_by_address(scene: Scene, public: Client) -> None:
    for _ in range(LOOKUPS_PER_MINUTE):
        assert public.get("/t/ZZZZZZZZZZ/").status_code == 404
    ref = ref_of(scene.in_hand())
    response = public.get(f"/t/{ref}/")
    assert response.status_code == 429
    assert "Trop d’essais" in text_of(response)
    assert int(response["Retry-After"]) > 0
    assert Client(REMOTE_ADDR="192.0.2.9").get(f"/t/{ref}/").status_code == 200
    cache.clear()


def test_the_page_is_light(scene: Scene, public: Client) -> None:
    for rank in range(8):
        site_of(scene.operator, f"Espace numérique au nom assez long numéro {rank}")
    response = public.get(f"/t/{ref_of(scene.in_hand())}/")
    static = settings.BASE_DIR / "passnum" / "static" / "passnum"
    own = settings.BASE_DIR / "mediation" / "static" / "mediation"
    files = (*static.glob("*.css"), static / "icons.svg", own / "mediation.css", own / "public_ticket.js")
    carried = [len(gzip.compress(path.read_bytes())) for path in files]
    assert len(response.content) + sum(carried) < MOST_BYTES
