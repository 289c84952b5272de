"""Asset types: contract rows 5 to 12."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import (
    AssetField,
    AssetGroup,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
    FieldType,
)
from organisations.models import Change
from tests.assets.api.fleet.calls import (
    LARGEST,
    NO_IDS,
    NONE,
    UNKNOWN,
    refusal,
    said,
)
from tests.assets.api.fleet.shapes import type_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import FleetFactory, PrefixFactory

KINDS = {
    0: (0, "0", "single", " Single "),
    2: (2, "2", "permanent"),
    3: (3, "3", "EQUIPMENT"),
}
NO_KINDS: tuple[Any, ...] = (
    *(1, "1", "temporary", 4, -1, True, False, 0.0, 2.0, None, "", "x", [], {}, 10**30),
)


def path_of(kind: AssetType) -> str:
    """Return where the type is."""
    return f"/api/assettype/{kind.pk}"


def changes_of(kind: AssetType) -> list[tuple[str, Any, Any]]:
    """Return what changed of a type, in order."""
    rows = Change.objects.filter(model="assettype", object_id=kind.pk)
    return list(rows.order_by("id").values_list("field", "old", "new"))


@pytest.fixture
def kind(cast: Cast) -> AssetType:
    """Return a type."""
    return AssetTypeFactory(organisation=cast.organisation)


# Creating and changing.


def test_it_creates_a_type(cast: Cast, manager: APIClient) -> None:
    response = manager.post(f"{cast.path}/asset-types", {"ephemerality": 0})

    kind = AssetType.objects.get()
    assert response.status_code == 201
    assert response.json() == type_shape(kind)
    assert response.json() == {
        "id": str(kind.pk),
        "organisation_id": str(cast.organisation.pk),
        "fleet_id": None,
        "ephemerality": 0,
        "name": "new asset type",
        "description": "",
        "fields": [],
        "prefix_id": None,
        "zones": [],
        "active": True,
    }


def test_it_creates_a_type_as_told(
    cast: Cast, manager: APIClient, own_ids: dict[str, int]
) -> None:
    body = {
        "ephemerality": 3,
        "name": "pump",
        "description": "Moves water",
        "active": False,
        "fleet_id": str(own_ids["fleet_id"]),
        "prefix_id": str(own_ids["prefix_id"]),
    }

    made = manager.post(f"{cast.path}/asset-types", body).json()

    assert body.items() <= made.items()
    assert made == type_shape(AssetType.objects.get(name="pump"))


@pytest.mark.parametrize(
    ("kind", "spelling"), [(kind, one) for kind, all_ in KINDS.items() for one in all_]
)
def test_it_reads_the_spellings_of_a_kind(
    cast: Cast, manager: APIClient, kind: int, spelling: object
) -> None:
    path = f"{cast.path}/asset-types"

    made = manager.post(path, {"ephemerality": spelling}).json()

    assert made["ephemerality"] == kind
    rows = manager.get(path, {"ephemerality": str(spelling)}).json()
    assert [row["id"] for row in rows] == [made["id"]]


@pytest.mark.parametrize("spelling", NO_KINDS)
def test_it_refuses_kinds_that_have_no_type(
    cast: Cast, manager: APIClient, spelling: object
) -> None:
    response = manager.post(f"{cast.path}/asset-types", {"ephemerality": spelling})

    assert said(response) == refusal("invalid_ephemerality", "ephemerality")


def test_it_needs_a_kind(cast: Cast, manager: APIClient) -> None:
    response = manager.post(f"{cast.path}/asset-types", {"name": "locomotive"})

    assert said(response) == refusal("invalid_ephemerality", "ephemerality")


@pytest.mark.parametrize("value", [2, "single", 1, "nonsense", None, [], 10**30])
def test_it_never_changes_the_kind(
    manager: APIClient, kind: AssetType, value: object
) -> None:
    response = manager.patch(path_of(kind), {"ephemerality": value, "name": "new"})

    assert response.status_code == 200
    assert response.json()["ephemerality"] == 0


REFERENCES = {"fleet_id": "fleet", "prefix_id": "prefix"}


@pytest.mark.parametrize("key", REFERENCES)
@pytest.mark.parametrize("spell", [str, int])
def test_it_takes_ids_as_strings_and_integers(
    cast: Cast,
    manager: APIClient,
    kind: AssetType,
    own_ids: dict[str, int],
    key: str,
    spell: Any,
) -> None:
    body = {key: spell(own_ids[key])}
    path = f"{cast.path}/asset-types"

    for response in (
        manager.post(path, {"ephemerality": 0, **body}),
        manager.patch(path_of(kind), body),
    ):
        assert response.json()[key] == str(own_ids[key])


@pytest.mark.parametrize("key", REFERENCES)
@pytest.mark.parametrize("none", NONE)
def test_it_clears_by_the_spellings_of_none(
    manager: APIClient, kind: AssetType, own_ids: dict[str, int], key: str, none: object
) -> None:
    manager.patch(path_of(kind), {key: own_ids[key]})

    assert manager.patch(path_of(kind), {key: none}).json()[key] is None


@pytest.mark.parametrize(
    ("key", "on_create", "on_change"),
    [
        ("fleet_id", "fleet_not_found", "fleet_not_in_organisation"),
        ("prefix_id", "prefix_invalid", "prefix_invalid"),
    ],
)
def test_it_refuses_references_that_are_none(
    cast: Cast,
    manager: APIClient,
    kind: AssetType,
    foreign_ids: dict[str, int],
    key: str,
    on_create: str,
    on_change: str,
) -> None:
    path = f"{cast.path}/asset-types"

    for value in (*NO_IDS, foreign_ids[key], UNKNOWN, LARGEST):
        created = manager.post(path, {"ephemerality": 0, key: value})
        assert said(created) == refusal(on_create, key), value
        changed = manager.patch(path_of(kind), {key: value})
        assert said(changed) == refusal(on_change, key), value
    assert AssetType.objects.filter(organisation=cast.organisation).get() == kind


def test_it_refuses_a_prefix_that_is_off(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    off = PrefixFactory(organisation=cast.organisation, enabled=False)

    response = manager.patch(path_of(kind), {"prefix_id": str(off.pk)})

    assert said(response) == refusal("prefix_invalid", "prefix_id")


def test_it_takes_back_a_prefix_that_was_switched_off(
    cast: Cast, manager: APIClient
) -> None:
    off = PrefixFactory(organisation=cast.organisation, enabled=False)
    kind = AssetTypeFactory(organisation=cast.organisation, prefix=off)
    shown = manager.get(path_of(kind)).json()

    response = manager.patch(path_of(kind), {**shown, "name": "renamed"})

    assert response.json() == {**shown, "name": "renamed"}


@pytest.mark.parametrize("flag", [None, "true", 1, 0, []])
def test_it_refuses_flags_that_are_none(
    cast: Cast, manager: APIClient, kind: AssetType, flag: object
) -> None:
    body = {"ephemerality": 0, "active": flag}
    expected = refusal("invalid_body", "active")

    assert said(manager.post(f"{cast.path}/asset-types", body)) == expected
    assert said(manager.patch(path_of(kind), {"active": flag})) == expected


def test_it_leaves_a_row_of_history_for_every_value(
    cast: Cast, manager: APIClient, kind: AssetType, own_ids: dict[str, int]
) -> None:
    fleet, prefix = str(own_ids["fleet_id"]), str(own_ids["prefix_id"])

    manager.patch(path_of(kind), {"fleet_id": fleet, "prefix_id": prefix})
    manager.patch(path_of(kind), {"fleet_id": 0, "active": False})

    assert sorted(changes_of(kind), key=str) == sorted(
        [
            ("fleet_id", None, fleet),
            ("prefix_id", None, prefix),
            ("fleet_id", fleet, None),
            ("active", True, False),
        ],
        key=str,
    )


# Fields and zones of a type.


@pytest.fixture
def enum(cast: Cast) -> AssetField:
    """Return an enum field with two values."""
    field = AssetFieldFactory(
        organisation=cast.organisation, name="colour", type=FieldType.ENUM
    )
    for text in ("red", "blue"):
        EnumValueFactory(field=field, value=text, updated_by=field.organisation.owner)
    return field


def test_it_adds_a_field_and_shows_it(
    manager: APIClient, kind: AssetType, enum: AssetField
) -> None:
    plain = AssetFieldFactory(organisation=kind.organisation)

    manager.put(f"{path_of(kind)}/asset-fields/{plain.pk}")
    response = manager.put(f"{path_of(kind)}/asset-fields/{enum.pk}")

    assert response.status_code == 200
    assert response.json() == type_shape(kind)
    first, second = response.json()["fields"]
    assert (first["field"]["id"], first["enum_values"]) == (str(plain.pk), [])
    assert second["enum_values"] == second["field"]["values"]
    assert [value["value"] for value in second["enum_values"]] == ["red", "blue"]


def test_it_adds_a_zone_and_shows_it(manager: APIClient, kind: AssetType) -> None:
    zone = AssetZoneFactory(organisation=kind.organisation, code="B1")

    response = manager.put(f"{path_of(kind)}/asset-zones/{zone.pk}")

    assert response.status_code == 200
    assert response.json() == type_shape(kind)
    assert [one["code"] for one in response.json()["zones"]] == ["B1"]


def parts_of(organisation: Any) -> list[tuple[str, AssetField | AssetZone]]:
    """Return a field and a zone, each with the last part of its path."""
    field = AssetFieldFactory(organisation=organisation)
    zone = AssetZoneFactory(organisation=organisation)
    return [(f"asset-fields/{field.pk}", field), (f"asset-zones/{zone.pk}", zone)]


def test_it_adds_a_part_once(cast: Cast, manager: APIClient, kind: AssetType) -> None:
    for path, part in parts_of(cast.organisation):
        answers = [manager.put(f"{path_of(kind)}/{path}") for _ in range(3)]

        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].json() == answers[2].json()
        key = "fields" if "field" in path else "zones"
        assert changes_of(kind)[-1] == (key, None, str(part.pk))
    assert len(changes_of(kind)) == 2


def test_it_takes_a_part_away(cast: Cast, manager: APIClient, kind: AssetType) -> None:
    for path, part in parts_of(cast.organisation):
        manager.put(f"{path_of(kind)}/{path}")

        response = manager.delete(f"{path_of(kind)}/{path}")

        assert (response.status_code, response.content) == (204, b"")
        key = "fields" if "field" in path else "zones"
        assert changes_of(kind)[-1] == (key, str(part.pk), None)
    assert not AssetTypeField.objects.exists()
    assert not AssetTypeZone.objects.exists()


def test_it_says_so_when_the_type_has_not_the_part(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    codes = ["field_not_associated", "zone_not_associated"]
    for (path, _), code in zip(parts_of(cast.organisation), codes, strict=True):
        assert said(manager.delete(f"{path_of(kind)}/{path}")) == refusal(code)


def test_it_refuses_parts_of_others(
    cast: Cast, manager: APIClient, kind: AssetType
) -> None:
    codes = ["field_other_organisation", "zone_other_organisation"]
    for (path, _), code in zip(parts_of(cast.other), codes, strict=True):
        for call in (manager.put, manager.delete):
            answer = said(call(f"{path_of(kind)}/{path}"))
            assert answer == refusal(code, status=403)


@pytest.mark.parametrize("part", ["asset-fields", "asset-zones"])
@pytest.mark.parametrize("spelling", ["0", "x", "-1", "9" * 19, "9" * 30])
def test_it_does_not_find_parts_by_malformed_ids(
    manager: APIClient, kind: AssetType, part: str, spelling: str
) -> None:
    expected = refusal("not_found", status=404)

    for call in (manager.put, manager.delete):
        assert said(call(f"{path_of(kind)}/{part}/{spelling}")) == expected
        assert said(call(f"/api/assettype/{spelling}/{part}/5")) == expected


def test_it_keeps_values_of_a_field_taken_away(cast: Cast, manager: APIClient) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, required=True)
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    asset = make_asset(cast.organisation, type_id=kind.pk, fields={str(field.pk): "x"})

    manager.delete(f"{path_of(kind)}/asset-fields/{field.pk}")

    shown = manager.get(f"/api/assets/{asset.pk}").json()
    assert shown["type"]["fields"] == []
    assert shown["fields"] == {str(field.pk): {"value": "x", "units": None}}
    body = {"type_id": str(kind.pk)}
    assert manager.post(f"{cast.path}/assets", body).status_code == 201


# Listing.


FILTERS: dict[str, list[str]] = {
    "": ["Vagn", "unit", "väg pump"],
    "ephemerality=0": ["Vagn"],
    "ephemerality=single": ["Vagn"],
    "ephemerality=2": ["unit"],
    "ephemerality=Equipment": ["väg pump"],
    "ephemerality=1": [],
    "ephemerality=": ["Vagn", "unit", "väg pump"],
    "name=VAG": ["Vagn", "väg pump"],
    "active=false": ["unit"],
    "ephemerality=0&active=false": [],
}


def test_it_filters_types(cast: Cast, member: APIClient) -> None:
    kinds = (Ephemerality.SINGLE, Ephemerality.PERMANENT, Ephemerality.EQUIPMENT)
    for name, kind in zip(("Vagn", "unit", "väg pump"), kinds, strict=True):
        AssetTypeFactory(
            organisation=cast.organisation,
            name=name,
            ephemerality=kind,
            active=name != "unit",
        )
    AssetTypeFactory(organisation=cast.other, name="foreign")

    def found(query: str) -> list[str]:
        rows = member.get(f"{cast.path}/asset-types?{query}").json()
        return [row["name"] for row in rows]

    assert {query: found(query) for query in FILTERS} == FILTERS


@pytest.mark.parametrize("spelling", ["4", "-1", "x", "0,2", "true", "9" * 30])
def test_it_refuses_filters_that_are_no_kind(
    cast: Cast, member: APIClient, spelling: str
) -> None:
    response = member.get(f"{cast.path}/asset-types?ephemerality={spelling}")

    assert said(response) == refusal("invalid_filter", "ephemerality")


def test_it_lists_types_with_their_fields_and_zones(
    cast: Cast, member: APIClient, enum: AssetField
) -> None:
    own = {"organisation": cast.organisation}
    plain = AssetFieldFactory(**own)
    kinds = [
        AssetTypeFactory(**own, with_fields=fields, fleet=FleetFactory(**own))
        for fields in ([enum, plain], [], [plain])
    ]
    for kind in kinds[:2]:
        AssetTypeZone.objects.create(type=kind, zone=AssetZoneFactory(**own))

    rows = member.get(f"{cast.path}/asset-types").json()

    assert rows == [type_shape(kind) for kind in kinds]
    assert not AssetGroup.objects.exists()
