"""Attack: ask for so much that nobody else is served, or for a page there is not."""

import pytest
from django.test import Client

from config.api.device import lists
from tests.back_office import as_staff, page, registered
from tests.cast import Cast
from tests.factories.assets import make_assets
from tests.isolation.world import Endpoint, World, endpoints, queries

pytestmark = pytest.mark.django_db

ENDLESS = ("9" * 30, "1000001", str(2**63))
NO_NUMBERS = ("-1", "1e3", "٣", "0x1")
PAGES = {"$top", "$skip", "limit", "count", "page_no", "page_size"}


@pytest.fixture(scope="module")
def asked() -> dict[str, list[str]]:
    """Read from both documents what each route is asked."""
    return queries("fleet") | queries("device")


@pytest.mark.parametrize(
    "endpoint",
    [one for one in endpoints() if one.method == "GET"],
    ids=lambda one: one.name,
)
def test_it_answers_within_bounds_however_much_is_asked_for(
    world: World, asked: dict[str, list[str]], endpoint: Endpoint
) -> None:
    path = world.path(endpoint)
    for name in PAGES.intersection(asked[endpoint.name]):
        for value in (*ENDLESS, *NO_NUMBERS):
            answer = world.owner.get(path, {name: value, "pageinate": "true"})
            assert answer.status_code in {200, 400}, (name, value)


def test_it_shows_no_more_than_the_documents_say(cast: Cast) -> None:
    make_assets(cast.organisation, 1_010)
    client = cast.client("owner")

    most = client.get(f"{cast.path}/assets", {"$top": "100000"})
    paged = client.get("/api/Asset", {"pageinate": "true", "page_size": "100000"})
    plain = client.get("/api/Asset")

    assert len(most.json()) == 1_000
    assert "next" in most.headers["Link"]
    assert (len(paged.json()["assets"]), paged.json()["page_size"]) == (1_000, 1_000)
    assert len(plain.json()["assets"]) == 1_000
    assert lists.LARGEST_COUNT == 10_000


@pytest.mark.parametrize("model", registered(), ids=lambda model: model._meta.label)
def test_it_pages_lists_of_staff_within_bounds(cast: Cast, model: type) -> None:
    client: Client = as_staff(cast.owner, is_superuser=True)
    for query in ("all=", "p=999999999999", "p=-1&o=99.-98.x"):
        answer = client.get(f"{page(model, 'changelist')}?{query}", follow=True)
        assert answer.status_code == 200, query
        found = answer.context.get("cl")
        assert found is None or len(found.result_list) <= 100
