"""Devices while many write at once; on PostgreSQL."""

from functools import partial

import pytest

from assets.models import AssetGroup
from assets.services.drafts import AssetDraft
from config.api.errors import Refusal
from devices.models import Checkout, Device, MeterReading, Software, SoftwareTitle
from devices.services.creation import (
    DeviceChange,
    create_devices,
    update_devices,
)
from devices.services.custody import Handover, check_in, check_out
from devices.services.drafts import DeviceDraft, Linked, SoftwareDraft
from devices.services.saving import save_device
from licensing.kinds import ReferenceKind
from organisations.models import Organisation
from tests.assets.services.test_races import at_once
from tests.factories.assets import AssetTypeFactory, make_asset, make_assets
from tests.factories.devices import make_reading
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    made: Organisation = OrganisationFactory()
    return made


def test_it_gives_fifty_creates_distinct_tags(organisation: Organisation) -> None:
    kind = AssetTypeFactory(organisation=organisation)

    said = at_once(
        lambda _: create_devices(
            organisation=organisation,
            pairs=[(AssetDraft(type_id=kind.pk), DeviceDraft())],
            actor=organisation.owner,
        ),
        threads=50,
    )

    assert said == {"done": 50}
    tags = Device.objects.filter(asset__type=kind).values("inventory_number")
    assert tags.distinct().count() == 50


def test_it_has_one_winner_of_two_who_check_out(organisation: Organisation) -> None:
    owner = organisation.owner
    for asset in make_assets(organisation, 5):
        take = partial(check_out, asset, Handover(user=owner), actor=owner)
        give_back = partial(check_in, asset, actor=owner)
        said = at_once(lambda _, take=take: take(), threads=2)  # type: ignore[misc]
        assert said == {"done": 1, "already_checked_out": 1}
        assert Checkout.objects.open().filter(asset=asset.pk).count() == 1
        said = at_once(lambda _, give=give_back: give(), threads=2)  # type: ignore[misc]
        assert said == {"done": 1, "not_checked_out": 1}


def test_it_installs_a_program_once(organisation: Organisation) -> None:
    asset = make_asset(organisation)
    draft = DeviceDraft(
        software=[SoftwareDraft("Writer", "1.0")],
        references={ReferenceKind.SUPPLIER: [Linked(label="Ratatosk IT")]},
    )

    said = at_once(lambda _: save_device(asset, draft, actor=organisation.owner))

    assert said == {"done": 8}
    assert Software.objects.filter(asset=asset.pk).count() == 1
    assert SoftwareTitle.objects.of(organisation).count() == 1


def test_it_chains_readings_that_come_at_once(organisation: Organisation) -> None:
    asset = make_asset(organisation)

    at_once(lambda number: make_reading(asset, 100 + number))

    rows = MeterReading.objects.filter(asset=asset.pk).order_by("id")
    readings = [(one.previous_reading, one.reading) for one in rows]
    assert [before for before, _ in readings] == [
        0,
        *[reading for _, reading in readings[:-1]],
    ]


def test_it_makes_no_ring_of_two_who_cross(organisation: Organisation) -> None:
    for _ in range(3):
        one, other = make_assets(organisation, 2)

        def put(number: int, pair: tuple[AssetGroup, ...] = (one, other)) -> None:
            below, above = pair[number], pair[1 - number]
            draft = DeviceDraft(values={"parent_id": above.pk})
            save_device(below, draft, actor=organisation.owner)

        assert at_once(put, threads=2) == {"done": 1, "invalid_body": 1}


def test_it_waits_in_no_ring(organisation: Organisation) -> None:
    assets = make_assets(organisation, 4)

    def write(number: int) -> None:
        order = assets if number % 2 else assets[::-1]
        label = [Linked(label=f"Supplier {number}")]
        draft = DeviceDraft(
            values={"notes": f"{number}"}, references={ReferenceKind.SUPPLIER: label}
        )
        body = {"active": bool(number % 3)}
        changes = [DeviceChange(asset.pk, body, draft) for asset in order]
        update_devices(
            organisation=organisation, changes=changes, actor=organisation.owner
        )
        with pytest.raises(Refusal):
            make_reading(assets[0], -1)

    assert at_once(write) == {"done": 8}
