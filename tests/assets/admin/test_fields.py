"""Custom fields and enum values in the back office."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from assets.models import AssetField, EnumValue, FieldType
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def enum(cast: Cast) -> AssetField:
    found: AssetField = AssetFieldFactory(
        organisation=cast.organisation, name="Livery", type=FieldType.ENUM
    )
    for text in ("red", "green"):
        EnumValueFactory(field=found, value=text)
    return found


def typed(**more: Any) -> dict[str, Any]:
    """Return what the form of a field posts."""
    plain = {"name": "Livery", "type": "0", "description": "", "units": ""}
    return {**plain, "max_length": "", "default": "", "new_values": "", **more}


DEFAULTS: list[tuple[FieldType, str, object]] = [
    (FieldType.TEXT, "red", "red"),
    (FieldType.INTEGER, "7", 7),
    (FieldType.DECIMAL, "0.5", 0.5),
    (FieldType.BOOLEAN, "yes", True),
    (FieldType.DATE, "2026-11-22", "2026-11-22"),
    (FieldType.DURATION, "60", 60),
]


@pytest.mark.parametrize(("kind", "text", "stored"), DEFAULTS)
def test_it_reads_a_default_of_every_type(
    kind: FieldType, text: str, stored: object, client: Client
) -> None:
    asked = typed(type=str(kind.value), default=text)
    assert client.post(page(AssetField, "add"), asked).status_code == MOVED
    field = AssetField.objects.get()
    assert field.default_value == stored
    address = page(AssetField, "change", field.pk)
    shown = client.get(address).context["adminform"].form
    again = asked | {"default": shown.fields["default"].initial}
    assert client.post(address, again).status_code == MOVED
    assert [change[0] for change in changes_of(field)].count("created") == 1
    field.refresh_from_db()
    assert field.default_value == stored


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"default": "x", "type": "1"}, "default"),
        ({"type": "6"}, "new_values"),
        ({"units": "kg"}, "units"),
        ({"name": "$x"}, "name"),
        ({"type": "6", "new_values": "red\nRed"}, "new_values"),
    ],
)
def test_it_shows_a_refusal_at_its_input(
    wrong: dict[str, str], key: str, client: Client
) -> None:
    said = errors_in(client.post(page(AssetField, "add"), typed(**wrong)))
    assert list(said) == [key]
    assert not AssetField.objects.exists()


def test_it_makes_an_enum_with_its_values(client: Client) -> None:
    asked = typed(type="6", new_values="red\r\n\r\n green \r\n", default="green")
    assert client.post(page(AssetField, "add"), asked).status_code == MOVED
    field = AssetField.objects.get()
    assert list(field.values.values_list("value", flat=True)) == ["red", "green"]
    shown = client.get(page(AssetField, "change", field.pk)).content.decode()
    assert 'value="green"' in shown
    assert "red" in shown


def test_it_adds_values_to_an_enum(enum: AssetField, client: Client) -> None:
    asked = typed(type="6", new_values="blue")
    answer = client.post(page(AssetField, "change", enum.pk), asked)
    assert answer.status_code == MOVED
    assert enum.values.count() == 3
    asked = {"field": enum.pk, "value": "white"}
    assert client.post(page(EnumValue, "add"), asked).status_code == MOVED
    assert enum.values.count() == 4


def test_it_renames_a_value(enum: AssetField, client: Client) -> None:
    value = enum.values.get(value="red")
    address = page(EnumValue, "change", value.pk)
    said = errors_in(client.post(address, {"value": "GREEN"}))
    assert list(said) == ["value"]
    assert client.post(address, {"value": "crimson"}).status_code == MOVED
    value.refresh_from_db()
    assert value.value == "crimson"
    assert value.updated_by is not None
    assert changes_of(value) == [("changed", "value", "owner")]


def test_it_keeps_a_value_that_assets_have(enum: AssetField, client: Client) -> None:
    kind = AssetTypeFactory(organisation=enum.organisation, with_fields=[enum])
    make_asset(enum.organisation, type_id=kind.pk, fields={"Livery": "red"})
    for text, gone in (("red", False), ("green", True)):
        value = enum.values.get(value=text)
        answer = client.post(page(EnumValue, "delete", value.pk), {"post": "yes"})
        told = [str(message) for message in get_messages(answer.wsgi_request)]
        sentence = "The enum value" if gone else "Assets have this value"
        assert told[-1].startswith(sentence)
        assert enum.values.filter(pk=value.pk).exists() is not gone


def test_it_deletes_a_field_that_nothing_has(cast: Cast, client: Client) -> None:
    free = AssetFieldFactory(organisation=cast.organisation)
    used = AssetFieldFactory(organisation=cast.organisation)
    AssetTypeFactory(organisation=cast.organisation, with_fields=[used])
    for field in (free, used):
        client.post(page(AssetField, "delete", field.pk), {"post": "yes"})
    assert list(AssetField.objects.all()) == [used]
    assert changes_of(free) == [("deleted", "", "owner")]


def test_it_offers_only_enums_to_add_values_to(cast: Cast, client: Client) -> None:
    text = AssetFieldFactory(organisation=cast.organisation)
    asked = {"field": text.pk, "value": "white"}
    said = errors_in(client.post(page(EnumValue, "add"), asked))
    assert list(said) == ["field"]


def test_it_shows_the_default_of_an_enum_to_those_who_may_not_write(
    cast: Cast, enum: AssetField
) -> None:
    AssetField.objects.update(default_value=str(enum.values.get(value="red").pk))
    shown = as_staff(cast.member).get(page(AssetField, "change", enum.pk))
    assert "red" in shown.content.decode()
