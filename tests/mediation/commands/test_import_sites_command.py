"""`manage.py import_sites`: what it says, what it leaves, how it ends."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from mediation.models import Site
from passnum.accounts.models import Organisation
from tests.mediation.imports.place_files import GOOD_METROPOLE, GOOD_V0, GOOD_V1, metropole_rows, table

pytestmark = pytest.mark.django_db
TRIAL_SITES = Path(__file__).parents[3] / "mediation" / "data" / "trial_sites.csv"
BAD = GOOD_V1 | {"id": "lieu-2", "code_insee": "77284", "telephone": "12"}


def run(data: bytes | Path, folder: Path, *options: str) -> tuple[str, str, CommandError | None]:
    """Return what the command wrote, what it complained of, and how it refused."""
    path = data if isinstance(data, Path) else folder / "lieux.csv"
    if isinstance(data, bytes):
        path.write_bytes(data)
    out, err = StringIO(), StringIO()
    try:
        call_command("import_sites", str(path), *options, stdout=out, stderr=err)
    except CommandError as refused:
        return out.getvalue(), err.getvalue(), refused
    return out.getvalue(), err.getvalue(), None


def test_a_good_file_is_imported(tmp_path: Path) -> None:
    out, err, refused = run(table([GOOD_V1, GOOD_V1 | {"id": "lieu-2", "pivot": ""}]), tmp_path)
    assert refused is None
    assert err == ""
    assert "standard national v1.0.2, 2 lignes" in out
    assert "2 lieux créés, 0 mis à jour, 0 inchangé" in out
    assert "1 structure créée" in out
    assert "1 lieu à compléter" in out


@pytest.mark.parametrize(
    ("rows", "delimiter", "said"),
    [
        ([GOOD_V0], ";", "standard national v0.1.1, 1 ligne."),
        (metropole_rows(), ",", "table des structures de la Métropole, 24 lignes."),
    ],
)
def test_the_other_shapes_are_imported(rows: list[dict[str, str]], delimiter: str, said: str, tmp_path: Path) -> None:
    out, _, refused = run(table(rows, delimiter=delimiter), tmp_path)
    assert refused is None
    assert said in out
    assert Site.objects.count() == len(rows)


def test_errors_are_listed_and_nothing_is_imported(tmp_path: Path) -> None:
    _, err, refused = run(table([GOOD_V1, BAD]), tmp_path)
    assert refused is not None
    assert refused.returncode == 1
    assert "1 ligne à corriger\u00a0: rien n’a été importé." in str(refused)
    assert "ligne 3, code_insee\u00a0: Créteil (77284)\u00a0: pas de telle commune" in err
    assert "ligne 3, telephone\u00a0:" in err
    assert not Site.objects.exists()
    assert not Organisation.objects.filter(siret=GOOD_V1["pivot"]).exists()


def test_good_lines_are_kept_only_when_asked(tmp_path: Path) -> None:
    out, err, refused = run(table([GOOD_V1, BAD]), tmp_path, "--partial")
    assert refused is not None
    assert refused.returncode == 2
    assert "1 ligne à corriger, les autres sont importées." in str(refused)
    assert "ligne 3, code_insee" in err
    assert "1 lieu créé" in out
    assert [site.source_id for site in Site.objects.all()] == ["lieu-1"]


def test_many_errors_are_summed_up_unless_asked(tmp_path: Path) -> None:
    data = table([BAD | {"id": f"lieu-{rank}"} for rank in range(80)])
    _, short, _ = run(data, tmp_path)
    assert short.count("ligne ") == 100
    assert "60 autres erreurs" in short
    _, long, _ = run(data, tmp_path, "--all-errors")
    assert long.count("ligne ") == 160


def test_notices_are_told(tmp_path: Path) -> None:
    out, _, refused = run(table([GOOD_METROPOLE, GOOD_METROPOLE], encoding="cp1252"), tmp_path)
    assert refused is None
    assert "À savoir\u00a0: Colonnes non gardées\u00a0: ept, qpv, nb_conseillers." in out
    assert "La ligne 3 répète la ligne 2\u00a0: un seul lieu est gardé." in out


@pytest.mark.parametrize(
    ("data", "part"),
    [(b"", "vide"), (b"PK\x03\x04", "classeur"), (b"id,nom\n1,\0\n", "nul"), (b"a,b\n1,2\n", "en-tête")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(data: bytes, part: str, tmp_path: Path) -> None:
    out, _, refused = run(data, tmp_path)
    assert part in str(refused)
    assert "Rien n’a été importé." in str(refused)
    assert out == ""


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    _, _, refused = run(tmp_path / "absent.csv", tmp_path)
    assert "ne peut pas être lu" in str(refused)


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "enorme.csv"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    _, _, refused = run(path, tmp_path)
    assert "dépasse 50 Mo" in str(refused)


def test_the_trial_file_is_imported_as_trial(tmp_path: Path) -> None:
    out, err, refused = run(TRIAL_SITES, tmp_path, "--trial")
    assert (refused, err) == (None, "")
    assert "40 lieux créés" in out
    assert Site.objects.filter(is_trial=True).count() == 40
    assert not Site.objects.real().exists()
    _, _, refused = run(TRIAL_SITES, tmp_path)
    assert "un lieu d’essai et un lieu réel" in str(refused)
