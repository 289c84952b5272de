"""Every route of the fleet API, against the table of who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern
from pytest_django import DjangoDbBlocker

from config.urls.fleet import documented
from tests.assets.api.fleet.calls import Answer
from tests.cast import ROLES, Cast, Troupe
from tests.permission_table import ROUTES, UNKNOWN, body_of, furnish, path_of

pytestmark = pytest.mark.django_db

# One id that nothing has, then texts that are none.
MISSING = (str(UNKNOWN), "abc", "9" * 25)

every_route = pytest.mark.parametrize("name", ROUTES)


class Stage:
    """The cast with their clients, and one of everything to act on."""

    def __init__(self, cast: Cast) -> None:
        self.things = furnish(cast)
        self.clients = {who: cast.client(who) for who in ROLES}

    def ask(self, who: str, name: str, method: str, path: str = "") -> Answer:
        """Send a request that is right, and undo what it does."""
        call = getattr(self.clients[who], method.lower())
        path = path or path_of(name, self.things)
        body = body_of(name, method, self.things)
        has_file = isinstance(body, dict) and "file" in body
        with transaction.atomic():
            response: Answer = call(
                path, body, format="multipart" if has_file else None
            )
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
    # HEAD comes with GET, and into the mapping with the first request.
    for method in set(view.actions) - {"head"}:
        yield str(route.name), method.upper()


def said(response: Answer) -> tuple[int, Any]:
    """Return what an answer says, without the id of the request."""
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return response.status_code, response.json() if is_json else None


def test_it_has_a_row_for_every_method_of_every_route() -> None:
    routed = {pair for route in documented for pair in methods_of(route)}
    ruled = {(name, method) for name, route in ROUTES.items() for method in route.rules}

    assert ruled == routed


@every_route
def test_it_answers_everybody_as_the_table_says(stage: Stage, name: str) -> None:
    expected = {
        method: rule.answers(method) for method, rule in ROUTES[name].rules.items()
    }

    answers = {
        method: {who: stage.ask(who, name, method).status_code for who in ROLES}
        for method in expected
    }

    assert answers == expected


@every_route
def test_it_answers_alike_with_and_without_the_prefix(stage: Stage, name: str) -> None:
    path = path_of(name, stage.things)
    bare = path.removeprefix("/api")

    for method, rule in ROUTES[name].rules.items():
        for who in ("anonymous", "outsider"):
            answers = [said(stage.ask(who, name, method, at)) for at in (path, bare)]
            if who in rule.allowed and method == "POST":
                # Two rows that are made differ in their ids.
                answers = [(status, list(body)) for status, body in answers]
            assert answers[0] == answers[1]
            assert answers[0][0] == rule.answers(method)[who]


@every_route
def test_it_takes_a_slash_at_the_end(stage: Stage, name: str) -> None:
    path = path_of(name, stage.things) + "/"

    for method, rule in ROUTES[name].rules.items():
        response = stage.ask("owner", name, method, path)
        assert response.status_code == rule.answers(method)["owner"]


@every_route
def test_it_takes_a_malformed_id_for_one_that_is_missing(
    stage: Stage, name: str
) -> None:
    keys = [key for key in ROUTES[name].names if key != "file_hash"]

    for method, rule in ROUTES[name].rules.items():
        who = next(who for who in ROLES if who in rule.allowed)
        for key in keys:
            paths = [path_of(name, stage.things, **{key: bad}) for bad in MISSING]
            answers = [said(stage.ask(who, name, method, path)) for path in paths]
            assert answers[0][0] in {400, 404}
            assert answers == [answers[0]] * len(answers)


@every_route
def test_it_refuses_methods_in_the_shape_of_the_api(stage: Stage, name: str) -> None:
    missing = {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(ROUTES[name].rules)
    path = path_of(name, stage.things)

    for method in missing:
        response = getattr(stage.clients["owner"], method.lower())(path)
        assert (response.status_code, response.json()["code"]) == (
            405,
            "method_not_allowed",
        )
