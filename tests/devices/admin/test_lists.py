"""The list of devices in the back office."""

from typing import Any

from django.test import Client

from devices.models import DeviceAsset, MeterReading
from tests.back_office import CASES, as_staff, page
from tests.cast import Cast
from tests.factories.devices import make_device

ABSENT = 1_234_567


def listed(client: Client, **asked: Any) -> list[int]:
    """Return the ids that the list of devices shows."""
    answer = client.get(page(DeviceAsset, "changelist"), asked)
    return [row.pk for row in answer.context["cl"].result_list]


def test_it_shows_serial_numbers_and_narrows_by_who_has_them(cast: Cast) -> None:
    client = as_staff(cast.owner)
    hers = make_device(cast.organisation, user_id=cast.member.pk, serial_number="SN-17")
    free = make_device(cast.organisation)
    assert listed(client) == [hers.pk, free.pk]
    assert listed(client, device__user__id__exact=cast.member.pk) == [hers.pk]
    for key in (cast.outsider.pk, ABSENT):
        assert listed(client, device__user__id__exact=key) == []
    shown = client.get(page(DeviceAsset, "changelist")).content.decode()
    assert "SN-17" in shown


def test_it_lists_the_newest_readings_first(cast: Cast) -> None:
    client = as_staff(cast.owner)
    made = [CASES[MeterReading].make(cast.organisation).pk for _ in range(2)]
    answer = client.get(page(MeterReading, "changelist"))
    assert [row.pk for row in answer.context["cl"].result_list] == made[::-1]


def test_it_offers_organisations_without_a_script(cast: Cast) -> None:
    client = as_staff(cast.owner)
    shown = client.get(page(DeviceAsset, "changelist")).content.decode()
    assert f'<option value="{cast.organisation.pk}">{cast.organisation}' in shown
    assert str(cast.other) not in shown
