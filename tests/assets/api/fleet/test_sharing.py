"""What an accepted share of a fleet shows, and to whom: resolutions 17 and 18."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import GroupMember
from organisations.models import FleetShare, Membership, Organisation
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.shared_fleet import (
    NO_SHARE,
    Shared,
    furnish,
)
from tests.cast import Cast
from tests.factories.access import bearer, personal_token
from tests.factories.assets import make_asset
from tests.factories.groups import make_group
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
)


@pytest.fixture
def shared(cast: Cast) -> Shared:
    """Return a fleet that nobody shares yet."""
    return furnish(cast)


@pytest.fixture
def colleague(cast: Cast) -> APIClient:
    """Return a client of a member of the organisation shared to, without a role."""
    member = MembershipFactory(organisation=cast.other)
    return APIClient(headers=bearer(personal_token(member.user)))


def names(client: APIClient, path: str) -> list[str]:
    """Return the names of a list."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.json()
    return [row["name"] for row in answer.json()]


# What is shown.


def test_it_shows_what_is_in_the_fleet(shared: Shared, outsider: APIClient) -> None:
    shared.offer(user=shared.cast.outsider)
    inside = shared.inside
    owner = shared.cast.client("owner")

    for path in (
        f"/api/assets/{inside['asset'].pk}",
        *(f"/api/assetgroups/{row.pk}" for row in inside.values()),
    ):
        seen = outsider.get(path)
        assert (seen.status_code, seen.json()) == (200, owner.get(path).json())
        assert seen.json()["organisation_id"] == str(shared.cast.organisation.pk)


def test_it_shows_nothing_beside_the_fleet(shared: Shared, outsider: APIClient) -> None:
    shared.offer(user=shared.cast.outsider)
    beside = shared.beside

    assert said(outsider.get(f"/api/assets/{beside['asset'].pk}")) == NO_SHARE
    for row in beside.values():
        assert said(outsider.get(f"/api/assetgroups/{row.pk}")) == NO_SHARE
    listed = names(outsider, f"{shared.cast.path}/assets")
    assert listed == ["in asset", "in car"]
    for query in (
        f"status={shared.words['status']}",
        f"location={shared.words['location']}",
        f"asset_group={shared.beside['train'].pk},{shared.inside['train'].pk}",
        "$filter=not (name eq 'x')",
        "$filter=fleet_id eq null or true",
        "name=out",
    ):
        path = f"{shared.cast.path}/assets?{query}"
        answer = outsider.get(f"{path}&$count=true")
        if answer.status_code == 400:
            assert answer.json()["code"] == "odata_error"
            continue
        rows = answer.json()["value"]
        assert answer.json()["@odata.count"] == len(rows)
        assert all(row["fleet_id"] == str(shared.fleet) for row in rows)


def test_it_shows_what_is_shared_among_the_recipient_s_own(
    shared: Shared, outsider: APIClient, colleague: APIClient
) -> None:
    shared.offer(organisation=shared.cast.other)
    lists = {
        "assets": ["in asset", "in car", "own asset", "own car"],
        "asset-groups": ["in unit", "in train", "own train"],
        "equipment": ["in crane", "own crane"],
    }

    for client in (outsider, colleague):
        for path, expected in lists.items():
            found = f"{shared.theirs}/{path}"
            assert names(client, found) == expected
            counted = client.get(f"{found}?$count=true&$top=1").json()
            assert counted["@odata.count"] == len(expected)
            assert names(client, f"{found}?fleet={shared.fleet}") == [
                name for name in expected if name.startswith("in")
            ]
            assert names(client, f"{found}?$filter=startswith(name,'in')") == [
                name for name in expected if name.startswith("in")
            ]
            for row in client.get(found).json():
                is_own = row["name"].startswith("own")
                owner = shared.cast.other if is_own else shared.cast.organisation
                assert row["organisation_id"] == str(owner.pk)


