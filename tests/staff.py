"""What tests read of a page and send back, as a person would."""

import re
from html import unescape
from typing import Any

from django.http import HttpResponse

from passnum.accounts.models import Membership, Organisation, User
from passnum.accounts.roles import Role
from passnum.kit.clock import now

PASSWORD = "un-mot-de-passe-d-essai"


def person_with_password(organisation: Organisation, *roles: Role) -> User:
    """Somebody who can sign in by the page, in one organisation."""
    email = f"personne{User.objects.count()}@example.org"
    user = User.objects.create_user(email, PASSWORD, full_name="Jeanne Martin", created_at=now())
    for role in roles:
        Membership.objects.create(user=user, organisation=organisation, role=role, created_at=now())
    return user


def text_of(response: HttpResponse) -> str:
    """The main part of a page, entities as characters and no-break spaces as plain ones."""
    main = response.content.decode().split("<main", 1)[-1].split("</main>", 1)[0]
    main = re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", main)  # drawn anew at each page
    return unescape(main).replace("\u00a0", " ").replace("\u202f", " ")


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    tags = response.content.decode().split("<input")[1:]
    tag = next(tag.split(">")[0] for tag in tags if f'name="{name}"' in tag.split(">")[0])
    return tag.split('value="')[1].split('"')[0]


def filled(response: HttpResponse, **fields: Any) -> dict[str, Any]:
    """What a person types, with the number of the request that the page carries."""
    return {"key": hidden(response, "key"), **fields}
