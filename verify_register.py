"""Vérifie un export du registre, sans accès au système : python3 -I verify_register.py EXPORT.jsonl [EMPREINTE]

EMPREINTE : celle d'un scellé, telle que publiée ; sans elle, des scellés coupés à la fin ne se verraient pas.
"""

import hashlib
import json
import sys
from pathlib import Path

FIELDS = {"number", "sealed_at", "hash", "facts"}


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def need(is_true, sentence):
    if not is_true:  # no `assert`: python3 -O would skip it
        sys.exit(f"ÉCHEC : {sentence}")


def verify_fact(fact, uids, reversed_uids):
    uid, origin, lines = fact["uid"], fact["reverses"], fact["lines"]
    need(uid not in uids, f"le fait {uid} est présent deux fois.")
    is_counted = fact["tickets"] == sum(bin(mask).count("1") for _, _, mask, _ in lines)
    need(is_counted and fact["tickets"] == sum(n for _, _, _, n in lines), f"le fait {uid} ne compte pas ses tickets.")
    is_mirror = origin is None or (origin in uids and origin not in reversed_uids)
    need(is_mirror, f"le fait {uid} en annule un autre qui manque, ou qui l'était déjà.")
    uids.add(uid)
    reversed_uids.add(origin)


def verify(path, published=""):
    previous, roots, uids, reversed_uids = "", {}, set(), set()
    with Path(path).open(encoding="utf-8", newline="\n") as lines:
        need(next(lines, "") == '{"format":"passnum-register/1"}\n', "ce n'est pas un export du registre.")
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            is_canonical = canonical(record).decode() + "\n" == line and record.keys() == FIELDS
            need(is_canonical, f"le scellé {number} n'est pas écrit sous sa forme canonique.")
            need(record["number"] == number, f"le scellé {number} manque ou n'est pas à sa place.")
            hashes = [hashlib.sha256(canonical(fact)).hexdigest() for fact in record["facts"]]
            seal = {"number": number, "predecessor": previous, "sealed_at": record["sealed_at"], "facts": hashes}
            previous = hashlib.sha256(canonical(seal)).hexdigest()
            need(hashes and previous == record["hash"], f"scellé {number} : un fait est modifié, absent ou déplacé.")
            roots[previous] = number
            for fact in record["facts"]:
                verify_fact(fact, uids, reversed_uids)
    need(not published or published in roots, "le scellé publié n'est pas ici : des scellés manquent ou diffèrent.")
    place = f"empreinte publiée : scellé {roots[published]}" if published else "aucune empreinte publiée à comparer"
    print(f"Registre intact : {len(uids)} faits, {len(roots)} scellés, dernier scellé {previous or 'aucun'} ; {place}.")


if __name__ == "__main__":
    need(len(sys.argv) in (2, 3), __doc__.split("\n")[0])
    try:
        verify(*sys.argv[1:])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        need(False, f"ce fichier ne se lit pas comme un export du registre ({type(error).__name__}).")
