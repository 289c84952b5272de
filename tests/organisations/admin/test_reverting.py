"""Changes that are taken back, one by one, by the way of every other change."""

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import models
from django.test import Client

from assets.models import (
    Asset,
    AssetGroup,
    AssetStatus,
    AssetType,
    Equipment,
    FieldType,
)
from assets.services.changing import update_asset
from assets.services.types import add_field
from licensing.models import Licence
from licensing.services.licences import update_licence
from organisations.models import Change, Location, Membership, Role
from organisations.services import rows
from organisations.services.locations import delete_location
from organisations.services.members import update_member
from tests.back_office import CASES, as_staff, changes_of, page
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.licensing import make_licence
from tests.factories.organisations import (
    LocationFactory,
    MembershipFactory,
    RoleFactory,
)

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def place(cast: Cast) -> Location:
    found: Location = LocationFactory(organisation=cast.organisation, name="First")
    return found


def latest(row: models.Model, field: str) -> Change:
    """Return the newest change of a value."""
    kind: Any = row._meta.concrete_model
    found = Change.objects.filter(
        model=kind._meta.model_name, object_id=row.pk, field=field
    )
    change = found.order_by("-id").first()
    assert change is not None, list(Change.objects.values("model", "field"))
    return change


def revert(client: Client, row: models.Model, change: Change) -> str:
    """Take a change back, and return what is said of it."""
    answer = client.post(page(type(row), "revert", row.pk, change.pk))
    assert answer.headers["Location"] == page(type(row), "history", row.pk)
    return [str(message) for message in get_messages(answer.wsgi_request)][-1]


def offered(client: Client, row: models.Model) -> list[tuple[str, str | None]]:
    """Return the changes of the history page, and where they are taken back."""
    entries = client.get(page(type(row), "history", row.pk)).context["entries"]
    return [
        (entry.change.field, entry.offer.url if entry.offer else None)
        for entry in entries
    ]


def test_it_asks_before_it_writes_the_old_value_back(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.manager)
    change = latest(place, "name")
    address = page(Location, "revert", place.pk, change.pk)
    assert offered(client, place) == [("name", address)]
    shown = client.get(address).content.decode()
    assert "First" in shown
    assert "manager" in shown
    place.refresh_from_db()
    assert place.name == "Second"
    assert revert(client, place, change) == "The change was taken back."
    place.refresh_from_db()
    assert (place.name, place.normalised_name) == ("First", "first")
    assert changes_of(place)[-1] == ("changed", "name", "owner")


def test_it_takes_back_nothing_that_was_overwritten(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.manager)
    old = latest(place, "name")
    rows.update(place, {"name": "Third"}, actor=cast.manager)
    assert offered(client, place)[1] == ("name", "")
    address = page(Location, "revert", place.pk, old.pk)
    shown = client.get(address).content.decode()
    assert "changed since" in shown
    assert ">Leave it<" not in shown
    assert "changed since" in revert(client, place, old)
    place.refresh_from_db()
    assert place.name == "Third"


def test_it_takes_a_value_back_that_came_back_since(
    cast: Cast, place: Location, client: Client
) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.manager)
    change = latest(place, "name")
    for name in ("Third", "Second"):
        rows.update(place, {"name": name}, actor=cast.manager)
    assert revert(client, place, change) == "The change was taken back."
    place.refresh_from_db()
    assert place.name == "First"


def test_it_says_when_a_row_that_was_named_is_gone(
    cast: Cast, place: Location, client: Client
) -> None:
    asset = make_asset(cast.organisation, location_id=place.pk)
    update_asset(asset, {"location_id": None}, actor=cast.owner)
    delete_location(location=place, actor=cast.owner)
    row = Asset.objects.get(pk=asset.pk)
    said = revert(client, row, latest(row, "location_id"))
    assert "Location is not there any more" in said
    row.refresh_from_db()
    assert row.location_id is None


def test_it_says_what_the_services_refuse(cast: Cast, client: Client) -> None:
    licence = make_licence(cast.organisation, 3)
    update_licence(licence=licence, values={"name": "New"}, actor=cast.owner)
    change = latest(licence, "name")
    Change.objects.filter(pk=change.pk).update(old="")
    assert "Nothing was changed." in revert(client, licence, change)
    assert Licence.objects.get(pk=licence.pk).name == "New"


VALUES: list[tuple[FieldType, object, object]] = [
    (FieldType.TEXT, " one ", "two"),
    (FieldType.INTEGER, 12, 13),
    (FieldType.DECIMAL, 0.1, 2),
    (FieldType.BOOLEAN, False, True),
    (FieldType.DATE, "2026-11-22", "2026-11-23"),
    (FieldType.DATETIME, "2026-11-22T09:20:00Z", "2026-11-22T09:30:00Z"),
    (FieldType.URL, "https://example.org/a", None),
]


