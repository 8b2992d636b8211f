from django.http import HttpRequest
from ninja import Router

from mediation.api.schemas import ServiceOut, SiteOut
from mediation.queries.places import label_on, services_on, sites_visible_to
from passnum.accounts.api import actor_of, guarded, refusals
from passnum.accounts.roles import Role
from passnum.kit.clock import now, paris_date

router = Router(tags=["Lieux"])


@router.get(
    "/sites",
    summary="Lister ses lieux",
    operation_id="list_sites",
    **guarded(Role.MEDIATOR, Role.SITE_MANAGER, devices=True),
    response={200: list[SiteOut], **refusals(401, 403)},
)
def sites(request: HttpRequest) -> list[SiteOut]:
    """Les lieux de sa structure, et leur label aujourd'hui."""
    day = paris_date(now())
    found = []
    for site in sites_visible_to(actor_of(request)):
        label = label_on(site=site, day=day)
        found.append(
            SiteOut(
                uid=site.uid,
                name=site.name,
                address=site.address,
                postal_code=site.postal_code,
                commune_code=site.commune_code,
                is_labelled=label is not None,
                label_ends_on=label.ends_on if label else None,
            )
        )
    return found


@router.get(
    "/services",
    summary="Lister les services",
    operation_id="list_services",
    **guarded(devices=True),
    response={200: list[ServiceOut], **refusals(401)},
)
def services(request: HttpRequest) -> list[ServiceOut]:
    """Les services du catalogue en vigueur aujourd'hui ; chaque vague en achète tout ou partie."""
    return [
        ServiceOut(
            code=service.code,
            name=service.name,
            theme=service.theme,
            labelling_body=service.labelling_body,
            ends_on=service.ends_on,
        )
        for service in services_on(day=paris_date(now()))
    ]
