"""Rows can be on their way into PostgreSQL while the next ones are made."""

import pytest
from django.db import transaction

from config.api.copying import WORTHWHILE
from config.api.sending import RefusedLater, is_sending_ahead, sending_ahead
from organisations.models import Location
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def places(cast: Cast, **values: object) -> list[Location]:
    return [
        Location(organisation=cast.organisation, name=f"Place {number}", **values)
        for number in range(WORTHWHILE)
    ]


def test_it_lets_every_other_statement_wait_for_the_rows(cast: Cast) -> None:
    before = Location.objects.count()
    with transaction.atomic(), sending_ahead():
        Location.objects.insert_ahead(places(cast))
        Location.objects.insert_ahead(places(cast))
        assert Location.objects.count() == before + 2 * WORTHWHILE
    assert not is_sending_ahead()


def test_it_stores_what_was_sent_last(cast: Cast) -> None:
    ids = Location.objects.new_ids(WORTHWHILE)
    rows = places(cast)
    for row, key in zip(rows, ids, strict=True):
        row.id = key
    with transaction.atomic(), sending_ahead():
        Location.objects.insert_ahead(rows)
    assert Location.objects.filter(pk__in=ids).count() == WORTHWHILE
    assert {row._state.adding for row in rows} == {False}


@pytest.mark.postgresql
def test_it_refuses_later_what_breaks_a_rule_of_the_database(cast: Cast) -> None:
    rows = places(cast)
    rows[7].organisation_id = 1
    with pytest.raises(RefusedLater), transaction.atomic(), sending_ahead():
        Location.objects.insert_ahead(rows)
    assert not Location.objects.filter(name="Place 1").exists()
