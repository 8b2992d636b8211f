"""Structured logs that hold no spendable code, no name and no e-mail.

Codes reach the server only in POST bodies, which are never logged; this last filter removes what an exception's text or
a careless line could still carry.
"""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# 13 letters of a spendable code, with or without its printed groups; signed payloads (130 letters); e-mails.
SECRET_SHAPES = (
    re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}[ -]?[0-9A-HJKMNP-TV-Z]{4}[ -]?[0-9A-HJKMNP-TV-Z]{5}\b", re.IGNORECASE),
    re.compile(r"\b[A-Z2-7]{100,}\b"),
    re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"),
)
MASK = "[masqué]"


def mask(text: str) -> str:
    """Return the text without anything shaped like a spendable code, a signed payload or an e-mail address."""
    for shape in SECRET_SHAPES:
        text = shape.sub(lambda m: MASK if not m.group().isdigit() else m.group(), text)
    return text


def mask_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: mask every text value of an event."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = mask(value)
    return event


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[
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
