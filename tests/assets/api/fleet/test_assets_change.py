"""Get and Update Asset: contract rows 23 and 24."""

from collections.abc import Mapping
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetField, AssetGroup, FieldType
from organisations.models import Change, FleetShare
from tests.assets.api.fleet.calls import (
    LARGEST,
    NO_IDS,
    NONE,
    UNKNOWN,
    refusal,
    said,
    send,
)
from tests.assets.api.fleet.shapes import asset_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
    make_assets,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)

# The refusal of each reference that is none of the organisation's.
REFERENCES = {
    "fleet_id": "fleet_invalid",
    "status_id": "status_invalid",
    "location_id": "location_invalid",
    "sub_location_id": "sub_location_invalid",
    "type_id": "type_invalid",
}


@pytest.fixture
def fields(cast: Cast) -> dict[str, AssetField]:
    """Return the fields of the asset's type by name."""
    own = {"organisation": cast.organisation}
    colour = AssetFieldFactory(**own, name="colour", type=FieldType.ENUM)
    EnumValueFactory(field=colour, value="red")
    EnumValueFactory(field=colour, value="blue")
    return {
        "axles": AssetFieldFactory(
            **own, name="axles", type=FieldType.INTEGER, required=True
        ),
        "power": AssetFieldFactory(
            **own, name="power", type=FieldType.DECIMAL, units="kW"
        ),
        "colour": colour,
    }


@pytest.fixture
def asset(cast: Cast, fields: dict[str, AssetField]) -> AssetGroup:
    """Return an asset with a value in every field."""
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields.values())
    values = {"axles": 4, "power": 6000.25, "colour": "red"}
    return make_asset(cast.organisation, type_id=kind.pk, fields=values)


def path_of(asset: AssetGroup) -> str:
    """Return where the asset is."""
    return f"/api/assets/{asset.pk}"


def history_of(asset: AssetGroup) -> set[tuple[str, Any, Any]]:
    """Return what changed of the asset since it was made."""
    rows = Change.objects.filter(model="assetgroup", object_id=asset.pk)
    changes = rows.exclude(action="created")
    assert {one.action for one in changes} <= {"changed"}
    return {(one.field, one.old, one.new) for one in changes}


# Reading.


@pytest.mark.parametrize(
    "kind", [Ephemerality.TEMPORARY, Ephemerality.PERMANENT, Ephemerality.EQUIPMENT]
)
def test_it_finds_single_assets_only(
    cast: Cast, manager: APIClient, asset: AssetGroup, kind: Ephemerality
) -> None:
    AssetGroup.objects.filter(pk=asset.pk).update(ephemerality=kind)

    assert said(manager.get(path_of(asset))) == refusal("not_found", status=404)
    for path in (path_of(asset), f"{path_of(asset)}/fields"):
        assert said(manager.patch(path, {})) == refusal("asset_not_found")


@pytest.mark.parametrize("status", FleetShare.Status)
@pytest.mark.parametrize("to", ["user", "organisation"])
def test_it_shows_a_shared_asset_while_the_share_is_accepted(
    cast: Cast, outsider: APIClient, asset: AssetGroup, status: str, to: str
) -> None:
    fleet = FleetFactory(organisation=cast.organisation)
    shared = make_asset(cast.organisation, fleet_id=fleet.pk)
    recipient = {"user": cast.outsider, "organisation": cast.other}[to]
    FleetShare.objects.create(fleet=fleet, status=status, **{to: recipient})
    none = refusal("not_member_no_share", status=403)

    seen = outsider.get(path_of(shared))

    if status == FleetShare.Status.ACCEPTED:
        assert seen.json() == asset_shape(AssetGroup.objects.get(pk=shared.pk))
        refused = outsider.patch(path_of(shared), {"name": "mine"})
        assert said(refused) == refusal("missing_permission", status=403)
    else:
        assert said(seen) == none
    assert said(outsider.get(path_of(asset))) == none


# Writing back what was read.


def test_it_changes_nothing_when_it_gets_back_what_it_showed(
    cast: Cast, manager: APIClient, own_ids: dict[str, int], asset: AssetGroup
) -> None:
    del own_ids["prefix_id"], own_ids["type_id"]
    manager.patch(path_of(asset), own_ids)
    shown = manager.get(path_of(asset)).json()
    before = Change.objects.count()

    response = manager.patch(path_of(asset), shown)

    assert (response.status_code, response.json()) == (200, shown)
    assert Change.objects.count() == before


