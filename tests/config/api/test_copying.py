"""Many rows go in by COPY on PostgreSQL, and come out as if inserted one by one."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from config.api.copying import WORTHWHILE
from organisations.models import Change, Fleet, Location
from tests.cast import Cast

pytestmark = pytest.mark.django_db

AWKWARD = [
    "tab\there",
    "line\nbreak",
    "back\\slash",
    "\\N",
    "\\.",
    "“Größe” ✓",
    "",
    "'",
]


def made(cast: Cast, count: int) -> list[Location]:
    return [
        Location(
            organisation=cast.organisation,
            name=f"  Place {number} é ",
            address=AWKWARD[number % len(AWKWARD)],
            latitude=number / 7 if number % 2 else None,
            longitude=number / 3 if number % 2 else None,
            delivery=number % 3 == 0,
        )
        for number in range(count)
    ]


def stored() -> list[tuple[object, ...]]:
    columns = [one.attname for one in Location._meta.concrete_fields]
    columns.remove("id")
    return list(Location.objects.order_by("id").values_list(*columns))


def test_it_stores_what_saving_one_by_one_stores(cast: Cast) -> None:
    count = WORTHWHILE + len(AWKWARD)
    together = Location.objects.bulk_create(made(cast, count))
    copied = stored()
    assert [row.pk for row in together] == sorted(row.pk for row in together)
    assert {(row._state.adding, row._state.db) for row in together} == {
        (False, "default")
    }
    Location.objects.all().delete()
    for row in made(cast, count):
        row.save()
    assert copied == stored()


def test_it_copies_where_the_database_can(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        Location.objects.bulk_create(made(cast, WORTHWHILE))
    is_copied = any(one["sql"].startswith("COPY") for one in queries)
    assert is_copied == (connection.vendor == "postgresql")


def test_it_keeps_json_of_any_shape(cast: Cast) -> None:
    new = {"text": 'a\\b\t\n"é', "of": Decimal("1.50"), "on": date(2026, 11, 22)}
    Change.objects.bulk_create(
        Change(
            organisation=cast.organisation,
            model="fleet",
            object_id=number,
            action=Change.Action.CREATED,
            old=None if number % 2 else [number, None, True],
            new=new,
            at=datetime(2026, 11, 22, tzinfo=UTC),
        )
        for number in range(WORTHWHILE)
    )
    rows = Change.objects.filter(model="fleet", object_id__in=[0, 1], old__isnull=True)
    assert [row.object_id for row in rows] == [1]
    assert rows[0].new == {"text": 'a\\b\t\n"é', "of": "1.50", "on": "2026-11-22"}
    assert rows[0].action == "created"


def test_it_refuses_like_an_insert_and_writes_nothing(cast: Cast) -> None:
    fleets = [
        Fleet(organisation=cast.organisation, name=f"fleet {n}", pk=n % 99 + 1)
        for n in range(WORTHWHILE)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Fleet.objects.bulk_create(fleets)
    assert not Fleet.objects.exists()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no lengths")
def test_it_raises_django_errors_for_what_does_not_fit(cast: Cast) -> None:
    places = made(cast, WORTHWHILE)
    places[-1].address = "x" * 501
    with pytest.raises(DataError), transaction.atomic():
        Location.objects.bulk_create(places)
    assert not Location.objects.exists()
