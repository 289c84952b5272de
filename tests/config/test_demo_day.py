"""The demo's railway has lived through a day."""

import pytest

from assets.models import Asset, AssetGroup, AssetLog, Attachment, WorkItem
from config.demo.loading import load_demo
from organisations.models import Change, FleetShare, Organisation, User
from tests.factories.organisations import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    made: User = UserFactory()
    return made


@pytest.fixture
def railway(owner: User) -> Organisation:
    return load_demo(owner, lambda line: None)


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
