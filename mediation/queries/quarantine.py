"""Acts put aside, as those who may recover them see them: no code, nobody's name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from mediation.models import QuarantinedAct, Service
from passnum.accounts.models import Device
from passnum.accounts.roles import Role
from passnum.kit.actor import Actor
from passnum.kit.errors import NotFound


class AsideUnknown(NotFound):
    code = "ASIDE_UNKNOWN"
    message = "Aucun acte mis de côté ne porte cet identifiant."


@dataclass(frozen=True, slots=True)
class Aside:
    """One act put aside: the device it came from, what it says it was."""

    act: QuarantinedAct
    device: str
    revoked_at: datetime | None
    service: str

    @property
    def tickets_count(self) -> int:
        """Tickets that could be read."""
        return len(self.act.content["codes"])

    @property
    def typed_count(self) -> int:
        """Of which typed."""
        return int(self.act.content["typed_count"])

    @property
    def minutes(self) -> int:
        """How long the act lasted, as declared."""
        return int(self.act.content["details"]["minutes"])

    @property
    def is_readable(self) -> bool:
        """Tell whether a code was read: without any the act cannot be recorded."""
        return not self.act.content["fault"]


def asides_visible_to(by: Actor) -> QuerySet[QuarantinedAct]:
    """Return the acts put aside that this actor may recover: a manager's own places, all for a pilot."""
    acts = QuarantinedAct.objects.select_related("site__operator", "redemption")
    if by.role == Role.PILOT:
        return acts
    if by.role != Role.SITE_MANAGER or by.organisation_id is None:
        return acts.none()
    return acts.filter(site__operator__uid=by.organisation_id)


def asides_to_show(*, by: Actor) -> QuerySet[QuarantinedAct]:
    """Return them with those to recover first, the oldest first."""
    return asides_visible_to(by).order_by(F("recovered_at").asc(nulls_first=True), "happened_at", "pk")


def described(acts: QuerySet[QuarantinedAct]) -> list[Aside]:
    """Return acts with the names of their devices and services, in their order."""
    found = list(acts)
    devices = {d.uid: d for d in Device.objects.filter(uid__in={act.device_id for act in found})}
    codes = {act.content["service"] for act in found}
    services = dict(Service.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        Aside(
            act,
            devices[act.device_id].name if act.device_id in devices else "",
            devices[act.device_id].revoked_at if act.device_id in devices else None,
            services.get(act.content["service"], act.content["service"]),
        )
        for act in found
    ]


def aside_of(*, uid: UUID, by: Actor) -> QuarantinedAct:
    """Return one act put aside. Raises AsideUnknown, for another's as well."""
    found = asides_visible_to(by).filter(uid=uid).first()
    if found is None:
        raise AsideUnknown
    return found
