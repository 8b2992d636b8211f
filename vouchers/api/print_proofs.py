"""The proof of an order (bon à tirer), as its funder answers it."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router

from passnum.accounts.api import REQUEST_KEY, actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now
from passnum.kit.errors import NotFound
from vouchers.actions.once import do_once
from vouchers.actions.print_proof import approve_proof, send_back_proof
from vouchers.api.schemas import PrintProofOut, RemarksIn
from vouchers.models import PrintProof
from vouchers.queries.orders import orders_visible_to
from vouchers.queries.print_proof import proof_version, proofs_of

router = Router(tags=["Commandes"])
READERS = guarded(Role.FUNDER, Role.PILOT, Role.ISSUER, Role.FINANCE, Role.AUDITOR, Role.EVALUATOR)
VERSION: int = Path(..., ge=1, le=1_000_000, description="Version du bon à tirer.")


def _out(proof: PrintProof) -> PrintProofOut:
    return PrintProofOut.model_validate(
        {name: getattr(proof, name) for name in ("version", "status", "made_at", "answered_at", "remarks")}
    )


@router.get(
    "/orders/{uuid:uid}/print-proofs",
    summary="Lister les bons à tirer d'une commande",
    operation_id="list_print_proofs",
    **READERS,
    response={200: list[PrintProofOut], **refusals(401, 403, 404)},
)
def print_proofs(request: HttpRequest, uid: UUID) -> list[PrintProofOut]:
    """Les versions, de la plus récente à la plus ancienne ; le PDF se lit sur la page de la commande."""
    order = orders_visible_to(by=actor_of(request)).filter(uid=uid).first()
    if order is None:
        raise NotFound
    return [_out(proof) for proof in proofs_of(order=order)]


def _answer(
    request: HttpRequest, uid: UUID, version: int, key: UUID, act: str, do: Callable[[PrintProof], object], remarks: str
) -> PrintProofOut:
    by, at = actor_of(request), now()
    order = orders_visible_to(by=by).filter(uid=uid).first()
    proof = proof_version(order=order, version=version) if order else None
    if proof is None:
        raise NotFound
    content = {"version": version, "remarks": remarks}
    do_once(key=key, act=act, subject=uid, do=lambda: do(proof), by=by, at=at, content=content)
    proof.refresh_from_db()
    return _out(proof)


@router.post(
    "/orders/{uuid:uid}/print-proofs/{int:version}/approve",
    summary="Approuver un bon à tirer",
    operation_id="approve_print_proof",
    **guarded(Role.FUNDER),
    response={200: PrintProofOut, **refusals(401, 403, 404, 409, 422)},
)
def approve(request: HttpRequest, uid: UUID, version: int = VERSION, key: UUID = REQUEST_KEY) -> PrintProofOut:
    """Donne l'accord du financeur : la production peut commencer."""
    by, at = actor_of(request), now()
    return _answer(
        request, uid, version, key, "APPROVE_PRINT_PROOF", lambda proof: approve_proof(proof=proof, by=by, at=at), ""
    )


@router.post(
    "/orders/{uuid:uid}/print-proofs/{int:version}/send-back",
    summary="Renvoyer un bon à tirer",
    operation_id="send_back_print_proof",
    **guarded(Role.FUNDER),
    response={200: PrintProofOut, **refusals(400, 401, 403, 404, 409, 422)},
)
def send_back(
    request: HttpRequest, uid: UUID, body: RemarksIn, version: int = VERSION, key: UUID = REQUEST_KEY
) -> PrintProofOut:
    """Dit ce qu'il faut corriger ; une nouvelle version suivra."""
    by, at = actor_of(request), now()
    return _answer(
        request,
        uid,
        version,
        key,
        "SEND_BACK_PRINT_PROOF",
        lambda proof: send_back_proof(proof=proof, remarks=body.remarks, by=by, at=at),
        body.remarks,
    )
