"""Attack: let the browser of somebody who has logged in send what they never saw."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from organisations.models import Change
from tests.back_office import CASES, as_staff, page, registered
from tests.cast import Cast
from tests.isolation.world import World, endpoints

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
writes = [one for one in endpoints() if one.method != "GET"]


def strict(cast: Cast) -> Client:
    """Return a browser of staff who may do everything, with forgeries refused."""
    as_staff(cast.owner, is_superuser=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner, BACKEND)
    return client


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_it_takes_no_form_of_another_site(cast: Cast, model: Any) -> None:
    client = strict(cast)
    row = CASES[model].make(cast.organisation)
    before = Change.objects.count()

    for name, args in (("add", ()), ("change", (row.pk,)), ("delete", (row.pk,))):
        answer = client.post(page(model, name, *args), {"post": "yes", "name": "x"})
        assert answer.status_code == HTTPStatus.FORBIDDEN, name
    answer = client.post(page(model, "changelist"), {"action": "delete_selected"})

    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert Change.objects.count() == before
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("endpoint", writes, ids=lambda one: f"{one.method} {one.name}")
def test_it_takes_no_request_of_another_site_for_one_of_a_session(
    world: World, endpoint: Any
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(world.cast.owner, BACKEND)

    answer = world.ask(endpoint, client)

    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_it_takes_no_login_nor_invitation_of_another_site() -> None:
    client = Client(enforce_csrf_checks=True)

    for address in (reverse("admin:login"), "/invitations/x", reverse("admin:logout")):
        answer = client.post(address, {"username": "x", "password": "y"})
        assert answer.status_code == HTTPStatus.FORBIDDEN, address


def test_it_does_nothing_for_a_link(cast: Cast) -> None:
    client = strict(cast)
    rows = {model: CASES[model].make(cast.organisation) for model in registered()[:8]}
    before = Change.objects.count()

    for model, row in rows.items():
        client.get(page(model, "delete", row.pk) + "?post=yes")
        client.get(page(model, "change", row.pk) + "?_save=1&name=x&is_active=on")
        client.get(page(model, "changelist") + "?action=delete_selected&post=yes")
    out = client.get(reverse("admin:logout"))

    assert Change.objects.count() == before
    assert out.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.get(reverse("admin:index")).status_code == HTTPStatus.OK


def test_it_believes_no_other_origin(cast: Cast) -> None:
    client = strict(cast)
    address = page(registered()[0], "changelist")
    client.get(reverse("admin:password_change"))
    token = client.cookies["csrftoken"].value

    foreign = client.post(
        address,
        {"csrfmiddlewaretoken": token},
        headers={"origin": "https://evil.example"},
    )

    assert foreign.status_code == HTTPStatus.FORBIDDEN
