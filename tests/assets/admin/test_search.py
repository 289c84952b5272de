"""How assets are found in the back office."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.admin.search import number_in
from assets.models import Asset, AssetGroup, GroupMember
from organisations.models import Prefix
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.organisations import PrefixFactory


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def found(client: Client, term: str) -> set[str]:
    """Return the names that a search of the list gives."""
    answer = client.get(page(Asset, "changelist"), {"q": term})
    return {asset.name for asset in answer.context["cl"].result_list}


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("mär", {"Märklin", "Marker"}),
        ("MARK", {"Märklin", "Marker"}),
        ("klin", set()),
        ("LOC-0042", {"Marker"}),
        ("loc-42", {"Marker"}),
        ("42", {"Marker"}),
        ("43", set()),
        ("LOC-", set()),
        ("\u0301", set()),
    ],
)
def test_it_finds_by_the_beginning_of_a_name_or_by_number(
    term: str, names: set[str], cast: Cast, client: Client
) -> None:
    prefix = PrefixFactory(
        organisation=cast.organisation, number_format="LOC-{n}", number_digits=4
    )
    make_asset(cast.organisation, name="Märklin")
    make_asset(cast.organisation, name="Marker", prefix_id=prefix.pk, number=42)
    assert found(client, term) == names


def test_it_finds_by_id(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.organisation, name="Wagon")
    make_asset(cast.organisation, name="Another")
    assert found(client, str(asset.pk)) == {"Wagon"}


def test_it_finds_nothing_of_others(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.other, name="Theirs", number=4242)
    for term in ("Theirs", "4242", str(asset.pk)):
        assert found(client, term) == set()


def test_it_searches_by_indexed_columns(cast: Cast, client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        found(client, "wagon")
    searches = [
        query["sql"] for query in captured if '"normalised_name" >=' in query["sql"]
    ]
    assert searches
    assert all("LIKE" not in sql.upper() for sql in searches)
    assert all('"organisation_id" IN (' in sql for sql in searches)


@pytest.mark.parametrize(
    ("number_format", "term", "number"),
    [
        ("A-{n}", "A-007", 7),
        ("A-{n}", "a-7", 7),
        ("A-{n}", "B-7", None),
        ("A-{n}", "7", 7),
        ("{n}/A", "7/A", 7),
        ("(.*){n}", "x7", None),
        ("A-{n}", "A-" + "9" * 30, None),
        ("A-{n}", "A-٣", None),
    ],
)
def test_it_reads_numbers_as_they_are_written(
    number_format: str, term: str, number: int | None
) -> None:
    assert number_in(Prefix(number_format=number_format), term) == number


def test_it_offers_assets_as_members_of_groups(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.organisation, name="Wagon")
    field = GroupMember._meta.get_field("asset")
    asked: dict[str, Any] = {
        "app_label": "assets",
        "model_name": "groupmember",
        "field_name": field.name,
        "term": "wag",
        "organisation": cast.organisation.pk,
    }
    offered = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert offered == [{"id": str(asset.pk), "text": "Wagon"}]
    answer = client.get(page(AssetGroup, "changelist"))
    assert not answer.context["cl"].result_list
