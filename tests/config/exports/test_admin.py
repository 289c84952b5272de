"""Chosen rows of the back office's lists as files."""

import csv
import io
from typing import Any

import pytest
from django.test import Client

from assets.models import Asset, AssetGroup, Equipment, WorkItem
from assets.services.removal import delete_asset
from config.exports import admin as exports
from devices.models import DeviceAsset
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_asset, make_assets

ABSENT = 1_234_567


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


def exported(
    client: Client, model: Any, *keys: object, query: str = "", **more: Any
) -> Any:
    """Ask for a file of rows; return the answer, or the page that it leads to."""
    asked = {"action": "export_rows", "_selected_action": keys, "format": "csv", **more}
    return client.post(page(model, "changelist") + query, asked, follow=True)


def rows_of(answer: Any) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("model", [Asset, Equipment, AssetGroup, WorkItem, DeviceAsset])
def test_it_exports_the_chosen_rows(model: Any, cast: Cast, client: Client) -> None:
    rows: list[Any] = [CASES[model].make(cast.organisation) for _ in range(3)]
    found = rows_of(exported(client, model, rows[0].pk, rows[2].pk))
    numbers = [str(row.number) for row in (rows[0], rows[2])]
    assert [one["number"] for one in found] == numbers


def test_it_asks_for_the_form_of_the_file(cast: Cast, client: Client) -> None:
    row = make_asset(cast.organisation)
    asked = {"action": "export_rows", "index": "0", "_selected_action": [row.pk]}
    shown = client.post(page(Asset, "changelist"), asked)
    assert {"format", "select_across"} == shown.context["form"].fields.keys()
    answer = exported(client, Asset, row.pk, format="xlsx")
    assert answer.headers["Content-Disposition"].endswith('"assets.xlsx"')
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    answer = exported(client, Asset, row.pk, format="pdf")
    assert answer.context["form"].errors.keys() == {"format"}


def test_it_exports_all_that_match_up_to_a_bound(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_assets(cast.organisation, 2)
    make_asset(cast.organisation, active=False)
    across = {"select_across": "on", "query": "?active__exact=1"}
    assert len(rows_of(exported(client, Asset, "0", **across))) == 2
    monkeypatch.setattr(exports, "MOST_ROWS", 1)
    told = exported(client, Asset, "0", **across).content.decode()
    assert "At most 1 assets are exported at once." in told


def test_it_exports_no_foreign_row_and_none_of_two_organisations(
    cast: Cast, client: Client
) -> None:
    own, foreign = make_asset(cast.organisation), make_asset(cast.other)
    for key in (foreign.pk, ABSENT, "x", "9" * 30):
        assert len(rows_of(exported(client, Asset, own.pk, key))) == 1
        told = exported(client, Asset, key).content.decode()
        assert "None of the chosen assets is there any more." in told
    cast.other.memberships.create(user=cast.owner)
    told = exported(client, Asset, own.pk, foreign.pk).content.decode()
    assert "The chosen assets are of 2 organisations." in told
    operator = as_staff(cast.member, is_superuser=True)
    assert len(rows_of(exported(operator, Asset, foreign.pk))) == 1


def test_it_exports_nothing_that_was_deleted(cast: Cast, client: Client) -> None:
    row = make_asset(cast.organisation)
    delete_asset(row, actor=cast.owner)
    shown = client.get(page(Asset, "changelist"), {"deleted": "yes"})
    assert "export_rows" not in shown.content.decode()


def test_it_lets_members_export_what_they_see(cast: Cast) -> None:
    row = make_asset(cast.organisation)
    assert len(rows_of(exported(as_staff(cast.member), Asset, row.pk))) == 1


def test_it_costs_the_same_for_2_and_50_rows(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    keys = [row.pk for row in make_assets(cast.organisation, 52)]
    counts = []
    for some in (keys[:2], keys[2:]):
        with django_assert_max_num_queries(40) as captured:
            assert len(rows_of(exported(client, Asset, *some))) == len(some)
        counts.append(len(captured))
    assert counts[0] == counts[1]