def test_it_finds_nothing_by_a_group_that_is_not_shared(
    shared: Shared, outsider: APIClient
) -> None:
    secret = make_group(shared.cast.organisation, shared.inside["asset"], name="secret")
    train = shared.inside["train"]
    lists: dict[str, dict[str, Any]] = {
        shared.cast.path: {"user": shared.cast.outsider},
        shared.theirs: {"organisation": shared.cast.other},
    }

    for path, recipient in lists.items():
        shared.offer(**recipient)
        found = f"{path}/assets?asset_group="
        assert names(outsider, f"{found}{secret.pk}") == []
        assert names(outsider, f"{found}{secret.pk},{train.pk}") == ["in asset"]
    manager = shared.cast.client("manager")
    own = f"{shared.cast.path}/assets?asset_group={secret.pk}"
    assert names(manager, own) == ["in asset"]


def test_it_takes_an_asset_for_free_that_is_in_no_shared_group(
    shared: Shared, outsider: APIClient
) -> None:
    hidden = make_asset(shared.cast.organisation, name="in van", fleet_id=shared.fleet)
    make_group(shared.cast.organisation, hidden, name="secret")
    shared.offer(user=shared.cast.outsider)

    assert names(outsider, f"{shared.cast.path}/assets?asset_group=0") == ["in van"]
    manager = shared.cast.client("manager")
    assert "in van" not in names(manager, f"{shared.cast.path}/assets?asset_group=0")


def test_it_shows_the_effective_place_of_what_is_shared(
    shared: Shared, outsider: APIClient
) -> None:
    asset = shared.inside["asset"]
    depot = LocationFactory(organisation=shared.cast.organisation)
    hidden = make_group(shared.cast.organisation, asset, location_id=depot.pk)
    shared.offer(user=shared.cast.outsider)

    shown = outsider.get(f"/api/assets/{asset.pk}").json()

    assert shown["location"]["id"] == str(depot.pk)
    # A group without a fleet is nobody else's to see.
    assert said(outsider.get(f"/api/assetgroups/{hidden.pk}")) == NO_SHARE


def test_it_never_shows_an_asset_of_another_fleet_inside_a_group(
    shared: Shared, outsider: APIClient
) -> None:
    shared.offer(user=shared.cast.outsider)
    manager, beside = shared.cast.client("manager"), shared.beside
    train, unit = shared.inside["train"].pk, shared.inside["unit"].pk
    path = f"/api/assetgroups/{train}"
    body = {"group_id": unit}

    for refused in (
        manager.put(f"{path}/assets/{beside['asset'].pk}"),
        manager.put(f"{path}/assets/{beside['unit'].pk}"),
        manager.put(f"{path}/assets/{beside['equipment'].pk}"),
        manager.patch(f"/api/assets/{beside['asset'].pk}", body),
        manager.patch(f"/api/assets/{shared.inside['asset'].pk}", {"fleet_id": None}),
        manager.patch(
            f"/api/assetgroups/{beside['train'].pk}", {"fleet_id": shared.fleet}
        ),
    ):
        assert refused.status_code == 400

    for group in (train, unit):
        rows = outsider.get(f"/api/assetgroups/{group}").json()["assets"]
        assert {row["asset"]["fleet_id"] for row in rows} == {str(shared.fleet)}
    strangers = GroupMember.objects.filter(group__fleet=shared.fleet)
    assert not strangers.exclude(asset__fleet=shared.fleet).exists()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Ephemerality.SINGLE, ["in asset", "in car"]),
        (Ephemerality.TEMPORARY, ["in train"]),
        (Ephemerality.PERMANENT, ["in unit"]),
        (Ephemerality.EQUIPMENT, ["in crane"]),
    ],
)
def test_it_shows_each_kind_of_row_in_lists_of_groups(
    shared: Shared, outsider: APIClient, kind: Ephemerality, expected: list[str]
) -> None:
    shared.offer(organisation=shared.cast.other)

    query = f"ephemerality={kind.value}&fleet={shared.fleet}"

    assert names(outsider, f"{shared.theirs}/asset-groups?{query}") == expected


# To whom.

TO: dict[str, tuple[tuple[str, ...], bool, bool]] = {
    # To whom; does the person read it, do their colleagues.
    "person": (("user",), True, False),
    "organisation": (("organisation",), True, True),
    "person under organisation": (("user", "organisation"), True, False),
    "all of it": (("user", "organisation", "share_to_users_organisation"), True, True),
}


