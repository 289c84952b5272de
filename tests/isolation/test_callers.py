"""Every route of the URL resolver, asked by everybody who has no right to an answer.

The permission tables say who of the cast is answered how; here are the callers whose
right has ended, does not reach so far, or has not begun. A 2xx that stands nowhere on
these pages fails, and so does a new route without a line.
"""

from dataclasses import dataclass
from http import HTTPStatus

import pytest
from django.urls import URLPattern, URLResolver
from rest_framework.test import APIClient

from assets.models import AssetGroup
from config import urls
from organisations.models import FleetShare, Membership, Organisation, Role
from organisations.permissions import Permission
from organisations.services.tokens import create_token, revoke_token
from tests.factories.access import application_token, bearer
from tests.factories.organisations import UserFactory
from tests.isolation.world import Endpoint, World, endpoints, routes

pytestmark = pytest.mark.django_db

every_route = pytest.mark.parametrize(("family", "name"), routes())

# What stands beside the two families: answered to anybody, each with tests of its own.
OPEN = {
    "auth-token",
    "docs",
    "docs-device",
    "front",
    "healthz",
    "invitation",
    "metrics",
    "readyz",
    "schema-device",
    "schema-fleet",
}
# What the scopes of a token must cover, beside everything.
AREAS = {
    "assets": {
        "device-assets",
        "device-asset",
        "device-next-tag",
        "device-software-versions",
        "device-asset-changes",
        "device-readings",
        "device-reading",
    },
    "software": {"device-software"},
    "softwarelicensing": {
        "device-licences",
        "device-licence",
        "device-licence-roles",
        "device-seats",
        "device-licence-changes",
        "device-licence-infos",
        "device-licence-password",
        "device-certificates",
        "device-certificate",
    },
}
# Resolution 17: what an accepted share of a fleet shows.
SHARED = {("asset", "GET"), ("assets", "GET"), ("asset-group", "GET")}


def endpoints_of(name: str) -> list[Endpoint]:
    return [one for one in endpoints() if one.name == name]


def client_with(text: str) -> APIClient:
    return APIClient(headers=bearer(text))


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    """Return the names of the routes of the project that are no pages of staff."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLPattern):
            found.add(str(one.name))
        elif one.app_name != "admin":
            found |= names(one.url_patterns)
    return found


def test_it_knows_every_route_of_the_project() -> None:
    walked = {one.name for one in endpoints()}

    # The form without `/api` has no name of its own.
    assert names(urls.urlpatterns) - {"None"} == walked | OPEN
    assert len(set(routes())) == len(walked)


@dataclass
class Gone:
    """Tokens of people who could do everything a moment ago."""

    texts: dict[str, str]

    @classmethod
    def of(cls, world: World) -> "Gone":
        """End the right of three people, each in another way."""
        organisation, owner = world.cast.organisation, world.cast.owner
        revoked = create_token(user=owner, name="Revoked")
        revoke_token(token=revoked.row, actor=owner)
        expired = application_token(owner, expires_in=-1)
        leaver = UserFactory()
        able(leaver.pk, organisation)
        disabled = create_token(user=leaver, name="Disabled").text
        leaver.is_active = False
        leaver.save()
        texts = {"revoked": revoked.text, "expired": expired, "disabled": disabled}
        return cls(texts | {"invented": "consist_" + "x" * 43})


def able(user_id: int, organisation: Organisation) -> None:
    """Give a person every permission there is."""
    role = Role.objects.create(
        organisation=organisation, name="all", permissions=list(Permission)
    )
    member = Membership.objects.create(organisation=organisation, user_id=user_id)
    member.roles.add(role)


@pytest.fixture(scope="module")
def gone(world: World) -> Gone:
    """Make the people once for the module, within the world."""
    return Gone.of(world)


@every_route
def test_it_knows_nobody_whose_right_has_ended(
    world: World, gone: Gone, family: str, name: str
) -> None:
    clients = {who: client_with(text) for who, text in gone.texts.items()}
    clients["anonymous"] = APIClient()

    for endpoint in endpoints_of(name):
        told = {who: world.ask(endpoint, one) for who, one in clients.items()}
        statuses = {who: answer.status_code for who, answer in told.items()}
        expected = dict.fromkeys(clients, HTTPStatus.UNAUTHORIZED)
        if endpoint.is_open:
            expected["anonymous"] = HTTPStatus.OK
            # It says what the register is, and looks at no token.
            expected = dict.fromkeys(clients, HTTPStatus.OK)
        assert statuses == expected, endpoint
        # None of them learns why.
        assert len({answer.content for answer in told.values()} - open_text(told)) <= 1


def open_text(told: dict[str, object]) -> set[object]:
    """Return what is said to who shows no token at all, which is another sentence."""
    return {getattr(told["anonymous"], "content", None)}


@every_route
def test_it_answers_a_token_within_its_scopes_only(
    world: World, family: str, name: str
) -> None:
    area = next((area for area, names in AREAS.items() if name in names), None)
    held = {
        "reader": "read:assets read:software read:softwarelicensing",
        **{f"{one} editor": f"edit:{one}" for one in AREAS},
    }
    clients = {
        who: client_with(create_token(user=world.cast.owner, name=who, scope=one).text)
        for who, one in held.items()
    }

    for endpoint in endpoints_of(name):
        if endpoint.is_open or "owner" not in endpoint.allowed:
            continue
        statuses = {
            who: world.ask(endpoint, one).status_code for who, one in clients.items()
        }
        reads = endpoint.method == "GET"
        may = {"reader"} if reads else set()
        may |= {f"{one} editor" for one in AREAS if area in (None, one)}
        expected = {
            who: endpoint.granted if who in may else HTTPStatus.FORBIDDEN
            for who in clients
        }
        if name == "tokens" and not reads:
            # Without a scope of its own, the new token would have all.
            expected = dict.fromkeys(clients, HTTPStatus.FORBIDDEN)
        assert statuses == expected, endpoint


@every_route
def test_it_shows_a_shared_fleet_and_nothing_beside_it(
    world: World, family: str, name: str
) -> None:
    cast, things = world.cast, world.own["fleet"]
    fleet = int(things["fleet"])
    inside = [int(things[one]) for one in ("asset", "group", "tool", "lent")]
    AssetGroup.objects.filter(pk__in=inside).update(fleet_id=fleet)
    share = FleetShare.objects.create(fleet_id=fleet, user=cast.outsider)
    client = cast.client("outsider")

    for endpoint in endpoints_of(name):
        statuses = {}
        for status in FleetShare.Status.values:
            FleetShare.objects.filter(pk=share.pk).update(status=status)
            statuses[status] = world.ask(endpoint, client).status_code
        accepted = statuses.pop("accepted")
        (always,) = set(statuses.values())
        assert always >= 300 or "outsider" in endpoint.allowed, endpoint
        is_shared = (name, endpoint.method) in SHARED
        assert accepted == (HTTPStatus.OK if is_shared else always), endpoint
    FleetShare.objects.filter(pk=share.pk).delete()
