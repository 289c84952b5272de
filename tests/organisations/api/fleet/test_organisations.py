"""Organisations: `/api/organisations` and `/api/organisations/{id}`."""

from typing import Any

import pytest

from organisations.models import Organisation, Prefix, User
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, Answer, refusal, said
from tests.cast import Cast
from tests.factories.organisations import (
    MembershipFactory,
    PrefixFactory,
    RoleFactory,
    UserFactory,
)
from tests.organisations.api.fleet.callers import (
    changes_of,
    client_of,
    client_with,
)

COLLECTION = "/api/organisations"


def path_of(organisation: Organisation) -> str:
    return f"{COLLECTION}/{organisation.pk}"


def change(cast: Cast, who: str = "owner", **body: Any) -> Answer:
    return cast.client(who).patch(path_of(cast.organisation), body)


@pytest.mark.parametrize("path", [COLLECTION, "/organisations"])
def test_it_founds_an_organisation(cast: Cast, path: str) -> None:
    body = {"name": "  Uusi Yhtiö ", "description": "Trams"}

    response = cast.client("outsider").post(path, body)

    organisation = Organisation.objects.get(name="Uusi Yhtiö")
    assert response.status_code == 201
    assert response["Location"] == path_of(organisation)
    shown = response.json()
    assert shown == {
        "id": str(organisation.pk),
        "name": "Uusi Yhtiö",
        "description": "Trams",
        "owner": {
            "id": str(cast.outsider.pk),
            "firstname": cast.outsider.first_name,
            "lastname": cast.outsider.last_name,
        },
        "roles": [],
        "default_prefix_id": str(Prefix.objects.get(organisation=organisation).pk),
        "created_at": shown["created_at"],
        "updated_at": shown["updated_at"],
    }
    assert cast.client("outsider").get(response["Location"]).json() == shown


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "A"}, "name"),
        ({"name": "a" * 101}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "Depot", "description": "a" * 1001}, "description"),
        ({"name": "Depot", "description": []}, "description"),
    ],
)
def test_it_founds_none_from_a_body_that_is_wrong(
    cast: Cast, body: dict[str, Any], key: str
) -> None:
    count = Organisation.objects.count()

    response = cast.client("outsider").post(COLLECTION, body)

    assert said(response) == refusal("invalid_body", key)
    assert Organisation.objects.count() == count


def test_it_lists_none(cast: Cast) -> None:
    response = cast.client("owner").get(COLLECTION)

    assert said(response) == refusal("method_not_allowed", status=405)


def test_it_shows_members_its_roles_but_not_what_they_allow(cast: Cast) -> None:
    role = RoleFactory(organisation=cast.organisation, permissions=["MANAGE_ROLES"])

    response = cast.client("member").get(path_of(cast.organisation))

    assert response.status_code == 200
    assert [one["name"] for one in response.json()["roles"]] == ["managers", role.name]
    assert response.json()["roles"][1] == {
        "id": str(role.pk),
        "organisation_id": str(cast.organisation.pk),
        "name": role.name,
        "description": "",
    }


def test_it_changes_name_and_description(cast: Cast) -> None:
    response = change(cast, name="Uusi nimi", description="")

    assert response.status_code == 200
    assert response.json()["name"] == "Uusi nimi"
    assert changes_of(cast.organisation)[-1] == (
        "changed",
        "name",
        "Suomen Vaunu",
        "Uusi nimi",
    )


def test_it_takes_its_own_answer_for_a_body(cast: Cast) -> None:
    seen = cast.client("owner").get(path_of(cast.organisation)).json()

    response = change(cast, **seen)

    assert response.status_code == 200
    assert response.json() == seen


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"name": None}, {"name"}),
        ({"name": "A", "description": 5}, {"name", "description"}),
        ({"owner": None}, {"owner"}),
        ({"owner": {}}, {"owner"}),
        ({"owner": {"name": "x"}}, {"owner"}),
        ({"owner": 0}, {"owner"}),
        ({"owner": UNKNOWN}, {"owner"}),
        ({"default_prefix_id": None}, {"default_prefix_id"}),
        *(({"owner": value}, {"owner"}) for value in NO_IDS if value != {"id": "1"}),
    ],
)
def test_it_refuses_a_body_that_is_wrong(
    cast: Cast, body: dict[str, Any], keys: set[str]
) -> None:
    assert said(change(cast, **body)) == refusal("invalid_body", *keys)


