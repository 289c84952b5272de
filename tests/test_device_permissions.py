"""Every route of the device API, against the table of who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern
from pytest_django import DjangoDbBlocker

from config.urls.device import documented
from tests.cast import ROLES, Cast, Troupe
from tests.device_table import ROUTES, filled, furnish

pytestmark = pytest.mark.django_db

every_route = pytest.mark.parametrize("name", ROUTES)


class Stage:
    """The cast with their clients, and one of everything to act on."""

    def __init__(self, cast: Cast) -> None:
        self.things = furnish(cast)
        self.clients = {who: cast.client(who) for who in ROLES}

    def path(self, name: str) -> str:
        """Return the route's path to the things that it names."""
        return ROUTES[name].path.format(**self.things)

    def ask(self, who: str, name: str, method: str, path: str = "") -> Any:
        """Send a request that is right, and undo what it does."""
        body = filled(ROUTES[name].bodies.get(method), self.things)
        call = getattr(self.clients[who], method.lower())
        with transaction.atomic():
            response = call(path or self.path(name), body)
            transaction.set_rollback(True)
        return response


@pytest.fixture(scope="module")
def stage(troupe: Troupe, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Set the stage once, because every request is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage(troupe.on_stage())
        transaction.set_rollback(True)


def methods_of(route: URLPattern) -> Iterator[tuple[str, str]]:
    """Return the route's name with each method that it answers."""
    view: Any = route.callback
    methods = getattr(view, "actions", None) or {"get"}
    for method in set(methods) - {"head"}:
        yield str(route.name), method.upper()


def test_it_has_a_row_for_every_method_of_every_route() -> None:
    routed = {pair for route in documented for pair in methods_of(route)}
    ruled = {(name, method) for name, route in ROUTES.items() for method in route.rules}

    assert ruled == routed


@every_route
def test_it_answers_everybody_as_the_table_says(stage: Stage, name: str) -> None:
    rules = ROUTES[name].rules
    expected = {method: rule.answers() for method, rule in rules.items()}

    answers = {
        method: {who: stage.ask(who, name, method).status_code for who in ROLES}
        for method in expected
    }

    assert answers == expected


@every_route
def test_it_answers_alike_however_the_path_is_spelt(stage: Stage, name: str) -> None:
    path = stage.path(name)
    spellings = (path.lower(), path.upper(), path.removeprefix("/api"), f"{path}/")

    for method, rule in ROUTES[name].rules.items():
        answers = {stage.ask("owner", name, method, at).status_code for at in spellings}
        assert answers == {rule.answers()["owner"]}


@every_route
def test_it_refuses_in_the_shape_of_the_family(stage: Stage, name: str) -> None:
    path = stage.path(name)
    client = stage.clients["owner"]
    refused = [client.get(f"{path}/no/such/path"), client.get(f"{path}?x=%FF")]
    missing = {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[name].rules)
    refused += [getattr(client, method.lower())(path) for method in missing]

    statuses = [response.status_code for response in refused]
    assert statuses == [404, 400] + [405] * len(missing)
    for response in refused:
        keys = ["ClassName", "Message"] if response.status_code != 400 else ["body"]
        assert list(response.json()) == keys
