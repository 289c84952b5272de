"""Lists that may be long."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.admin import paginator
from organisations.admin.paginator import BoundedPaginator
from organisations.models import Fleet
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.organisations import FleetFactory


@pytest.fixture
def fleets(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Fleet]:
    monkeypatch.setattr(paginator, "MOST", 60)
    return [FleetFactory(organisation=cast.organisation) for _ in range(61)]


def test_it_counts_no_further_than_it_must(fleets: list[Fleet]) -> None:
    pages = BoundedPaginator(Fleet.objects.order_by("id"), 50)
    with CaptureQueriesContext(connection) as captured:
        assert pages.count == 60
    assert pages.is_cut
    assert "LIMIT 61" in captured[0]["sql"]
    assert "ORDER BY" not in captured[0]["sql"]


def test_it_says_that_there_are_more(cast: Cast, fleets: list[Fleet]) -> None:
    client = as_staff(cast.owner)
    shown = client.get(page(Fleet, "changelist")).content.decode()
    assert "more than 60 fleets" in shown
    found = client.get(page(Fleet, "changelist"), {"q": fleets[60].name})
    assert "more than" not in found.content.decode()


def test_it_reads_no_count_of_the_whole_table(cast: Cast, fleets: list[Fleet]) -> None:
    client = as_staff(cast.owner)
    with CaptureQueriesContext(connection) as captured:
        client.get(page(Fleet, "changelist"))
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 61" in counts[0]


def test_it_joins_what_it_shows_to_the_rows_of_a_page_only(
    cast: Cast, fleets: list[Fleet]
) -> None:
    client = as_staff(cast.owner)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page(Fleet, "changelist"), {"p": "2"})
    assert list(answer.context["cl"].result_list) == fleets[50:60]
    finding = [query["sql"] for query in captured if "OFFSET 50" in query["sql"]]
    assert len(finding) == 1
    assert "JOIN" not in finding[0].partition("WHERE")[0]
