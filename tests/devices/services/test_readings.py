"""Readings of meters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.api.errors import Refusal
from devices.services.readings import add_reading, update_reading
from tests.cast import Cast
from tests.factories.assets import make_asset
from tests.factories.devices import make_reading


def test_it_fills_in_the_reading_before_of_the_same_meter(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    first = make_reading(asset, 100)
    other = make_reading(asset, 7, asset_meter_id=2)
    second = make_reading(asset, 140)
    said = [one.previous_reading for one in (first, other, second)]
    assert said == [0, 0, 100]
    assert (second.who, second.created_by) == ("owner", cast.owner)


def test_it_refuses_a_lower_reading_unless_it_is_confirmed(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    make_reading(asset, 100)
    with pytest.raises(Refusal) as refused:
        make_reading(asset, 99)
    assert refused.value.errors == {"reading": ["The last reading was 100."]}
    lower = add_reading(
        asset=asset, values={"reading": 99}, is_confirmed=True, actor=cast.owner
    )
    assert lower.previous_reading == 100
    earlier = make_reading(asset, 40, timestamp=timezone.now() - timedelta(days=9))
    assert earlier.previous_reading == 0


def test_it_changes_a_reading_by_the_same_rules(cast: Cast) -> None:
    asset = make_asset(cast.organisation)
    make_reading(asset, 100)
    reading = make_reading(asset, 140)
    with pytest.raises(Refusal) as refused:
        update_reading(reading=reading, values={"reading": 1}, actor=cast.owner)
    assert list(refused.value.errors) == ["reading"]
    changed = update_reading(
        reading=reading, values={"reading": 150, "reviewed": True}, actor=cast.owner
    )
    changed.refresh_from_db()
    assert (changed.reading, changed.previous_reading, changed.reviewed) == (
        150,
        100,
        True,
    )


@pytest.mark.parametrize("reading", [-1, 2**60])
def test_it_refuses_what_no_meter_shows(reading: int, cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        make_reading(make_asset(cast.organisation), reading)
    assert list(refused.value.errors) == ["reading"]
