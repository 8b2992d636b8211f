"""The operations of accounts; passnum/api.py mounts them."""

from ninja import Router

from passnum.accounts.api import device

router = Router()
router.add_router("", device.router)
