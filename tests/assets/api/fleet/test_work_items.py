"""Work items: contract section 6, with the facts of section 1."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetGroup, WorkItem
from assets.services.removal import delete_asset
from organisations.models import Change, Organisation, Prefix
from tests.assets.api.fleet.calls import NO_IDS, UNKNOWN, refusal, said
from tests.assets.api.fleet.log_shapes import item_shape
from tests.cast import Cast
from tests.factories.assets import make_asset, make_assets
from tests.factories.logs import make_log, make_work_item
from tests.factories.organisations import PrefixFactory


@pytest.fixture
def asset(cast: Cast) -> AssetGroup:
    """Return an asset that needs work."""
    return make_asset(cast.organisation)


@pytest.fixture
def path(cast: Cast) -> str:
    """Return the path of the organisation's work items."""
    return f"{cast.path}/workitems"


def counts(client: APIClient, asset: AssetGroup) -> tuple[int, int]:
    """Return the open and closed items that the group object tells of."""
    group = client.get(f"/api/assetgroups/{asset.pk}").json()
    return group["open_work_item_count"], group["closed_work_item_count"]


def test_it_writes_work_down(
    cast: Cast, path: str, asset: AssetGroup, member: APIClient
) -> None:
    response = member.post(
        path, {"summary": "Turn the wheels", "asset_group_id": str(asset.pk)}
    )

    item = WorkItem.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/workitems/{item.pk}"
    made = response.json()
    assert made.pop("asset") == member.get(f"/api/assetgroups/{asset.pk}").json()
    assert made == item_shape(item)
    me = {"id": str(cast.member.pk), "firstname": "Robin"}
    assert me.items() <= made["created_by"].items()
    assert made == {
        "id": str(item.pk),
        "organisation_id": str(cast.organisation.pk),
        "type": "task",
        "state": "open",
        "number": 2,
        "prefix_id": str(cast.organisation.default_prefix_id),
        "formatted_number": "2",
        "summary": "Turn the wheels",
        "details": "",
        "asset_group_id": str(asset.pk),
        "occurred_at": made["created_at"],
        "closed_at": None,
        "created_by": made["updated_by"],
        "updated_by": made["created_by"],
        "created_at": made["updated_at"],
        "updated_at": made["occurred_at"],
    }


def test_it_writes_work_down_as_told(cast: Cast, path: str, member: APIClient) -> None:
    prefix = PrefixFactory(organisation=cast.organisation, number_format="PRJ-{n}")
    body = {
        "type": "defect",
        "summary": "Leak",
        "details": "Under\nthe floor",
        "prefix_id": str(prefix.pk),
        "occurred_at": "2026-01-02T03:04:05Z",
        "state": "closed",
    }

    made = member.post(path, body).json()

    assert body.items() <= made.items()
    assert made["formatted_number"] == "PRJ-0001"
    assert made["asset"] is None
    assert made["closed_at"] == made["created_at"]


@pytest.mark.parametrize("as_object", [False, True])
def test_it_takes_objects_for_their_ids(
    path: str, cast: Cast, asset: AssetGroup, member: APIClient, as_object: bool
) -> None:
    group: Any = member.get(f"/api/assetgroups/{asset.pk}").json()
    prefix: Any = {"id": cast.organisation.default_prefix_id}
    if not as_object:
        group, prefix = group["id"], prefix["id"]

    made = member.post(path, {"summary": "xy", "asset": group, "prefix": prefix}).json()

    assert made["asset_group_id"] == str(asset.pk)
    assert made["prefix_id"] == str(cast.organisation.default_prefix_id)


@pytest.mark.parametrize("none", [None, 0, "0", ""])
def test_it_needs_no_asset(path: str, member: APIClient, none: object) -> None:
    made = member.post(path, {"summary": "Tidy up", "asset": none}).json()

    assert (made["asset_group_id"], made["asset"]) == (None, None)
    assert member.get(path).json() == [made]


