"""Two forms of one row: the later one overwrites nothing without having been told."""

from http import HTTPStatus
from typing import Any

import pytest
from django.db import models
from django.test import Client

from assets.models import Asset, AssetType, FieldType
from assets.services.changing import update_asset
from licensing.models import Licence
from licensing.services.licences import update_licence
from organisations.models import Location, Subscription
from organisations.services import rows
from tests.back_office import as_staff, errors_in, page
from tests.cast import Cast
from tests.factories.assets import AssetFieldFactory, AssetTypeFactory, make_asset
from tests.factories.licensing import make_licence
from tests.factories.organisations import LocationFactory, SubscriptionFactory

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def opened(client: Client, row: models.Model) -> dict[str, Any]:
    """Return what the page of a row would post with nothing changed."""
    shown = client.get(page(type(row), "change", row.pk))
    form = shown.context["adminform"].form
    values: dict[str, Any] = {"seen_change": shown.context["seen"]}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            values |= {
                f"{bound.html_name}_{place}": "" if part is None else str(part)
                for place, part in enumerate(parts)
            }
        elif value is not None and value is not False:
            values[bound.html_name] = "on" if value is True else value
    return values


def save(client: Client, row: models.Model, values: dict[str, Any]) -> Any:
    """Post the form of a row."""
    return client.post(page(type(row), "change", row.pk), values)


def test_it_tells_who_has_changed_the_same_value_and_keeps_both(
    cast: Cast, client: Client
) -> None:
    place: Location = LocationFactory(organisation=cast.organisation, name="First")
    mine = opened(client, place)
    rows.update(place, {"name": "Theirs"}, actor=cast.manager)
    answer = save(client, place, mine | {"name": "Mine"})
    said = errors_in(answer)
    assert "nothing was saved" in said["__all__"][0]
    assert "manager changed this from First to Theirs" in said["name"][0]
    assert "still stands here" in said["name"][0]
    assert answer.context["adminform"].form["name"].value() == "Mine"
    place.refresh_from_db()
    assert place.name == "Theirs"
    again = mine | {"name": "Mine", "seen_change": answer.context["seen"]}
    assert save(client, place, again).status_code == MOVED
    place.refresh_from_db()
    assert place.name == "Mine"


def test_it_takes_over_what_was_left_alone(cast: Cast, client: Client) -> None:
    seats: Subscription = SubscriptionFactory(organisation=cast.organisation)
    mine = opened(client, seats)
    later = {"enabled": False, "ends_at": "2030-01-02T03:04:05Z"}
    rows.update(Subscription.objects.get(pk=seats.pk), later, actor=cast.manager)
    answer = save(client, seats, mine | {"name": "Mine"})
    assert errors_in(answer).keys() == {"__all__", "enabled", "ends_at"}
    posted = answer.wsgi_request.POST
    assert (posted["ends_at_0"], posted["ends_at_1"]) == ("2030-01-02", "03:04:05")
    again = {**posted.dict(), "seen_change": answer.context["seen"]}
    assert save(client, seats, again).status_code == MOVED
    seats.refresh_from_db()
    assert (seats.name, seats.enabled) == ("Mine", False)
    assert f"{seats.ends_at:%Y-%m-%d %H:%M:%S}" == "2030-01-02 03:04:05"


def test_it_lets_through_what_overwrites_nothing(cast: Cast, client: Client) -> None:
    licence = make_licence(cast.organisation, 3)
    mine = opened(client, licence)
    update_licence(licence=licence, values={"name": "Both"}, actor=cast.owner)
    assert save(client, licence, mine | {"name": "Both"}).status_code == MOVED


def test_it_watches_the_values_of_an_asset(cast: Cast, client: Client) -> None:
    kind: AssetType = AssetTypeFactory(organisation=cast.organisation)
    text, choice = (
        AssetFieldFactory(organisation=cast.organisation, type=one)
        for one in (FieldType.TEXT, FieldType.BOOLEAN)
    )
    kind.fields.add(text, choice)
    row = make_asset(cast.organisation, type_id=kind.pk, fields={str(text.pk): "red"})
    asset = Asset.objects.get(pk=row.pk)
    mine = opened(client, asset)
    theirs = {"fields": {str(text.pk): "green", str(choice.pk): True}}
    update_asset(asset, theirs, actor=cast.manager)
    answer = save(client, asset, mine | {f"field_{text.pk}": "blue"})
    said = errors_in(answer)
    assert said.keys() == {"__all__", f"field_{text.pk}", f"field_{choice.pk}"}
    assert "still stands here" in said[f"field_{text.pk}"][0]
    assert answer.wsgi_request.POST[f"field_{choice.pk}"] == "True"
    asset.refresh_from_db()
    assert asset.fields == {text.key: "green", choice.key: True}


def test_it_keeps_fields_that_came_to_a_type(cast: Cast, client: Client) -> None:
    kind: AssetType = AssetTypeFactory(organisation=cast.organisation)
    mine = opened(client, kind)
    theirs = opened(client, kind)
    field = AssetFieldFactory(organisation=cast.organisation)
    assert save(client, kind, theirs | {"type_fields": [field.pk]}).status_code == MOVED
    answer = save(client, kind, mine | {"description": "Mine"})
    assert errors_in(answer).keys() == {"__all__", "type_fields"}
    assert answer.wsgi_request.POST.getlist("type_fields") == [str(field.pk)]
    assert list(kind.fields.all()) == [field]


def test_it_keeps_the_number_of_a_form_that_is_refused_otherwise(
    cast: Cast, client: Client
) -> None:
    place: Location = LocationFactory(organisation=cast.organisation, name="First")
    mine = opened(client, place)
    rows.update(place, {"name": "Theirs"}, actor=cast.manager)
    answer = save(client, place, mine | {"latitude": "x"})
    assert str(answer.context["seen"]) == str(mine["seen_change"])


@pytest.mark.parametrize("number", ["", "x", "9" * 40])
def test_it_takes_a_number_that_is_none_for_the_oldest(
    number: str, cast: Cast, client: Client
) -> None:
    licence = make_licence(cast.organisation)
    mine = opened(client, licence)
    update_licence(licence=licence, values={"notes": "Theirs"}, actor=cast.owner)
    wrong = mine | {"seen_change": number, "notes": "Mine"}
    assert "notes" in errors_in(save(client, licence, wrong))
    assert Licence.objects.get(pk=licence.pk).notes == "Theirs"
