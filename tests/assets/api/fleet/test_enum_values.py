"""Values of enum fields: contract rows 20 to 22."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetField, AssetGroup, EnumValue, FieldType
from organisations.models import Change
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, refusal, said
from tests.assets.api.fleet.shapes import value_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)

NO_TEXTS: tuple[Any, ...] = (
    *(None, "", " ", 5, True, [], {}, "x" * 101, "a\nb", "a\x07"),
)


@pytest.fixture
def enum(cast: Cast) -> AssetField:
    """Return an enum field with two values that nobody in particular made."""
    row = AssetFieldFactory(
        organisation=cast.organisation, name="colour", type=FieldType.ENUM
    )
    for text in ("red", "blue"):
        EnumValueFactory(field=row, value=text, updated_by=cast.owner)
    return row


@pytest.fixture
def asset(cast: Cast, enum: AssetField) -> AssetGroup:
    """Return an asset that is red."""
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[enum])
    return make_asset(cast.organisation, type_id=kind.pk, fields={"colour": "red"})


def value_of(field: AssetField, text: str) -> EnumValue:
    """Return a value by its text."""
    return field.values.get(value=text)


def path_of(field: AssetField) -> str:
    """Return where the field is."""
    return f"/api/assetfield/{field.pk}"


def texts(field: AssetField) -> list[str]:
    """Return the values of a field."""
    return list(field.values.order_by("id").values_list("value", flat=True))


def changes() -> list[tuple[str, str, Any, Any]]:
    """Return the history of enum values, oldest first, without the creations' rest."""
    rows = Change.objects.filter(model="enumvalue").order_by("id")
    return [(row.action, row.field, _text(row.old), _text(row.new)) for row in rows]


def _text(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) else value


# One value.


def test_it_shows_a_value(member: APIClient, enum: AssetField, cast: Cast) -> None:
    red = value_of(enum, "red")

    shown = member.get(f"{path_of(enum)}/values/{red.pk}").json()

    assert shown == value_shape(red)
    assert shown["updated_by"] == {
        "id": str(cast.owner.pk),
        "firstname": "Aino",
        "lastname": "Salo",
    }
    assert shown["updated_at"].endswith("Z")


def test_it_shows_a_value_that_nobody_has_changed(
    member: APIClient, enum: AssetField
) -> None:
    value = EnumValueFactory(field=enum)

    shown = member.get(f"{path_of(enum)}/values/{value.pk}").json()

    assert shown["updated_by"] is None


@pytest.mark.parametrize("spelling", ["0", "5", "x", "-1", "9" * 19, "9" * 30])
def test_it_does_not_find_values_that_are_none(
    member: APIClient, enum: AssetField, spelling: str
) -> None:
    response = member.get(f"{path_of(enum)}/values/{spelling}")

    assert said(response) == refusal("enum_value_not_found")


def test_it_does_not_find_values_of_another_field(
    cast: Cast, member: APIClient, enum: AssetField
) -> None:
    for organisation in (cast.organisation, cast.other):
        other = AssetFieldFactory(organisation=organisation, type=FieldType.ENUM)
        value = EnumValueFactory(field=other)
        response = member.get(f"{path_of(enum)}/values/{value.pk}")
        assert said(response) == refusal("enum_value_not_found")


def test_it_adds_a_value(cast: Cast, manager: APIClient, enum: AssetField) -> None:
    response = manager.post(f"{path_of(enum)}/values", {"value": " Cafe\u0301 "})

    value = enum.values.get(value="Caf\u00e9")
    assert response.status_code == 201
    assert response.json() == value_shape(value)
    assert response["Location"] == f"{path_of(enum)}/values/{value.pk}"
    assert manager.get(response["Location"]).json() == response.json()
    assert value.updated_by == cast.manager
    assert changes() == [("created", "", None, "Caf\u00e9")]


@pytest.mark.parametrize("text", ["x", "x" * 100, "12", "$", "name", "true"])
def test_it_takes_any_text_as_a_value(
    manager: APIClient, enum: AssetField, text: str
) -> None:
    made = manager.post(f"{path_of(enum)}/values", {"value": text}).json()

    assert made["value"] == text


def test_it_refuses_texts_that_are_none(manager: APIClient, enum: AssetField) -> None:
    for text in NO_TEXTS:
        response = manager.post(f"{path_of(enum)}/values", {"value": text})
        assert said(response) == refusal("invalid_body", "value"), text


def test_it_needs_a_text(manager: APIClient, enum: AssetField) -> None:
    response = manager.post(f"{path_of(enum)}/values", {})

    assert said(response) == refusal("invalid_body", "value")