@pytest.mark.parametrize(
    ("body", "code", "key"),
    [
        ({"summary": None}, "invalid_body", "summary"),
        ({"summary": "x"}, "invalid_body", "summary"),
        ({"summary": " x "}, "invalid_body", "summary"),
        ({"summary": "x" * 101}, "invalid_body", "summary"),
        ({"summary": "new\nline"}, "invalid_body", "summary"),
        ({"summary": 55}, "invalid_body", "summary"),
        ({"details": "x" * 16_001}, "invalid_body", "details"),
        ({"details": 5}, "invalid_body", "details"),
        ({"type": "party"}, "invalid_body", "type"),
        ({"type": None}, "invalid_body", "type"),
        ({"state": "done"}, "invalid_body", "state"),
        ({"occurred_at": "soon"}, "invalid_body", "occurred_at"),
        ({"asset_group_id": UNKNOWN}, "group_invalid", "asset_group_id"),
        ({"asset": {"id": UNKNOWN}}, "group_invalid", "asset_group_id"),
        ({"asset": {}}, "invalid_body", "asset"),
        ({"asset": 5, "asset_group_id": 6}, "invalid_body", "asset"),
        ({"prefix_id": UNKNOWN}, "prefix_invalid", "prefix_id"),
        *(
            ({"asset_group_id": one}, "invalid_body", "asset_group_id")
            for one in NO_IDS
        ),
        *(({"nonce": one}, "invalid_body", "nonce") for one in NO_IDS),
    ],
)
def test_it_refuses_a_body(
    path: str, member: APIClient, body: dict[str, Any], code: str, key: str
) -> None:
    response = member.post(path, {"summary": "Turn the wheels", **body})

    assert said(response) == refusal(code, key)
    assert not WorkItem.objects.exists()


def test_it_needs_a_summary(path: str, member: APIClient) -> None:
    assert said(member.post(path, {})) == refusal("invalid_body", "summary")


def test_it_knows_no_rows_of_others(
    cast: Cast, path: str, asset: AssetGroup, member: APIClient
) -> None:
    foreign, deleted = make_asset(cast.other), make_asset(cast.organisation)
    delete_asset(deleted, actor=cast.owner)
    prefixes = [
        PrefixFactory(organisation=cast.other),
        PrefixFactory(organisation=cast.organisation, enabled=False),
    ]
    item = make_work_item(cast.organisation, asset_group_id=asset.pk)

    for group in (foreign, deleted):
        wanted = {"summary": "xy", "asset_group_id": group.pk}
        expected = refusal("group_invalid", "asset_group_id")
        assert said(member.post(path, wanted)) == expected
        assert said(member.patch(f"/api/workitems/{item.pk}", wanted)) == expected
    for prefix in prefixes:
        response = member.post(path, {"summary": "xy", "prefix_id": prefix.pk})
        assert said(response) == refusal("prefix_invalid", "prefix_id")


def test_it_needs_a_series_that_is_on(cast: Cast, path: str, member: APIClient) -> None:
    Prefix.objects.of(cast.organisation).update(enabled=False)

    response = member.post(path, {"summary": "xy"})

    assert said(response) == refusal("prefix_invalid", "prefix_id")


def test_it_shares_the_default_series_with_assets(
    cast: Cast, path: str, member: APIClient
) -> None:
    make_asset(cast.organisation, number=2)
    numbers = [member.post(path, {"summary": "xy"}).json()["number"] for _ in range(3)]
    numbers.append(make_asset(cast.organisation).number)

    assert numbers == [1, 3, 4, 5]


# Changes


