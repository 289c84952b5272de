"""SQL that is written once gives what a queryset made anew would give."""

from collections.abc import Collection
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from config.api.kept import kept_rows, kept_slice
from organisations.models import Change, Fleet, Location, Role
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, LocationFactory, RoleFactory

pytestmark = pytest.mark.django_db

calls: list[object] = []


def of_name(name: str, organisation: int, *, column: str) -> QuerySet[Any, Any]:
    calls.append(name)
    rows: QuerySet[Any] = Fleet.objects.filter(
        organisation=organisation, description=""
    )
    return rows.filter(name=name).order_by("id").values_list(column)


def with_word(word: str, *, column: str) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = Fleet.objects.filter(name__contains=word)
    return rows.order_by("id").values_list(column)


def of_any(keys: Collection[int]) -> QuerySet[Any, Any]:
    first: QuerySet[Any] = Location.objects.filter(pk__in=keys).order_by()
    second: QuerySet[Any] = Fleet.objects.filter(pk__in=keys).order_by()
    columns = ("id", "name")
    return first.values_list(*columns).union(second.values_list(*columns), all=True)


def of_roles(organisation: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = Role.objects.filter(organisation=organisation)
    return rows.order_by("id").values_list("name", "permissions")


def moments(organisation: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = Change.objects.filter(organisation=organisation)
    return rows.order_by("id").values_list("at", "new")


def test_it_puts_the_values_in_their_places(cast: Cast) -> None:
    key = cast.organisation.pk
    fleets = [
        FleetFactory(organisation=cast.organisation, name=name)
        for name in ("freight", "passengers", "freight")
    ]
    FleetFactory(organisation=cast.other, name="freight")
    for name, expected in (("freight", [0, 2]), ("passengers", [1]), ("none", [])):
        found = kept_rows(of_name, name, key, column="id")
        assert found == [(fleets[place].pk,) for place in expected]


def test_it_writes_the_sql_once_for_each_set_of_constants(cast: Cast) -> None:
    kept_rows(of_name, "a", 1, column="id")
    kept_rows(of_name, "a", 1, column="name")
    calls.clear()
    for name in ("b", "c"):
        for column in ("id", "name"):
            kept_rows(of_name, name, 2, column=column)
    assert calls == []


def test_it_takes_any_number_of_ids_in_several_places(cast: Cast) -> None:
    place = LocationFactory(organisation=cast.organisation)
    fleets = [FleetFactory(organisation=cast.organisation) for _ in range(3)]
    keys = [place.pk, *(fleet.pk for fleet in fleets)]
    assert kept_rows(of_any, []) == []
    for count in range(1, 5):
        expected = sorted(of_any(keys[:count]))
        with CaptureQueriesContext(connection) as queries:
            assert sorted(kept_rows(of_any, keys[:count])) == expected
        assert len(queries) == 1


def test_it_converts_columns_as_a_queryset_does(cast: Cast) -> None:
    RoleFactory(organisation=cast.organisation, permissions=["MANAGE_FLEETS"])
    key = cast.organisation.pk
    for build in (of_roles, moments):
        expected = list(build(key))
        assert expected
        assert kept_rows(build, key) == expected


def test_it_keeps_one_query_for_all_its_slices(cast: Cast) -> None:
    names = ["a", "b", "c", "d"]
    for name in names:
        FleetFactory(organisation=cast.other, name=f"{name} slice")

    for rows in (slice(0, 2), slice(1, 3), slice(3, 9), slice(7, 9)):
        found = kept_slice(rows, with_word, "slice", column="name")
        assert [name[0] for (name,) in found] == names[rows]


def test_it_puts_texts_into_patterns(cast: Cast) -> None:
    for name in ("50% off", "50 offices", "snow_ploughs", "snow ploughs", "c:\\old"):
        FleetFactory(organisation=cast.organisation, name=name)
    table = {
        "off": ["50% off", "50 offices"],
        "0%": ["50% off"],
        "w_p": ["snow_ploughs"],
        ":\\o": ["c:\\old"],
        "%s": [],
    }
    for word, names in table.items():
        assert kept_rows(with_word, word, column="name") == [(name,) for name in names]
