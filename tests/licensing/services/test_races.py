"""Seats while many ask at once; on PostgreSQL."""

import pytest

from licensing.kinds import ReferenceKind
from licensing.models import Allocation, Reference
from licensing.services.references import Wanted, ensure_references
from licensing.services.seats import Seat, allocate, release
from organisations.models import Organisation
from tests.assets.services.test_races import at_once
from tests.factories.assets import make_assets
from tests.factories.licensing import make_licence
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def organisation() -> Organisation:
    """Return an organisation."""
    made: Organisation = OrganisationFactory()
    return made


def test_it_gives_ten_seats_to_fifty_who_ask(organisation: Organisation) -> None:
    licence = make_licence(organisation, 10)
    assets = make_assets(organisation, 50)

    said = at_once(
        lambda number: allocate(
            [Seat(licence.pk, asset_id=assets[number].pk)], actor=organisation.owner
        ),
        threads=50,
    )

    assert said == {"done": 10, "no_licences_available": 40}
    licence.refresh_from_db()
    seats = Allocation.objects.filter(licence=licence)
    assert (licence.assets_in_use, seats.count()) == (10, 10)


def test_it_takes_several_licences_in_one_order(organisation: Organisation) -> None:
    licences = [make_licence(organisation, 100) for _ in range(3)]
    assets = make_assets(organisation, 8)

    def take(number: int) -> None:
        order = licences if number % 2 else licences[::-1]
        asset = assets[number].pk
        allocate([Seat(one.pk, asset_id=asset) for one in order], actor=owner)
        release(Allocation.objects.filter(asset=asset), actor=owner)

    owner = organisation.owner
    assert at_once(take) == {"done": 8}
    for licence in licences:
        licence.refresh_from_db()
        assert licence.assets_in_use == 0


def test_it_makes_a_new_record_once(organisation: Organisation) -> None:
    wanted = [Wanted(ReferenceKind.SUPPLIER, label="Ratatosk IT")]

    said = at_once(
        lambda _: ensure_references(
            organisation=organisation, wanted=wanted, actor=organisation.owner
        )
    )

    assert said == {"done": 8}
    assert Reference.objects.of(organisation).get().number == 1