def test_it_closes_and_opens_again(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    item = make_work_item(cast.organisation, asset_group_id=asset.pk)
    path = f"/api/workitems/{item.pk}"

    closed = member.patch(path, {"state": "closed"}).json()
    again = member.patch(path, {"state": "closed"}).json()
    item.refresh_from_db()
    assert closed == again
    assert closed.pop("asset")["closed_work_item_count"] == 1
    assert closed == item_shape(item)
    assert closed["updated_at"] >= closed["closed_at"] > closed["created_at"]

    opened = member.patch(path, {"state": "open"}).json()
    assert (opened["state"], opened["closed_at"]) == ("open", None)
    fields = Change.objects.filter(model="workitem", action="changed").order_by("id")
    assert [
        (one.field, one.old, one.new) for one in fields if one.field == "state"
    ] == [
        ("state", "open", "closed"),
        ("state", "closed", "open"),
    ]


def test_it_changes_what_is_named(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    item = make_work_item(cast.organisation, details="gone soon")
    body = {
        "type": "inspection",
        "summary": "Look at the wheels",
        "details": None,
        "asset": {"id": str(asset.pk)},
        "occurred_at": "2026-01-02T03:04:05Z",
    }

    response = member.patch(f"/api/workitems/{item.pk}", body)

    item.refresh_from_db()
    made = response.json()
    assert made.pop("asset")["id"] == str(asset.pk)
    assert made == item_shape(item)
    assert (item.type, item.summary) == ("inspection", "Look at the wheels")
    assert (item.details, item.updated_by) == ("", cast.member)


@pytest.mark.parametrize(
    "body", [{}, {"number": 9, "prefix_id": "5", "id": "5", "nonce": "9"}]
)
def test_it_leaves_alone_what_stays(
    cast: Cast, member: APIClient, body: dict[str, Any]
) -> None:
    item = make_work_item(cast.organisation)
    before = Change.objects.count()

    made = member.patch(f"/api/workitems/{item.pk}", body).json()

    assert made.pop("asset") is None
    assert made == item_shape(item)
    assert Change.objects.count() == before


def test_it_takes_its_own_answer_back(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    item = make_work_item(cast.organisation, asset_group_id=asset.pk)
    path = f"/api/workitems/{item.pk}"
    seen = member.get(path)

    again = member.patch(path, seen.json(), HTTP_IF_MATCH=seen["ETag"])

    assert again.json() == seen.json()
    stale = member.patch(path, {}, HTTP_IF_MATCH='"stale"')
    assert said(stale) == refusal("precondition_failed", status=412)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"summary": None}, "summary"),
        ({"summary": "x"}, "summary"),
        ({"state": "done"}, "state"),
        ({"type": None}, "type"),
        ({"occurred_at": None}, "occurred_at"),
    ],
)
def test_it_refuses_a_change(
    cast: Cast, member: APIClient, body: dict[str, Any], key: str
) -> None:
    item = make_work_item(cast.organisation)

    response = member.patch(f"/api/workitems/{item.pk}", body)

    assert said(response) == refusal("invalid_body", key)


# Who may


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("anonymous", refusal("not_authenticated", status=401)),
        ("outsider", refusal("not_a_member", status=403)),
    ],
)
def test_it_is_for_members(cast: Cast, path: str, who: str, expected: object) -> None:
    item = make_work_item(cast.organisation)
    client, one = cast.client(who), f"/api/workitems/{item.pk}"

    assert said(client.get(path)) == expected
    assert said(client.post(path, [5])) == expected
    assert said(client.get(one)) == expected
    assert said(client.patch(one, [5])) == expected


def test_it_knows_no_disabled_organisation(
    cast: Cast, path: str, member: APIClient
) -> None:
    item = make_work_item(cast.organisation)
    Organisation.objects.update(enabled=False)

    for address in (path, f"/api/workitems/{item.pk}"):
        assert said(member.get(address)) == refusal("organisation_not_found")


@pytest.mark.parametrize("key", ["5", "x", "0", str(2**63)])
def test_it_knows_no_such_item(member: APIClient, key: str) -> None:
    response = member.get(f"/api/workitems/{key}")

    assert said(response) == refusal("not_found", status=404)


# Lists


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "abc"),
        ("state=open", "ac"),
        ("state=closed", "b"),
        ("state=", "abc"),
        ("type=defect", "b"),
        ("asset_group={asset}", "a"),
        ("asset_group=0", "bc"),
        ("asset_group=5", ""),
        ("occurred_at=2026-03-01T00:00:00Z", "c"),
        ("$filter=state eq 'open' and asset_group_id ne null", "a"),
        ("$filter=closed_at ne null", "b"),
        ("$orderby=summary desc", "cba"),
        ("$top=1&$skip=1", "b"),
    ],
)
def test_it_filters_work(
    cast: Cast,
    path: str,
    asset: AssetGroup,
    member: APIClient,
    query: str,
    expected: str,
) -> None:
    past = {"occurred_at": "2026-01-01T00:00:00Z"}
    make_work_item(cast.organisation, summary="aa", asset_group_id=asset.pk, **past)
    closed = {"type": "defect", "state": "closed"}
    make_work_item(cast.organisation, summary="bb", **closed, **past)
    make_work_item(cast.organisation, summary="cc")
    make_work_item(cast.other, summary="zz")

    rows = member.get(f"{path}?{query.format(asset=asset.pk)}").json()

    assert "".join(row["summary"][0] for row in rows) == expected


