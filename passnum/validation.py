"""Say in French what pydantic refuses in a request: where, and what is expected. Never what was sent."""

from collections.abc import Mapping
from typing import Any, Final

# Kinds of pydantic's errors (pydantic-core, ErrorType) → sentence; {names} come from the error's own context.
SENTENCES: Final[Mapping[str, str]] = {
    "missing": "Ce champ est obligatoire.",
    "extra_forbidden": "Ce champ n'existe pas.",
    "string_type": "Donnez un texte.",
    "string_too_short": "Donnez au moins {min_length} caractère(s).",
    "string_too_long": "Donnez {max_length} caractères au plus.",
    "string_pattern_mismatch": "Ce texte n'a pas la forme attendue.",
    "string_unicode": "Ce texte n'est pas de l'Unicode lisible.",
    "int_type": "Donnez un nombre entier.",
    "int_parsing": "Donnez un nombre entier.",
    "int_from_float": "Donnez un nombre entier.",
    "bool_type": "Donnez true ou false.",
    "bool_parsing": "Donnez true ou false.",
    "greater_than_equal": "Donnez au moins {ge}.",
    "less_than_equal": "Donnez {le} au plus.",
    "enum": "Cette valeur n'est pas dans la liste : {expected}.",
    "literal_error": "Cette valeur n'est pas dans la liste : {expected}.",
    "list_type": "Donnez une liste.",
    "too_short": "Donnez au moins {min_length} élément(s).",
    "too_long": "Donnez {max_length} éléments au plus.",
    "dict_type": "Donnez un objet.",
    "model_type": "Donnez un objet.",
    "model_attributes_type": "Donnez un objet.",
    "uuid_type": "Donnez un identifiant (UUID).",
    "uuid_parsing": "Donnez un identifiant (UUID).",
    "datetime_type": "Donnez une date et une heure avec leur fuseau (2026-03-02T09:00:00Z).",
    "datetime_parsing": "Donnez une date et une heure avec leur fuseau (2026-03-02T09:00:00Z).",
    "datetime_from_date_parsing": "Donnez une date et une heure avec leur fuseau (2026-03-02T09:00:00Z).",
    "timezone_aware": "Donnez le fuseau horaire avec l'heure (2026-03-02T09:00:00Z).",
    "date_type": "Donnez une date (2026-03-02).",
    "date_parsing": "Donnez une date (2026-03-02).",
    "date_from_datetime_parsing": "Donnez une date (2026-03-02).",
    "value_error": "{error}",
}
FALLBACK: Final = "Cette valeur ne convient pas."


def fault_of(error: Mapping[str, Any]) -> dict[str, str]:
    """Return {"field", "message"} of one pydantic error: « body.codes.0 »."""
    context = {name: str(value).replace(" or ", " ou ") for name, value in (error.get("ctx") or {}).items()}
    sentence = SENTENCES.get(str(error["type"]), FALLBACK)
    try:
        message = sentence.format(**context)
    except KeyError:
        message = FALLBACK
    return {"field": ".".join(_steps(error["loc"])), "message": message}


def _steps(location: tuple[int | str, ...]) -> list[str]:
    """Return the path of a field as its caller wrote it: ninja puts the name of its own argument after « body »."""
    steps = [str(step) for step in location]
    return [step for rank, step in enumerate(steps) if not (rank == 1 and steps[0] == "body")]
