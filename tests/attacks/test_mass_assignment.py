"""Attack: send columns that no document lists, and hope that they are stored.

Every body that is read, of both families, is sent with all of them at once.
"""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from organisations.models import Change, FleetShare, Organisation, User
from tests.attacks.test_foreign_ids_in_bodies import writing
from tests.back_office import as_staff
from tests.cast import ROLES, Cast
from tests.isolation.world import Endpoint, World, properties

pytestmark = pytest.mark.django_db

APPS = ("organisations", "assets", "licensing", "devices")


@pytest.fixture(scope="module")
def documented() -> dict[tuple[str, str], Any]:
    """Read the properties of every body from both documents."""
    return properties("fleet") | properties("device")


def smuggled(world: World) -> dict[str, Any]:
    """Return columns that are nobody's to send."""
    other, outsider = str(world.cast.other.pk), str(world.cast.outsider.pk)
    return {
        "id": "1",
        "pk": "1",
        "organisation": {"id": other},
        "organisation_id": other,
        "created_by": {"id": outsider},
        "created_by_id": outsider,
        "updated_by_id": outsider,
        "owner": {"id": outsider},
        "owner_id": outsider,
        "shared_by_id": outsider,
        "checked_out_by_id": outsider,
        "created_at": "2001-01-01T00:00:00Z",
        "updated_at": "2001-01-01T00:00:00Z",
        "deleted_at": "2001-01-01T00:00:00Z",
        "is_superuser": True,
        "is_staff": True,
        "is_active": True,
        "password": "pbkdf2_sha256$1$x$x",
        "groups": ["1"],
        "user_permissions": ["1"],
        "token": "consist_chosen",
        "last_used_at": "2001-01-01T00:00:00Z",
        "allocated": -1_000,
        "governed_by_id": "1",
        "normalised_name": "chosen",
        "unique_number": False,
        "request_id": "chosen",
        "transaction": 1,
        "__class__": "x",
    }


def register(world: World) -> dict[str, Any]:
    """Return all that a smuggled column could change."""
    found: dict[str, Any] = {}
    other, outsider = world.cast.other.pk, world.cast.outsider.pk
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            names = {field.name: field for field in model._meta.concrete_fields}
            rows = model._default_manager.all()
            if "organisation" in names:
                found[f"{model}"] = rows.filter(organisation=other).count()
            for name, field in names.items():
                if isinstance(field, models.ForeignKey) and field.related_model is User:
                    found[f"{model} {name}"] = rows.filter(**{name: outsider}).count()
            found[f"{model} id"] = rows.filter(pk=1).exists()
    found["people"] = Counter(
        User.objects.values_list("is_superuser", "is_staff", "password")
    )
    found["owners"] = dict(Organisation.objects.values_list("pk", "owner"))
    return found


# Rows of the other organisation that these make on purpose.
OWN_DOING = {
    "organisations": {"people", "owners"},
    "members": {"people"},
    "fleet-shares": {f"{FleetShare}"},
    # The recipient answers.
    "fleet-share": {f"{Change} user"},
}


@pytest.mark.parametrize(
    "endpoint", writing, ids=lambda one: f"{one.method} {one.name}"
)
def test_it_stores_nothing_that_is_not_asked_for(
    world: World, documented: dict[tuple[str, str], Any], endpoint: Endpoint
) -> None:
    known = documented.get((endpoint.name, endpoint.method), {})
    extra = {key: one for key, one in smuggled(world).items() if key not in known}
    body = world.body(endpoint)
    if isinstance(body, list):
        body = [{**extra, **one} for one in body]
    elif endpoint.name == "imports":
        body |= {key: one for key, one in extra.items() if isinstance(one, str)}
    elif endpoint.name not in BY_NAME:
        body = {**extra, **(body or {})}
    before = register(world)
    after: dict[str, Any] = {}

    who = next(who for who in ROLES if who in endpoint.allowed)
    answer = world.ask(
        endpoint,
        world.cast.client(who),
        body=body,
        look=lambda: after.update(register(world)),
    )

    assert answer.status_code == endpoint.granted, answer.content
    changed = {key for key in before if before[key] != after[key]}
    assert changed <= OWN_DOING.get(endpoint.name, set())
    assert after["people"] - before["people"] == Counter() or endpoint.name == "members"
    text = answer.text if not answer.streaming else ""
    assert "pbkdf2" not in text
    assert "consist_chosen" not in text
    assert "2001-01-01" not in text


# Here a key is the name of a field, and an unknown one is refused.
BY_NAME = {"asset-field-values", "asset-group-field-values", "equipment-field-values"}


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_it_knows_no_field_by_the_name_of_a_column(world: World, name: str) -> None:
    (endpoint,) = (one for one in writing if one.name == name)

    for key, value in smuggled(world).items():
        answer = world.ask(endpoint, body={key: value})
        assert answer.status_code == 400, key


def test_it_makes_no_operator_of_who_edits_a_form(cast: Cast) -> None:
    client = as_staff(cast.owner)
    address = reverse("admin:organisations_user_change", args=[cast.owner.pk])
    form = {
        "username": "owner",
        "first_name": "Aino",
        "last_name": "Salo",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "password": "chosen",
        "groups": "1",
        "user_permissions": "1",
    }

    client.post(address, form)

    cast.owner.refresh_from_db()
    assert not cast.owner.is_superuser
    assert cast.owner.password != "chosen"
