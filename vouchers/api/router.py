"""The operations of funders, distributors and the Métropole; passnum/api.py mounts them."""

from ninja import Router

from vouchers.api import custody, handovers, inventories, order_changes, orders, print_proofs, stock

router = Router()
for _part in (
    orders.router,
    order_changes.router,
    print_proofs.router,
    stock.router,
    custody.router,
    inventories.router,
    handovers.router,
):
    router.add_router("", _part)
