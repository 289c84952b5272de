"""Roles: `O/roles` and `/api/roles/{id}`."""

from typing import Any

import pytest

from organisations.models import Membership, Role
from organisations.permissions import Permission
from tests.assets.api.fleet.calls import refusal, said
from tests.cast import MANAGING, Cast
from tests.factories.organisations import RoleFactory
from tests.organisations.api.fleet.callers import (
    changes_of,
    client_of,
    client_with,
    member_with,
)


def shown(role: Role) -> dict[str, Any]:
    return {
        "id": str(role.pk),
        "organisation_id": str(role.organisation_id),
        "name": role.name,
        "description": role.description,
        "permissions": role.permissions,
    }


@pytest.fixture
def role(cast: Cast) -> Role:
    """Return a role that nobody has."""
    made: Role = RoleFactory(
        organisation=cast.organisation, permissions=["MANAGE_FLEETS"]
    )
    return made


def test_it_makes_a_role(cast: Cast) -> None:
    body = {
        "name": " Drivers ",
        "description": "Drive",
        "permissions": ["SHARE_FLEETS", "MANAGE_FLEETS", "SHARE_FLEETS"],
    }

    response = cast.client("owner").post(f"{cast.path}/roles", body)

    role = Role.objects.get(name="Drivers")
    assert response.status_code == 201
    assert response["Location"] == f"/api/roles/{role.pk}"
    assert response.json() == shown(role)
    assert role.permissions == ["MANAGE_FLEETS", "SHARE_FLEETS"]
    assert [change[:2] for change in changes_of(role)] == [("created", "")]


def test_it_allows_nothing_unless_told_what(cast: Cast) -> None:
    response = cast.client("owner").post(f"{cast.path}/roles", {"name": "Guests"})

    assert response.json()["permissions"] == []


def test_it_lists_roles_with_what_they_allow(cast: Cast, role: Role) -> None:
    managers = Role.objects.get(name="managers")

    response = cast.client("owner").get(f"{cast.path}/roles")

    assert response.json() == [shown(managers), shown(role)]


def test_it_changes_a_role(cast: Cast, role: Role) -> None:
    body = {"name": "Yard", "permissions": ["MANAGE_EQUIPMENT"]}

    response = cast.client("owner").patch(f"/api/roles/{role.pk}", body)

    role.refresh_from_db()
    assert response.json() == shown(role)
    assert ("changed", "permissions", ["MANAGE_FLEETS"], ["MANAGE_EQUIPMENT"]) in (
        changes_of(role)
    )


def test_it_changes_nothing_for_an_empty_body(cast: Cast, role: Role) -> None:
    response = cast.client("owner").patch(f"/api/roles/{role.pk}", {})

    assert response.json() == shown(role)
    assert changes_of(role) == []


WRONG: list[tuple[dict[str, object], str]] = [
    ({"name": "A"}, "name"),
    ({"name": "a" * 21}, "name"),
    ({"name": None}, "name"),
    ({"name": "a\nb"}, "name"),
    ({"permissions": "MANAGE_FLEETS"}, "permissions"),
    ({"permissions": {"MANAGE_FLEETS": True}}, "permissions"),
    ({"permissions": None}, "permissions"),
    ({"permissions": [None]}, "permissions[0]"),
    ({"permissions": ["manage_fleets"]}, "permissions[0]"),
    ({"permissions": [["MANAGE_FLEETS"]]}, "permissions[0]"),
    ({"permissions": [5]}, "permissions[0]"),
    ({"permissions": [{}]}, "permissions[0]"),
    ({"permissions": ["MANAGE_FLEETS"] * 11}, "permissions"),
    ({"description": 5}, "description"),
]


@pytest.mark.parametrize(("body", "key"), WRONG)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, role: Role, body: dict[str, object], key: str
) -> None:
    client = cast.client("owner")

    made = client.post(f"{cast.path}/roles", {"name": "Drivers", **body})
    changed = client.patch(f"/api/roles/{role.pk}", body)

    assert said(made) == said(changed) == refusal("invalid_body", key)


def test_it_needs_a_name(cast: Cast) -> None:
    response = cast.client("owner").post(f"{cast.path}/roles", {})

    assert said(response) == refusal("invalid_body", "name")


def test_it_deletes_a_role(cast: Cast, role: Role) -> None:
    response = cast.client("owner").delete(f"/api/roles/{role.pk}")

    assert response.status_code == 204
    assert not Role.objects.filter(pk=role.pk).exists()
    assert changes_of(role)[-1][0] == "deleted"


def test_it_keeps_a_role_that_members_have(cast: Cast) -> None:
    role = Role.objects.get(name="managers")

    response = cast.client("owner").delete(f"/api/roles/{role.pk}")

    assert said(response) == refusal("in_use", "members")
    assert response.json()["errors"] == {"members": ["2"]}


@pytest.mark.parametrize("name", ["5", "abc", "9" * 25])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_it_is_missing(cast: Cast, method: str, name: str) -> None:
    response = getattr(cast.client("owner"), method)(f"/api/roles/{name}")

    assert said(response) == refusal("not_found", status=404)


@pytest.mark.parametrize("who", ["manager", "member", "outsider"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_it_is_for_those_who_manage_roles(
    cast: Cast, role: Role, who: str, method: str
) -> None:
    response = getattr(cast.client(who), method)(f"/api/roles/{role.pk}")

    assert said(response) == refusal("missing_permission", status=403)


def test_it_grants_what_the_caller_holds(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_ROLES", "MANAGE_FLEETS")
    body = {"name": "Drivers", "permissions": ["MANAGE_FLEETS", "MANAGE_ROLES"]}

    assert client.post(f"{cast.path}/roles", body).status_code == 201


def test_it_grants_nothing_that_the_caller_lacks(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_ROLES", "MANAGE_FLEETS")
    body = {"name": "Drivers", "permissions": [*MANAGING, "MANAGE_ROLES"]}

    response = client.post(f"{cast.path}/roles", body)

    assert said(response) == refusal("missing_permission", status=403)
    assert "MANAGE_EQUIPMENT, MANAGE_LOCATIONS." in response.json()["message"]
    assert not Role.objects.filter(name="Drivers").exists()


def test_it_adds_nothing_that_the_caller_lacks(cast: Cast, role: Role) -> None:
    client = client_with(cast.organisation, "MANAGE_ROLES")
    path = f"/api/roles/{role.pk}"

    renamed = client.patch(path, {"name": "Yard", "permissions": ["MANAGE_FLEETS"]})
    widened = client.patch(path, {"permissions": ["MANAGE_FLEETS", "VIEW_SECRETS"]})
    narrowed = client.patch(path, {"permissions": []})

    assert renamed.json()["name"] == "Yard"
    assert said(widened) == refusal("missing_permission", status=403)
    assert narrowed.json()["permissions"] == []


def test_it_does_not_widen_the_callers_own_role(cast: Cast) -> None:
    person = member_with(cast.organisation, "MANAGE_ROLES")
    own = Membership.objects.get(user=person).roles.get()

    response = client_of(person).patch(
        f"/api/roles/{own.pk}", {"permissions": list(Permission.values)}
    )

    assert said(response) == refusal("missing_permission", status=403)
