"""Alphabetical order of French names without a French collation: a key in plain capitals, compared byte by byte.

The embedded PostgreSQL has no ICU; names are sorted by a stored key with `COLLATE "C"`.
"""

import re
import unicodedata


def sort_key(text: str) -> str:
    """Return the text in capitals, without accents, ligatures undone, every other sign a single space."""
    unfolded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    plain = "".join(char for char in unfolded if not unicodedata.combining(char)).upper()
    return re.sub(r"[^A-Z0-9]+", " ", plain).strip()
