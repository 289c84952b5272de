"""The demo's railway has lived through a day, and its offices have their IT."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings
from rest_framework.test import APIClient

from assets.models import Asset, AssetGroup, AssetLog, Attachment, WorkItem
from config.demo.loading import load_demo
from devices.models import Checkout
from licensing.models import Certificate
from organisations.models import Change, FleetShare, Organisation, User
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def railway(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Organisation]:
    """Load the demo once, because nothing here changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo(UserFactory(), lambda line: None)
        transaction.set_rollback(True)


@pytest.fixture
def owner(railway: Organisation) -> User:
    return railway.owner


def test_it_leaves_the_trains_as_the_evening_finds_them(railway: Organisation) -> None:
    trains = AssetGroup.objects.of(railway).filter(ephemerality=1).order_by("pk")
    seen = [(train.name, train.active, train.members.count()) for train in trains]
    assert seen == [("IC 12", False, 5), ("R 31", True, 3), ("T 401", True, 6)]
    assert Change.objects.filter(object_id=trains[0].pk, field="assets").count() == 4
    coach = Asset.objects.of(railway).get(name="Ed 5402")
    assert coach.location is not None
    assert (coach.location.name, coach.governed_by) == ("Lindal", None)


def test_it_keeps_logs_a_photo_and_work(railway: Organisation) -> None:
    assert AssetLog.objects.of(railway).count() == 3
    assert Attachment.objects.get().blob.content_type == "image/jpeg"
    states = WorkItem.objects.of(railway).values_list("state", flat=True)
    assert sorted(states) == ["closed", "open", "open"]


def test_it_shares_a_fleet_with_a_second_organisation(
    railway: Organisation, owner: User
) -> None:
    share = FleetShare.objects.get()
    assert share.fleet.organisation == railway
    assert share.status == "accepted"
    assert Organisation.objects.visible_to(owner).count() == 2


def test_it_keeps_the_it_of_two_offices(railway: Organisation, owner: User) -> None:
    client = APIClient()
    client.force_authenticate(owner)

    def rows(path: str, array: str = "") -> list[dict[str, str | int]]:
        answer = client.get(path).json()
        found: list[dict[str, str | int]] = answer[array] if array else answer
        return found

    devices = rows("/api/Asset?search=nb-hal-01", "assets")
    assert [one["inventory_number"] for one in devices] == ["IT-00001"]
    assert devices[0]["manufacturer_name"] == "Fjord"
    programs = rows(f"/api/AssetSoftware?device_id={devices[0]['id']}")
    assert [one["name"] for one in programs] == [
        "Kanto Desktop",
        "Fjord Office",
        "Vahti Antivirus",
    ]
    left = {
        one["name"]: one["licences_available"]
        for one in rows("/api/SoftwareLicence", "licences")
    }
    assert left == {"Fjord Office": 1, "Kanto Server": 0, "Vahti Antivirus": 6}
    readings = rows("/api/MeterReading", "readings")
    assert len(readings) == 26
    assert all(int(one["reading"]) >= int(one["previous_reading"]) for one in readings)
    soon = timezone.now() + timedelta(days=30)
    certificates = Certificate.objects.of(railway)
    assert certificates.count() == 3
    assert certificates.filter(not_after__lt=soon).count() == 1
    loans = Checkout.objects.of(railway).order_by("id")
    assert [one.is_open for one in loans] == [True, False]


def test_it_keeps_no_certificates_without_a_key(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ()

    organisation = load_demo(UserFactory(), lambda line: None)

    assert not Certificate.objects.of(organisation).exists()
    assert Checkout.objects.of(organisation).exists()
