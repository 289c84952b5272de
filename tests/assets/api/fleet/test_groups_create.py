"""Create Asset Group: contract row 28, resolutions 6, 7 and 14."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, FieldType
from organisations.models import Change, Prefix, Subscription
from tests.assets.api.fleet.calls import UNKNOWN, refusal, said
from tests.assets.api.fleet.group_shapes import group_shape, members_of
from tests.assets.api.fleet.shapes import asset_shape, location_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    make_asset,
    make_assets,
)
from tests.factories.groups import make_type, make_unit
from tests.factories.organisations import (
    PrefixFactory,
    SubscriptionFactory,
)

CONSIST = "consist_asset_group_ids"


def create(client: APIClient, cast: Cast, **body: Any) -> Any:
    """Ask for a group; a temporary one unless told otherwise."""
    answer: Any = client.post(f"{cast.path}/asset-groups", {"ephemerality": 1, **body})
    return answer


def stored(answer: Any) -> AssetGroup:
    """Return the row that was made."""
    assert answer.status_code == 201, answer.json()
    group: AssetGroup = AssetGroup.objects.get(pk=answer.json()["id"])
    return group


# What is made, and how it is shown.


def test_it_makes_a_temporary_group(
    cast: Cast, manager: APIClient, own_ids: dict[str, int]
) -> None:
    first, second = make_assets(cast.organisation, 2, fleet_id=own_ids["fleet_id"])
    del own_ids["type_id"]

    answer = create(
        manager,
        cast,
        name="IC 943",
        description="To the coast",
        **{CONSIST: [str(second.pk), first.pk], **own_ids},
    )

    group = stored(answer)
    assert answer["Location"] == f"/api/assetgroups/{group.pk}"
    place = {
        "location": location_shape(group.location) if group.location else None,
        "sub_location": answer.json()["sub_location"],
        "location_source_group_id": str(group.pk),
    }
    assets = [
        asset_shape(second, position=0, **place),
        asset_shape(first, position=1, **place),
    ]
    assert answer.json() == group_shape(group, assets)
    assert {key: getattr(group, key) for key in own_ids} == own_ids
    assert (group.name, group.description, group.type) == (
        "IC 943",
        "To the coast",
        None,
    )
    assert answer.json() == manager.get(answer["Location"]).json()


def test_it_shows_the_keys_of_the_example(cast: Cast, manager: APIClient) -> None:
    asset = make_asset(cast.organisation)

    shown = create(manager, cast, **{CONSIST: [asset.pk]}).json()

    assert set(shown) == {
        *("id", "organisation_id", "ephemerality", "type", "fleet_id", "status"),
        *("active", "name", "description", "location", "sub_location", "fields"),
        *("number", "prefix_id", "formatted_number", "assets", "created_at"),
        *("open_work_item_count", "closed_work_item_count", "updated_at"),
    }
    (member,) = shown["assets"]
    assert set(member) == {"position", "asset"}
    assert set(member["asset"]) == set(asset_shape(asset))


def test_it_fills_in_what_is_not_said(cast: Cast, manager: APIClient) -> None:
    asset = make_asset(cast.organisation, type_id=_own_series(cast))

    group = stored(create(manager, cast, **{CONSIST: [str(asset.pk)]}))

    assert (group.name, group.description, group.active) == (
        "new asset group",
        "",
        True,
    )
    assert group.prefix == cast.organisation.default_prefix
    assert (group.number, group.fields) == (1, {})
    empty = ("fleet_id", "location_id", "sub_location_id", "status_id", "type_id")
    assert all(getattr(group, key) is None for key in empty)


def _own_series(cast: Cast) -> int:
    prefix = PrefixFactory(organisation=cast.organisation)
    return make_type(cast.organisation, Ephemerality.SINGLE, prefix=prefix)


@pytest.mark.parametrize("kind", [1, "1", "temporary", "Temporary"])
def test_it_takes_the_kind_by_number_and_name(
    cast: Cast, manager: APIClient, kind: object
) -> None:
    asset = make_asset(cast.organisation)

    answer = create(manager, cast, ephemerality=kind, **{CONSIST: [asset.pk]})

    assert (answer.status_code, answer.json()["ephemerality"]) == (201, 1)


@pytest.mark.parametrize(
    "kind", [None, 0, 3, 4, -1, True, 1.0, "0", "single", "equipment", "x", "", [], {}]
)
def test_it_refuses_other_kinds(cast: Cast, manager: APIClient, kind: object) -> None:
    asset = make_asset(cast.organisation)

    answer = create(manager, cast, ephemerality=kind, **{CONSIST: [asset.pk]})

    assert said(answer) == refusal("invalid_ephemerality", "ephemerality")


def test_it_makes_a_permanent_group_of_its_type(cast: Cast, manager: APIClient) -> None:
    own = {"organisation": cast.organisation}
    prefix = PrefixFactory(**own, number_format="UNIT-{n}", number_digits=3)
    seats = AssetFieldFactory(
        **own, name="seats", type=FieldType.INTEGER, default_value=80
    )
    kind = AssetTypeFactory(
        **own,
        ephemerality=Ephemerality.PERMANENT,
        prefix=prefix,
        with_fields=[seats],
    )
    other = AssetFieldFactory(**own, name="depot note")
    cars = make_assets(cast.organisation, 2)

    answer = create(
        manager,
        cast,
        ephemerality=2,
        type_id=str(kind.pk),
        fields={"depot note": "spare"},
        **{CONSIST: [str(one.pk) for one in cars]},
    )

    group = stored(answer)
    shown = answer.json()
    assert (shown["formatted_number"], shown["type"]["id"]) == (
        "UNIT-001",
        str(kind.pk),
    )
    assert group.fields == {seats.key: 80, other.key: "spare"}
    assert [one["asset"]["group_id"] for one in shown["assets"]] == [str(group.pk)] * 2
    assert members_of(group) == [one.pk for one in cars]


def test_it_insists_on_the_required_fields_of_the_type(
    cast: Cast, manager: APIClient
) -> None:
    own = {"organisation": cast.organisation}
    field = AssetFieldFactory(**own, name="seats", required=True)
    kind = AssetTypeFactory(
        **own, ephemerality=Ephemerality.PERMANENT, with_fields=[field]
    )

    answer = create(manager, cast, ephemerality=2, type_id=kind.pk)

    assert said(answer) == refusal("field_required", f"fields.{field.pk}")


@pytest.mark.parametrize(
    "kind", [None, 0, "x", UNKNOWN, "single", "equipment", "other"]
)
def test_it_needs_a_type_of_permanent_groups(
    cast: Cast, manager: APIClient, kind: Any
) -> None:
    if kind in ("single", "equipment"):
        kind = make_type(cast.organisation, Ephemerality.parse(kind))
    elif kind == "other":
        kind = make_type(cast.other, Ephemerality.PERMANENT)

    answer = create(manager, cast, ephemerality=2, type_id=kind)

    assert said(answer) == refusal("asset_type_required", "type_id")


@pytest.mark.parametrize("nobody", [{}, {CONSIST: None}, {CONSIST: []}])
def test_it_makes_a_permanent_group_without_members(
    cast: Cast, manager: APIClient, nobody: dict[str, Any]
) -> None:
    kind = make_type(cast.organisation, Ephemerality.PERMANENT)

    shown = create(manager, cast, ephemerality=2, type_id=kind, **nobody).json()

    assert (shown["assets"], shown["active"]) == ([], True)


def test_it_ignores_what_only_single_assets_have(
    cast: Cast, manager: APIClient
) -> None:
    asset, other = make_assets(cast.organisation, 2)
    unit = make_unit(cast.organisation, other)
    plan = SubscriptionFactory(organisation=cast.organisation)

    answer = create(
        manager,
        cast,
        group_id=unit.pk,
        subscription_id=plan.pk,
        id="5",
        position=9,
        assets=[],
        **{CONSIST: [asset.pk]},
    )

    assert members_of(stored(answer)) == [asset.pk]
    assert members_of(unit) == [other.pk]
    assert Subscription.objects.get(pk=plan.pk).allocated == 0


def test_it_makes_a_group_that_does_not_govern_yet(
    cast: Cast, manager: APIClient, own_ids: dict[str, int]
) -> None:
    asset = make_asset(cast.organisation)

    shown = create(
        manager,
        cast,
        active=False,
        location_id=own_ids["location_id"],
        **{CONSIST: [asset.pk]},
    ).json()

    (member,) = shown["assets"]
    assert (shown["active"], member["asset"]["location"]) == (False, None)
    assert shown["location"]["id"] == str(own_ids["location_id"])


def test_it_leaves_history_of_the_group_and_its_members(
    cast: Cast, manager: APIClient
) -> None:
    first, second = make_assets(cast.organisation, 2)
    kind = make_type(cast.organisation, Ephemerality.PERMANENT)

    group = stored(
        create(
            manager,
            cast,
            ephemerality=2,
            type_id=kind,
            **{CONSIST: [first.pk, second.pk]},
        )
    )

    rows = Change.objects.filter(object_id__in=[group.pk, first.pk]).order_by("id")
    changes = [
        (one.object_id, one.action, one.field, one.new, one.who)
        for one in rows.exclude(object_id=first.pk, action="created")
        if one.action != "created"
    ]
    ids = [str(first.pk), str(second.pk)]
    assert changes == [
        (first.pk, "changed", "group_id", str(group.pk), "manager"),
        (group.pk, "changed", "assets", ids, "manager"),
    ]
    (made,) = rows.filter(object_id=group.pk, action="created")
    assert made.new is not None
    assert made.new["name"] == "new asset group"


# Nothing is left of a refused group.


def test_it_keeps_nothing_of_a_refused_group(cast: Cast, manager: APIClient) -> None:
    asset = make_asset(cast.organisation)
    before = [Change.objects.count(), AssetGroup.objects.count()]
    prefix = cast.organisation.default_prefix_id
    last = Prefix.objects.get(pk=prefix).last_number

    create(manager, cast, name="x", **{CONSIST: [asset.pk]})
    create(manager, cast, number=1, **{CONSIST: [asset.pk]})

    assert [Change.objects.count(), AssetGroup.objects.count()] == before
    assert Prefix.objects.get(pk=prefix).last_number == last


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("name", "", "invalid_body"),
        ("name", "x" * 21, "invalid_body"),
        ("name", None, "invalid_body"),
        ("name", "two\nlines", "invalid_body"),
        ("description", "x" * 1001, "invalid_body"),
        ("active", "yes", "invalid_body"),
        ("active", None, "invalid_body"),
        ("number", 0, "invalid_body"),
        ("number", "1", "invalid_body"),
        ("number", 2**63, "invalid_body"),
        ("fields", [], "invalid_body"),
        ("prefix_id", True, "prefix_invalid"),
        ("fleet_id", 1.5, "fleet_invalid"),
    ],
)
def test_it_refuses_values_that_are_none(
    cast: Cast, manager: APIClient, key: str, value: object, code: str
) -> None:
    asset = make_asset(cast.organisation)

    answer = create(manager, cast, **{CONSIST: [asset.pk], key: value})

    assert said(answer) == refusal(code, key)


def test_it_takes_an_object_only(cast: Cast, manager: APIClient) -> None:
    answer = manager.post(f"{cast.path}/asset-groups", [{"ephemerality": 1}])

    assert said(answer) == refusal("invalid_body")
