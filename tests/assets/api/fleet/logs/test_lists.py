"""Lists of logs: contract row 37."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup, AssetLog
from config.api.snowflake import EPOCH, SERIAL_BITS
from tests.assets.api.fleet.calls import refusal, said
from tests.assets.api.fleet.log_shapes import log_shape
from tests.cast import Cast
from tests.factories.assets import make_asset, make_assets
from tests.factories.logs import make_log


def ids(rows: list[dict[str, Any]]) -> list[int]:
    """Return the ids of a list's rows."""
    return [int(row["id"]) for row in rows]


def test_it_lists_the_newest_first(
    path: str, asset: AssetGroup, cast: Cast, member: APIClient
) -> None:
    first, second, third = (make_log(asset, log=f"log {n}") for n in range(3))
    AssetLog.objects.filter(pk=third.pk).update(logged_at="2001-01-01T00:00:00Z")
    make_log(make_asset(cast.organisation))

    rows = member.get(path).json()

    assert ids(rows) == [third.pk, second.pk, first.pk]
    first.refresh_from_db()
    assert rows[2] == log_shape(first)


def test_it_lists_fifty(path: str, asset: AssetGroup, member: APIClient) -> None:
    made = [make_log(asset).pk for _ in range(51)]

    response = member.get(path)

    assert ids(response.json()) == made[:0:-1]
    assert 'rel="next"' in response["Link"]
    assert ids(member.get(f"{path}?$top=60&$skip=50").json()) == made[:1]
    assert len(member.get(f"{path}?$top=1000").json()) == 51


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "cba"),
        ("type=comment", "cba"),
        ("type=", "cba"),
        ("logged_at=", "cba"),
        ("logged_at=2026-03-01T12:00:00Z", "cb"),
        ("logged_at=2026-03-01T12:00:00", "cb"),
        ("logged_at=2026-03-01T12:00:00.001Z", "c"),
        ("logged_at=2026-03-01T14:00:00%2B02:00", "cb"),
        ("logged_at=2026-03-01T14:00:00+02:00", "cb"),
        ("logged_at=2026-03-01T14:00:01+0200", "c"),
        ("logged_at=2026-03-01 12:00:01", "c"),
        ("logged_at=2026-03-01 12:00", "cb"),
        ("logged_at=2026-03-02", "c"),
        ("logged_at=0", "cba"),
        (f"logged_at={2**63 - 1}", ""),
        ("$filter=logged_at gt 2026-03-01T12:00:00Z", "c"),
        ("$filter=contains(log,'a')", "a"),
        ("$filter=duration eq null", "ba"),
        ("$filter=duration ge 5 and latitude lt 0", "c"),
        ("$filter=type eq 'comment' and not (log eq 'b')", "ca"),
        ("$orderby=logged_at", "abc"),
        ("$orderby=log desc", "cba"),
        ("$orderby=created_by/id,logged_at", "abc"),
        ("$top=1&$skip=1", "b"),
        ("unheard_of=1", "cba"),
    ],
)
def test_it_filters_logs(
    path: str, asset: AssetGroup, member: APIClient, query: str, expected: str
) -> None:
    make_log(asset, log="a", logged_at="2026-02-01T00:00:00Z")
    make_log(asset, log="b", logged_at="2026-03-01T12:00:00Z")
    position: dict[str, Any] = {"latitude": -1, "longitude": 1, "duration": 5}
    make_log(asset, log="c", logged_at="2026-04-01T00:00:00Z", **position)

    rows = member.get(f"{path}?{query}").json()

    assert "".join(row["log"] for row in rows) == expected


def test_it_filters_by_the_time_of_an_id(
    path: str, asset: AssetGroup, member: APIClient
) -> None:
    make_log(asset, log="old", logged_at="2026-03-01T11:59:59Z")
    make_log(asset, log="new", logged_at="2026-03-01T12:00:00Z")
    noon = 1_772_366_400 - EPOCH

    rows = member.get(f"{path}?logged_at={noon << SERIAL_BITS | 7}").json()

    assert [row["log"] for row in rows] == ["new"]


@pytest.mark.parametrize(
    ("query", "code", "key"),
    [
        ("type=remark", "invalid_filter", "type"),
        ("logged_at=soon", "invalid_filter", "logged_at"),
        ("logged_at=²", "invalid_filter", "logged_at"),
        (f"logged_at={2**63}", "invalid_filter", "logged_at"),
        ("logged_at=0001-01-01T00:00:00%2B14:00", "invalid_filter", "logged_at"),
        ("logged_at=9999-12-31T23:59:59-14:00", "invalid_filter", "logged_at"),
        ("$filter=organisation_id eq 5", "odata_error", "$filter"),
        ("$filter=created_by/password eq 'x'", "odata_error", "$filter"),
        ("$orderby=embed", "odata_error", "$orderby"),
        ("$top=-1", "odata_error", "$top"),
    ],
)
def test_it_refuses_a_filter(
    path: str, member: APIClient, query: str, code: str, key: str
) -> None:
    assert said(member.get(f"{path}?{query}")) == refusal(code, key)


@pytest.mark.parametrize("count", [2, 50])
def test_it_lists_in_four_queries(
    path: str,
    asset: AssetGroup,
    member: APIClient,
    django_assert_num_queries: Any,
    count: int,
) -> None:
    for _ in range(count):
        make_log(asset)
    member.get(path)

    with django_assert_num_queries(4):
        rows = member.get(path).json()

    assert len(rows) == count


def test_it_reads_logs_of_many_assets_apart(cast: Cast, member: APIClient) -> None:
    one, two = make_assets(cast.organisation, 2)
    make_log(one, log="one")
    make_log(two, log="two")

    rows = member.get(f"/api/assetgroups/{two.pk}/logs").json()

    assert [row["log"] for row in rows] == ["two"]
