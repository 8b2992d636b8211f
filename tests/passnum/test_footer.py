import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
def test_the_public_register_and_the_api_are_one_click_from_any_page(client: Client) -> None:
    footer = client.get(reverse("home")).content.decode().split("<footer")[1]
    for url in (reverse("vouchers:register"), reverse("api_guide")):
        assert f'href="{url}"' in footer
        assert client.get(url).status_code == 200
