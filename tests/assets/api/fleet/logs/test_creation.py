"""Writing logs: contract row 36."""

from hashlib import sha256
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup, AssetLog
from tests.assets.api.fleet.calls import NO_IDS, refusal, said
from tests.assets.api.fleet.log_shapes import log_shape
from tests.cast import Cast
from tests.factories.assets import AssetTypeFactory, make_asset


def test_it_writes_a_log(path: str, asset: AssetGroup, member: APIClient) -> None:
    response = member.post(path, {"log": "Flat spot on axle 2"})

    log = AssetLog.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"/api/assetlogs/{log.pk}"
    assert response["ETag"]
    assert response.json() == log_shape(log)
    assert response.json() == {
        "id": str(log.pk),
        "organisation_id": str(asset.organisation_id),
        "asset_group_id": str(asset.pk),
        "type": "comment",
        "log": "Flat spot on axle 2",
        "log_hash": sha256(b"Flat spot on axle 2").hexdigest(),
        "embed": None,
        "duration": None,
        "latitude": None,
        "longitude": None,
        "logged_at": response.json()["created_at"],
        "attachment": None,
        "created_by": response.json()["updated_by"],
        "updated_by": response.json()["created_by"],
        "created_at": response.json()["updated_at"],
        "updated_at": response.json()["logged_at"],
    }
    assert member.get(response["Location"]).json() == response.json()


def test_it_writes_a_log_as_told(path: str, member: APIClient) -> None:
    body = {
        "type": "comment",
        "log": " Käse\r\n🚂 ",
        "embed": "<script>alert(1)</script> ",
        "duration": 0,
        "latitude": 0,
        "longitude": -180,
        "logged_at": "2020-02-29T23:30:00+14:00",
    }

    made = member.post(path, body).json()

    told = {**body, "logged_at": "2020-02-29T09:30:00Z"}
    assert told.items() <= made.items()
    assert made["log_hash"] == sha256(" Käse\r\n🚂 ".encode()).hexdigest()
    assert made == log_shape(AssetLog.objects.get())


def test_it_takes_numbers_of_a_form_as_texts(path: str, member: APIClient) -> None:
    body = {
        "log": "Käse",
        "duration": "12",
        "latitude": "60.17",
        "longitude": "24.94",
        "logged_at": "2026-01-02T03:04:05Z",
        "nonce": "467084578272595488",
        "embed": "x",
    }

    response = member.post(path, body, format="multipart")

    assert response.status_code == 201
    made = response.json()
    assert (made["duration"], made["latitude"], made["longitude"]) == (12, 60.17, 24.94)
    assert (made["log"], made["embed"]) == ("Käse", "x")
    assert made["logged_at"] == "2026-01-02T03:04:05Z"
    assert member.post(path, body, format="multipart").status_code == 304


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize("key", ["nonce", "duration", "latitude", "attachment"])
def test_it_reads_empty_values_as_none(
    path: str, member: APIClient, key: str, empty: str | None
) -> None:
    form = "json" if empty is None else "multipart"

    response = member.post(path, {"log": "Dirty", key: empty}, format=form)

    assert response.status_code == 201


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "log"),
        ({"log": ""}, "log"),
        ({"log": None}, "log"),
        ({"log": 5}, "log"),
        ({"log": ["a"]}, "log"),
        ({"log": "x" * 16_001}, "log"),
        ({"type": "remark"}, "type"),
        ({"type": ""}, "type"),
        ({"type": None}, "type"),
        ({"embed": "x" * 4_001}, "embed"),
        ({"embed": {"a": 1}}, "embed"),
        ({"duration": -1}, "duration"),
        ({"duration": 2**31}, "duration"),
        ({"duration": 1.5}, "duration"),
        ({"duration": True}, "duration"),
        ({"duration": "long"}, "duration"),
        ({"latitude": 90.1, "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": -180.1}, "longitude"),
        ({"latitude": "NaN", "longitude": 0}, "latitude"),
        ({"latitude": 0, "longitude": "-inf"}, "longitude"),
        ({"latitude": True, "longitude": 0}, "latitude"),
        ({"latitude": [], "longitude": 0}, "latitude"),
        ({"logged_at": "yesterday"}, "logged_at"),
        ({"logged_at": None}, "logged_at"),
        ({"logged_at": 5}, "logged_at"),
        ({"logged_at": "9999-12-31T23:59:59-14:00"}, "logged_at"),
        ({"logged_at": "0001-01-01T00:00:00+14:00"}, "logged_at"),
        ({"attachment": "aGVsbG8="}, "attachment"),
        ({"attachment": {"file_name": "x"}}, "attachment"),
        *(({"nonce": one}, "nonce") for one in NO_IDS),
    ],
)
def test_it_refuses_a_body(
    path: str, member: APIClient, body: dict[str, Any], key: str
) -> None:
    response = member.post(path, {**({} if key == "log" else {"log": "x"}), **body})

    assert said(response) == refusal("invalid_body", key)
    assert not AssetLog.objects.exists()


