"""One id: unique, ordered, an int32 below, and the same in both forms."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config.api.snowflake import (
    EPOCH,
    LARGEST,
    SERIAL_MASK,
    SnowflakeField,
    parse_snowflake,
    seconds_of,
    serial_of,
    take_serials,
)
from organisations.models import Change, Fleet, Organisation
from tests.cast import Cast
from tests.factories.organisations import FleetFactory, UserFactory

MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if isinstance(model._meta.pk, SnowflakeField) and not model._meta.proxy
]


@given(
    st.integers(min_value=0, max_value=2**32 - 1),
    st.integers(min_value=1, max_value=SERIAL_MASK),
)
def test_it_holds_its_time_and_serial(seconds: int, serial: int) -> None:
    snowflake = seconds << 31 | serial
    assert snowflake <= LARGEST
    assert seconds_of(snowflake) == seconds + EPOCH
    assert serial_of(snowflake) == serial
    assert parse_snowflake(str(snowflake)) == parse_snowflake(snowflake) == snowflake


@given(
    st.one_of(
        st.booleans(),
        st.floats(),
        st.none(),
        st.integers(max_value=-1),
        st.integers(min_value=2**63),
        st.text().filter(lambda text: not (text.isascii() and text.isdigit())),
        st.binary(),
    )
)
def test_it_refuses_what_is_no_id(value: object) -> None:
    with pytest.raises(ValueError, match="An id"):
        parse_snowflake(value)


def test_it_refuses_numbers_of_any_length() -> None:
    with pytest.raises(ValueError, match="An id"):
        parse_snowflake("9" * 100_000)


@pytest.mark.django_db
def test_it_makes_ids_unique_ascending_and_int32(cast: Cast) -> None:
    one_by_one = [FleetFactory(organisation=cast.organisation) for _ in range(5)]
    together = Fleet.objects.bulk_create(
        Fleet(organisation=cast.organisation, name=f"bulk {n}") for n in range(5)
    )
    made: list[Fleet] = [*one_by_one, *together]
    ids = [fleet.pk for fleet in made]
    assert ids == sorted(set(ids))
    assert all(1 <= serial_of(one) <= SERIAL_MASK for one in ids)


@pytest.mark.django_db
def test_it_finds_a_row_by_its_serial(cast: Cast) -> None:
    fleet: Fleet = FleetFactory(organisation=cast.organisation)
    FleetFactory(organisation=cast.organisation)
    assert Fleet.objects.get(id__serial=serial_of(fleet.pk)) == fleet


@pytest.mark.django_db
def test_it_looks_serials_up_through_the_index() -> None:
    plan = Organisation.objects.filter(id__serial=5).explain()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Organisation.objects.filter(id__serial=5).explain()
    assert "organisations_organisation_id_serial" in plan


@pytest.mark.django_db
def test_it_writes_one_insert_for_a_new_row(
    cast: Cast, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        Fleet(organisation=cast.organisation, name="quick").save()


@pytest.mark.django_db
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_it_has_serials_for_every_table(model: type) -> None:
    table = model._meta.db_table  # type: ignore[attr-defined]
    first, second = (
        take_serials(connection, table, 1),
        take_serials(connection, table, 3),
    )
    assert second == [first[0] + 1, first[0] + 2, first[0] + 3]


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_after_the_database_was_flushed() -> None:
    before = UserFactory().pk
    call_command("flush", interactive=False, verbosity=0)
    assert UserFactory().pk > before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_it_gives_no_id_twice_under_concurrency() -> None:
    def create(thread: int) -> list[int]:
        try:
            moment = timezone.now()
            rows = [Change(model="t", object_id=n, at=moment) for n in range(500)]
            for row in rows:
                row.save(force_insert=True)
            return [row.pk for row in rows]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        ids = [pk for made in threads.map(create, range(8)) for pk in made]
    assert len(set(ids)) == len(ids) == 4_000
    assert len({serial_of(pk) for pk in ids}) == 4_000
