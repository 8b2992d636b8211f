#!/usr/bin/env python3
"""Vérifie un export du registre, sans accès au système : python3 verify_register.py EXPORT.jsonl [EMPREINTE]

EMPREINTE : celle du dernier scellé, telle que publiée ; sans elle, des scellés coupés à la fin ne se verraient pas.
"""

import hashlib
import json
import sys


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fail(sentence):
    print(f"ÉCHEC : {sentence}")
    sys.exit(1)


def verify(path, published=""):
    previous, facts, seen = "", 0, set()
    with open(path, encoding="utf-8", newline="\n") as lines:
        if json.loads(next(lines, "{}")) != {"format": "passnum-register/1"}:
            fail("ce fichier n'est pas un export du registre (première ligne).")
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            if canonical(record).decode() + "\n" != line:
                fail(f"le scellé {number} n'est pas écrit sous sa forme canonique.")
            if record["number"] != number:
                fail(f"le scellé {number} manque ou n'est pas à sa place.")
            hashes = [hashlib.sha256(canonical(fact)).hexdigest() for fact in record["facts"]]
            sealed = {"number": number, "predecessor": previous, "sealed_at": record["sealed_at"], "facts": hashes}
            if hashlib.sha256(canonical(sealed)).hexdigest() != record["hash"]:
                fail(f"le scellé {number} ne correspond pas à ses faits : un fait est modifié, absent ou déplacé.")
            for fact in record["facts"]:
                if fact["uid"] in seen:
                    fail(f"le fait {fact['uid']} est présent deux fois.")
                seen.add(fact["uid"])
                if fact["tickets"] != sum(count for _, _, _, count in fact["lines"]):
                    fail(f"le fait {fact['uid']} ne compte pas ses tickets.")
            previous, facts = record["hash"], facts + len(hashes)
    if published and previous != published:
        fail("le dernier scellé n'est pas celui qui a été publié : la fin du registre manque ou diffère.")
    print(f"Registre intact : {facts} faits, dernier scellé {previous}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        verify(*sys.argv[1:])
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"ce fichier ne se lit pas comme un export du registre ({type(error).__name__}).")