@pytest.mark.parametrize("text", ["red", "RED", " Red "])
def test_it_refuses_a_value_that_the_field_has(
    manager: APIClient, enum: AssetField, text: str
) -> None:
    response = manager.post(f"{path_of(enum)}/values", {"value": text})

    assert said(response) == refusal("value_not_unique", "value")


OTHERS = [kind for kind in FieldType if kind is not FieldType.ENUM]


@pytest.mark.parametrize("kind", OTHERS)
def test_it_adds_no_value_to_what_is_no_enum(
    cast: Cast, manager: APIClient, kind: FieldType
) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, type=kind)

    for text in ("red", None):
        response = manager.post(f"{path_of(field)}/values", {"value": text})
        assert said(response) == refusal("not_enum_field")


def test_it_adds_no_more_than_five_hundred(
    manager: APIClient, enum: AssetField
) -> None:
    EnumValueFactory.create_batch(498, field=enum)

    response = manager.post(f"{path_of(enum)}/values", {"value": "one more"})

    assert said(response) == refusal("invalid_field_definition", "values")


# Several at once.


def test_it_makes_renames_and_removes(
    cast: Cast, manager: APIClient, enum: AssetField
) -> None:
    red, blue = (value_of(enum, text) for text in ("red", "blue"))
    EnumValueFactory(field=enum, value="kept")
    items = [
        {"id": str(red.pk), "value": "crimson"},
        {"id": blue.pk, "removed": True},
        {"value": "green"},
        {"id": None, "value": "white"},
        {"id": "0", "value": "grey"},
        "black",
    ]

    shown = manager.patch(path_of(enum), {"values": items}).json()

    expected = ["crimson", "kept", "green", "white", "grey", "black"]
    assert [value["value"] for value in shown["values"]] == expected
    assert changes() == [
        ("deleted", "", "blue", None),
        ("changed", "value", "red", "crimson"),
        *[("created", "", None, text) for text in expected[2:]],
    ]


def test_it_notes_who_renamed_a_value_and_when(
    cast: Cast, manager: APIClient, enum: AssetField
) -> None:
    before = {value.value: value for value in enum.values.all()}
    items = [
        {"id": str(before["red"].pk), "value": "crimson"},
        {"id": str(before["blue"].pk), "value": "blue"},
    ]

    manager.patch(path_of(enum), {"values": items})

    crimson, blue = enum.values.order_by("id")
    assert (crimson.updated_by, blue.updated_by) == (cast.manager, cast.owner)
    assert crimson.updated_at > before["red"].updated_at
    assert blue.updated_at == before["blue"].updated_at


def test_it_lets_values_change_their_texts(
    manager: APIClient, enum: AssetField
) -> None:
    red, blue = (value_of(enum, text) for text in ("red", "blue"))
    items: list[Any] = [
        {"id": str(red.pk), "value": "blue"},
        {"id": str(blue.pk), "value": "Red"},
    ]

    shown = manager.patch(path_of(enum), {"values": items}).json()

    found = {one["id"]: one["value"] for one in shown["values"]}
    assert found == {str(red.pk): "blue", str(blue.pk): "Red"}
    assert changes() == [
        ("changed", "value", "red", "blue"),
        ("changed", "value", "blue", "Red"),
    ]
    again = manager.post(f"{path_of(enum)}/values", {"value": "red"})
    assert said(again) == refusal("value_not_unique", "value")


def test_it_gives_a_text_that_becomes_free_to_another_value(
    manager: APIClient, enum: AssetField
) -> None:
    red, blue = (str(value_of(enum, text).pk) for text in ("red", "blue"))
    items = ["red", {"id": red, "value": "blue"}, {"id": blue, "removed": True}]

    shown = manager.patch(path_of(enum), {"values": items}).json()

    assert [one["value"] for one in shown["values"]] == ["blue", "red"]
    assert shown["values"][0]["id"] == red


def test_it_refuses_two_instructions_for_one_value(
    manager: APIClient, enum: AssetField
) -> None:
    red = str(value_of(enum, "red").pk)
    edits: list[dict[str, Any]] = [{"removed": True}, {"value": "crimson"}, {}]

    for first in edits:
        for second in edits:
            items = [{"id": red, **first}, {"id": red, **second}]
            answer = said(manager.patch(path_of(enum), {"values": items}))
            assert answer == refusal("invalid_field_definition", "values"), items
    assert texts(enum) == ["red", "blue"]


def test_it_changes_the_case_of_a_value(manager: APIClient, enum: AssetField) -> None:
    item = {"id": str(value_of(enum, "red").pk), "value": "RED"}

    manager.patch(path_of(enum), {"values": [item]})

    assert texts(enum) == ["RED", "blue"]


