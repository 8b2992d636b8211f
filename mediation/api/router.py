"""The operations of places and distributors; passnum/api.py mounts them."""

from ninja import Router

from mediation.api import appointments, device, device_acts, handovers, redemptions, sites, tickets

router = Router()
for _part in (
    tickets.router,
    redemptions.router,
    sites.router,
    handovers.router,
    appointments.router,
    device.router,
    device_acts.router,
):
    router.add_router("", _part)
