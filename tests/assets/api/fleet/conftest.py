"""What the tests of the fleet API's assets can ask for."""

import pytest
from rest_framework.test import APIClient

from organisations.models import Organisation
from tests.cast import Cast
from tests.factories.assets import AssetStatusFactory, AssetTypeFactory
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    PrefixFactory,
    SubLocationFactory,
)


@pytest.fixture
def manager(cast: Cast) -> APIClient:
    """Return a client of the member who manages fleets."""
    return cast.client("manager")


@pytest.fixture
def member(cast: Cast) -> APIClient:
    """Return a client of the member without a role."""
    return cast.client("member")


@pytest.fixture
def outsider(cast: Cast) -> APIClient:
    """Return a client of the owner of another organisation."""
    return cast.client("outsider")


def ids_of(organisation: Organisation) -> dict[str, int]:
    """Make a row of the organisation for every reference of an asset."""
    own = {"organisation": organisation}
    yard = LocationFactory(**own)
    return {
        "type_id": AssetTypeFactory(**own).pk,
        "fleet_id": FleetFactory(**own).pk,
        "status_id": AssetStatusFactory(**own).pk,
        "location_id": yard.pk,
        "sub_location_id": SubLocationFactory(location=yard).pk,
        "prefix_id": PrefixFactory(**own).pk,
    }


@pytest.fixture
def own_ids(cast: Cast) -> dict[str, int]:
    """Return a row of the organisation for every reference of an asset."""
    return ids_of(cast.organisation)


@pytest.fixture
def foreign_ids(cast: Cast) -> dict[str, int]:
    """Return a row of another organisation for every reference of an asset."""
    return ids_of(cast.other)
