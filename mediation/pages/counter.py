"""The scanning page of the mediator: one public shell, the same for all; who one is stays in the phone (mediation/frontend).

The page is installed and opens without network: a service worker keeps the files named here, under a version that is the
digest of their bytes. Nothing of a session is read, so that what is kept is nobody's.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from mediation.coop import ActType, Equipment, Level, PlaceType, Theme
from mediation.pages.counter_sentences import sentences
from mediation.reasons import SENTENCES
from mediation.states import Owed, UndoReason
from passnum.kit.errors import DomainError
from vouchers.publics import Autonomy

VENDOR: Final = "mediation/vendor/"
STYLES: Final = ("passnum/base.css", "passnum/components.css", "mediation/mediation.css", "mediation/counter.css")
PICTURES: Final = ("passnum/icons.svg", "passnum/mark.svg", "mediation/counter_icon.svg")
SCRIPT: Final = VENDOR + "main.js"
DECODER: Final = (VENDOR + "decoder.js", VENDOR + "zxing_reader.wasm")
WORKER: Final = VENDOR + "worker.js"
API_PREFIX: Final = "/api/v1"
ACCENT, MIST = "#0b5c6b", "#f6f8f9"  # tokens of base.css
CHOICES: Final = {
    "type": ActType,
    "place_type": PlaceType,
    "level": Level,
    "themes": Theme,
    "equipment": Equipment,
    "autonomy": Autonomy,
    "undo": UndoReason,
    "owed": Owed,
}


class CounterNotBuilt(DomainError):
    code = "COUNTER_NOT_BUILT"
    message = (
        "La page du comptoir n’a pas été construite : lancez « python -m tools.front_end », puis relancez le service."
    )
    status = 503


def _path(name: str) -> Path:
    """Return where a static file of ours stands. Raises CounterNotBuilt."""
    found = finders.find(name)
    if found is None:
        raise CounterNotBuilt
    return Path(found)


@lru_cache
def _digest(name: str) -> str:
    """Return what identifies the bytes of a static file. Raises CounterNotBuilt."""
    return hashlib.sha256(_path(name).read_bytes()).hexdigest()


def _address(name: str) -> str:
    """Return the address of a static file, which changes with its bytes under any storage."""
    digest = _digest(name)
    return f"{static(name)}?{digest[:12]}"


def version() -> str:
    """Return what identifies the page: the digest of all that it is made of, words of the server included."""
    parts = [_digest(name) for name in (*STYLES, *PICTURES, SCRIPT, *DECODER, WORKER)]
    parts.append(json.dumps([sentences(), SENTENCES, _choices()], sort_keys=True))
    parts.append(_template())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {name: [(value, str(label)) for value, label in kind.choices] for name, kind in CHOICES.items()}


def _template() -> str:
    return render_to_string("mediation/counter.html", _context("", {}))


def _context(label: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": label,
        "data": data,
        "styles": [_address(name) for name in STYLES],
        "script": _address(SCRIPT),
        "mark": _address("passnum/mark.svg"),
        "icons": _address("passnum/icons.svg"),
        "is_trial": settings.IS_TRIAL,
    }


@login_not_required
@require_safe
def counter_page(_request: HttpRequest) -> HttpResponse:
    """The shell; its script asks for all the rest, with the token of the device."""
    label = version()
    decoder, wasm = (_address(name) for name in DECODER)
    data = {
        "version": label,
        "api": API_PREFIX,
        "icons": _address("passnum/icons.svg"),
        "decoder": decoder,
        "wasm": wasm,
        "worker": reverse("mediation:counter_worker"),
        "sentences": sentences(),
        "reasons": SENTENCES,
        "choices": _choices(),
    }
    response = HttpResponse(render_to_string("mediation/counter.html", _context(label, data)))
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def counter_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, told which files make the present version."""
    shell = {
        "version": version(),
        "page": reverse("mediation:counter"),
        "files": [
            *(_address(name) for name in (*STYLES, *PICTURES, SCRIPT)),
            reverse("mediation:counter_manifest"),
        ],
        "decoder": [_address(name) for name in DECODER],
    }
    script = f"self.SHELL = {json.dumps(shell)};\n{_path(WORKER).read_text(encoding='utf-8')}"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@login_not_required
@require_safe
def counter_manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone needs to install the page."""
    address = reverse("mediation:counter")
    manifest = {
        "id": address,
        "name": "Pass numérique, comptoir",
        "short_name": "Comptoir",
        "description": "Scanner et utiliser les tickets du Pass numérique, même sans réseau.",
        "lang": "fr",
        "start_url": address,
        "scope": address,
        "display": "standalone",
        "theme_color": ACCENT,
        "background_color": MIST,
        "icons": [
            {"src": _address("passnum/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {
                "src": _address("mediation/counter_icon.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(manifest, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})
