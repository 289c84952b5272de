from pathlib import Path

import pytest

from config.imports.undoing import undo
from devices.models import Checkout, Device
from devices.services.custody import check_in
from organisations.models import Change, ImportRun, Location
from tests.cast import Cast
from tests.exchange import Exchange, codes, counts
from tests.factories.assets import make_asset
from tests.factories.devices import asset_of, make_checkout, make_device
from tests.factories.organisations import LocationFactory

FULL = (
    "Device,User,Location,Since,Due date,Until,Handed over by,Taken back by,Note\n"
    "S-1,member,,2026-01-02,2026-02-01,2026-01-30 08:15,manager,member,Scratched\n"
    "S-1,,Depot,2026-02-01,,2026-02-02,,,\n"
)


@pytest.fixture
def checkouts(cast: Cast, tmp_path: Path) -> Exchange:
    LocationFactory(organisation=cast.organisation, name="Depot")
    return Exchange("checkouts", cast.organisation, tmp_path)


@pytest.fixture
def device(cast: Cast) -> Device:
    return make_device(cast.organisation, serial_number="S-1")


def test_it_tells_who_had_a_device_once(
    cast: Cast, checkouts: Exchange, device: Device
) -> None:
    make_checkout(asset_of(device))

    first = checkouts.load(FULL)
    before = Change.objects.count()
    again = checkouts.load(FULL)

    assert (first.refusals, counts(first)) == ([], (2, 2, 0, 0, 0))
    assert (counts(again), Change.objects.count()) == ((2, 0, 0, 2, 0), before)
    person, place = Checkout.objects.exclude(returned_at=None).order_by("id")
    assert (person.user, person.location, person.note) == (
        *(cast.member, None, "Scratched"),
    )
    assert (person.checked_out_by, person.returned_by) == (cast.manager, cast.member)
    assert [str(at) for at in (person.checked_out_at, person.returned_at)] == [
        "2026-01-02 00:00:00+00:00",
        "2026-01-30 08:15:00+00:00",
    ]
    assert str(person.due_at) == "2026-02-01 00:00:00+00:00"
    assert (place.user, place.location) == (None, Location.objects.get())
    assert (place.checked_out_by, place.returned_by) == (None, None)
    # Who has it now still has it.
    device.refresh_from_db()
    assert device.user == cast.owner
    assert Checkout.objects.open().count() == 1


def test_it_refuses_checkouts(cast: Cast, checkouts: Exchange, device: Device) -> None:
    make_asset(cast.other, name="Foreign")
    checkouts.load(FULL)
    text = (
        "device,checked_out_to,checked_out_location,checked_out_at,due_at,returned_at,"
        "returned_by,checkout_note\n"
        ",member,,2026-01-02,,2026-01-03,,\nForeign,member,,2026-01-02,,2026-01-03,,\n"
        "S-1,,,2026-01-02,,2026-01-03,,\nS-1,outsider,,2026-01-02,,2026-01-03,,\n"
        "S-1,,Nowhere,2026-01-02,,2026-01-03,,\nS-1,member,,,,2026-01-03,,\n"
        "S-1,member,,2026-01-02,,,,\nS-1,member,,2026-01-02,,2026-01-01,,\n"
        "S-1,member,,2026-01-02,,2999-01-01,,\n"
        "S-1,member,,2026-01-02,2026-01-01,2026-01-03,,\n"
        "S-1,member,,2026-01-02,,2026-01-04,outsider,\n"
        "S-1,member,,2026-01-02,,2026-01-04,,\nS-1,owner,,2026-02-01,,2026-02-02,,\n"
    )

    report = checkouts.load(text, skip_invalid=True)

    assert codes(report) == [
        (2, "device", "asset_invalid"),
        (3, "device", "asset_invalid"),
        (4, "checked_out_to", "invalid_body"),
        (5, "checked_out_to", "user_invalid"),
        (6, "checked_out_location", "location_invalid"),
        (7, "checked_out_at", "invalid_body"),
        (8, "returned_at", "invalid_body"),
        (9, "returned_at", "invalid_body"),
        (10, "returned_at", "invalid_body"),
        (11, "due_at", "invalid_body"),
        (12, "returned_by", "invalid_body"),
        (14, "checked_out_to", "not_checked_out"),
    ]
    assert Checkout.objects.count() == 3


def test_it_refuses_two_rows_of_one_device_and_time(
    checkouts: Exchange, device: Device
) -> None:
    report = checkouts.load(FULL + FULL.splitlines()[2] + "\n")

    assert [(one.line, one.code) for one in report.refusals] == [(4, "duplicate_row")]


def test_only_managers_of_fleets_name_others_and_make_devices(
    cast: Cast, checkouts: Exchange, device: Device
) -> None:
    make_asset(cast.organisation, name="Anna")
    text = FULL + "Anna,member,,2026-01-02,,2026-01-03,,,\n"

    report = checkouts.load(text, actor=cast.member, skip_invalid=True)

    assert codes(report) == [
        (2, "Handed over by", "missing_permission"),
        (4, "Device", "missing_permission"),
    ]


def test_it_carries_them_to_another_organisation(
    cast: Cast, checkouts: Exchange, device: Device
) -> None:
    other = make_device(cast.other, serial_number="S-1")
    for user in (cast.owner, cast.member, cast.manager):
        cast.other.memberships.create(user=user)
    LocationFactory(organisation=cast.other, name="Depot")
    checkouts.load(FULL)
    make_checkout(asset_of(device))
    check_in(asset_of(device), actor=cast.manager)
    make_checkout(asset_of(device))
    told = checkouts.export().replace(
        asset_of(device).formatted_number, asset_of(other).formatted_number
    )

    elsewhere = checkouts.elsewhere(cast.other)
    report = elsewhere.load(told)

    assert (report.refusals, counts(report)) == ([], (3, 3, 0, 0, 0))
    assert elsewhere.export() == told


def test_it_is_taken_back(cast: Cast, checkouts: Exchange, device: Device) -> None:
    checkouts.load(FULL)

    undone = undo(ImportRun.objects.latest("id"), actor=cast.owner)

    assert (undone.kept, undone.deleted) == ([], 2)
    assert not Checkout.objects.exists()
