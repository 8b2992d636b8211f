"""One root for every refusal: a stable code for machines, one French sentence for people."""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal that changes nothing.

    Subclasses stand beside the action that raises them and give `code` (UPPER_SNAKE, stable: clients rely on it),
    `message` (a French sentence that says what to do next, may hold `{placeholders}`) and `status` (HTTP).
    """

    code: ClassVar[str] = "REFUSED"
    message: ClassVar[str] = "L’opération est refusée."
    status: ClassVar[int] = 409

    def __init__(self, **details: Any) -> None:
        self.details: Mapping[str, Any] = details
        self.sentence = self.message.format(**details)
        super().__init__(self.sentence)


class InvalidInput(DomainError):
    """The request itself cannot be understood."""

    code = "INVALID_INPUT"
    message = "{sentence}"
    status = 422


class NotAllowed(DomainError):
    """The actor may not do this. Also the answer for what exists but is not theirs to know."""

    code = "NOT_ALLOWED"
    message = "Vous n’avez pas le droit de faire cela avec ce rôle. Changez de rôle ou demandez à votre responsable."
    status = 403


class NotFound(DomainError):
    """Nothing of that name that the actor may see."""

    code = "NOT_FOUND"
    message = "Rien ne correspond à cette demande. Vérifiez la référence."
    status = 404


class KeyReused(DomainError):
    """The same idempotency key came with another content or from another place."""

    code = "KEY_REUSED"
    message = "Cette demande porte le numéro d’une autre demande déjà traitée. Recommencez l’opération depuis le début."
    status = 409


class TooManyAttempts(DomainError):
    code = "TOO_MANY_ATTEMPTS"
    message = "Trop d’essais en peu de temps. Attendez {seconds} secondes puis recommencez."
    status = 429
