"""The API: one NinjaAPI under /api/v1/, bearer tokens, one error shape, every answer in JSON.

A package adds its operations with one line of ROUTERS. Who calls and how a refusal is told: passnum/accounts/api/guard.py.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, include, path, re_path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from passnum.accounts.actions.device import note_device_seen
from passnum.accounts.api import device_or_none
from passnum.accounts.queries.devices import DeviceRevoked
from passnum.kit.clock import now
from passnum.kit.errors import DomainError, TooManyAttempts
from passnum.kit.idempotency import InProgress
from passnum.validation import fault_of

log = structlog.get_logger(__name__)

ROUTERS: Final = (
    "vouchers.api.router.router",
    "passnum.accounts.api.router.router",
    "mediation.api.router.router",
    "reporting.api.router.router",
)
PREFIX: Final = "/api/v1/"
RETRY_SECONDS: Final = 5
VERSION_HEADER: Final = "X-App-Version"  # what the application of a device says of itself
DESCRIPTION: Final = (
    "Tout ce que font les écrans des lieux et des distributeurs, pour les logiciels. Chaque demande porte un jeton "
    "(« Authorization: Bearer … ») ; chaque écriture un numéro de demande (« Idempotency-Key »), qui permet de la répéter "
    "sans rien compter deux fois. Les codes des tickets ne vont que dans le corps d'un POST."
)


class Api(NinjaAPI):
    def get_operation_url_name(self, operation: Operation, router: Router) -> str:
        """Name each address after its operation: names of functions are not unique."""
        return operation.operation_id or str(super().get_operation_url_name(operation, router))


api = Api(
    title="Pass numérique",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)
for _router in ROUTERS:
    api.add_router("", _router)


class JsonExpected(DomainError):
    code = "JSON_EXPECTED"
    message = "Le corps de la demande n’est pas du JSON lisible (UTF-8, un objet)."
    status = 400


class BodyTooBig(DomainError):
    code = "BODY_TOO_BIG"
    message = "Cette demande est trop longue : {bytes} octets au plus."
    status = 413


class MethodNotAllowed(DomainError):
    code = "METHOD_NOT_ALLOWED"
    message = "Cette adresse ne répond pas à {method}. Elle répond à : {allowed}."
    status = 405


class OperationUnknown(DomainError):
    code = "NOT_FOUND"
    message = "Rien ne répond à cette adresse. La liste des opérations est sur la page /api/."
    status = 404


class InputRefused(DomainError):
    code = "INVALID_INPUT"
    message = "{sentence}"
    status = 422


class Unavailable(DomainError):
    code = "UNAVAILABLE"
    message = (
        "Le service ne peut pas répondre en ce moment. Répétez la même demande avec le même numéro dans quelques "
        "secondes : elle ne comptera qu’une fois."
    )
    status = 503


class Broken(DomainError):
    code = "INTERNAL_ERROR"
    message = (
        "Une erreur imprévue s’est produite de notre côté. Répétez la demande avec le même numéro, ou prévenez-nous."
    )
    status = 500


def problem(refusal: DomainError) -> HttpResponse:
    """Return the answer that tells a refusal."""
    details = {name: value for name, value in refusal.details.items() if name != "sentence"}
    body = {"code": refusal.code, "message": refusal.sentence, "details": details}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), content_type="application/json", status=refusal.status
    )
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(refusal, TooManyAttempts):
        response["Retry-After"] = str(refusal.details.get("seconds", RETRY_SECONDS))
    if isinstance(refusal, InProgress):
        response["Retry-After"] = "1"
    # One line a request (passnum/request_log.py): Django would write another for each refusal.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    if isinstance(refusal, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _invalid(faults: Sequence[Mapping[str, Any]]) -> InputRefused:
    """Tell what is wrong with the fields of a request; what was sent is not repeated (it may hold a code)."""
    fields = [fault_of(fault) for fault in faults]
    sentence = fields[0]["message"] if len(fields) == 1 else f"{len(fields)} champs sont à corriger."
    return InputRefused(sentence=sentence, fields=fields)


def refusal_of(error: Exception, request: HttpRequest) -> DomainError:
    """Return how an error is told to the caller; an unforeseen one is logged first."""
    device = device_or_none(request)
    if device is not None and device.revoked_at is not None and isinstance(error, ValidationError | HttpError):
        return DeviceRevoked()  # let in by an operation that keeps what it sends: this was nothing to keep
    match error:
        case DomainError():
            return error
        case ValidationError():
            return _invalid(error.errors)
        case RequestDataTooBig():
            return BodyTooBig(bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        case Http404():
            return OperationUnknown()
        case HttpError() if error.status_code == HTTPStatus.BAD_REQUEST:  # the only one that ninja's parser raises
            return JsonExpected()
        case OperationalError() | InterfaceError():
            log.warning("api.database_unavailable", error=type(error.__cause__ or error).__name__)
            return Unavailable()
        case _:
            got_request_exception.send(sender=None, request=request)
            log.error("api.unforeseen", exc_info=error)
            return Broken()


def _on_error(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(refusal_of(error if isinstance(error, Exception) else error(), request))


for _kind in (Exception, DomainError, ValidationError, HttpError, Http404):
    api.add_exception_handler(_kind, _on_error)

View = Callable[..., HttpResponseBase]


def _in_our_shape(view: View) -> View:
    """Open a view of ninja to callers without a session, and tell in our shape what it does not."""

    @wraps(view, assigned=())
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = problem(MethodNotAllowed(method=request.method, allowed=allowed))
            response["Allow"] = allowed
        response.setdefault("Cache-Control", "no-store")
        device = device_or_none(request)
        if device is not None and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            note_device_seen(device=device, version=request.headers.get(VERSION_HEADER, ""), at=now())
        return response

    shaped.login_required = False  # type: ignore[attr-defined]  # LoginRequiredMiddleware would redirect
    shaped.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie is read: a bearer token is not sent by a browser
    return shaped


def _unknown(_request: HttpRequest, **_rest: str) -> HttpResponse:
    return problem(OperationUnknown())


def api_urls() -> list[URLPattern]:
    """Return the patterns of the operations, then one that answers in JSON for every other address."""
    patterns, _, _ = api.urls
    operations = [p for p in patterns if isinstance(p, URLPattern) and p.name != "api-root"]
    for pattern in operations:
        pattern.callback = _in_our_shape(pattern.callback)
    unknown = _in_our_shape(_unknown)
    return [path("", unknown, name="api-root"), *operations, re_path(r"^[\s\S]*\Z", unknown, name="unknown")]


urlpatterns = [path(PREFIX.lstrip("/"), include((api_urls(), "api")))]


def openapi_document() -> dict[str, Any]:
    """Return what openapi.json says, as its readers meet it."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    return document