@pytest.mark.parametrize("to", TO)
@pytest.mark.parametrize("status", FleetShare.Status)
def test_it_shows_what_is_shared_to_its_recipients(
    shared: Shared, outsider: APIClient, colleague: APIClient, to: str, status: str
) -> None:
    recipients: dict[str, Any] = {
        "user": shared.cast.outsider,
        "organisation": shared.cast.other,
        "share_to_users_organisation": True,
    }
    keys, *expected = TO[to]
    shared.offer(status, **{key: recipients[key] for key in keys})
    if status != "accepted":
        expected = [False, False]

    for client, sees in zip((outsider, colleague), expected, strict=True):
        one = client.get(f"/api/assetgroups/{shared.inside['train'].pk}")
        assert (one.status_code == 200) is sees
        their_list = client.get(f"{shared.cast.path}/assets")
        assert (their_list.status_code == 200) is sees
        for path in ("assets", "asset-groups", "equipment"):
            own = names(client, f"{shared.theirs}/{path}")
            assert any(name.startswith("in") for name in own) is sees


@pytest.mark.parametrize("status", ["pending", "rejected", "revoked"])
def test_it_hides_at_once_what_is_no_longer_shared(
    shared: Shared, outsider: APIClient, status: str
) -> None:
    share = shared.offer(organisation=shared.cast.other)
    path = f"/api/assets/{shared.inside['asset'].pk}"
    tag = outsider.get(path)["ETag"]

    FleetShare.objects.filter(pk=share.pk).update(status=status)

    assert said(outsider.get(path, headers={"If-None-Match": tag})) == NO_SHARE
    assert said(outsider.get(f"{shared.cast.path}/assets")) == NO_SHARE
    assert names(outsider, f"{shared.theirs}/equipment") == ["own crane"]
    counted = outsider.get(f"{shared.theirs}/asset-groups?$count=true").json()
    assert counted["@odata.count"] == 1


def test_it_hides_what_left_the_fleet(shared: Shared, outsider: APIClient) -> None:
    shared.offer(user=shared.cast.outsider)
    crane = shared.inside["equipment"]
    path = f"/api/assetgroups/{crane.pk}"
    assert outsider.get(path).status_code == 200

    shared.cast.client("manager").patch(f"/api/equipment/{crane.pk}", {"fleet_id": 0})

    assert said(outsider.get(path)) == NO_SHARE


def test_it_shows_nothing_to_who_left_the_organisation_shared_to(
    shared: Shared, cast: Cast
) -> None:
    member = MembershipFactory(organisation=cast.other)
    client = APIClient(headers=bearer(personal_token(member.user)))
    shared.offer(user=member.user, organisation=cast.other)
    path = f"/api/assets/{shared.inside['asset'].pk}"
    assert client.get(path).status_code == 200

    Membership.objects.filter(pk=member.pk).delete()

    assert said(client.get(path)) == NO_SHARE
    assert said(client.get(f"{cast.path}/assets")) == NO_SHARE


def test_it_shows_nothing_of_an_organisation_that_is_switched_off(
    shared: Shared, outsider: APIClient
) -> None:
    shared.offer(organisation=shared.cast.other)
    off = refusal("organisation_not_found")
    path = f"/api/assets/{shared.inside['asset'].pk}"
    assert outsider.get(path).status_code == 200

    Organisation.objects.filter(pk=shared.cast.organisation.pk).update(enabled=False)

    assert said(outsider.get(path)) == off
    assert said(outsider.get(f"{shared.cast.path}/assets")) == off
    assert names(outsider, f"{shared.theirs}/equipment") == ["own crane"]


def test_it_shows_nothing_to_an_organisation_that_is_switched_off(
    shared: Shared, outsider: APIClient
) -> None:
    shared.offer(organisation=shared.cast.other)

    Organisation.objects.filter(pk=shared.cast.other.pk).update(enabled=False)

    path = f"/api/assets/{shared.inside['asset'].pk}"
    assert said(outsider.get(path)) == NO_SHARE
