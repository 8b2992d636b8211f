"""Files of places made for tests, in the three shapes; nothing in them is real."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from mediation.imports.site_file import SiteFile, read_sites
from passnum.territory import reference
from passnum.territory.queries.communes import CommuneAsOf, Territory

TODAY = date(2026, 3, 2)
SIRET = "00000100800010"
OTHER_SIRET = "00000107300014"

GOOD_V1 = {
    "id": "lieu-1",
    "pivot": SIRET,
    "nom": "Médiathèque d'essai",
    "commune": "Créteil",
    "code_postal": "94000",
    "code_insee": "94028",
    "adresse": "1 rue de l'Exemple",
    "latitude": "48.7784",
    "longitude": "2.4536",
    "typologie": "BIB|MUNI",
    "telephone": "+33199000001",
    "courriels": "contact@lieu.example",
    "site_web": "https://lieu.example/",
    "horaires": "Mo-Fr 09:00-12:00,14:00-18:30; PH off",
    "presentation_resume": "Un lieu fictif.",
    "source": "Essai",
    "itinerance": "Fixe",
    "date_maj": "2026-01-15",
    "services": "Aide aux démarches administratives|Accès internet et matériel informatique",
    "modalites_acces": "Se présenter|Téléphoner",
    "modalites_accompagnement": "En autonomie|Accompagnement individuel",
}
GOOD_V0 = {
    "id": "lieu-1",
    "pivot": SIRET,
    "nom": "Médiathèque d'essai",
    "commune": "Créteil",
    "code_postal": "94000",
    "code_insee": "94028",
    "adresse": "1 rue de l'Exemple",
    "latitude": "48.7784",
    "longitude": "2.4536",
    "cle_ban": "94028_0001_00001",
    "telephone": "01 99 00 00 01",
    "courriel": "contact@lieu.example",
    "site_web": "https://lieu.example/,https://autre.example/page",
    "date_maj": "15/01/2026",
    "services": (
        "Devenir autonome dans les démarches administratives;Accéder à du matériel;Accéder à une connexion internet"
    ),
    "publics_accueillis": "Familles/enfants;Adultes;Déficience visuelle",
    "conditions_acces": (
        "Payant : L'accès au lieu et/ou à ses services est payant;"
        "Accepte le Pass numérique : Il est possible d'utiliser un Pass numérique pour accéder au lieu"
    ),
    "labels_nationaux": "France Services;APTIC;Point relais CAF;Fabriques de Territoire",
    "labels_autres": "SudLabs;Réseau local",
    "modalites_accompagnement": (
        "Seul : j'ai accès à du matériel et une connexion;"
        "Avec de l'aide : je suis accompagné seul dans l'usage du numérique"
    ),
    "accessibilite": "https://acceslibre.beta.gouv.fr/app/lieu/",
}
GOOD_METROPOLE = {
    "source": "conseillers-numeriques-2022",
    "nom": "COMMUNE DE NULLE PART",
    "siret": SIRET,
    "type": "publique",
    "code_insee": "94028",
    "commune": "Créteil",
    "ept": "T11",
    "adresse": "1 RUE DE L EXEMPLE 94000 CRETEIL",
    "code_postal": "94000",
    "latitude": "48.7784",
    "longitude": "2.4536",
    "qpv": "oui",
    "nb_conseillers": "1",
}


def table(rows: Sequence[Mapping[str, str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as a CSV file, with the columns that any of them has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=delimiter, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


@cache
def territory(day: date = TODAY) -> Territory:
    """Return the territory of a day from the reference files, without a database."""
    current = reference.table_on(day)
    return Territory(
        day=day,
        places={
            row.code: CommuneAsOf(
                code=row.code,
                name=row.name,
                departement=row.departement,
                siren=row.siren,
                postal_codes=row.postal_codes,
                parent_code=row.parent_code,
                valid_from=current.valid_from,
                valid_until=current.valid_until,
            )
            for row in current.communes
        },
        successors={row.code: row.successor_code for row in reference.successions() if row.last_day < day},
    )


def read(data: bytes, *, day: date = TODAY) -> SiteFile:
    return read_sites(data, territory=territory(day), today=day)


def metropole_rows() -> list[dict[str, str]]:
    """Return 24 made-up structures: 15 in arrondissements of Paris, 6 without SIRET."""
    rows = []
    for rank in range(24):
        arrondissement = rank % 20 + 1
        is_paris = rank < 15
        rows.append(
            GOOD_METROPOLE
            | {
                "nom": f"Structure {rank}",
                "siret": "" if rank % 4 == 0 else SIRET if rank % 2 else OTHER_SIRET,
                "type": "privée" if rank % 3 else "publique",
                "code_insee": f"751{arrondissement:02d}" if is_paris else "94028",
                "commune": "Paris" if is_paris else "Créteil",
                "code_postal": f"750{arrondissement:02d}" if is_paris else "94000",
                "latitude": "48.85",
                "longitude": "2.35" if is_paris else "2.45",
            }
        )
    return rows
