"""Types, with the fields and zones that hang on them."""

from http import HTTPStatus
from typing import Any

import pytest
from django.test import Client

from assets.ephemerality import Ephemerality
from assets.models import AssetType
from tests.back_office import as_staff, changes_of, errors_in, page
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    make_asset,
)
from tests.factories.organisations import PrefixFactory

MOVED = HTTPStatus.FOUND


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def typed(**more: Any) -> dict[str, Any]:
    """Return what the form of a type posts."""
    plain = {"name": "Coach", "description": "", "active": "on"}
    return {**plain, "fleet": "", "prefix": "", **more}


def test_it_makes_a_type_with_fields_and_zones(cast: Cast, client: Client) -> None:
    fields = [AssetFieldFactory(organisation=cast.organisation) for _ in range(2)]
    zone = AssetZoneFactory(organisation=cast.organisation)
    asked = typed(
        ephemerality="0",
        type_fields=[field.pk for field in fields],
        type_zones=[zone.pk],
    )
    assert client.post(page(AssetType, "add"), asked).status_code == MOVED
    kind = AssetType.objects.get()
    assert kind.ephemerality == Ephemerality.SINGLE
    assert set(kind.fields.all()) == set(fields)
    assert list(kind.zones.all()) == [zone]
    assert [change[:2] for change in changes_of(kind)] == [
        ("created", ""),
        ("changed", "fields"),
        ("changed", "fields"),
        ("changed", "zones"),
    ]


def test_it_adds_and_takes_away_what_was_chosen(cast: Cast, client: Client) -> None:
    old, kept, new = (
        AssetFieldFactory(organisation=cast.organisation) for _ in range(3)
    )
    kind = AssetTypeFactory(
        organisation=cast.organisation, name="Coach", with_fields=[old, kept]
    )
    asked = typed(type_fields=[kept.pk, new.pk])
    answer = client.post(page(AssetType, "change", kind.pk), asked)
    assert answer.status_code == MOVED
    assert set(kind.fields.all()) == {kept, new}
    entries = client.get(page(AssetType, "history", kind.pk)).context["entries"]
    told = [(line.label, line.old, line.new) for e in entries for line in e.lines]
    assert told == [("fields", str(old), "—"), ("fields", "—", str(new))]


def test_it_offers_no_type_for_temporary_groups(client: Client) -> None:
    asked = typed(ephemerality="1")
    said = errors_in(client.post(page(AssetType, "add"), asked))
    assert list(said) == ["ephemerality"]


def test_it_refuses_a_prefix_that_is_off(cast: Cast, client: Client) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, enabled=False)
    asked = typed(ephemerality="0", prefix=prefix.pk)
    said = errors_in(client.post(page(AssetType, "add"), asked))
    assert said == {"prefix": ["The prefix is off."]}
    assert not AssetType.objects.exists()


def test_it_keeps_a_type_that_assets_have(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.organisation)
    address = page(AssetType, "delete", asset.type_id)
    assert "1 asset groups" in client.get(address).content.decode()
    client.post(address, {"post": "yes"})
    assert AssetType.objects.filter(pk=asset.type_id).exists()


def test_it_names_fields_to_those_who_may_not_choose_them(cast: Cast) -> None:
    field = AssetFieldFactory(organisation=cast.organisation, name="Livery")
    kind = AssetTypeFactory(organisation=cast.organisation, with_fields=[field])
    shown = as_staff(cast.member).get(page(AssetType, "change", kind.pk))
    assert "Livery" in shown.content.decode()
