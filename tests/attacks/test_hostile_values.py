"""Attack: send values that no field expects, and look for a 500 that tells something.

Each property of both documents gets each of them: with all others at once, and one
alone.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.attacks.test_foreign_ids_in_bodies import with_property, writing
from tests.back_office import CASES, as_staff, page, registered
from tests.cast import ROLES, Cast
from tests.isolation.world import Endpoint, World, endpoints, properties, queries

pytestmark = pytest.mark.django_db


def nested(depth: int) -> Any:
    """Return lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


HOSTILE: tuple[Any, ...] = (
    *(10**30, -(10**30), 2**63, 1e308, True, "", [None], {"id": {"id": 1}}, nested(60)),
    *("a\x00b", "\u202egnp.exe", "\U0010ffff", "ﷺ" * 30, "9" * 400, "1e999", "NaN"),
    *("9999-12-31T23:59:59-14:00", "0000-00-00", "' OR 1=1--"),
)
# What JSON can say and no value of Python's is written as.
RAW = (r'"\ud800"', r'"\udfff\ud800"', "1E400", "[" * 100 + "]" * 100)
QUERIES = (
    *("9" * 400, "-1", "1e999", "\u202e", "' OR 1=1--", "[{}]", "a,b,,", "x" * 4_000),
    *("\U0010ffff", "%", "9999-12-31T23:59:59-14:00"),
)
# So many texts of a megabyte stay below the limit of a body.
TOGETHER = 15
every_write = pytest.mark.parametrize(
    "endpoint", writing, ids=lambda one: f"{one.method} {one.name}"
)
reading = [one for one in endpoints() if one.method == "GET"]


@pytest.fixture(scope="module")
def documented() -> dict[tuple[str, str], Any]:
    """Read the properties of every body from both documents."""
    return properties("fleet") | properties("device")


@pytest.fixture(scope="module")
def asked() -> dict[str, list[str]]:
    """Read from both documents what each route is asked."""
    return queries("fleet") | queries("device")


def who_may(world: World, endpoint: Endpoint) -> Any:
    """Return the client of somebody whom the table lets in."""
    return world.cast.client(next(who for who in ROLES if who in endpoint.allowed))


@every_write
def test_it_answers_any_value_of_a_body(
    world: World, documented: dict[tuple[str, str], Any], endpoint: Endpoint
) -> None:
    names = list(documented.get((endpoint.name, endpoint.method), ("name",)))
    client = who_may(world, endpoint)
    body = world.body(endpoint)
    bodies = [dict.fromkeys(names, one) for one in HOSTILE]
    # One at a time, so that a wrong neighbour does not hide what it does.
    bodies += [
        with_property(body, name, HOSTILE[place % len(HOSTILE)])
        for place, name in enumerate(names)
        if endpoint.name != "imports"
    ]
    for one in (*bodies, 10**30, "x", True, [None], nested(60)):
        answer = world.ask(endpoint, client, body=one)
        assert answer.status_code < 500, one


@every_write
def test_it_answers_texts_of_a_megabyte(
    world: World, documented: dict[tuple[str, str], Any], endpoint: Endpoint
) -> None:
    names = list(documented.get((endpoint.name, endpoint.method), ("name",)))
    client = who_may(world, endpoint)
    for first in range(0, len(names), TOGETHER):
        some = names[first : first + TOGETHER]
        answer = world.ask(endpoint, client, body=dict.fromkeys(some, "x" * 1_000_000))
        assert answer.status_code < 500, some


@every_write
def test_it_answers_any_json(world: World, endpoint: Endpoint) -> None:
    call = getattr(who_may(world, endpoint), endpoint.method.lower())
    for value in RAW:
        text = f'[{{"name": {value}}}]'
        answer = call(world.path(endpoint), text, content_type="application/json")
        assert 400 <= answer.status_code < 500, text


@pytest.mark.parametrize("endpoint", reading, ids=lambda one: one.name)
def test_it_answers_any_value_of_a_query(
    world: World, asked: dict[str, list[str]], endpoint: Endpoint
) -> None:
    path = world.path(endpoint)
    client = who_may(world, endpoint)
    for value in QUERIES:
        answer = client.get(path, dict.fromkeys(asked[endpoint.name], value))
        assert answer.status_code < 500, value
    for place, name in enumerate(asked[endpoint.name]):
        answer = client.get(path, {name: QUERIES[place % len(QUERIES)]})
        assert answer.status_code < 500, name


@pytest.mark.parametrize(
    "model",
    [model for model in registered() if CASES[model].adds],
    ids=lambda model: model._meta.label,
)
def test_it_answers_any_value_of_a_form(cast: Cast, model: Any) -> None:
    client = as_staff(cast.owner, is_superuser=True)
    row = CASES[model].make(cast.organisation)
    kind = getattr(row, "type_id", None)
    query = f"?organisation={cast.organisation.pk}" + (f"&type={kind}" if kind else "")
    for address in (page(model, "add") + query, page(model, "change", row.pk)):
        form = client.get(address).context["adminform"].form
        for value in ("\x00", "9" * 400, "\u202e" + "x" * 100_000):
            sent = {form.add_prefix(name): value for name in form.fields}
            answer = client.post(address, sent)
            assert answer.status_code < 500, value


def test_it_answers_any_name_and_password(client: Client) -> None:
    for value in ("\x00", "x" * 100_000, "\u202e", "9" * 400):
        form = {"username": value, "password": value}
        assert client.post(reverse("admin:login"), form).status_code in {200, 429}
        asked = {"grant_type": value, "client_id": value, "client_secret": value}
        assert client.post("/auth/token", asked).status_code in {400, 401, 413}
