"""What devices and licences add to the page of an asset."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from assets.models import Asset, AssetGroup
from devices.models import AssetLink, Device, MeterReading, Software
from devices.services.drafts import DeviceDraft
from devices.services.saving import save_device
from licensing.models import Allocation, Licence
from organisations.models import Change
from tests.assets.admin.sections import seen, texts
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.counting import require_as_many_queries
from tests.factories.assets import make_asset
from tests.factories.devices import make_checkout, make_reading, make_software
from tests.factories.licensing import make_certificate, make_licence, make_seat

SHOWN = 20
READINGS = 50
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def client(cast: Cast) -> Client:
    return as_staff(cast.owner)


@pytest.fixture
def asset(cast: Cast) -> Asset:
    found: Asset = Asset.objects.get(pk=make_asset(cast.organisation).pk)
    return found


def test_it_shows_what_is_kept_of_a_device(
    cast: Cast, asset: Asset, client: Client
) -> None:
    assert seen(client, asset)["device"].rows == []
    above = make_asset(cast.organisation, name="The rack")
    values = {"serial_number": "SN-1", "item_cost": 12.5, "parent_id": above.pk}
    draft = DeviceDraft(values={**values, "user_id": cast.member.pk})
    save_device(asset, draft, actor=cast.owner)
    told = {name: cell.text for name, cell in seen(client, asset)["device"].rows}
    assert told["serial number"] == "SN-1"
    assert told["item cost"] == "12.5"
    assert (told["under"], told["user"]) == ("The rack", "member")
    assert "notes" not in told
    [line] = texts(seen(client, above, Asset)["links"])
    assert line == ["above", asset.name]
    lines = [
        (line.label, line.new)
        for entry in seen(client, asset)["history"].rows
        for line in entry.lines
    ]
    assert ("serial number", "SN-1") in lines
    assert ("user", "member") in lines


def test_it_shows_software_seats_certificates_links_and_custody(
    cast: Cast, asset: Asset, client: Client
) -> None:
    licence = make_licence(cast.organisation)
    make_software(asset, "Writer", licence_id=licence.pk)
    make_seat(licence, asset)
    past = timezone.now() - timedelta(days=1)
    make_certificate(cast.organisation, asset_id=asset.pk, not_after=past)
    beside = make_asset(cast.organisation, name="Its neighbour")
    AssetLink.objects.create(
        organisation=cast.organisation, first_id=asset.pk, second_id=beside.pk
    )
    make_checkout(asset)
    found = seen(client, asset)
    assert texts(found["software"])[0][:2] == ["Writer 1.0", "Office suite"]
    assert texts(found["licences"])[0][0] == "Office suite"
    assert texts(found["certificates"])[0][::3] == ["Intranet", "ended"]
    assert texts(found["links"]) == [["beside", "Its neighbour"]]
    assert texts(found["custody"])[0][::3] == ["owner", "out"]
    assert [link.label for link in found["custody"].links] == ["Take back or extend"]
    for key in ("software", "licences", "certificates", "custody"):
        listed = client.get(found[key].url).context["cl"]
        assert listed.result_count == 1
        elsewhere = client.get(seen(client, beside, Asset)[key].url).context["cl"]
        assert elsewhere.result_count == 0


def test_it_takes_back_what_is_kept_of_a_device(
    cast: Cast, asset: Asset, client: Client
) -> None:
    end = datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    first = {"serial_number": "SN-1", "warranty_end": end, "user_id": cast.member.pk}
    for values in (first, dict.fromkeys(first) | {"serial_number": "SN-2"}):
        save_device(asset, DeviceDraft(values=values), actor=cast.owner)
    entries = seen(client, asset)["history"].rows
    offered = {
        (one.change.field, one.change.new): one.offer
        for one in entries
        if one.change.field
    }
    assert offered[("serial_number", "SN-1")].url == ""
    assert (
        "Revert" in client.get(offered[("serial_number", "SN-2")].url).content.decode()
    )
    for key in (("serial_number", "SN-2"), ("warranty_end", None), ("user_id", None)):
        client.post(offered[key].url)
    device = Device.objects.get(pk=asset.pk)
    assert (device.serial_number, device.user_id) == ("SN-1", cast.member.pk)
    assert device.warranty_end == end.replace(microsecond=678000)


def test_it_takes_back_nothing_of_a_device_for_others(
    cast: Cast, asset: Asset, client: Client
) -> None:
    for number in ("SN-1", "SN-2", "SN-3"):
        draft = DeviceDraft(values={"serial_number": number})
        save_device(asset, draft, actor=cast.owner)
    changes = Change.objects.filter(field="serial_number").order_by("id")
    addresses = [page(Asset, "revert", asset.pk, one.pk) for one in changes]
    staff = as_staff(cast.staff)
    for answer in (staff.get(addresses[2]), staff.post(addresses[2])):
        assert answer.status_code == HTTPStatus.FORBIDDEN
    client.post(addresses[1])
    assert Device.objects.get(pk=asset.pk).serial_number == "SN-3"


def test_it_names_no_licence_of_another_organisation(
    cast: Cast, asset: Asset, client: Client
) -> None:
    theirs = make_licence(cast.other, name="Their suite")
    installed = make_software(asset, "Writer")
    Software.objects.filter(pk=installed.pk).update(licence=theirs)
    Allocation.objects.create(
        organisation=cast.organisation,
        licence=theirs,
        asset_id=asset.pk,
        created_at=timezone.now(),
    )
    shown = client.get(page(Asset, "change", asset.pk))
    assert "Their suite" not in shown.content.decode()
    assert texts(seen(client, asset)["licences"]) == []
    assert texts(seen(client, asset)["software"])[0][1] == "—"


def test_it_shows_the_certificates_that_end_first_at_the_top(
    cast: Cast, asset: Asset, client: Client
) -> None:
    now = timezone.now()
    for name, end in (("Never", None), ("Late", now), ("Soon", now - timedelta(1))):
        make_certificate(cast.organisation, name=name, asset_id=asset.pk, not_after=end)
    told = [line[0] for line in texts(seen(client, asset)["certificates"])]
    assert told == ["Soon", "Late", "Never"]


def test_it_names_no_licence_that_has_been_deleted(
    cast: Cast, asset: Asset, client: Client
) -> None:
    make_seat(make_licence(cast.organisation), asset)
    Licence.objects.update(deleted=True)
    assert texts(seen(client, asset)["licences"]) == []


def test_it_draws_the_latest_readings_of_each_meter(
    cast: Cast, asset: Asset, client: Client
) -> None:
    make_reading(asset, 5, asset_meter_id=2, meter_name="Hours", timestamp=START)
    other = make_asset(cast.organisation)
    make_reading(other, 9, asset_meter_id=3, meter_name="Of another", timestamp=START)
    MeterReading.objects.bulk_create(
        MeterReading(
            organisation=cast.organisation,
            asset_id=asset.pk,
            asset_meter_id=7,
            meter_name="Distance (km)",
            timestamp=START + timedelta(days=day),
            reading=1_000 + 10 * day,
        )
        for day in range(READINGS + 5)
    )
    section = seen(client, asset)["readings"]
    hours, distance = section.rows
    assert (hours.name, distance.name) == ("Hours", "Distance (km)")
    assert len(hours.plot.dots) == 1
    assert len(distance.plot.dots) == len(distance.rows) == READINGS
    assert (distance.rows[0].value, distance.rows[0].more) == ("1,540", "+10")
    assert distance.rows[-1].value == "1,050"
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert '<svg class="asset-plot"' in shown
    assert "Of another" not in shown
    assert "50 readings, from 2026-01-06 00:00: 1,050" in shown


def test_it_escapes_the_names_of_meters(asset: Asset, client: Client) -> None:
    make_reading(asset, 5, meter_name='"><script>alert(1)</script>')
    shown = client.get(page(Asset, "change", asset.pk)).content.decode()
    assert "<script>alert(1)" not in shown


def _program(asset: AssetGroup, number: int) -> None:
    make_software(asset, f"Program {number}")


def _seat(asset: AssetGroup, number: int) -> None:
    make_seat(make_licence(asset.organisation, name=f"Licence {number}"), asset)


def _certificate(asset: AssetGroup, number: int) -> None:
    make_certificate(asset.organisation, asset_id=asset.pk)


def _read(asset: AssetGroup, number: int) -> None:
    make_reading(asset, number, asset_meter_id=number % 9)


def _link(asset: AssetGroup, number: int) -> None:
    other = make_asset(asset.organisation)
    AssetLink.objects.create(
        organisation=asset.organisation, first_id=asset.pk, second_id=other.pk
    )


@pytest.mark.parametrize("add", [_program, _seat, _certificate, _read, _link])
def test_it_reads_as_often_for_many_rows_as_for_few(
    add: Callable[[AssetGroup, int], None], asset: Asset, client: Client
) -> None:
    require_as_many_queries(
        client, page(Asset, "change", asset.pk), partial(add, asset), many=SHOWN + 3
    )
