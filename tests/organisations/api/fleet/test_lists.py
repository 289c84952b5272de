"""What holds for every list of the organisations app."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from organisations.models import Fleet, FleetShare, Membership, Organisation
from tests.assets.api.fleet.calls import refusal, said
from tests.cast import Cast
from tests.counting import queries_of_list
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    PrefixFactory,
    RoleFactory,
    SubLocationFactory,
    SubscriptionFactory,
    UserFactory,
)

# The token, the organisation with the caller's rights, the rows and what they nest.
MOST_QUERIES = 5


@dataclass(frozen=True)
class Listing:
    """A list, how rows come into it, and what it holds before."""

    path: str
    add: Callable[[Cast], Any]
    held: int = 0
    who: str = "owner"

    def __str__(self) -> str:
        return self.path

    def address(self, cast: Cast) -> str:
        """Return the path of the list."""
        fleet = Fleet.objects.filter(organisation=cast.organisation).first()
        place = cast.organisation.memberships.get(user=cast.owner).location
        return self.path.format(
            O=cast.path,
            fleet=fleet.pk if fleet else "",
            location=place.pk if place else "",
        )


def add_member(cast: Cast) -> None:
    """Add a member with two roles."""
    membership = MembershipFactory(
        organisation=cast.organisation, permissions=["MANAGE_FLEETS"]
    )
    membership.roles.add(RoleFactory(organisation=cast.organisation))


def add_location(cast: Cast) -> None:
    """Add a location with two parts."""
    place = LocationFactory(organisation=cast.organisation)
    SubLocationFactory.create_batch(2, location=place)


def add_part(cast: Cast) -> None:
    """Add a part to the location that is the owner's home."""
    membership = Membership.objects.get(organisation=cast.organisation, user=cast.owner)
    if membership.location is None:
        membership.location = LocationFactory(organisation=cast.organisation)
        membership.save()
    SubLocationFactory(location=membership.location)


def add_share(cast: Cast) -> None:
    """Share the organisation's one fleet."""
    fleet = Fleet.objects.filter(organisation=cast.organisation).first()
    fleet = fleet or FleetFactory(organisation=cast.organisation)
    FleetShare.objects.create(
        fleet=fleet, organisation=OrganisationFactory(), shared_by=UserFactory()
    )


def add_inbound(cast: Cast) -> None:
    """Share a fleet of another organisation with the owner."""
    FleetShare.objects.create(
        fleet=FleetFactory(), user=cast.owner, shared_by=UserFactory()
    )


def add_organisation(cast: Cast) -> None:
    """Make the owner a member of another organisation, which has roles."""
    organisation = OrganisationFactory()
    RoleFactory.create_batch(2, organisation=organisation)
    MembershipFactory(organisation=organisation, user=cast.owner)


def adds(factory: Any) -> Callable[[Cast], Any]:
    """Make rows of the organisation."""
    return lambda cast: factory(organisation=cast.organisation)


LISTS = (
    Listing("{O}/members", add_member, held=4),
    Listing("{O}/roles", adds(RoleFactory), held=1),
    Listing("{O}/fleets", adds(FleetFactory)),
    Listing("{O}/locations", add_location),
    Listing("/api/locations/{location}/sub-locations", add_part),
    Listing("{O}/prefixes", adds(PrefixFactory), held=1),
    Listing("{O}/subscriptions", adds(SubscriptionFactory)),
    Listing("/api/fleets/{fleet}/shares", add_share),
    Listing("/api/users/@me/fleet-shares", add_inbound),
    Listing("/api/users/@me/organisations", add_organisation, held=1),
)

every_list = pytest.mark.parametrize("listing", LISTS, ids=str)


@every_list
def test_it_costs_the_same_whatever_it_holds(cast: Cast, listing: Listing) -> None:
    client = cast.client(listing.who)
    for _ in range(2):
        listing.add(cast)
    address = listing.address(cast)
    # The first use of a token is written down.
    client.get(address)

    few = queries_of_list(client, address, listing.held + 2)
    for _ in range(48):
        listing.add(cast)
    many = queries_of_list(client, address, listing.held + 50)

    assert few == many <= MOST_QUERIES


@every_list
def test_it_goes_on_page_by_page(cast: Cast, listing: Listing) -> None:
    for _ in range(3):
        listing.add(cast)
    client = cast.client(listing.who)
    address = listing.address(cast)

    everything = client.get(address).json()
    first = client.get(address, {"$top": "2"})
    link = first["Link"].removeprefix("<").removesuffix('>; rel="next"')
    rest = client.get(link, {}).json()
    counted = client.get(address, {"$top": "1", "$count": "true"}).json()

    assert first.json() == everything[:2]
    assert rest == everything[2:4]
    assert counted["@odata.count"] == len(everything)
    assert counted["value"] == everything[:1]
    assert "Link" not in client.get(address)


@every_list
@pytest.mark.parametrize("option", ["$top", "$skip"])
def test_it_refuses_options_that_are_wrong(
    cast: Cast, listing: Listing, option: str
) -> None:
    listing.add(cast)

    response = cast.client(listing.who).get(listing.address(cast), {option: "-1"})

    assert said(response) == refusal("odata_error", option)


@pytest.mark.parametrize("name", ["abc", "0", "5", "9" * 25])
@pytest.mark.parametrize(
    "listing", [one for one in LISTS if one.path.startswith("{O}")], ids=str
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_finds_no_organisation(
    cast: Cast, listing: Listing, method: str, name: str
) -> None:
    address = listing.path.format(O=f"/api/organisations/{name}")

    response = getattr(cast.client("owner"), method)(address)

    assert said(response) == refusal("organisation_not_found")


@pytest.mark.parametrize(
    "listing", [one for one in LISTS if one.path.startswith("{O}")], ids=str
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_it_finds_no_organisation_that_is_off(
    cast: Cast, listing: Listing, method: str
) -> None:
    Organisation.objects.filter(pk=cast.organisation.pk).update(enabled=False)

    response = getattr(cast.client("owner"), method)(listing.address(cast))

    assert said(response) == refusal("organisation_not_found")
