"""The operations of funders, distributors and the Métropole; passnum/api.py mounts them."""

from ninja import Router

from vouchers.api import handovers, orders, print_proofs, stock

router = Router()
for _part in (orders.router, print_proofs.router, stock.router, handovers.router):
    router.add_router("", _part)
