"""Asset fields: contract rows 17 to 19 and 21."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetField, EnumValue, FieldType
from assets.models.field_names import RESERVED
from organisations.models import Change
from tests.assets.api.fleet.calls import UNKNOWN, Answer, refusal, said
from tests.assets.api.fleet.shapes import field_shape
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)

NO_TYPES: tuple[Any, ...] = (
    *(None, True, False, -1, 9, 1.0, "9", "-1", "", "string", [], {}, 10**30),
)
NO_UNITS: tuple[Any, ...] = (5, True, [], "x" * 21, "k\nW")
NO_LENGTHS: tuple[Any, ...] = (0, -1, 65_536, True, False, "5", "", 1.5, [], 10**30)
NO_LISTS: tuple[Any, ...] = (None, [], {}, "red", 5)
NO_TEXTS: tuple[Any, ...] = (
    *(None, 5, True, "", " ", "x" * 101, "a\nb", [], {}, {"id": "5"}),
)
NO_FLAGS: tuple[Any, ...] = (None, "true", "", 0, 1, 1.0, [], {})


def path_of(field: AssetField) -> str:
    """Return where the field is."""
    return f"/api/assetfield/{field.pk}"


def create(client: APIClient, cast: Cast, **body: Any) -> Answer:
    """Ask for a text field, unless told otherwise."""
    return client.post(f"{cast.path}/asset-fields", {"type": 0, **body})


def changes_of(model: str) -> list[tuple[str, str, Any, Any]]:
    """Return the history of every row of a model, oldest first."""
    rows = Change.objects.filter(model=model).order_by("id")
    return list(rows.values_list("action", "field", "old", "new"))


@pytest.fixture
def field(cast: Cast) -> AssetField:
    """Return a text field."""
    return AssetFieldFactory(organisation=cast.organisation, name="note")


@pytest.fixture
def enum(cast: Cast) -> AssetField:
    """Return an enum field with two values."""
    row = AssetFieldFactory(
        organisation=cast.organisation, name="colour", type=FieldType.ENUM
    )
    for text in ("red", "blue"):
        EnumValueFactory(field=row, value=text, updated_by=cast.owner)
    return row


# Creating.


def test_it_creates_a_field(cast: Cast, manager: APIClient) -> None:
    response = create(manager, cast)

    field = AssetField.objects.get()
    assert response.status_code == 201
    assert response.json() == field_shape(field)
    assert response.json() == {
        "id": str(field.pk),
        "organisation_id": str(cast.organisation.pk),
        "name": "new asset field",
        "description": "",
        "type": 0,
        "required": False,
        "is_result": False,
        "units": None,
        "multi_line": False,
        "max_length": None,
        "default_value": None,
        "values": [],
    }


def test_it_creates_a_field_as_told(cast: Cast, manager: APIClient) -> None:
    body = {
        "name": "power",
        "description": "Continuous",
        "type": 2,
        "required": True,
        "is_result": True,
        "units": "kW",
        "default_value": 6000.25,
    }

    made = create(manager, cast, **body).json()

    assert body.items() <= made.items()
    assert made == field_shape(AssetField.objects.get())


def test_it_creates_a_text_of_several_lines(cast: Cast, manager: APIClient) -> None:
    body = {"multi_line": True, "max_length": 65_535, "default_value": "one\ntwo"}

    made = create(manager, cast, **body).json()

    assert body.items() <= made.items()


@pytest.mark.parametrize(
    "values",
    [
        ["red", " blå ", "x"],
        [{"value": "red"}, {"value": " blå ", "id": "9", "updated_by": {}}, "x"],
    ],
)
def test_it_creates_an_enum_with_its_values(
    cast: Cast, manager: APIClient, values: list[Any]
) -> None:
    body = {"type": "enum", "values": values, "default_value": "blå"}

    made = create(manager, cast, **body).json()

    field = AssetField.objects.get()
    red, blue, short = EnumValue.objects.order_by("id")
    assert made == {**field_shape(field), "default_value": "blå"}
    assert [value.value for value in (red, blue, short)] == ["red", "blå", "x"]
    assert {value.updated_by for value in (red, blue, short)} == {cast.manager}
    assert field.default_value == str(blue.pk)


@pytest.mark.parametrize("kind", FieldType)
def test_it_reads_the_spellings_of_a_type(
    cast: Cast, manager: APIClient, kind: FieldType
) -> None:
    values = {"values": ["red"]} if kind is FieldType.ENUM else {}

    types = [
        create(manager, cast, type=spelling, **values).json()["type"]
        for spelling in (int(kind), str(int(kind)), kind.label, kind.label.upper())
    ]

    assert types == [kind] * 4


def test_it_gives_the_first_name_that_is_free(cast: Cast, manager: APIClient) -> None:
    create(manager, cast, name="New Asset Field 3")

    names = [create(manager, cast).json()["name"] for _ in range(3)]

    assert names == ["new asset field", "new asset field 2", "new asset field 4"]


def test_it_keeps_a_duration_in_seconds(cast: Cast, manager: APIClient) -> None:
    for units in (None, "", "s"):
        assert create(manager, cast, type=7, units=units).json()["units"] == "s"


def test_it_leaves_one_row_of_history_for_each_new_row(
    cast: Cast, manager: APIClient
) -> None:
    create(manager, cast, type=6, values=["red", "blue"], default_value="red")

    (field,) = changes_of("assetfield")
    red = EnumValue.objects.get(value="red")
    assert field[:3] == ("created", "", None)
    assert field[3] == {
        "organisation_id": str(cast.organisation.pk),
        "name": "new asset field",
        "type": 6,
        "required": False,
        "is_result": False,
        "multi_line": False,
        "default_value": str(red.pk),
    }
    assert [(row[0], row[3]["value"]) for row in changes_of("enumvalue")] == [
        ("created", "red"),
        ("created", "blue"),
    ]


# Names.


NO_NAMES = [
    *sorted(RESERVED),
    *(
        "NAME",
        "Fleet Id",
        "fleet_id",
        "LOCATION-ID",
        "sub location",
        "\u017ftatu\u017f",
    ),
    *("Created At", " value ", "$top", "$ power", "TRUE", "Null"),
    *("12", "-12", "+1.5", "1e3", ".5", "1_000", "NaN", "nan", "Infinity", "-inf"),
    *("\uff11\uff12", "\u0661\u0662", "\u0967\u0968", " 12 ", "sNaN", "1\u00b2"),
]


def test_it_refuses_names_that_are_reserved(
    cast: Cast, manager: APIClient, field: AssetField
) -> None:
    expected = refusal("field_name_reserved", "name")

    for name in NO_NAMES:
        assert said(create(manager, cast, name=name)) == expected, name
        assert said(manager.patch(path_of(field), {"name": name})) == expected, name


NAMES = ["Name 2", "power $", "1st axle", "e3", "IDs", "x 12"]


def test_it_takes_names_that_only_look_alike(cast: Cast, manager: APIClient) -> None:
    assert [create(manager, cast, name=name).json()["name"] for name in NAMES] == NAMES


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("Power", "power"),
        ("power", " POWER "),
        ("Stra\u00dfe", "STRASSE"),
        ("Caf\u00e9", "cafe\u0301"),
    ],
)
def test_it_refuses_names_that_another_field_has(
    cast: Cast, manager: APIClient, field: AssetField, taken: str, name: str
) -> None:
    AssetFieldFactory(organisation=cast.organisation, name=taken)
    expected = refusal("field_name_not_unique", "name")

    assert said(create(manager, cast, name=name)) == expected
    assert said(manager.patch(path_of(field), {"name": name})) == expected


def test_it_takes_names_of_other_organisations(cast: Cast, manager: APIClient) -> None:
    AssetFieldFactory(organisation=cast.other, name="power")

    assert create(manager, cast, name="power").status_code == 201


def test_it_changes_the_case_of_a_name(manager: APIClient, field: AssetField) -> None:
    assert manager.patch(path_of(field), {"name": "NOTE"}).json()["name"] == "NOTE"


# Definitions.

DEFINITIONS: list[tuple[dict[str, Any], str]] = [
    *[({"type": value}, "type") for value in NO_TYPES],
    *[
        ({flag: value}, flag)
        for flag in ("required", "is_result", "multi_line")
        for value in NO_FLAGS
    ],
    *[({"type": 1, "units": value}, "units") for value in NO_UNITS],
    *[({"type": kind, "units": "kW"}, "units") for kind in (0, 3, 4, 5, 7, 8)],
    *[({"max_length": value}, "max_length") for value in NO_LENGTHS],
    *[({"type": kind, "max_length": 5}, "max_length") for kind in (1, 3, 7, 8)],
    *[({"type": kind, "multi_line": True}, "multi_line") for kind in (1, 4, 6)],
    *[({"type": 6, "values": value}, "values") for value in NO_LISTS],
    *[({"type": 6, "values": [value]}, "values") for value in NO_TEXTS],
    ({"type": 6}, "values"),
    ({"type": 6, "values": ["red", "RED"]}, "values"),
    ({"type": 6, "values": ["Stra\u00dfe", {"value": "strasse"}]}, "values"),
    ({"type": 6, "values": [f"value {n}" for n in range(501)]}, "values"),
    ({"type": 0, "values": ["red"]}, "values"),
    ({"type": 1, "default_value": "four"}, "default_value"),
    ({"type": 1, "default_value": {"value": 1, "units": "MW"}}, "default_value"),
    ({"type": 3, "default_value": 1}, "default_value"),
    ({"type": 4, "default_value": "2026-02-30"}, "default_value"),
    ({"type": 6, "values": ["red"], "default_value": "green"}, "default_value"),
    ({"type": 6, "values": ["red"], "default_value": str(UNKNOWN)}, "default_value"),
    ({"type": 0, "default_value": "a\nb"}, "default_value"),
    ({"type": 0, "max_length": 3, "default_value": "four"}, "default_value"),
    ({"type": 0, "default_value": {}}, "default_value"),
]


@pytest.mark.parametrize("at_fault", sorted({key for _, key in DEFINITIONS}))
def test_it_refuses_definitions_that_make_no_sense(
    cast: Cast, manager: APIClient, at_fault: str
) -> None:
    for body, key in DEFINITIONS:
        if key == at_fault:
            answer = said(create(manager, cast, **body))
            assert answer == refusal("invalid_field_definition", key), body
    assert not AssetField.objects.exists()


def test_it_needs_a_type(cast: Cast, manager: APIClient) -> None:
    response = manager.post(f"{cast.path}/asset-fields", {"name": "power"})

    assert said(response) == refusal("invalid_field_definition", "type")


def test_it_refuses_changes_that_make_no_sense(
    manager: APIClient, field: AssetField
) -> None:
    for body, key in DEFINITIONS:
        if "type" not in body:
            answer = said(manager.patch(path_of(field), body))
            assert answer == refusal("invalid_field_definition", key), body


def test_it_takes_five_hundred_values(cast: Cast, manager: APIClient) -> None:
    values = [f"value {n}" for n in range(500)]

    assert create(manager, cast, type=6, values=values).status_code == 201


# Changing.


def test_it_changes_nothing_when_it_gets_back_what_it_showed(
    cast: Cast, manager: APIClient, enum: AssetField
) -> None:
    enum.default_value = str(enum.values.get(value="red").pk)
    enum.save()
    run = AssetFieldFactory(organisation=cast.organisation, type=7, units="s")
    power = AssetFieldFactory(
        organisation=cast.organisation, type=2, units="kW", default_value=1.5
    )

    for field in (enum, run, power):
        shown = manager.get(path_of(field)).json()
        assert manager.patch(path_of(field), shown).json() == shown
    assert not Change.objects.filter(action="changed", model="assetfield").exists()
    assert not changes_of("enumvalue")


def test_it_clears_what_can_be_cleared(cast: Cast, manager: APIClient) -> None:
    field = AssetFieldFactory(
        organisation=cast.organisation,
        type=FieldType.INTEGER,
        units="kW",
        default_value=5,
    )
    text = AssetFieldFactory(organisation=cast.organisation, max_length=5)

    shown = manager.patch(path_of(field), {"units": None, "default_value": None}).json()

    assert (shown["units"], shown["default_value"]) == (None, None)
    unbounded = manager.patch(path_of(text), {"max_length": None}).json()
    assert unbounded["max_length"] is None


def test_it_changes_the_type_while_there_are_no_values(
    manager: APIClient, field: AssetField
) -> None:
    shown = manager.patch(path_of(field), {"type": "decimal", "units": "kW"}).json()

    assert (shown["type"], shown["units"]) == (2, "kW")
    assert changes_of("assetfield") == [
        ("changed", "type", 0, 2),
        ("changed", "units", "", "kW"),
    ]


def test_it_keeps_the_type_while_there_are_values(
    cast: Cast, manager: APIClient, field: AssetField
) -> None:
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    asset = make_asset(cast.organisation, type_id=kind.pk, fields={"note": "x"})
    expected = refusal("field_type_in_use", "type")

    assert said(manager.patch(path_of(field), {"type": 1})) == expected
    assert manager.patch(path_of(field), {"type": 0}).status_code == 200
    manager.patch(f"/api/assets/{asset.pk}", {"fields": {"note": None}})
    assert manager.patch(path_of(field), {"type": 1}).status_code == 200


def test_it_checks_the_default_against_the_new_type(
    manager: APIClient, field: AssetField
) -> None:
    manager.patch(path_of(field), {"default_value": "none yet"})
    expected = refusal("invalid_field_definition", "default_value")

    assert said(manager.patch(path_of(field), {"type": 1})) == expected
    body = {"type": 1, "default_value": 4}
    assert manager.patch(path_of(field), body).json()["default_value"] == 4


def test_it_checks_the_default_against_the_new_length(
    manager: APIClient, field: AssetField
) -> None:
    manager.patch(path_of(field), {"default_value": "none yet"})

    answer = said(manager.patch(path_of(field), {"max_length": 4}))

    assert answer == refusal("invalid_field_definition", "default_value")


@pytest.mark.parametrize("key", ["max_length", "multi_line"])
def test_it_asks_to_give_up_what_only_a_text_has(
    manager: APIClient, field: AssetField, key: str
) -> None:
    given, none = {"max_length": (5, None), "multi_line": (True, False)}[key]
    manager.patch(path_of(field), {key: given})

    answer = said(manager.patch(path_of(field), {"type": 1}))

    assert answer == refusal("invalid_field_definition", key)
    assert manager.patch(path_of(field), {"type": 1, key: none}).status_code == 200


def test_it_turns_a_text_into_an_enum(manager: APIClient, field: AssetField) -> None:
    manager.patch(path_of(field), {"default_value": "red"})
    expected = refusal("invalid_field_definition", "values")

    assert said(manager.patch(path_of(field), {"type": 6})) == expected
    body = {"type": 6, "values": ["red", "blue"]}
    shown = manager.patch(path_of(field), body).json()

    assert [value["value"] for value in shown["values"]] == ["red", "blue"]
    assert shown["default_value"] == "red"


def test_it_turns_an_enum_into_a_text(manager: APIClient, enum: AssetField) -> None:
    manager.patch(path_of(enum), {"default_value": "red"})

    shown = manager.patch(path_of(enum), {"type": 0}).json()

    assert (shown["type"], shown["values"], shown["default_value"]) == (0, [], None)
    changes = changes_of("enumvalue")
    assert [action for action, *_ in changes] == ["deleted", "deleted"]
    assert [old["value"] for _, _, old, _ in changes] == ["red", "blue"]


def test_it_leaves_seconds_behind_with_the_duration(
    cast: Cast, manager: APIClient
) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, type=7, units="s")

    assert manager.patch(path_of(field), {"type": 0}).json()["units"] is None


def test_it_refuses_values_of_what_is_no_enum(
    manager: APIClient, field: AssetField
) -> None:
    answer = said(manager.patch(path_of(field), {"values": ["red"]}))

    assert answer == refusal("invalid_field_definition", "values")


# Listing.


FILTERS: dict[str, list[str]] = {
    "": ["Größe", "power", "power 2", "spare"],
    "type={first}": ["Größe", "power"],
    "type={first},{second}": ["Größe", "power", "power 2"],
    "type=0": ["spare"],
    "type={theirs}": [],
    f"type={UNKNOWN}": [],
    "name=GRO": ["Größe"],
    "name=po": ["power", "power 2"],
    "name=ower": [],
    "name=p&type={second}": ["power", "power 2"],
    "name=&type=": ["Größe", "power", "power 2", "spare"],
}


def test_it_filters_fields(cast: Cast, member: APIClient) -> None:
    own = {"organisation": cast.organisation}
    size, power, power2 = (
        AssetFieldFactory(**own, name=name) for name in ("Größe", "power", "power 2")
    )
    AssetFieldFactory(**own, name="spare")
    AssetFieldFactory(organisation=cast.other, name="power")
    first = AssetTypeFactory(**own, with_fields=[size, power])
    second = AssetTypeFactory(**own, with_fields=[power, power2])
    theirs = AssetTypeFactory(organisation=cast.other)
    ids = {"first": first.pk, "second": second.pk, "theirs": theirs.pk}

    def found(query: str) -> list[str]:
        path = f"{cast.path}/asset-fields?{query.format(**ids)}"
        rows = member.get(path).json()
        counted = member.get(f"{path}&$count=true").json()
        assert counted["@odata.count"] == len(rows), query
        return [row["name"] for row in rows]

    assert {query: found(query) for query in FILTERS} == FILTERS


@pytest.mark.parametrize("spelling", ["x", "-1", "1.5", "9" * 19, "1,", "true"])
def test_it_refuses_types_that_are_no_id(
    cast: Cast, member: APIClient, spelling: str
) -> None:
    response = member.get(f"{cast.path}/asset-fields?type={spelling}")

    assert said(response) == refusal("invalid_filter", "type")


def test_it_lists_fields_with_their_values(
    cast: Cast, member: APIClient, field: AssetField, enum: AssetField
) -> None:
    rows = member.get(f"{cast.path}/asset-fields").json()

    assert rows == [field_shape(field), field_shape(enum)]
    assert rows[1] == member.get(path_of(enum)).json()