@pytest.mark.parametrize(
    ("query", "code", "key"),
    [
        ("type=party", "invalid_filter", "type"),
        ("state=done", "invalid_filter", "state"),
        ("asset_group=x", "invalid_filter", "asset_group"),
        ("$filter=created_by/password eq 'x'", "odata_error", "$filter"),
    ],
)
def test_it_refuses_a_filter(
    path: str, member: APIClient, query: str, code: str, key: str
) -> None:
    assert said(member.get(f"{path}?{query}")) == refusal(code, key)


@pytest.mark.parametrize("count", [2, 50])
def test_it_lists_in_a_constant_number_of_queries(
    cast: Cast,
    path: str,
    member: APIClient,
    django_assert_num_queries: Any,
    count: int,
) -> None:
    for asset in make_assets(cast.organisation, count):
        make_work_item(cast.organisation, asset_group_id=asset.pk)
    member.get(path)

    with django_assert_num_queries(7):
        rows = member.get(path).json()

    assert len(rows) == count


# Counts on groups


def test_it_counts_work_on_the_group(
    cast: Cast, path: str, asset: AssetGroup, member: APIClient
) -> None:
    other = make_asset(cast.organisation)
    items = [
        member.post(path, {"summary": "xy", "asset": str(asset.pk)}).json()["id"]
        for _ in range(3)
    ]
    assert counts(member, asset) == (3, 0)

    member.patch(f"/api/workitems/{items[0]}", {"state": "closed"})
    assert counts(member, asset) == (2, 1)
    member.patch(f"/api/workitems/{items[0]}", {"asset": {"id": str(other.pk)}})
    member.patch(f"/api/workitems/{items[1]}", {"asset": None})
    assert (counts(member, asset), counts(member, other)) == ((1, 0), (0, 1))
    both = {"asset": str(asset.pk), "state": "open"}
    member.patch(f"/api/workitems/{items[0]}", both)
    assert (counts(member, asset), counts(member, other)) == ((2, 0), (0, 0))


def test_it_shows_the_counts_in_lists(
    cast: Cast, asset: AssetGroup, member: APIClient
) -> None:
    make_work_item(cast.organisation, asset_group_id=asset.pk)

    [group] = member.get(f"{cast.path}/asset-groups?ephemerality=0").json()

    assert (group["open_work_item_count"], group["closed_work_item_count"]) == (1, 0)


def test_it_does_not_count_a_replay(
    path: str, asset: AssetGroup, member: APIClient
) -> None:
    body = {"summary": "xy", "asset": str(asset.pk), "nonce": "7"}

    first, again = (member.post(path, body) for _ in range(2))

    assert (first.status_code, again.status_code, again.content) == (201, 304, b"")
    assert again["Location"] == first["Location"]
    assert counts(member, asset) == (1, 0)
    assert WorkItem.objects.get().number == 2


def test_it_keeps_the_nonces_of_logs_and_work_apart(
    path: str, asset: AssetGroup, member: APIClient
) -> None:
    log = {"log": "x", "nonce": "7"}
    member.post(f"/api/assetgroups/{asset.pk}/logs", log)

    assert member.post(path, {"summary": "xy", "nonce": "7"}).status_code == 201


def test_it_leaves_the_history_of_the_asset_alone(
    cast: Cast, asset: AssetGroup
) -> None:
    updated = asset.updated_at
    before = Change.objects.filter(model="assetgroup").count()

    make_work_item(cast.organisation, asset_group_id=asset.pk)
    make_log(asset)

    asset.refresh_from_db()
    assert asset.updated_at == updated
    assert Change.objects.filter(model="assetgroup").count() == before
