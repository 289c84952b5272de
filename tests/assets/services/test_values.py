"""Values of custom fields: contract 3.2."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.models import AssetGroup, FieldType
from assets.services.changing import update_asset
from assets.services.definitions import Definition
from assets.services.values import canonical_value
from config.api.errors import Refusal
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)

RED, BLUE = 467084578272595488, 467084578272595489


def definition(kind: FieldType, **rules: Any) -> Definition:
    """Return a field of the kind."""
    multi_line = rules.get("multi_line", False)
    usual: dict[str, Any] = {
        "id": 7,
        "name": "field",
        "units": "",
        "required": False,
        "multi_line": multi_line,
        "longest": 16_000 if multi_line else 255,
        "default_value": None,
        "enum_ids": {str(RED), str(BLUE)},
        "enum_by_text": {"red": str(RED), "blå": str(BLUE)},
    }
    return Definition(type=kind, **{**usual, **rules})


def read(kind: FieldType, value: object, **rules: Any) -> object:
    """Return the canonical form of a value."""
    return canonical_value(definition(kind, **rules), value, key="field")


TAKEN: list[tuple[FieldType, object, object]] = [
    (FieldType.TEXT, "", ""),
    (FieldType.TEXT, " as it is ", " as it is "),
    (FieldType.TEXT, "x" * 255, "x" * 255),
    (FieldType.TEXT, "\U0001f682" * 255, "\U0001f682" * 255),
    (FieldType.TEXT, "tab\there", "tab\there"),
    (FieldType.INTEGER, 0, 0),
    (FieldType.INTEGER, -5, -5),
    (FieldType.INTEGER, 1.0, 1),
    (FieldType.INTEGER, -0.0, 0),
    (FieldType.INTEGER, 2**53 - 1, 2**53 - 1),
    (FieldType.INTEGER, 1 - 2**53, 1 - 2**53),
    (FieldType.DECIMAL, 1, 1),
    (FieldType.DECIMAL, 1.0, 1),
    (FieldType.DECIMAL, 0.1, 0.1),
    (FieldType.DECIMAL, -0.0, 0),
    (FieldType.DECIMAL, "-0.000001", -0.000001),
    (FieldType.DECIMAL, " 1.50 ", 1.5),
    (FieldType.DECIMAL, "1e3", 1000),
    (FieldType.DECIMAL, "1.5E-2", 0.015),
    (FieldType.DECIMAL, "0e999", 0),
    (FieldType.DECIMAL, "0." + "0" * 40, 0),
    (FieldType.DECIMAL, ".5", 0.5),
    (FieldType.DECIMAL, "5.", 5),
    (FieldType.DECIMAL, Decimal("6000.250"), 6000.25),
    (FieldType.DECIMAL, "999999999.999999", 999_999_999.999999),
    (FieldType.DECIMAL, 999_999_999_999_999, 999_999_999_999_999),
    (FieldType.BOOLEAN, True, True),
    (FieldType.BOOLEAN, False, False),
    (FieldType.DATE, "2026-11-22", "2026-11-22"),
    (FieldType.DATE, "0001-01-01", "0001-01-01"),
    (FieldType.DATE, "2024-02-29", "2024-02-29"),
    (FieldType.DATETIME, "2026-11-22T09:20:00Z", "2026-11-22T09:20:00Z"),
    (FieldType.DATETIME, "2026-11-22t09:20z", "2026-11-22T09:20:00Z"),
    (FieldType.DATETIME, "2026-11-22 09:20:00", "2026-11-22T09:20:00Z"),
    (FieldType.DATETIME, "2026-11-22T09:20:00+02:00", "2026-11-22T07:20:00Z"),
    (FieldType.DATETIME, "2026-01-01T00:30+01:00", "2025-12-31T23:30:00Z"),
    (FieldType.DATETIME, "2026-11-22T09:20:00.25Z", "2026-11-22T09:20:00.250000Z"),
    (FieldType.ENUM, "red", str(RED)),
    (FieldType.ENUM, "blå", str(BLUE)),
    (FieldType.ENUM, str(RED), str(RED)),
    (FieldType.ENUM, RED, str(RED)),
    (FieldType.DURATION, 0, 0),
    (FieldType.DURATION, 3600.0, 3600),
    (FieldType.URL, "https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
    (FieldType.URL, "HTTP://localhost:8000", "HTTP://localhost:8000"),
]

REFUSED: dict[FieldType, list[object]] = {
    FieldType.TEXT: [
        *(5, 1.5, True, [], ["a"], "x" * 256),
        *("a\nb", "a\rb", "a\0b", "a\ud800b"),
    ],
    FieldType.INTEGER: [
        *(True, 1.5, "1", "", [], 2**53, -(2**53), 10**30, 1e300),
        *(float("nan"), float("inf")),
    ],
    FieldType.DECIMAL: [
        *(
            True,
            "",
            " ",
            "x",
            "1,5",
            "1_000",
            "0x1",
            "\u0661",
            "\uff11",
            "1e",
            "e5",
            ".",
            "+",
        ),
        *("NaN", "Infinity", "-inf", "sNaN1", float("nan"), float("inf")),
        *("0.0000001", 1e-7, "1.0000001", "0." + "0" * 40 + "1"),
        *("0.12345600000000000000000000000000001",),
        *(10**15, "1e15", 1e300, "1e999", "1234567890.123456", "9" * 100_000),
        *([], {"value": {}}),
    ],
    FieldType.BOOLEAN: [1, 0, "true", "", []],
    FieldType.DATE: [
        *(20261122, True, "", "22.11.2026", "2026-11-22T00:00:00Z", "2026-11-31"),
        *(
            "0000-01-01",
            "2026-1-2",
            "20261122",
            "2026-W47-7",
            "\uff12\uff10\uff12\uff16-11-22",
        ),
        *("2025-02-29", "2026-11-22\n", []),
    ],
    FieldType.DATETIME: [
        *(1_800_000_000, True, "", "2026-11-22", "now", "2026-11-22T", []),
        *("2026-11-22T25:00:00Z", "2026-13-01T00:00:00Z", "2026-11-22T09:20:00+99:00"),
        *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
        *("2026-11-22T09:20:00Zulu", "2026-11-22T09:20:00\ud800"),
    ],
    FieldType.ENUM: [
        "Red",
        " red",
        "green",
        "",
        True,
        5,
        str(RED + 9),
        1.5,
        [],
        RED + 9,
    ],
    FieldType.DURATION: [-1, True, 1.5, "60", 2**53, []],
    FieldType.URL: [
        *(5, True, "", "example.org", "//example.org", "ftp://example.org", "http://"),
        *("javascript:alert(1)", "mailto:a@example.org", "https://exa mple.org", []),
        *("https://example.org/" + "x" * 2000, "https://example.org/\n"),
        *("https://example.org/\0", "https://example.org/\ud800", "http://[::1"),
    ],
}


@pytest.mark.parametrize(("kind", "value", "stored"), TAKEN)
def test_it_stores_the_canonical_form(
    kind: FieldType, value: object, stored: object
) -> None:
    found = read(kind, value)

    assert (found, type(found)) == (stored, type(stored))
    assert read(kind, {"value": value}) == stored


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, value) for kind, values in REFUSED.items() for value in values],
)
def test_it_refuses_what_is_no_value_of_the_type(
    kind: FieldType, value: object
) -> None:
    for given_value in (value, {"value": value}):
        with pytest.raises(Refusal) as refused:
            read(kind, given_value)
        assert refused.value.code == "invalid_field_value"
        assert list(refused.value.errors) == ["field"]


@pytest.mark.parametrize("kind", FieldType)
def test_it_clears_by_null(kind: FieldType) -> None:
    assert read(kind, None) is None
    assert read(kind, {"value": None}) is None
    assert read(kind, {"value": None, "units": None, "enum_value_id": None}) is None


@pytest.mark.parametrize("value", [{}, {"units": ""}, {"Value": 1}, {"id": "1"}])
def test_it_does_not_clear_by_an_object_without_a_value(
    value: Mapping[str, object],
) -> None:
    with pytest.raises(Refusal) as refused:
        read(FieldType.INTEGER, value)
    assert refused.value.code == "invalid_field_value"


@pytest.mark.parametrize(
    ("kind", "units", "sent", "is_taken"),
    [
        (FieldType.INTEGER, "kW", "kW", True),
        (FieldType.INTEGER, "kW", None, True),
        (FieldType.INTEGER, "kW", "", True),
        (FieldType.INTEGER, "kW", "kw", False),
        (FieldType.INTEGER, "kW", "MW", False),
        (FieldType.INTEGER, "kW", 5, False),
        (FieldType.INTEGER, "kW", ["kW"], False),
        (FieldType.INTEGER, "", "kW", False),
        (FieldType.DECIMAL, "", None, True),
        (FieldType.DURATION, "", "s", True),
        (FieldType.DURATION, "", "min", False),
    ],
)
def test_it_converts_no_units(
    kind: FieldType, units: str, sent: object, is_taken: bool
) -> None:
    value = {"value": 5, "units": sent}

    if is_taken:
        assert read(kind, value, units=units) == 5
        return
    with pytest.raises(Refusal) as refused:
        read(kind, value, units=units)
    assert (refused.value.code, list(refused.value.errors)) == (
        "units_mismatch",
        ["field"],
    )


def test_it_takes_lines_where_the_field_has_several() -> None:
    text = "one\r\ntwo\n" + "x" * 15_990

    assert read(FieldType.TEXT, text, multi_line=True) == text
    with pytest.raises(Refusal):
        read(FieldType.TEXT, text + "y" * 2, multi_line=True)


def test_it_keeps_to_the_length_of_the_field() -> None:
    assert read(FieldType.TEXT, "12345", longest=5) == "12345"
    with pytest.raises(Refusal, match="At most 5"):
        read(FieldType.TEXT, "123456", longest=5)


# Properties.

TEXTS = st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=60)
DECIMALS = st.decimals(
    min_value=-999_999_999, max_value=999_999_999, places=6, allow_nan=False
)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: TEXTS,
    FieldType.INTEGER: st.integers(1 - 2**53, 2**53 - 1),
    FieldType.DECIMAL: DECIMALS.map(str),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.dates().map(date.isoformat),
    FieldType.DATETIME: st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
    FieldType.ENUM: st.sampled_from(["red", "blå", str(RED), BLUE]),
    FieldType.DURATION: st.integers(0, 2**53 - 1),
    FieldType.URL: st.from_regex(
        r"\Ahttps?://[a-z]{1,9}\.example\.org/[a-z0-9/?=&#]{0,40}\Z"
    ),
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def test_it_has_a_strategy_for_every_type() -> None:
    assert set(VALUES) == set(FieldType)


@pytest.mark.parametrize("kind", FieldType)
@settings(max_examples=40)
@given(data=st.data())
def test_it_reads_its_own_form_as_itself(kind: FieldType, data: st.DataObject) -> None:
    stored = read(kind, data.draw(VALUES[kind]))

    again = read(kind, json.loads(json.dumps(stored)))
    assert (again, type(again)) == (stored, type(stored))
    assert orjson.loads(orjson.dumps(stored)) == stored


@pytest.mark.parametrize("kind", FieldType)
@settings(max_examples=60)
@given(value=ANYTHING)
def test_it_takes_anything_or_refuses_it(kind: FieldType, value: object) -> None:
    with suppress(Refusal):
        stored = read(kind, value)
        assert stored is None or read(kind, stored) == stored


@given(value=DECIMALS)
def test_it_keeps_decimals_exactly(value: Decimal) -> None:
    stored = read(FieldType.DECIMAL, str(value))

    assert Decimal(repr(stored)) == value
    assert read(FieldType.DECIMAL, float(value)) == stored


@pytest.mark.django_db
@settings(
    max_examples=20,
    # The rows are made once and only their values change.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(data=st.data())
def test_it_reads_back_from_the_database_what_it_stored(
    asset: AssetGroup, data: st.DataObject
) -> None:
    given_values = {
        kind.label + " field": data.draw(VALUES[kind]) for kind in FieldType
    }
    given_values["enum field"] = data.draw(st.sampled_from(["red", "blå"]))

    row = update_asset(asset, {"fields": given_values}, actor=asset.organisation.owner)

    stored = AssetGroup.objects.get(pk=asset.pk).fields
    assert stored == row.fields
    assert {key: type(value) for key, value in stored.items()} == {
        key: type(value) for key, value in row.fields.items()
    }


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset of a type that has a field of each kind."""
    fields = [
        AssetFieldFactory(
            organisation=cast.organisation, name=f"{kind.label} field", type=kind
        )
        for kind in FieldType
    ]
    for text in ("red", "blå"):
        EnumValueFactory(field=fields[FieldType.ENUM], value=text)
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=fields)
    return make_asset(cast.organisation, type_id=kind.pk)
