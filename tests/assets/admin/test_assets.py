"""Assets and equipment in the back office."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetField, AssetGroup, AssetType, Equipment, FieldType
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
    SubscriptionFactory,
)

MOVED = HTTPStatus.FOUND
PLAIN = {"name": "Wagon", "description": "", "active": "on"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def kind(cast: Cast) -> AssetType:
    found: AssetType = AssetTypeFactory(organisation=cast.organisation)
    return found


def field_of(kind: AssetType, value_type: FieldType, **columns: Any) -> AssetField:
    """Give the type a field."""
    field: AssetField = AssetFieldFactory(
        organisation=kind.organisation, type=value_type, **columns
    )
    kind.fields.add(field)
    return field


def adding(kind: AssetType, model: type[AssetGroup] = Asset) -> str:
    """Return the address of the form that makes something of the type."""
    return f"{page(model, 'add')}?type={kind.pk}"


def typed(asset: AssetGroup, **more: Any) -> dict[str, Any]:
    """Return what the form of an asset posts when nothing but this is changed."""
    values = {"type": asset.type_id, "name": asset.name, "description": ""}
    for name in ("status", "fleet", "location", "sub_location", "group"):
        values[name] = getattr(asset, f"{name}_id") or ""
    return {**values, "active": "on", **more}


def test_it_asks_for_the_type_first(cast: Cast, client: Client) -> None:
    answer = client.get(page(Asset, "add"))
    assert "adminform" not in answer.context
    assert "ephemerality=0" in answer.content.decode()


@pytest.mark.parametrize("key", ["1", "x", "9" * 30])
def test_it_asks_again_for_what_is_no_type(key: str, client: Client) -> None:
    answer = client.get(page(Asset, "add"), {"type": key})
    assert answer.context["form"].errors.keys() == {"type"}


def test_it_offers_no_type_of_another_kind(cast: Cast, client: Client) -> None:
    kind = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    assert client.get(adding(kind)).context["form"].errors.keys() == {"type"}


def test_it_numbers_a_new_asset(cast: Cast, kind: AssetType, client: Client) -> None:
    assert client.post(adding(kind), PLAIN).status_code == MOVED
    asset = Asset.objects.get()
    assert (asset.name, asset.type, asset.number) == ("Wagon", kind, 1)
    assert asset.organisation == cast.organisation
    assert changes_of(asset) == [("created", "", "owner")]


def test_it_puts_a_new_asset_where_it_was_told(
    cast: Cast, kind: AssetType, client: Client
) -> None:
    part = SubLocationFactory(location=LocationFactory(organisation=cast.organisation))
    status = AssetStatusFactory(organisation=cast.organisation)
    fleet = FleetFactory(organisation=cast.organisation)
    asked = PLAIN | {"status": status.pk, "fleet": fleet.pk, "number": "77"}
    asked |= {"location": part.location.pk, "sub_location": part.pk}
    assert client.post(adding(kind), asked).status_code == MOVED
    asset = Asset.objects.get()
    assert (asset.status, asset.fleet, asset.number) == (status, fleet, 77)
    assert (asset.location, asset.sub_location) == (part.location, part)


VALUES: list[tuple[FieldType, dict[str, str], object, dict[str, Any]]] = [
    (FieldType.TEXT, {"": " red "}, " red ", {}),
    (FieldType.TEXT, {"": "one\r\ntwo"}, "one\ntwo", {"multi_line": True}),
    (FieldType.INTEGER, {"": "-12"}, -12, {"units": "kg"}),
    (FieldType.DECIMAL, {"": "0.1"}, 0.1, {"units": "t"}),
    (FieldType.BOOLEAN, {"": "false"}, False, {}),
    (FieldType.DATE, {"": "2026-11-22"}, "2026-11-22", {}),
    (
        FieldType.DATETIME,
        {"_0": "2026-11-22", "_1": "09:20:00"},
        "2026-11-22T09:20:00Z",
        {},
    ),
    (FieldType.DURATION, {"": "3600"}, 3600, {}),
    (FieldType.URL, {"": "https://example.org/a"}, "https://example.org/a", {}),
]


@pytest.mark.parametrize(("value_type", "inputs", "stored", "columns"), VALUES)
def test_it_stores_a_value_of_every_type_and_shows_it_unchanged(
    value_type: FieldType,
    inputs: dict[str, str],
    stored: object,
    columns: dict[str, Any],
    kind: AssetType,
    client: Client,
) -> None:
    field = field_of(kind, value_type, **columns)
    name = f"field_{field.pk}"
    values = {f"{name}{part}": text for part, text in inputs.items()}
    assert client.post(adding(kind), PLAIN | values).status_code == MOVED
    asset = Asset.objects.get()
    assert asset.fields == {field.key: stored}
    address = page(Asset, "change", asset.pk)
    shown = client.get(address).context["adminform"].form
    assert name in shown.fields
    same = typed(asset) | values
    assert client.post(address, same).status_code == MOVED
    assert changes_of(asset) == [("created", "", "owner")]


def test_it_offers_the_values_of_an_enum(kind: AssetType, client: Client) -> None:
    field = field_of(kind, FieldType.ENUM)
    red = EnumValueFactory(field=field, value="red")
    asked = PLAIN | {f"field_{field.pk}": str(red.pk)}
    assert client.post(adding(kind), asked).status_code == MOVED
    asset = Asset.objects.get()
    assert asset.fields == {field.key: str(red.pk)}
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert f'<option value="{red.pk}" selected>red</option>' in shown
    asked = typed(asset) | {f"field_{field.pk}": "7"}
    said = errors_in(client.post(page(Asset, "change", asset.pk), asked))
    assert said.keys() == {f"field_{field.pk}"}


def test_it_changes_and_clears_values(kind: AssetType, client: Client) -> None:
    field = field_of(kind, FieldType.TEXT, name="Livery")
    asset = make_asset(kind.organisation, type_id=kind.pk, fields={"Livery": "red"})
    address, name = page(Asset, "change", asset.pk), f"field_{field.pk}"
    client.post(address, typed(asset) | {name: "green"})
    client.post(address, typed(asset) | {name: ""})
    asset.refresh_from_db()
    assert asset.fields == {}
    entries = client.get(page(Asset, "history", asset.pk)).context["entries"]
    told = [(line.label, line.old, line.new) for e in entries for line in e.lines]
    assert told[:2] == [("Livery", "green", "—"), ("Livery", "red", "green")]


def test_it_keeps_values_of_fields_that_the_type_has_not(
    cast: Cast, kind: AssetType, client: Client
) -> None:
    field = field_of(kind, FieldType.TEXT, name="Livery")
    asset = make_asset(kind.organisation, type_id=kind.pk, fields={"Livery": "red"})
    kind.fields.remove(field)
    shown = client.get(page(Asset, "change", asset.pk)).context["adminform"].form
    assert shown.fields[f"field_{field.pk}"].initial == "red"


def test_it_applies_defaults_and_insists_on_what_is_required(
    kind: AssetType, client: Client
) -> None:
    field = field_of(kind, FieldType.TEXT, name="Livery", required=True)
    said = errors_in(client.post(adding(kind), PLAIN))
    assert said == {f"field_{field.pk}": ["'Livery' is required."]}
    assert not Asset.objects.exists()
    AssetField.objects.update(default_value="red")
    assert client.post(adding(kind), PLAIN).status_code == MOVED
    assert Asset.objects.get().fields == {field.key: "red"}


REFUSALS: list[tuple[dict[str, str], str]] = [
    ({"name": "x"}, "name"),
    ({"number": "0"}, "number"),
    ({"number": "7"}, "number"),
    ({"description": "d" * 1001}, "description"),
]


@pytest.mark.parametrize(("wrong", "key"), REFUSALS)
def test_it_says_what_the_api_says(
    wrong: dict[str, str], key: str, cast: Cast, kind: AssetType, client: Client
) -> None:
    make_asset(cast.organisation, number=7)
    body: dict[str, object] = {"type_id": str(kind.pk), **wrong}
    if "number" in wrong:
        body["number"] = int(wrong["number"])
    answer = cast.client("owner").post(f"{cast.path}/assets", body)
    said = errors_in(client.post(adding(kind), PLAIN | wrong))
    assert said[key] == answer.json()["errors"][key]


def test_it_shows_a_refusal_of_a_reference_at_its_input(
    cast: Cast, kind: AssetType, client: Client
) -> None:
    part = SubLocationFactory(
        location=LocationFactory(organisation=cast.organisation), asset_capacity=0
    )
    asked = PLAIN | {"location": part.location.pk, "sub_location": part.pk}
    said = errors_in(client.post(adding(kind), asked))
    assert said == {"sub_location": ["The sub-location is full."]}
    full = SubscriptionFactory(organisation=cast.organisation, capacity=0)
    said = errors_in(client.post(adding(kind), PLAIN | {"subscription": full.pk}))
    assert said == {"subscription": ["The subscription has no seats left."]}


def test_it_clears_the_part_when_an_asset_moves(
    cast: Cast, kind: AssetType, client: Client
) -> None:
    part = SubLocationFactory(location=LocationFactory(organisation=cast.organisation))
    other = LocationFactory(organisation=cast.organisation)
    asset = make_asset(
        cast.organisation,
        type_id=kind.pk,
        location_id=part.location.pk,
        sub_location_id=part.pk,
    )
    asked = typed(asset, location=other.pk)
    assert client.post(page(Asset, "change", asset.pk), asked).status_code == MOVED
    asset.refresh_from_db()
    assert (asset.location, asset.sub_location) == (other, None)


def test_it_hides_what_is_deleted_and_keeps_its_history(
    cast: Cast, client: Client
) -> None:
    asset = make_asset(cast.organisation, name="Old wagon")
    address = page(Asset, "delete", asset.pk)
    assert "Old wagon" in client.get(address).content.decode()
    assert client.post(address, {"post": "yes"}).status_code == MOVED
    asset.refresh_from_db()
    assert asset.deleted_at is not None
    assert changes_of(asset)[-1] == ("deleted", "", "owner")
    for name in ("change", "history"):
        assert client.get(page(Asset, name, asset.pk)).status_code == MOVED
    shown = client.get(page(Asset, "changelist")).content.decode()
    assert page(Asset, "change", asset.pk) not in shown


def test_it_shows_values_to_those_who_may_not_change_them(
    cast: Cast, kind: AssetType
) -> None:
    field = field_of(kind, FieldType.ENUM, name="Livery")
    red = EnumValueFactory(field=field, value="red")
    asset = make_asset(
        cast.organisation, type_id=kind.pk, fields={"Livery": str(red.pk)}
    )
    member = as_staff(cast.member)
    shown = member.get(page(Asset, "change", asset.pk)).content.decode()
    assert "Livery: red" in shown
    assert "_save" not in shown


def test_it_asks_another_permission_for_equipment(cast: Cast, client: Client) -> None:
    kind = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    assert client.post(adding(kind, Equipment), PLAIN).status_code == MOVED
    tool = Equipment.objects.get()
    role = cast.organisation.memberships.get(user=cast.staff).roles.get()
    role.permissions = ["MANAGE_FLEETS"]
    role.save()
    staff = as_staff(cast.staff)
    assert staff.get(page(Equipment, "add")).status_code == HTTPStatus.FORBIDDEN
    assert staff.get(page(Asset, "add")).status_code == HTTPStatus.OK
    for model in (Equipment, AssetGroup):
        for name in ("change", "delete"):
            answer = staff.post(page(model, name, tool.pk), typed(tool, name="Mine"))
            tool.refresh_from_db()
            assert (answer.status_code, tool.name) != (MOVED, "Mine")
    assert tool.deleted_at is None


def test_it_shows_where_an_asset_is(cast: Cast, client: Client) -> None:
    own, its = (LocationFactory(organisation=cast.organisation) for _ in range(2))
    asset = make_asset(cast.organisation, location_id=own.pk)
    group = make_asset(cast.organisation, location_id=its.pk)
    AssetGroup.objects.filter(pk=asset.pk).update(governed_by=group)
    shown = client.get(page(Asset, "changelist")).content.decode()
    row = shown.split(page(Asset, "change", asset.pk))[1].split("</tr>")[0]
    assert str(its) in shown
    assert str(own) not in row
