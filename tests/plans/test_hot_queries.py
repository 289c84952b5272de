"""What is asked most often reads no big table from one end to the other."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, AssetGroup
from config.api.snowflake import serial_of
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.plans.crowd import ASSETS, COPIES, GROWN, Found, gather

Plan = dict[str, Any]
BIG = {model._meta.db_table for model in GROWN}
ENOUGH = ASSETS * COPIES

# What is asked, by what it is called here; `{...}` are of the organisation found.
ASKED = {
    "a list of assets": "{at}/assets",
    "a deep page": "{at}/assets?$skip=900",
    "assets counted": "{at}/assets?$count=true",
    "assets of a type": "{at}/assets?type={type}",
    "assets in a status": "{at}/assets?status={status}",
    "assets of a fleet": "{at}/assets?fleet={fleet}",
    "assets at a place": "{at}/assets?location={location}",
    "assets by a custom field": "{at}/assets?$filter=fields/{field} eq 3",
    "assets by the start of a name": "{at}/assets?name=sm1",
    "assets in another order": "{at}/assets?$orderby=name desc",
    "one asset": "/api/assets/{asset}",
    "a list of groups": "{at}/asset-groups",
    "one group": "/api/assetgroups/{group}",
    "the history of an asset": "/api/assetgroups/{asset}/history",
    "the feed of changes": "{at}/changes",
    "the logs of an asset": "/api/assetgroups/{asset}/logs",
    "one log": "/api/assetlogs/{log}",
    "work items": "{at}/workitems?$top=50",
    "open work items": "{at}/workitems?state=open&$top=50",
    "one work item": "/api/workitems/{work_item}",
    "devices": "/api/Asset?pageinate=true&page_no=1&page_size=50",
    "a deep page of devices": "/api/Asset?pageinate=true&page_no=15&page_size=50",
    "devices by a part of a number": "/api/Asset?search=NB-1119",
    "one device": "/api/Asset/{device}?includedetails=true",
    "software of a device": "/api/AssetSoftware?device_id={device}",
    "software of a licence": "/api/AssetSoftware?licence_id={licence}",
    "licences": "/api/SoftwareLicence?pageinate=true&page_no=1&page_size=50",
    "one licence with its seats": "/api/SoftwareLicence/{licence}?includedetails=true",
    "changes of a device": "/api/AssetChange?asset_id={device}",
    "who asks, by the token": "/api/users/@me",
}


def words(found: Found) -> dict[str, object]:
    """Return what the braces stand for."""
    ids = ("status", "fleet", "location", "field", "asset", "group", "log", "work_item")
    return {
        **{name: getattr(found, name).pk for name in ids},
        "type": found.asset.type_id,
        "at": f"/api/organisations/{found.organisation.pk}",
        "device": serial_of(found.asset.pk),
        "licence": serial_of(found.licence.pk),
    }


def scans(ask: Callable[[], Any]) -> Iterator[str]:
    """Ask, and name the big tables that were read in whole, with query and plan."""
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == 200, answer.content
    for query in captured:
        if query["sql"].startswith(("SELECT", "WITH", "(SELECT")):
            yield from _scans_of(query["sql"])


def _scans_of(sql: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (told,) = cursor.fetchone()
    for plan in told if isinstance(told, list) else json.loads(told):
        tables = {one["Relation Name"] for one in _nodes(plan["Plan"]) if _is_scan(one)}
        if tables & BIG:
            yield f"reads all of {sorted(tables & BIG)}\n{sql}\n{json.dumps(plan)}\n"


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _is_scan(node: Plan) -> bool:
    return str(node["Node Type"]) == "Seq Scan"


@pytest.mark.postgresql
def test_it_reads_big_tables_through_their_indexes(cast: Cast) -> None:
    found = gather(cast)
    for model in GROWN:
        assert model._base_manager.count() > ENOUGH, model
    client, named = cast.client("manager"), words(found)
    as_seen = as_staff(cast.staff)
    listed = page(Asset, "changelist")
    office = {
        "assets in the back office": listed,
        "a page of them": f"{listed}?p=5",
        "a search in the back office": f"{listed}?q=sm1",
        "groups in the back office": page(AssetGroup, "changelist"),
        "the start page": "/admin/",
    }
    asked = {what: path.format(**named) for what, path in ASKED.items()}
    first = client.get(asked["a list of assets"])
    asked["the page after the first"] = first["Link"].partition("<")[2].split(">")[0]

    doors = ((client, asked), (as_seen, office))
    told = [
        f"{what}: {scan}"
        for door, paths in doors
        for what, path in paths.items()
        for scan in scans(partial(door.get, path))
    ]
    assert not told, "\n".join(told)
