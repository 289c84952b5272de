"""Deleting statuses, types, zones and fields: section 6."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from assets.models import AssetType, FieldType
from assets.services.removal import delete_asset
from organisations.models import Organisation
from tests.assets.api.fleet.calls import refusal, said
from tests.back_office import changes_of
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)


def enum_of(organisation: Organisation) -> Any:
    """Return an enum field with a value."""
    field = AssetFieldFactory(organisation=organisation, type=FieldType.ENUM)
    EnumValueFactory(field=field)
    return field


def typed(organisation: Organisation, **values: Any) -> AssetType:
    """Return a type with these fields or zones."""
    kind: AssetType = AssetTypeFactory(organisation=organisation)
    kind.fields.add(*values.get("fields", ()))
    kind.zones.add(*values.get("zones", ()))
    return kind


MAKE: dict[str, Callable[[Organisation], Any]] = {
    "assetstatuses": lambda own: AssetStatusFactory(organisation=own),
    "assettype": lambda own: AssetTypeFactory(organisation=own),
    "assetzones": lambda own: AssetZoneFactory(organisation=own),
    "assetfield": enum_of,
}


@pytest.mark.parametrize("path", MAKE)
def test_it_deletes_what_nothing_refers_to(
    cast: Cast, manager: APIClient, path: str
) -> None:
    row = MAKE[path](cast.organisation)

    gone = manager.delete(f"/api/{path}/{row.pk}")

    assert (gone.status_code, gone.content) == (204, b"")
    again = manager.delete(f"/api/{path}/{row.pk}")
    assert said(again) == refusal("not_found", status=404)
    assert changes_of(row)[-1] == ("deleted", "", "manager")


def test_it_keeps_what_assets_have_and_counts_them(
    cast: Cast, manager: APIClient
) -> None:
    own = cast.organisation
    field = AssetFieldFactory(organisation=own, name="power")
    status, kind = MAKE["assetstatuses"](own), typed(own, fields=[field])
    values = {"type_id": kind.pk, "status_id": status.pk, "fields": {"power": "high"}}
    rows = [make_asset(own, **values) for _ in range(2)]
    # A deleted asset can be restored, so it counts.
    delete_asset(rows[0], actor=cast.manager)
    kind.fields.remove(field)

    answers = {
        path: manager.delete(f"/api/{path}/{row.pk}")
        for path, row in (
            ("assetstatuses", status),
            ("assettype", kind),
            ("assetfield", field),
        )
    }

    words = {"assetfield": "assets"}
    for path, answer in answers.items():
        name = words.get(path, "asset groups")
        assert said(answer) == refusal("in_use", name)
        assert answer.json()["errors"] == {name: ["2"]}


def test_it_keeps_what_types_have(cast: Cast, manager: APIClient) -> None:
    zone = AssetZoneFactory(organisation=cast.organisation)
    field = enum_of(cast.organisation)
    typed(cast.organisation, fields=[field], zones=[zone])

    for path, row in (("assetzones", zone), ("assetfield", field)):
        answer = manager.delete(f"/api/{path}/{row.pk}")
        assert said(answer) == refusal("in_use", "asset types")
        assert answer.json()["errors"] == {"asset types": ["1"]}
        assert manager.get(f"/api/{path}/{row.pk}").status_code == 200


def test_it_gives_operators_of_the_back_office_no_way_around(
    cast: Cast, outsider: APIClient
) -> None:
    """Resolution 19: in the API a superuser is who they are a member as."""
    cast.outsider.is_superuser = cast.outsider.is_staff = True
    cast.outsider.save()
    asset = make_asset(cast.organisation)
    status = AssetStatusFactory(organisation=cast.organisation)

    read = outsider.get(f"/api/assets/{asset.pk}")
    listed = outsider.get(f"{cast.path}/asset-groups")
    deleted = outsider.delete(f"/api/assetstatuses/{status.pk}")

    assert said(read) == refusal("not_member_no_share", status=403)
    assert said(listed) == refusal("not_a_member", status=403)
    assert said(deleted) == refusal("missing_permission", status=403)