@pytest.mark.parametrize("form", ["id", "text", "object", "whole"])
def test_it_is_handed_to_a_member_by_its_owner(cast: Cast, form: str) -> None:
    heir = cast.member
    forms: dict[str, object] = {
        "id": heir.pk,
        "text": str(heir.pk),
        "object": {"id": str(heir.pk)},
        "whole": {"id": heir.pk, "firstname": "?", "lastname": "?"},
    }

    response = change(cast, owner=forms[form])

    assert response.status_code == 200
    assert response.json()["owner"]["id"] == str(heir.pk)
    assert changes_of(cast.organisation)[-1] == (
        "changed",
        "owner_id",
        str(cast.owner.pk),
        str(heir.pk),
    )
    assert said(change(cast, name="Again")).code == "missing_permission"


def test_it_is_handed_on_by_nobody_else(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_ORGANISATION")

    response = client.patch(
        path_of(cast.organisation), {"owner": {"id": str(cast.member.pk)}}
    )

    assert said(response) == refusal("missing_permission", "owner", status=403)


def test_it_is_changed_by_who_manages_it(cast: Cast) -> None:
    client = client_with(cast.organisation, "MANAGE_ORGANISATION")

    response = client.patch(
        path_of(cast.organisation), {"name": "Other", "owner": cast.owner.pk}
    )

    assert response.json()["name"] == "Other"


@pytest.mark.parametrize("whom", ["outsider", "closed"])
def test_it_is_handed_to_active_members_only(cast: Cast, whom: str) -> None:
    closed: User = UserFactory(is_active=False)
    MembershipFactory(organisation=cast.organisation, user=closed)
    heir = closed if whom == "closed" else cast.outsider

    assert said(change(cast, owner=heir.pk)) == refusal("invalid_body", "owner")


def test_it_takes_another_default_prefix(cast: Cast) -> None:
    prefix = PrefixFactory(organisation=cast.organisation)

    response = change(cast, default_prefix_id={"id": str(prefix.pk)})

    assert response.json()["default_prefix_id"] == str(prefix.pk)


@pytest.mark.parametrize("which", ["foreign", "off", "unknown"])
def test_it_refuses_a_default_prefix(cast: Cast, which: str) -> None:
    prefixes = {
        "foreign": PrefixFactory(organisation=cast.other).pk,
        "off": PrefixFactory(organisation=cast.organisation, enabled=False).pk,
        "unknown": UNKNOWN,
    }

    response = change(cast, default_prefix_id=str(prefixes[which]))

    assert said(response) == refusal("prefix_invalid", "default_prefix_id")


@pytest.mark.parametrize("name", ["5", "abc", "9" * 25, "0"])
@pytest.mark.parametrize("method", ["get", "patch"])
def test_it_is_missing(cast: Cast, method: str, name: str) -> None:
    response = getattr(cast.client("owner"), method)(f"{COLLECTION}/{name}")

    assert said(response) == refusal("not_found", status=404)


@pytest.mark.parametrize("method", ["get", "patch"])
def test_it_is_not_there_while_it_is_off(cast: Cast, method: str) -> None:
    cast.organisation.enabled = False
    cast.organisation.save()

    response = getattr(cast.client("owner"), method)(path_of(cast.organisation))

    assert said(response) == refusal("organisation_not_found")


@pytest.mark.parametrize(
    ("who", "method", "code"),
    [
        ("outsider", "get", "not_a_member"),
        ("outsider", "patch", "missing_permission"),
        ("member", "patch", "missing_permission"),
        ("manager", "patch", "missing_permission"),
    ],
)
def test_it_refuses_who_may_not_before_it_reads_the_body(
    cast: Cast, who: str, method: str, code: str
) -> None:
    call = getattr(cast.client(who), method)

    assert said(call(path_of(cast.organisation), None)) == refusal(code, status=403)
    if method == "patch":
        broken = call(path_of(cast.organisation), b"{", content_type="application/json")
        assert said(broken) == refusal(code, status=403)


def test_it_gives_rights_to_its_new_owner_at_once(cast: Cast) -> None:
    change(cast, owner=cast.member.pk)

    response = client_of(cast.member).patch(
        path_of(cast.organisation), {"description": "Mine"}
    )

    assert response.json()["description"] == "Mine"
