"""Rows found by their ids come out as a queryset would give them."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.models import AssetGroup
from config.api.keyed import KeptList, Narrowing, find_partly, read_keys, rows_of_keys
from config.api.rows import read_rows
from organisations.models import Location
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.organisations import LocationFactory, SubLocationFactory

pytestmark = pytest.mark.django_db

PLACES = Location.objects.filter(address="")
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


def others_than(rows: QuerySet[Any, Any], name: str) -> QuerySet[Any, Any]:
    return rows.exclude(name=name)


def test_it_lists_the_first_rows_as_the_queryset_has_them(cast: Cast) -> None:
    for name in ("Yard", "Works", "Depot", "Quay"):
        LocationFactory(organisation=cast.organisation, name=name)
    LocationFactory(organisation=cast.other, name="Quay")
    columns = ("name", "organisation__name")
    for owner in (cast.organisation, cast.other):
        listed = KeptList(Location, PLACES.of, (owner.pk,), order=("-id",))
        for name in ("Yard", "Works"):
            expected = others_than(listed.queryset(), name).values_list(*columns)
            for count in (2, 5):
                narrowing = Narrowing(others_than, (name,))
                found = listed.first(narrowing, columns, count)
                assert found == list(expected[:count])
    assert [name for name, _ in found] == ["Quay"]


def test_it_finds_a_part_of_a_row_and_the_rest_when_asked(cast: Cast) -> None:
    place = LocationFactory(organisation=cast.organisation, name="Yard")
    with CaptureQueriesContext(connection) as queries:
        found = find_partly(PLACES, place.pk, ("organisation_id",))
        assert (found, found.organisation_id) == (place, cast.organisation.pk)
    assert len(queries) == 1
    assert found.name == "Yard"
    assert find_partly(PLACES, 1, ("organisation_id",)) is None
