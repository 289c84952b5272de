"""Rows found by their ids come out as a queryset would give them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.models import AssetGroup
from config.api.keyed import read_keys, rows_of_keys
from config.api.rows import read_rows
from organisations.models import Location
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.organisations import LocationFactory, SubLocationFactory

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "name", "latitude", "sub_locations__name")


def test_it_finds_rows_by_their_ids(cast: Cast) -> None:
    places = [LocationFactory(organisation=cast.organisation) for _ in range(3)]
    for name in ("Track 2", "Track 1"):
        SubLocationFactory(location=places[0], name=name)
    keys = [places[2].pk, places[0].pk]

    found = rows_of_keys(Location, COLUMNS, keys, order=("id", "sub_locations__name"))

    rows = Location.objects.filter(pk__in=keys).order_by("id", "sub_locations__name")
    assert found == list(rows.values_list(*COLUMNS))
    assert [row[3] for row in found] == ["Track 1", "Track 2", None]


def test_it_finds_nothing_for_no_ids(cast: Cast) -> None:
    LocationFactory(organisation=cast.organisation)
    assert rows_of_keys(Location, COLUMNS, []) == []


def test_it_finds_each_number_of_ids_by_one_query(cast: Cast) -> None:
    keys = [LocationFactory(organisation=cast.organisation).pk for _ in range(5)]
    for count in range(1, 6):
        with CaptureQueriesContext(connection) as queries:
            assert len(rows_of_keys(Location, ("id",), keys[:count])) == count
        assert len(queries) == 1


def test_it_renders_rows_in_id_order(cast: Cast) -> None:
    assets = make_assets(cast.organisation, 3)
    keys = [asset.pk for asset in reversed(assets)]
    expected = AssetGroup.objects.filter(pk__in=keys).order_by("id")
    assert read_keys(AssetSerializer, AssetGroup, keys) == read_rows(
        AssetSerializer, expected
    )