@pytest.mark.parametrize("body", [[], [{"log": "x"}], "x", 5, True])
def test_it_takes_objects_only(path: str, member: APIClient, body: object) -> None:
    assert said(member.post(path, body)) == refusal("invalid_body")


@pytest.mark.parametrize("text", ["x" * 16_000, "🚂" * 16_000])
def test_it_takes_long_texts(path: str, member: APIClient, text: str) -> None:
    assert member.post(path, {"log": text}).json()["log"] == text


@pytest.mark.parametrize(
    ("given", "missing"), [("latitude", "longitude"), ("longitude", "latitude")]
)
def test_it_refuses_half_a_position(
    path: str, member: APIClient, given: str, missing: str
) -> None:
    half = {"log": "x", given: 0}

    expected = refusal("latitude_longitude_together", missing)
    for body in (half, {**half, missing: None}, {**half, missing: ""}):
        assert said(member.post(path, body)) == expected


def test_it_takes_no_other_media_type(path: str, member: APIClient) -> None:
    form = "application/x-www-form-urlencoded"

    response = member.post(path, "log=x", content_type=form)

    assert said(response) == refusal("unsupported_media_type", status=415)


@pytest.mark.parametrize("kind", list(Ephemerality))
def test_it_writes_about_everything(
    cast: Cast, member: APIClient, manager: APIClient, kind: Ephemerality
) -> None:
    asset = make_asset(cast.organisation)
    group = {
        Ephemerality.SINGLE: lambda: asset.pk,
        Ephemerality.EQUIPMENT: lambda: make_equipment(cast),
        Ephemerality.TEMPORARY: lambda: make_consist(cast, manager, asset),
        Ephemerality.PERMANENT: lambda: make_unit(cast, manager),
    }[kind]()

    made = member.post(f"/api/assetgroups/{group}/logs", {"log": "x"})

    assert made.status_code == 201
    assert made.json()["asset_group_id"] == str(group)


def make_equipment(cast: Cast) -> int:
    """Make a piece of equipment."""
    kind = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.EQUIPMENT
    )
    made = make_asset(
        cast.organisation, type_id=kind.pk, ephemerality=Ephemerality.EQUIPMENT
    )
    return int(made.pk)


def make_consist(cast: Cast, manager: APIClient, asset: AssetGroup) -> int:
    """Make a temporary group."""
    body = {"ephemerality": 1, "consist_asset_group_ids": [str(asset.pk)]}
    return int(manager.post(f"{cast.path}/asset-groups", body).json()["id"])


def make_unit(cast: Cast, manager: APIClient) -> int:
    """Make a permanent group."""
    kind = AssetTypeFactory(
        organisation=cast.organisation, ephemerality=Ephemerality.PERMANENT
    )
    body = {"ephemerality": 2, "type_id": str(kind.pk)}
    return int(manager.post(f"{cast.path}/asset-groups", body).json()["id"])
