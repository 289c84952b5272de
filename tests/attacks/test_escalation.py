"""Attack: become more than one is, by editing what says who one is.

The rules have their tests in `tests/organisations`; here one person tries every door.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from organisations.models import Membership, Role, User
from organisations.permissions import Permission
from organisations.services.tokens import create_token
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.access import bearer
from tests.factories.organisations import RoleFactory

pytestmark = pytest.mark.django_db


def standing(cast: Cast) -> dict[str, Any]:
    """Return who may what, everywhere."""
    roles = Role.objects.order_by("pk").values_list("pk", "permissions")
    held = Membership.roles.through.objects.order_by("pk").values_list()
    people = User.objects.order_by("pk").values_list(
        "pk", "is_staff", "is_superuser", "is_active", "password"
    )
    members = Membership.objects.order_by("pk").values_list("organisation", "user")
    cast.organisation.refresh_from_db()
    return {
        "roles": {key: tuple(granted) for key, granted in roles},
        "held": list(held),
        "people": list(people),
        "members": list(members),
        "owner": cast.organisation.owner_id,
    }


def attempts(cast: Cast, me: User, strong: Role) -> list[tuple[str, str, Any]]:
    """Return every request with which somebody would become more."""
    own = Role.objects.get(organisation=cast.organisation, name="managers")
    every = list(Permission)
    member = f"{cast.path}/members/{me.pk}"
    return [
        ("patch", member, {"roles": [str(strong.pk)]}),
        ("patch", member, {"permissions": every, "is_owner": True}),
        ("patch", f"/api/roles/{own.pk}", {"permissions": every}),
        ("patch", f"/api/roles/{strong.pk}", {"name": "mine"}),
        ("delete", f"/api/roles/{strong.pk}", None),
        ("post", f"{cast.path}/roles", {"name": "all", "permissions": every}),
        ("patch", f"/api/organisations/{cast.organisation.pk}", {"owner": str(me.pk)}),
        ("patch", "/api/users/@me", {"is_staff": True, "is_superuser": True}),
        ("post", f"{cast.path}/members", {"email": me.email, "roles": [strong.pk]}),
        ("delete", f"{cast.path}/members/{cast.owner.pk}", None),
        ("patch", f"/api/users/{me.pk}", {"is_superuser": True}),
    ]


@pytest.mark.parametrize("who", ["manager", "member", "outsider", "staff"])
def test_it_lets_nobody_become_more(cast: Cast, who: str) -> None:
    strong = RoleFactory(
        organisation=cast.organisation, permissions=list(Permission), name="strong"
    )
    client: Any = cast.client(who)
    before = standing(cast)

    for method, path, body in attempts(cast, getattr(cast, who), strong):
        getattr(client, method)(path, body)
        assert standing(cast) == before, path


def test_it_lets_who_manages_roles_grant_what_they_hold_only(cast: Cast) -> None:
    mine = RoleFactory(
        organisation=cast.organisation,
        name="mine",
        permissions=[Permission.MANAGE_ROLES, Permission.MANAGE_MEMBERS],
    )
    strong = RoleFactory(
        organisation=cast.organisation, permissions=list(Permission), name="strong"
    )
    membership = Membership.objects.get(user=cast.member)
    membership.roles.set([mine])
    client: Any = cast.client("member")
    before = standing(cast)

    for method, path, body in (
        ("patch", f"/api/roles/{mine.pk}", {"permissions": list(Permission)}),
        ("post", f"{cast.path}/roles", {"permissions": ["VIEW_SECRETS"]}),
        ("patch", f"{cast.path}/members/{cast.member.pk}", {"roles": [strong.pk]}),
        ("patch", f"{cast.path}/members/{cast.manager.pk}", {"roles": [strong.pk]}),
        (
            "post",
            f"{cast.path}/members",
            {"email": cast.outsider.email, "roles": [strong.pk]},
        ),
    ):
        answer = getattr(client, method)(path, body)
        assert answer.status_code in {400, 403}, path
        assert standing(cast) == before, path


def test_it_widens_no_token(cast: Cast) -> None:
    narrow = create_token(user=cast.owner, name="narrow", scope="edit:assets")
    client = Client(headers=bearer(narrow.text))

    for scope in ("all", "admin", "all:standard", "edit:software", "", None):
        body = {"name": "wide", "scope": scope}
        answer = client.post("/api/tokens", body, content_type="application/json")
        assert answer.status_code in {400, 403}, scope
    made = client.post("/api/tokens", {"name": "x"}, content_type="application/json")
    assert made.status_code == 403


def test_it_makes_no_operator_of_staff(cast: Cast) -> None:
    client = as_staff(cast.staff)
    before = standing(cast)
    strong = {"is_superuser": "on", "is_staff": "on", "is_active": "on"}

    for model, key in (
        (User, cast.staff.pk),
        (User, cast.member.pk),
        (User, cast.owner.pk),
    ):
        client.post(page(model, "change", key), {"username": "x", **strong})
    client.post(page(User, "add"), {"username": "new", "usable_password": "", **strong})
    address = reverse("admin:auth_user_password_change", args=[cast.owner.pk])
    form = {"password1": "a long passphrase", "password2": "a long passphrase"}
    client.post(address, form)
    role = Role.objects.get(organisation=cast.organisation, name="managers")
    client.post(
        page(Role, "change", role.pk),
        {"name": "managers", "permissions": list(Permission)},
    )

    assert standing(cast) == before


def test_it_gives_operators_nothing_in_the_api(cast: Cast) -> None:
    cast.outsider.is_staff = cast.outsider.is_superuser = True
    cast.outsider.save()
    client: Any = cast.client("outsider")

    for path in ("assets", "roles", "members", "changes", "exports"):
        assert client.get(f"{cast.path}/{path}").status_code == 403
