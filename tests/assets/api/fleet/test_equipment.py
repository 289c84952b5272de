"""Equipment: contract rows 42 to 46."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, FieldType
from organisations.models import Change, Subscription
from organisations.permissions import Permission
from tests.assets.api.fleet.calls import LARGEST, NONE, UNKNOWN, refusal, said
from tests.assets.api.fleet.shapes import asset_shape
from tests.cast import Cast
from tests.factories.access import bearer, personal_token
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_equipment, make_group, make_type, make_unit
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    MembershipFactory,
    PrefixFactory,
    SubscriptionFactory,
)


@pytest.fixture
def kind(cast: Cast) -> int:
    """Return a type of equipment."""
    return make_type(cast.organisation, Ephemerality.EQUIPMENT)


@pytest.fixture
def crane(cast: Cast, kind: int) -> AssetGroup:
    """Return a piece of equipment."""
    return make_equipment(cast.organisation, type_id=kind, name="crane")


def client_with(cast: Cast, *permissions: str) -> APIClient:
    """Return a client of a member who holds just these permissions."""
    member = MembershipFactory(
        organisation=cast.organisation, permissions=list(permissions)
    )
    return APIClient(headers=bearer(personal_token(member.user)))


def path_of(row: AssetGroup, tail: str = "") -> str:
    """Return where a piece of equipment is."""
    return f"/api/equipment/{row.pk}{tail}"


# Making.


def test_it_makes_equipment(
    cast: Cast, manager: APIClient, own_ids: dict[str, int], kind: int
) -> None:
    body = {**own_ids, "type_id": str(kind), "name": "crane", "description": "tall"}

    answer = manager.post(f"{cast.path}/equipment", body)

    assert answer.status_code == 201
    row = AssetGroup.objects.get(pk=answer.json()["id"])
    assert answer["Location"] == f"/api/equipment/{row.pk}"
    assert answer.json() == asset_shape(row)
    assert (row.ephemerality, row.type_id, row.fleet_id) == (
        Ephemerality.EQUIPMENT,
        kind,
        own_ids["fleet_id"],
    )
    assert answer.json() == manager.get(answer["Location"]).json()


def test_it_fills_in_what_is_not_said(cast: Cast, manager: APIClient) -> None:
    own = {"organisation": cast.organisation}
    field = AssetFieldFactory(**own, default_value="new")
    prefix = PrefixFactory(**own, number_format="EQ-{n}", number_digits=2)
    kind = AssetTypeFactory(
        **own,
        ephemerality=Ephemerality.EQUIPMENT,
        prefix=prefix,
        with_fields=[field],
    )

    shown = manager.post(f"{cast.path}/equipment", {"type_id": kind.pk}).json()

    assert (shown["name"], shown["description"]) == ("new equipment", "")
    assert (shown["active"], shown["in_service"]) == (True, True)
    assert (shown["formatted_number"], shown["position"]) == ("EQ-01", 0)
    assert shown["fields"] == {str(field.pk): {"value": "new", "units": None}}


@pytest.mark.parametrize(
    "kind", [None, 0, "", "x", UNKNOWN, LARGEST, "single", "permanent", "foreign"]
)
def test_it_needs_a_type_of_equipment(
    cast: Cast, manager: APIClient, kind: Any
) -> None:
    if kind in ("single", "permanent"):
        kind = make_type(cast.organisation, Ephemerality.parse(kind))
    elif kind == "foreign":
        kind = make_type(cast.other, Ephemerality.EQUIPMENT)

    answer = manager.post(f"{cast.path}/equipment", {"type_id": kind})

    assert said(answer) == refusal("asset_type_required", "type_id")


def test_it_has_no_group_and_no_subscription_of_its_own(
    cast: Cast, manager: APIClient, kind: int, crane: AssetGroup
) -> None:
    plan = SubscriptionFactory(organisation=cast.organisation)
    unit = make_unit(cast.organisation, make_asset(cast.organisation))
    ignored = {"group_id": str(unit.pk), "subscription_id": str(plan.pk)}
    unread = {"group_id": "x", "subscription_id": UNKNOWN}

    for extra in (ignored, unread):
        body = {"type_id": kind, **extra}
        made = manager.post(f"{cast.path}/equipment", body)
        changed = manager.patch(path_of(crane), extra)
        assert [made.status_code, changed.status_code] == [201, 200]
        for shown in (made.json(), changed.json()):
            assert (shown["group_id"], shown["subscription_id"]) == (None, None)
    assert Subscription.objects.get(pk=plan.pk).allocated == 0
    for key in ("GroupId", "SubscriptionId"):
        named = manager.patch(path_of(crane, "/fields"), {key: None})
        assert said(named) == refusal("field_unknown", key)


# Reading.


def test_it_finds_equipment_only(
    cast: Cast, manager: APIClient, crane: AssetGroup
) -> None:
    asset = make_asset(cast.organisation)
    others = [asset, make_group(cast.organisation, asset)]
    gone = refusal("not_found", status=404)

    for row in others:
        assert said(manager.get(path_of(row))) == gone
        assert said(manager.patch(path_of(row), {})) == gone
        assert said(manager.patch(path_of(row, "/fields"), {})) == gone
        assert said(manager.delete(path_of(row))) == gone
    assert said(manager.get(f"/api/assets/{crane.pk}")) == gone


def test_it_lists_equipment_by_what_describes_it(
    cast: Cast, member: APIClient, kind: int, crane: AssetGroup
) -> None:
    own, organisation = {"organisation": cast.organisation}, cast.organisation
    fleet, yard = FleetFactory(**own), LocationFactory(**own)
    jack = make_equipment(
        organisation, name="jack", fleet_id=fleet.pk, location_id=yard.pk
    )
    asset = make_asset(organisation, name="crane of none")
    train = make_group(organisation, asset, crane)
    make_equipment(cast.other, name="crane of others")
    path = f"{cast.path}/equipment"

    def names(query: str) -> list[str]:
        return [row["name"] for row in member.get(f"{path}{query}").json()]

    assert names("") == ["crane", "jack"]
    assert names("?name=Cr") == names(f"?type={kind}") == ["crane"]
    assert names(f"?fleet={fleet.pk}") == names(f"?location={yard.pk}") == ["jack"]
    assert names(f"?asset_group={train.pk}") == ["crane"]
    assert names("?asset_group=0") == ["jack"]
    assert names("?$filter=fleet/name ne null&$orderby=name desc") == ["jack"]
    assert names("?$orderby=name desc&$top=1") == ["jack"]
    counted = member.get(f"{path}?$count=true&name=jack").json()
    assert (counted["@odata.count"], counted["value"]) == (
        1,
        [member.get(path_of(jack)).json()],
    )


def test_it_has_its_place_in_a_group(
    cast: Cast, member: APIClient, crane: AssetGroup
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    asset = make_asset(cast.organisation)
    train = make_group(cast.organisation, asset, crane, location_id=yard.pk)

    shown = member.get(path_of(crane)).json()

    assert (shown["position"], shown["location"]["id"]) == (1, str(yard.pk))
    assert shown["location_source_group_id"] == str(train.pk)


# Changing.


def test_it_changes_equipment(
    cast: Cast, manager: APIClient, crane: AssetGroup, own_ids: dict[str, int]
) -> None:
    kind = make_type(cast.organisation, Ephemerality.EQUIPMENT)
    del own_ids["prefix_id"]
    body = {**own_ids, "type_id": kind, "name": "jack", "active": False}

    shown = manager.patch(path_of(crane), body).json()

    row = AssetGroup.objects.get(pk=crane.pk)
    assert shown == asset_shape(row)
    assert {key: getattr(row, key) for key in body} == body
    changes = Change.objects.filter(object_id=crane.pk, action="changed")
    assert {change.field for change in changes} == set(body)
    for body in (shown, {}):
        assert manager.patch(path_of(crane), body).json() == shown


@pytest.mark.parametrize("wanted", ["single", "permanent", "none"])
def test_it_stays_equipment(
    cast: Cast, manager: APIClient, crane: AssetGroup, wanted: str
) -> None:
    kinds = list(NONE)
    if wanted != "none":
        kinds = [make_type(cast.organisation, Ephemerality.parse(wanted))]

    for kind in kinds:
        answer = manager.patch(path_of(crane), {"type_id": kind})
        assert said(answer) == refusal("type_invalid", "type_id")


def test_it_changes_fields_by_id_and_name(
    cast: Cast, manager: APIClient, crane: AssetGroup
) -> None:
    own = {"organisation": cast.organisation}
    load = AssetFieldFactory(**own, name="load", type=FieldType.DECIMAL, units="t")

    by_id = manager.patch(path_of(crane, "/fields"), {str(load.pk): 12.5})
    by_name = manager.patch(path_of(crane, "/fields"), {"Load": 13, "Name": "jack"})
    inside = manager.patch(path_of(crane), {"fields": {"load": None}})

    assert by_id.json()["fields"] == {str(load.pk): {"value": 12.5, "units": "t"}}
    assert by_name.json()["fields"] == {str(load.pk): {"value": 13, "units": "t"}}
    assert (by_name.json()["name"], inside.json()["fields"]) == ("jack", {})


# Deleting.


def test_it_deletes_equipment(
    cast: Cast, manager: APIClient, crane: AssetGroup, kind: int
) -> None:
    train = make_group(cast.organisation, crane, *make_assets(cast.organisation, 1))

    answer = manager.delete(path_of(crane))

    assert answer.status_code == 204
    assert said(manager.get(path_of(crane))) == refusal("not_found", status=404)
    assert manager.get(f"{cast.path}/equipment").json() == []
    assert len(manager.get(f"/api/assetgroups/{train.pk}").json()["assets"]) == 1
    again = {"type_id": kind, "number": crane.number}
    refused = manager.post(f"{cast.path}/equipment", again)
    assert said(refused) == refusal("number_in_use", "number")


# Who may.


def test_it_needs_the_permission_for_equipment(
    cast: Cast, kind: int, crane: AssetGroup
) -> None:
    refused = refusal("missing_permission", status=403)
    fleets = client_with(cast, Permission.MANAGE_FLEETS)
    tools = client_with(cast, Permission.MANAGE_EQUIPMENT)
    body = {"type_id": kind}

    assert said(fleets.post(f"{cast.path}/equipment", body)) == refused
    for tail in ("", "/fields"):
        assert said(fleets.patch(path_of(crane, tail), {"name": "jack"})) == refused
        assert tools.patch(path_of(crane, tail), {"name": "jack"}).status_code == 200
    assert said(fleets.delete(path_of(crane))) == refused
    assert tools.post(f"{cast.path}/equipment", body).status_code == 201
    assert tools.delete(path_of(crane)).status_code == 204


def test_it_lets_who_manages_equipment_change_nothing_else(cast: Cast) -> None:
    tools = client_with(cast, Permission.MANAGE_EQUIPMENT)
    asset = make_asset(cast.organisation)
    group = make_group(cast.organisation, asset)
    refused = refusal("missing_permission", status=403)

    assert said(tools.post(f"{cast.path}/assets", {})) == refused
    assert said(tools.post(f"{cast.path}/asset-groups", {})) == refused
    for path in (f"/api/assets/{asset.pk}", f"/api/assetgroups/{group.pk}"):
        assert said(tools.patch(path, {})) == refused
        assert said(tools.delete(path)) == refused