def test_it_shows_the_new_text_on_assets(
    manager: APIClient, enum: AssetField, asset: AssetGroup
) -> None:
    red = value_of(enum, "red")

    manager.patch(path_of(enum), {"values": [{"id": str(red.pk), "value": "crimson"}]})

    shown = manager.get(f"/api/assets/{asset.pk}").json()
    assert shown["fields"][str(enum.pk)] == {
        "value": "crimson",
        "units": None,
        "enum_value_id": str(red.pk),
    }


NO_VALUES = [
    *({}, "red", 5, True, [5], [None], [[]], [{}], [{"value": None}], [""]),
    *([{"value": "x" * 101}], ["RED"], ["new", "NEW"], ["a\nb"]),
    [f"value {n}" for n in range(501)],
    [f"value {n}" for n in range(499)],
]


def test_it_refuses_values_that_make_no_sense(
    manager: APIClient, enum: AssetField
) -> None:
    for items in NO_VALUES:
        answer = said(manager.patch(path_of(enum), {"values": items}))
        assert answer == refusal("invalid_field_definition", "values"), items
    assert texts(enum) == ["red", "blue"]


def test_it_refuses_to_rename_to_what_makes_no_sense(
    manager: APIClient, enum: AssetField
) -> None:
    for text in (*NO_TEXTS, "BLUE"):
        item = {"id": str(value_of(enum, "red").pk), "value": text}
        answer = said(manager.patch(path_of(enum), {"values": [item]}))
        assert answer == refusal("invalid_field_definition", "values"), text


def test_it_does_not_know_values_of_another_field(
    cast: Cast, manager: APIClient, enum: AssetField
) -> None:
    other = AssetFieldFactory(organisation=cast.organisation, type=FieldType.ENUM)
    foreign = EnumValueFactory(field=other)

    for key in (foreign.pk, str(foreign.pk), UNKNOWN, "x", *NO_IDS):
        for item in ({"id": key, "value": "x"}, {"id": key, "removed": True}):
            answer = said(manager.patch(path_of(enum), {"values": [item]}))
            assert answer == refusal("enum_value_not_found", "values"), key


def test_it_keeps_the_last_value(manager: APIClient, enum: AssetField) -> None:
    items = [{"id": str(value.pk), "removed": True} for value in enum.values.all()]

    answer = said(manager.patch(path_of(enum), {"values": items}))

    assert answer == refusal("invalid_field_definition", "values")
    assert texts(enum) == ["red", "blue"]
    replaced = manager.patch(path_of(enum), {"values": [*items, "green"]}).json()
    assert [value["value"] for value in replaced["values"]] == ["green"]


# Values in use.


@pytest.mark.parametrize("force", [None, False, "true", 1])
def test_it_keeps_a_value_that_assets_have(
    manager: APIClient, enum: AssetField, asset: AssetGroup, force: object
) -> None:
    item = {"id": str(value_of(enum, "red").pk), "removed": True}

    answer = said(manager.patch(path_of(enum), {"values": [item], "force": force}))

    assert answer == refusal("enum_value_in_use", "values")
    assert texts(enum) == ["red", "blue"]


def test_it_clears_a_value_that_assets_have_when_forced(
    cast: Cast, manager: APIClient, enum: AssetField, asset: AssetGroup
) -> None:
    red = value_of(enum, "red")
    item = {"id": str(red.pk), "removed": True}

    response = manager.patch(path_of(enum), {"values": [item], "force": True})

    asset.refresh_from_db()
    assert response.status_code == 200
    assert asset.fields == {}
    assert asset.updated_at > asset.created_at
    change = Change.objects.get(model="assetgroup", action="changed")
    assert (change.field, change.old, change.new, change.user) == (
        f"fields/{enum.pk}",
        str(red.pk),
        None,
        cast.manager,
    )


def test_it_keeps_the_value_that_is_the_default(
    manager: APIClient, enum: AssetField
) -> None:
    manager.patch(path_of(enum), {"default_value": "red"})
    item = {"id": str(value_of(enum, "red").pk), "removed": True}

    refused = manager.patch(path_of(enum), {"values": [item]})
    forced = manager.patch(path_of(enum), {"values": [item], "force": True})

    assert said(refused) == refusal("enum_value_in_use", "values")
    assert forced.json()["default_value"] is None


def test_it_replaces_the_default_while_it_removes_it(
    manager: APIClient, enum: AssetField
) -> None:
    manager.patch(path_of(enum), {"default_value": "red"})
    item = {"id": str(value_of(enum, "red").pk), "removed": True}
    body = {"values": [item, "green"], "default_value": "green"}

    shown = manager.patch(path_of(enum), body).json()

    assert shown["default_value"] == "green"
    assert texts(enum) == ["blue", "green"]