def test_it_ignores_keys_that_cannot_be_written(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    shown = manager.get(path_of(asset)).json()
    body = dict.fromkeys(shown.keys() | {"ephemerality"}, "9")
    for key in ("name", "description", "active", "fields", "group_id", "fleet_id"):
        del body[key]
    del body["subscription_id"]

    response = manager.patch(path_of(asset), body)

    assert (response.status_code, response.json()) == (200, shown)


def test_it_notes_when_the_asset_changed(manager: APIClient, asset: AssetGroup) -> None:
    before = manager.get(path_of(asset)).json()

    same = manager.patch(path_of(asset), {"name": "asset 0"}).json()
    renamed = manager.patch(path_of(asset), {"name": "renamed"}).json()
    valued = manager.patch(path_of(asset), {"fields": {"axles": 6}}).json()

    assert same == before
    stamps = [row["updated_at"] for row in (before, renamed, valued)]
    assert stamps == sorted(set(stamps))
    assert {row["created_at"] for row in (renamed, valued)} == {before["created_at"]}


# References.


@pytest.mark.parametrize("spell", [str, int])
def test_it_takes_ids_as_strings_and_integers(
    manager: APIClient, asset: AssetGroup, own_ids: dict[str, int], spell: Any
) -> None:
    body = {key: spell(own_ids[key]) for key in REFERENCES}

    response = manager.patch(path_of(asset), body)

    asset.refresh_from_db()
    assert {key: getattr(asset, key) for key in body} == {
        key: own_ids[key] for key in body
    }
    assert response.json()["status"]["id"] == str(own_ids["status_id"])
    assert history_of(asset) >= {("fleet_id", None, str(own_ids["fleet_id"]))}
    assert {field for field, _, _ in history_of(asset)} == set(REFERENCES)


@pytest.mark.parametrize("none", NONE)
def test_it_clears_by_the_spellings_of_none(
    manager: APIClient, asset: AssetGroup, own_ids: dict[str, int], none: object
) -> None:
    keys = REFERENCES.keys() - {"type_id"}
    manager.patch(path_of(asset), {key: own_ids[key] for key in keys})

    shown = manager.patch(path_of(asset), dict.fromkeys(keys, none)).json()

    for key in ("fleet_id", "status", "location", "sub_location"):
        assert shown[key] is None


@pytest.mark.parametrize(("key", "code"), REFERENCES.items())
def test_it_refuses_what_is_no_id(
    manager: APIClient, asset: AssetGroup, key: str, code: str
) -> None:
    for value in NO_IDS:
        answer = said(manager.patch(path_of(asset), {key: value}))
        assert answer == refusal(code, key), value


@pytest.mark.parametrize(("key", "code"), REFERENCES.items())
def test_it_tells_foreign_ids_from_unknown_ones_in_no_way(
    manager: APIClient,
    asset: AssetGroup,
    own_ids: dict[str, int],
    foreign_ids: dict[str, int],
    key: str,
    code: str,
) -> None:
    manager.patch(path_of(asset), {"location_id": own_ids["location_id"]})

    for pk in (foreign_ids[key], UNKNOWN, LARGEST):
        answer = said(manager.patch(path_of(asset), {key: str(pk)}))
        assert answer == refusal(code, key)


@pytest.mark.parametrize("none", NONE)
def test_it_keeps_a_type(manager: APIClient, asset: AssetGroup, none: object) -> None:
    answer = said(manager.patch(path_of(asset), {"type_id": none}))

    assert answer == refusal("type_invalid", "type_id")


@pytest.mark.parametrize("other", [Ephemerality.PERMANENT, Ephemerality.EQUIPMENT])
def test_it_refuses_types_of_other_things(
    cast: Cast, manager: APIClient, asset: AssetGroup, other: Ephemerality
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, ephemerality=other)

    answer = said(manager.patch(path_of(asset), {"type_id": str(kind.pk)}))

    assert answer == refusal("type_invalid", "type_id")


def test_it_keeps_values_of_fields_that_the_new_type_has_not(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    before = manager.get(path_of(asset)).json()
    kind = AssetTypeFactory(organisation=cast.organisation)

    after = manager.patch(path_of(asset), {"type_id": str(kind.pk)}).json()

    assert after["type"]["id"] == str(kind.pk)
    assert after["fields"] == before["fields"]


# Where it stands.


@pytest.fixture
def yards(cast: Cast, asset: AssetGroup) -> dict[str, str]:
    """Put the asset on the track of the first of two yards; return ids by name."""
    first, second = (
        LocationFactory(organisation=cast.organisation, name=name)
        for name in ("first", "second")
    )
    track, other = (SubLocationFactory(location=yard) for yard in (first, second))
    full = SubLocationFactory(location=first, asset_capacity=0)
    AssetGroup.objects.filter(pk=asset.pk).update(location=first, sub_location=track)
    return {
        "first": str(first.pk),
        "second": str(second.pk),
        "track": str(track.pk),
        "other": str(other.pk),
        "full": str(full.pk),
        "0": "0",
    }


@pytest.mark.parametrize(
    ("location", "part", "stands"),
    [
        ("second", None, ("second", None)),
        ("first", None, ("first", "track")),
        (None, "0", ("first", None)),
        ("second", "other", ("second", "other")),
        ("0", None, (None, None)),
        ("0", "0", (None, None)),
        (None, "track", ("first", "track")),
        ("first", "track", ("first", "track")),
    ],
)
def test_it_moves_an_asset(
    manager: APIClient,
    asset: AssetGroup,
    yards: dict[str, str],
    location: str | None,
    part: str | None,
    stands: tuple[str | None, str | None],
) -> None:
    keys = {"location_id": location, "sub_location_id": part}
    body = {key: yards[name] for key, name in keys.items() if name}

    shown = manager.patch(path_of(asset), body).json()

    found = tuple(
        place and place["id"] for place in (shown["location"], shown["sub_location"])
    )
    assert found == tuple(name and yards[name] for name in stands)


@pytest.mark.parametrize(
    ("location", "part", "code"),
    [
        (None, "other", "sub_location_invalid"),
        ("second", "track", "sub_location_invalid"),
        ("0", "track", "sub_location_invalid"),
        ("0", "other", "sub_location_invalid"),
        (None, "full", "location_invalid"),
    ],
)
def test_it_refuses_places_that_are_none(
    manager: APIClient,
    asset: AssetGroup,
    yards: dict[str, str],
    location: str | None,
    part: str,
    code: str,
) -> None:
    body = {"sub_location_id": yards[part]}
    body |= {"location_id": yards[location]} if location else {}

    answer = said(manager.patch(path_of(asset), body))

    assert answer == refusal(code, "sub_location_id")


def test_it_does_not_count_an_asset_against_its_own_place(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    part = SubLocationFactory(location=yard, asset_capacity=1)
    body = {"location_id": str(yard.pk), "sub_location_id": str(part.pk)}

    codes = [
        manager.patch(path_of(asset), given).status_code
        for given in (body, body, {"sub_location_id": f"0{part.pk}"}, {"name": "same"})
    ]

    assert codes == [200, 200, 200, 200]


def test_it_frees_the_place_that_an_asset_leaves(
    cast: Cast, manager: APIClient
) -> None:
    yard = LocationFactory(organisation=cast.organisation)
    part = SubLocationFactory(location=yard, asset_capacity=1)
    here = {"location_id": str(yard.pk), "sub_location_id": str(part.pk)}
    first, second = make_assets(cast.organisation, 2)

    manager.patch(path_of(first), here)
    full = manager.patch(path_of(second), here)
    manager.patch(path_of(first), {"sub_location_id": None})

    assert said(full) == refusal("location_invalid", "sub_location_id")
    assert manager.patch(path_of(second), here).status_code == 200


# Custom fields.


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ({"power": 6300}, {"power": 6300}),
        ({"power": {"value": "6300.5", "units": "kW"}}, {"power": 6300.5}),
        ({"POWER ": {"value": 1}}, {"power": 1}),
        ({"power": None, "colour": {"value": None}}, {"power": None, "colour": None}),
        ({"colour": "blue", "axles": 6.0}, {"colour": "blue", "axles": 6}),
        ({}, {}),
        (None, {}),
    ],
)
def test_it_changes_the_values_named(
    manager: APIClient,
    asset: AssetGroup,
    fields: dict[str, AssetField],
    values: Mapping[str, object] | None,
    stored: Mapping[str, object],
) -> None:
    before = manager.get(path_of(asset)).json()["fields"]

    after = manager.patch(path_of(asset), {"fields": values}).json()["fields"]

    changed = {str(fields[name].pk): value for name, value in stored.items()}
    expected = {key: one["value"] for key, one in before.items()} | changed
    assert {key: one["value"] for key, one in after.items()} == {
        key: value for key, value in expected.items() if value is not None
    }
    assert {key for key, _, _ in history_of(asset)} == {
        f"fields/{key}" for key in changed
    }


def test_it_takes_enum_values_by_id(
    manager: APIClient, asset: AssetGroup, fields: dict[str, AssetField]
) -> None:
    colour = fields["colour"]
    red, blue = colour.values.order_by("id")

    shown = manager.patch(
        path_of(asset), {"fields": {str(colour.pk): str(blue.pk)}}
    ).json()

    assert shown["fields"][str(colour.pk)] == {
        "value": "blue",
        "units": None,
        "enum_value_id": str(blue.pk),
    }
    assert history_of(asset) == {
        (f"fields/{colour.pk}", str(red.pk), str(blue.pk)),
    }


def test_it_takes_any_field_of_the_organisation(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    stray = AssetFieldFactory(organisation=cast.organisation, name="stray")

    shown = manager.patch(path_of(asset), {"fields": {"stray": "x"}}).json()

    assert shown["fields"][str(stray.pk)] == {"value": "x", "units": None}


@pytest.mark.parametrize(
    ("values", "code", "key"),
    [
        ({"axles": "four"}, "invalid_field_value", "axles"),
        ({"axles": 4.5}, "invalid_field_value", "axles"),
        ({"power": {"value": 1, "units": "MW"}}, "units_mismatch", "power"),
        ({"power": {"units": "kW"}}, "invalid_field_value", "power"),
        ({"colour": "green"}, "invalid_field_value", "colour"),
        ({"axles": None}, "field_required", "axles"),
        ({"axles": {"value": None}}, "field_required", "axles"),
        ({"wheels": 4}, "field_unknown", "wheels"),
        ({"5": 4}, "field_unknown", "5"),
        ({"": 4}, "field_unknown", ""),
        ({"x" * 100_000: 4}, "field_unknown", "x" * 100_000),
        ({"Power": 1, "power": 1}, "invalid_body", "power"),
    ],
)
def test_it_refuses_values_that_are_none(
    manager: APIClient,
    asset: AssetGroup,
    values: Mapping[str, object],
    code: str,
    key: str,
) -> None:
    before = manager.get(path_of(asset)).json()

    answer = said(manager.patch(path_of(asset), {"name": "new", "fields": values}))

    assert answer == refusal(code, f"fields.{key}")
    assert manager.get(path_of(asset)).json() == before


def test_it_does_not_know_fields_of_others(
    cast: Cast, manager: APIClient, asset: AssetGroup
) -> None:
    foreign = AssetFieldFactory(organisation=cast.other, name="theirs")

    for key in (str(foreign.pk), "theirs"):
        answer = said(manager.patch(path_of(asset), {"fields": {key: None}}))
        assert answer == refusal("field_unknown", f"fields.{key}")


@pytest.mark.parametrize("fields_given", [[], "text", 5, True])
def test_it_refuses_fields_that_are_no_object(
    manager: APIClient, asset: AssetGroup, fields_given: object
) -> None:
    answer = said(manager.patch(path_of(asset), {"fields": fields_given}))

    assert answer == refusal("invalid_body", "fields")


@pytest.mark.parametrize(
    "value", [b"1" * 30, b'"\\ud800"', b'"\\u0000"', b"NaN", b"1e999", b"[" * 1000]
)
def test_it_survives_values_that_no_database_takes(
    manager: APIClient, asset: AssetGroup, value: bytes
) -> None:
    before = manager.get(path_of(asset)).json()
    for name in (b"axles", b"power", b"colour"):
        body = b'{"fields": {"%s": %s}}' % (name, value)
        assert said(send(manager, "PATCH", path_of(asset), body)).status == 400
    assert manager.get(path_of(asset)).json() == before


def test_it_does_not_insist_on_required_fields_that_were_missing_before(
    cast: Cast, manager: APIClient
) -> None:
    asset = make_asset(cast.organisation)
    late = AssetFieldFactory(organisation=cast.organisation, required=True)
    asset.type.type_fields.create(field=late)  # type: ignore[union-attr]

    assert manager.patch(path_of(asset), {"name": "renamed"}).status_code == 200


# The rest.


def test_it_names_every_key_at_fault(manager: APIClient, asset: AssetGroup) -> None:
    body = {"name": None, "description": 5, "active": None}

    answer = said(manager.patch(path_of(asset), body))

    assert answer == refusal("invalid_body", *body)


def test_it_switches_an_asset_off(manager: APIClient, asset: AssetGroup) -> None:
    shown = manager.patch(path_of(asset), {"active": False}).json()

    assert (shown["active"], shown["in_service"]) == (False, False)
    assert history_of(asset) == {("active", True, False)}
