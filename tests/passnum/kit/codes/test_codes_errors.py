import subprocess
import sys

from passnum.kit.codes import errors
from passnum.kit.codes.errors import CodesError, KeyringInvalid


def _refusals() -> list[type[CodesError]]:
    return [
        member
        for member in vars(errors).values()
        if isinstance(member, type) and issubclass(member, CodesError) and member is not CodesError
    ]


def test_each_refusal_has_its_own_code_and_a_sentence_that_says_what_to_do() -> None:
    refusals = _refusals()
    assert len(refusals) == 9
    assert len({refusal.code for refusal in refusals}) == len(refusals)
    for refusal in refusals:
        error = refusal()
        assert error.code == error.code.upper()
        assert error.status == 422
        assert error.sentence == str(error)
        assert error.sentence.endswith(".")


def test_french_typography_is_kept_in_the_sentences() -> None:
    for refusal in _refusals():
        assert " :" not in refusal.message
        assert "« " not in refusal.message


def test_a_faulty_keyring_is_not_a_persons_mistake() -> None:
    assert not issubclass(KeyringInvalid, CodesError)
    assert KeyringInvalid("Trousseau vide.").sentence == "Trousseau vide."


def test_the_package_needs_neither_django_nor_settings() -> None:
    program = (
        "import sys; from passnum.kit.codes import affine, key_documents, payload, qr, url; "
        "print('django' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
