"""Filters of licences and certificates that somebody had better look at."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from licensing.models import Certificate, Licence
from tests.back_office import as_staff, page
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.factories.licensing import make_certificate, make_licence, make_seat

DAYS = (-400, -1, 1, 29, 31, 61, 91)


@pytest.fixture
def staff(cast: Cast) -> Client:
    return as_staff(cast.owner)


def listed(client: Client, model: Any, **asked: Any) -> list[str]:
    """Return the names in a list."""
    found = client.get(page(model, "changelist"), asked).context["cl"].result_list
    return [row.name for row in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("past", [-400, -1]),
        ("30", [1, 29]),
        ("60", [1, 29, 31]),
        ("90", [1, 29, 31, 61]),
        ("31", []),
        ("x", []),
    ],
)
@pytest.mark.parametrize("model", [Licence, Certificate])
def test_it_finds_what_ends(
    cast: Cast, staff: Client, model: Any, asked: str, expected: list[int]
) -> None:
    now = timezone.now()
    for days in DAYS:
        end = now + timedelta(days=days)
        if model is Licence:
            make_licence(cast.organisation, name=str(days), end_date=end)
        else:
            make_certificate(cast.organisation, name=str(days), not_after=end)
    make_licence(cast.organisation, name="endless")
    make_certificate(cast.organisation, name="endless")

    assert listed(staff, model, ends=asked) == [str(days) for days in expected]


def test_it_finds_licences_by_the_seats_that_are_left(
    cast: Cast, staff: Client
) -> None:
    assets = make_assets(cast.organisation, 10)
    # Names tell how many seats there are, and how many are taken.
    for count, taken in ((0, 0), (1, 0), (1, 1), (9, 8), (10, 9), (11, 9), (10, 10)):
        licence = make_licence(cast.organisation, count, name=f"{taken} of {count}")
        for asset in assets[:taken]:
            make_seat(licence, asset)

    assert listed(staff, Licence, seats="full") == ["1 of 1", "10 of 10"]
    assert listed(staff, Licence, seats="nearly") == ["9 of 10"]
    assert listed(staff, Licence, seats="x") == []
    assert len(listed(staff, Licence)) == 7
