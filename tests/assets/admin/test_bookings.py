"""Double bookings in the back office (resolution 8)."""

import pytest
from django.test import Client

from assets.models import Asset, AssetGroup
from assets.services.changing import update_asset
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.counting import queries_of_page
from tests.factories.assets import make_asset, make_assets
from tests.factories.groups import make_group, make_unit

BOOKED = f"{page(Asset, 'changelist')}?double_booked=yes"


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def listed(client: Client) -> list[AssetGroup]:
    """Return the assets in the list of double bookings."""
    return list(client.get(BOOKED).context["cl"].result_list)


def test_it_lists_what_is_in_two_active_trains_with_the_trains(
    cast: Cast, client: Client
) -> None:
    twice, once = make_assets(cast.organisation, 2)
    first = make_group(cast.organisation, twice, once, name="Night train")
    second = make_group(cast.organisation, twice, name="Day train <1>")
    answer = client.get(BOOKED)
    assert list(answer.context["cl"].result_list) == [twice]
    shown = answer.content.decode()
    for group, name in ((first, "Night train"), (second, "Day train &lt;1&gt;")):
        address = page(AssetGroup, "change", group.pk)
        assert f'<a href="{address}">{group.formatted_number} {name}</a>' in shown
    everything = client.get(page(Asset, "changelist")).content.decode()
    assert "Night train" not in everything
    assert page(Asset, "change", once.pk) in everything


def test_it_counts_no_group_that_books_nothing(cast: Cast, client: Client) -> None:
    asset = make_asset(cast.organisation)
    make_unit(cast.organisation, asset)
    make_group(cast.organisation, asset)
    over = make_group(cast.organisation, asset)
    assert listed(client) == [asset]
    update_asset(over, {"active": False}, actor=cast.owner)
    assert listed(client) == []


def test_it_tells_nothing_of_other_organisations(cast: Cast, client: Client) -> None:
    foreign = make_asset(cast.other)
    make_group(cast.other, foreign)
    make_group(cast.other, foreign)
    assert listed(client) == []
    operator = as_staff(cast.outsider, is_superuser=True)
    assert listed(operator) == [foreign]


def test_it_reads_the_groups_of_a_page_at_once(cast: Cast, client: Client) -> None:
    rows = make_assets(cast.organisation, 6)
    for _ in range(2):
        make_group(cast.organisation, rows[0])
    few = queries_of_page(client, BOOKED)
    for _ in range(3):
        make_group(cast.organisation, *rows)
    assert len(listed(client)) == 6
    assert queries_of_page(client, BOOKED) == few
