"""Lists cost the same number of queries whatever they hold."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from assets.models import AssetTypeZone, FieldType
from organisations.models import FleetShare
from tests.cast import Cast
from tests.counting import queries_of_list
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    EnumValueFactory,
    make_asset,
)
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    SubLocationFactory,
)


def statuses(cast: Cast, count: int) -> None:
    """Make statuses."""
    AssetStatusFactory.create_batch(count, organisation=cast.organisation)


def zones(cast: Cast, count: int) -> None:
    """Make zones."""
    AssetZoneFactory.create_batch(count, organisation=cast.organisation)


def fields(cast: Cast, count: int) -> None:
    """Make enum fields, each with a value that somebody made."""
    for _ in range(count):
        field = AssetFieldFactory(organisation=cast.organisation, type=FieldType.ENUM)
        EnumValueFactory(field=field, value="red", updated_by=cast.owner)


def types(cast: Cast, count: int) -> None:
    """Make types, each with two fields and a zone of its own."""
    own = {"organisation": cast.organisation}
    for _ in range(count):
        field = AssetFieldFactory(**own, type=FieldType.ENUM)
        EnumValueFactory(field=field, value="red", updated_by=cast.owner)
        kind = AssetTypeFactory(**own, with_fields=[field, AssetFieldFactory(**own)])
        AssetTypeZone.objects.create(type=kind, zone=AssetZoneFactory(**own))


def assets(cast: Cast, count: int) -> None:
    """Make assets that share nothing, in a fleet that is shared."""
    own = {"organisation": cast.organisation}
    fleet = FleetFactory(**own)
    FleetShare.objects.create(fleet=fleet, user=cast.outsider, status="accepted")
    for _ in range(count):
        field = AssetFieldFactory(**own, type=FieldType.ENUM)
        EnumValueFactory(field=field, value="red", updated_by=cast.owner)
        kind = AssetTypeFactory(**own, with_fields=[field])
        AssetTypeZone.objects.create(type=kind, zone=AssetZoneFactory(**own))
        part = SubLocationFactory(location=LocationFactory(**own))
        make_asset(
            cast.organisation,
            type_id=kind.pk,
            fleet_id=fleet.pk,
            status_id=AssetStatusFactory(**own).pk,
            location_id=part.location_id,
            sub_location_id=part.pk,
            fields={str(field.pk): "red"},
        )


# The list, what fills it, and how many queries it may cost with authentication.
LISTS: dict[str, tuple[Callable[[Cast, int], None], int]] = {
    "asset-statuses": (statuses, 3),
    "asset-zones": (zones, 3),
    "asset-fields": (fields, 4),
    "asset-types": (types, 5),
    "assets": (assets, 6),
}


@pytest.mark.parametrize("name", LISTS)
def test_it_costs_the_same_at_two_and_at_fifty_rows(
    cast: Cast, member: APIClient, name: str
) -> None:
    fill, budget = LISTS[name]
    path = f"{cast.path}/{name}"
    # The first use of a token is noted.
    member.get(path)

    fill(cast, 2)
    at_two = queries_of_list(member, path, 2)
    fill(cast, 48)
    at_fifty = queries_of_list(member, path, 50)

    assert at_two == at_fifty
    assert at_fifty <= budget


def test_it_costs_an_outsider_with_a_share_no_more(
    cast: Cast, outsider: APIClient
) -> None:
    assets(cast, 1)
    path = f"{cast.path}/assets"
    outsider.get(path)

    at_one = queries_of_list(outsider, path, 1)
    assets(cast, 9)
    at_ten = queries_of_list(outsider, path, 10)

    assert at_one == at_ten <= 7
