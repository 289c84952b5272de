"""The parts of a row that its page shows."""

from collections.abc import Callable

import pytest
from django.db import models

from assets.models import AssetField, AssetGroup, FieldType, GroupMember
from devices.models import ColumnProfile, DeviceAsset
from organisations.models import Fleet, FleetShare, Location, Organisation
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast
from tests.counting import require_as_many_queries
from tests.factories.assets import AssetFieldFactory, EnumValueFactory, make_asset
from tests.factories.devices import (
    ColumnProfileFactory,
    ProfileColumnFactory,
    make_device,
    make_software,
)
from tests.factories.licensing import make_licence, make_seat
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    OrganisationFactory,
    SubLocationFactory,
)

Whole = tuple[models.Model, Callable[[int], object]]


def location(organisation: Organisation) -> Whole:
    """Return a location, and what gives it one more part."""
    row: Location = LocationFactory(organisation=organisation)
    return row, lambda _: SubLocationFactory(location=row)


def fleet(organisation: Organisation) -> Whole:
    """Return a fleet, and what shares it once more."""
    row: Fleet = FleetFactory(organisation=organisation)
    return row, lambda _: FleetShare.objects.create(
        fleet=row, organisation=OrganisationFactory()
    )


def field(organisation: Organisation) -> Whole:
    """Return an enum field, and what gives it one more value."""
    row: AssetField = AssetFieldFactory(organisation=organisation, type=FieldType.ENUM)
    return row, lambda _: EnumValueFactory(field=row)


def group(organisation: Organisation) -> Whole:
    """Return a group, and what gives it one more member."""
    row = CASES[AssetGroup].make(organisation)
    return row, lambda number: GroupMember.objects.create(
        group_id=row.pk, asset=make_asset(organisation), position=100 + number
    )


def licence(organisation: Organisation) -> Whole:
    """Return a licence, and what takes one more seat of it."""
    row = make_licence(organisation, 100)
    return row, lambda _: make_seat(row, make_asset(organisation))


def device(organisation: Organisation) -> Whole:
    """Return a device, and what installs one more program on it."""
    row = DeviceAsset.objects.get(pk=make_device(organisation).pk)
    return row, lambda number: make_software(row, f"Program {number}")


def profile(organisation: Organisation) -> Whole:
    """Return a column profile, and what gives it one more column."""
    row: ColumnProfile = ColumnProfileFactory(organisation=organisation)
    return row, lambda _: ProfileColumnFactory(profile=row)


@pytest.mark.parametrize(
    "make", [location, fleet, field, group, licence, device, profile]
)
def test_it_reads_as_often_for_many_parts_as_for_few(
    make: Callable[[Organisation], Whole], cast: Cast
) -> None:
    client = as_staff(cast.owner)
    row, add_part = make(cast.organisation)
    address = page(type(row), "change", row.pk)
    require_as_many_queries(client, address, add_part, many=20)
