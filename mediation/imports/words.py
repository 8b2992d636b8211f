"""From what files say to the exact words of standard-mediation-num v1.0.2, older spellings included."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from mediation import standard
from mediation.imports.report import FieldRefused, shown

# Spellings of earlier versions of the schema, of its own examples, and of its published patterns.
_ALIASES: Final = {
    "À distance (par téléphone ou en visioconférence)": "À distance",
    "Bibliothèques numériques de référence": "Bibliothèques numérique de référence",
    "Comprehension du monde numérique": "Compréhension du monde numérique",
    "Étapes numériques(La Poste)": "Étapes numériques (La Poste)",
    "Formé à « DUPLEX » (illetrisme)": "Formé à « DUPLEX » (illettrisme)",
    "Illetrisme": "Illettrisme",
    "SUD LABS": "SUD LABS (PACA)",
}

# v0.1.1 → v1.0.2. Fifteen services became nine (« Condensation des 15 anciens services en 9 »); an empty word has no
# equivalent and is told to the sender.
OLD_SERVICES: Final = {
    "Devenir autonome dans les démarches administratives": "Aide aux démarches administratives",
    "Réaliser des démarches administratives avec un accompagnement": "Aide aux démarches administratives",
    "Accompagner les démarches de santé": "Aide aux démarches administratives",
    "Prendre en main un smartphone ou une tablette": "Maîtrise des outils numériques du quotidien",
    "Prendre en main un ordinateur": "Maîtrise des outils numériques du quotidien",
    "Utiliser le numérique au quotidien": "Maîtrise des outils numériques du quotidien",
    "Favoriser mon insertion professionnelle": "Insertion professionnelle via le numérique",
    "Créer et développer mon entreprise": "Insertion professionnelle via le numérique",
    "Approfondir ma culture numérique": "Compréhension du monde numérique",
    "Promouvoir la citoyenneté numérique": "Compréhension du monde numérique",
    "Soutenir la parentalité et l'éducation avec le numérique": "Parentalité et éducation avec le numérique",
    "Créer avec le numérique": "Loisirs et créations numériques",
    "Accéder à une connexion internet": "Accès internet et matériel informatique",
    "Accéder à du matériel": "Accès internet et matériel informatique",
    "S'équiper en matériel informatique": "Acquisition de matériel informatique à prix solidaire",
}
OLD_PUBLICS: Final = {
    "Seniors (+ 65 ans)": "Seniors",
    "Familles/enfants": "Familles et/ou enfants",
    "Jeunes (16-26 ans)": "Jeunes",
    "Uniquement femmes": "Femmes",
    "Public langues étrangères": "Langues étrangères (autres)",
    "Déficience visuelle": "Déficience visuelle",
    "Surdité": "Surdité",
    "Handicaps mentaux": "Handicaps mentaux",
    "Personnes en situation d'illettrisme": "Illettrisme",
    "Adultes": "",
    "Handicaps psychiques": "",
}
# « Accepte le Pass numérique » has no word in v1: hours are then free for who holds a ticket.
OLD_CONDITIONS: Final = {
    "Gratuit": "Gratuit",
    "Gratuit sous condition": "Gratuit sous condition",
    "Payant": "Payant",
    "Adhésion": "Gratuit sous condition",
    "Accepte le Pass numérique": "Gratuit sous condition",
}
OLD_LABELS: Final = {
    "France Services": "France Services",
    "CNFS": "Conseillers numériques",
    "Aidants Connect": "Aidants Connect",
    "Grandes écoles du numérique": "Grande école du numérique",
    "Point relais CAF": "Point d'accès numérique CAF",
    "Point numérique CAF": "Point d'accès numérique CAF",
    "Fabriques de Territoire": "Fabriques de Territoire",
    "APTIC": "APTIC",
    "Relais pôle emploi": "Relais pôle emploi",
    "French Tech": "French Tech",
    "Campus connecté": "Campus connecté",
}
OLD_SUPPORT_MODES: Final = {
    "Seul": "En autonomie",
    "Avec de l'aide": "Accompagnement individuel",
    "Dans un atelier": "Dans un atelier collectif",
    "A ma place": "Accompagnement individuel",
}


def folded(word: str) -> str:
    """Return a word made comparable: one kind of apostrophe and of space, no case."""
    return " ".join(word.replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ").split()).casefold()


@cache
def _index(words: tuple[str, ...]) -> Mapping[str, str]:
    known = {folded(word): word for word in words}
    known |= {folded(alias): word for alias, word in _ALIASES.items() if word in words}
    return known


@cache
def _old_index(words: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {folded(old): new for old, new in words}


def pieces(cell: str) -> list[str]:
    """Split a multi-valued cell: `|` since v1, `;` before."""
    return [piece.strip() for piece in re.split(r"[|;]", cell) if piece.strip()]


def _found(piece: str, known: Mapping[str, str]) -> str | None:
    """Find a word, or the word that an old long form begins with (« Gratuit : je peux… »)."""
    whole = folded(piece)
    if whole in known:
        return known[whole]
    return known.get(whole.partition(" : ")[0].strip())


def listed(cell: str, words: tuple[str, ...]) -> list[str]:
    """Return the exact words of a cell, in the order of the standard's list, each once.

    Raises FieldRefused for a word that is not in the list.
    """
    known = _index(words)
    kept: set[str] = set()
    for piece in pieces(cell):
        parts = [piece] if _found(piece, known) else [part for part in re.split(r",\s*", piece) if part]
        for part in parts:
            word = _found(part, known)
            if word is None:
                raise FieldRefused(
                    f"«\u00a0{shown(part)}\u00a0» n'est pas dans la liste du standard. "
                    "Valeurs admises\u00a0: " + "\u00a0; ".join(words) + "."
                )
            kept.add(word)
    return [word for word in words if word in kept]


def translated(cell: str, words: Mapping[str, str], current: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return today's words for those of v0.1.1 (today's are taken too), and those that have no equivalent.

    Raises FieldRefused for a word of no version.
    """
    known = {**_index(current), **_old_index(tuple(words.items()))}
    kept: list[str] = []
    lost: list[str] = []
    for piece in pieces(cell):
        word = _found(piece, known)
        if word is None:
            raise FieldRefused(f"«\u00a0{shown(piece)}\u00a0» n'est pas une valeur du schéma v0.1.1.")
        if not word:
            lost.append(shown(piece))
        elif word not in kept:
            kept.append(word)
    return kept, lost


def among(words: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Return the words that belong to one list of the standard, in its order."""
    given = set(words)
    return [word for word in allowed if word in given]


ALL_LABELS: Final = (*standard.NATIONAL_PROGRAMMES, *standard.TRAININGS_AND_LABELS)
