"""Structured logs that hold no spendable code, no name and no e-mail.

Codes reach the server only in POST bodies, which are never logged; this last filter removes what an exception's text or
a careless line could still carry.
"""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from passnum.kit.codes.check_letter import is_checked
from passnum.kit.codes.crockford import is_crockford, normalise

MASK = "[masqué]"
# Where a code may begin: not inside a word, but after an escape (\n in a repr, %22 in an address).
_START = r"(?:(?<![0-9A-Za-z])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"
_LETTER = "[0-9A-TV-Z]"
_GAP = "(?:[\\s._+\u00ad\u200b\u2010-\u2015\u2212-]|%20)?"
# 13 letters, in the three printed groups or in one: also as people type them, with I, L and O.
_CODE = re.compile(rf"{_START}{_LETTER}{{4}}{_GAP}{_LETTER}{{4}}{_GAP}{_LETTER}{{5}}(?![0-9A-Za-z])", re.IGNORECASE)
# 130 letters of base 32; nothing else of ours is that long without a 0, 1, 8 or 9.
_PAYLOAD = re.compile(r"[A-Z2-7]{100,}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@\"<>(),;:\[\]]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")


def _mask_code(match: re.Match[str]) -> str:
    """Mask what is shaped like a code, even mistyped; figures alone, and words with I, L or O, when it is one."""
    text = match.group().replace("%20", " ").replace("+", " ")
    letters = normalise(text)
    is_plain = is_crockford("".join(c for c in text.upper() if c.isalnum())) and not letters.isdigit()
    return MASK if is_plain or (is_crockford(letters) and is_checked(letters)) else match.group()


def mask(text: str) -> str:
    """Return the text without anything shaped like a spendable code, a signed payload or an e-mail address."""
    # addresses first: a domain may be shaped like a code
    return _CODE.sub(_mask_code, _PAYLOAD.sub(MASK, _EMAIL.sub(MASK, text)))


def _masked(value: object) -> object:
    """Mask a value whatever holds it; what is neither text, number nor container is masked as it would be printed."""
    if isinstance(value, str):
        return mask(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {mask(str(key)): _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return mask(repr(value))


def mask_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: mask every value of an event."""
    for key, value in event.items():
        event[key] = _masked(value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,  # first: what is not written costs nothing
        *SHARED,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING_CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_secrets,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "passnum": {"level": "INFO"},
        "vouchers": {"level": "INFO"},
        "mediation": {"level": "INFO"},
        "reporting": {"level": "INFO"},
        "django_structlog": {"level": "INFO"},
        "django.server": {"level": "WARNING"},
    },
}