@pytest.mark.parametrize(("value_type", "old", "new"), VALUES)
def test_it_takes_back_a_value_of_every_type(
    value_type: FieldType, old: object, new: object, cast: Cast, client: Client
) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, type=value_type)
    kind = AssetTypeFactory(organisation=cast.organisation)
    kind.fields.add(field)
    key = str(field.pk)
    asset = make_asset(cast.organisation, type_id=kind.pk, fields={key: old})
    update_asset(asset, {"fields": {key: new}}, actor=cast.owner)
    row = Asset.objects.get(pk=asset.pk)
    revert(client, row, latest(row, f"fields/{key}"))
    row.refresh_from_db()
    assert row.fields == {field.key: old}


def test_it_takes_back_a_choice_and_calls_it_by_its_text(
    cast: Cast, client: Client
) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, type=FieldType.ENUM)
    red, green = (EnumValueFactory(field=field, value=one) for one in ("red", "green"))
    kind = AssetTypeFactory(organisation=cast.organisation)
    kind.fields.add(field)
    key = str(field.pk)
    asset = make_asset(cast.organisation, type_id=kind.pk, fields={key: "red"})
    update_asset(asset, {"fields": {key: "green"}}, actor=cast.owner)
    row = Asset.objects.get(pk=asset.pk)
    change = latest(row, f"fields/{key}")
    shown = client.get(page(Asset, "history", row.pk)).context["entries"]
    assert [(one.old, one.new) for one in shown[0].lines] == [("red", "green")]
    revert(client, row, change)
    row.refresh_from_db()
    assert row.fields == {field.key: str(red.pk)}
    update_asset(row, {"fields": {key: "green"}}, actor=cast.owner)
    red.delete()
    assert "not there any more" in revert(client, row, latest(row, f"fields/{key}"))
    row.refresh_from_db()
    assert row.fields == {field.key: str(green.pk)}


@pytest.mark.parametrize("model", [Equipment, AssetGroup])
def test_it_takes_back_changes_of_equipment_and_groups(
    model: type[AssetGroup], cast: Cast, client: Client
) -> None:
    row = CASES[model].make(cast.organisation)
    assert isinstance(row, AssetGroup)
    name = row.name
    update_asset(row, {"name": "Other name"}, actor=cast.owner)
    revert(client, row, latest(row, "name"))
    row.refresh_from_db()
    assert row.name == name


def test_it_takes_back_links_and_flags(cast: Cast, client: Client) -> None:
    kind: AssetType = AssetTypeFactory(organisation=cast.organisation)
    kept, added = (AssetFieldFactory(organisation=cast.organisation) for _ in range(2))
    for field in (kept, added):
        add_field(kind, field, actor=cast.owner)
    revert(client, kind, latest(kind, "fields"))
    assert list(kind.fields.all()) == [kept]
    status: AssetStatus = AssetStatusFactory(organisation=cast.organisation)
    rows.update(status, {"active": False}, actor=cast.owner)
    revert(client, status, latest(status, "active"))
    status.refresh_from_db()
    assert status.active


def test_it_takes_back_roles(cast: Cast, client: Client) -> None:
    role: Role = RoleFactory(organisation=cast.organisation, permissions=[])
    member: Membership = MembershipFactory(organisation=cast.organisation)
    values = {"role_ids": [role.pk]}
    update_member(membership=member, values=values, actor=cast.owner, is_operator=False)
    revert(client, member, latest(member, "roles"))
    assert not member.roles.exists()


def test_it_offers_nothing_to_who_may_not_write(cast: Cast, place: Location) -> None:
    rows.update(place, {"name": "Second"}, actor=cast.manager)
    member = as_staff(cast.member)
    assert offered(member, place) == [("name", None)]
    address = page(Location, "revert", place.pk, latest(place, "name").pk)
    for answer in (member.get(address), member.post(address)):
        assert answer.status_code == HTTPStatus.FORBIDDEN
    place.refresh_from_db()
    assert place.name == "Second"


def test_it_knows_no_change_of_another_row(
    cast: Cast, place: Location, client: Client
) -> None:
    foreign: Location = LocationFactory(organisation=cast.other, name="Theirs")
    rows.update(foreign, {"name": "Second"}, actor=cast.outsider)
    change = latest(foreign, "name").pk
    for key in (change, 1, "x", "9" * 40):
        address = page(Location, "revert", place.pk, key)
        assert client.post(address).status_code == HTTPStatus.NOT_FOUND
    answer = client.post(page(Location, "revert", foreign.pk, change))
    assert answer.headers["Location"] == "/admin/"
    foreign.refresh_from_db()
    assert foreign.name == "Second"


def test_it_takes_back_no_creation(cast: Cast, place: Location, client: Client) -> None:
    made = rows.create(
        AssetStatus(organisation=cast.organisation, name="Parked"), actor=cast.owner
    )
    assert offered(client, made) == [("", None)]
    change = Change.objects.get(object_id=made.pk)
    assert "not a change of a value" in revert(client, made, change)
