"""Reading through the API beside the same answers by hand."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import orjson
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from assets.models import Asset, AssetGroup
from benchmarks.bare import Bare, connect
from benchmarks.timing import Result, alternate
from benchmarks.world import MAKERS, World
from config.wsgi import application
from organisations.names import successor
from organisations.services.tokens import create_token

PREFIX = "rowan 7"
# One turn asks so often, so that the clock's grain does not matter.
CALLS = 10
LIST_GOAL, SEARCH_GOAL = 0.4, 0.5


@dataclass(frozen=True)
class Question:
    """What is asked of both: a path of the API, and the answer by hand."""

    name: str
    path: str
    bare: Callable[[], bytes]
    goal: float


class Api:
    """Calls the application as a server does, in this process."""

    def __init__(self, token: str) -> None:
        self.environ: dict[str, object] = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
        setup_testing_defaults(self.environ)
        self.environ |= {"HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1"}

    def get(self, address: str) -> bytes:
        """Return the body of an answer, or stop at one that is no 200."""
        path, _, query = address.partition("?")
        asked = {**self.environ, "PATH_INFO": path, "QUERY_STRING": query}
        answer: Any = application(asked, self._start)
        # Servers close an answer, and Django ends the request there.
        with closing(answer):
            return b"".join(answer)

    def _start(self, status: str, *rest: object) -> Callable[[bytes], object]:
        if not status.startswith(str(HTTPStatus.OK.value)):
            raise SystemExit(f"The API answered {status}.")
        return len


def measure_lists(world: World, *, rounds: int) -> list[Result]:
    """Ask for lists of assets and for one, by the API and by hand, in turns."""
    return _measure_all(world, _questions, rounds)


def measure_groups(world: World, *, rounds: int) -> list[Result]:
    """Ask for a list of groups and for one, by the API and by hand, in turns."""
    return _measure_all(world, _group_questions, rounds)


def _measure_all(
    world: World, questions_of: Callable[[World, Bare], list[Question]], rounds: int
) -> list[Result]:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    api = Api(create_token(user=world.owner, name="benchmarks").text)
    with connect(connection.settings_dict) as hand:
        questions = questions_of(world, Bare(hand))
        return [_measure(api, question, rounds) for question in questions]


def _questions(world: World, bare: Bare) -> list[Question]:
    key = world.organisation.pk
    rows = Asset.objects.of(world.organisation)
    count = rows.count()
    middle = rows.order_by("id").values_list("pk", flat=True)[count // 2]
    path = f"/api/organisations/{key}/assets"
    beyond = successor(PREFIX) or ""
    said = f"of {count:,}"
    maker, field = MAKERS[0], world.fields[0]
    made = quote(f"fields/{field} eq '{maker}'")
    return [
        Question(f"list of 50 {said}", path, lambda: bare.page(key), LIST_GOAL),
        Question(
            "its last page",
            f"{path}?$skip={count - 50}",
            lambda: bare.page(key, count - 50),
            LIST_GOAL,
        ),
        Question(
            f"search by name {said}",
            f"{path}?name={PREFIX.replace(' ', '+')}",
            lambda: bare.named(key, PREFIX, beyond),
            SEARCH_GOAL,
        ),
        Question(
            f"filter by custom field {said}",
            f"{path}?$filter={made}",
            lambda: bare.with_value(key, field, maker),
            SEARCH_GOAL,
        ),
        Question(
            f"one asset {said}",
            f"/api/assets/{middle}",
            lambda: bare.one(middle),
            SEARCH_GOAL,
        ),
    ]


def _group_questions(world: World, bare: Bare) -> list[Question]:
    key = world.organisation.pk
    groups = AssetGroup.objects.of(world.organisation).groups()
    first = groups.order_by("id").annotate(size=Count("members"))[0]
    path = f"/api/organisations/{key}/asset-groups"
    said = f"with {first.size} assets"
    return [
        Question(
            f"list of 50 groups {said}", path, lambda: bare.groups(key), LIST_GOAL
        ),
        Question(
            f"one group {said}",
            f"/api/assetgroups/{first.pk}",
            lambda: bare.group(first.pk),
            SEARCH_GOAL,
        ),
    ]


def _measure(api: Api, question: Question, rounds: int) -> Result:
    """Time one question after checking that both answers are the same."""
    # The first use of a token is written down, and statements are compiled.
    api.get(question.path)
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(question.path)
    count = len(queries)
    if orjson.loads(answer) != orjson.loads(question.bare()):
        raise SystemExit(f"The answers to '{question.name}' differ.")
    ours, bare = alternate(
        lambda: [api.get(question.path) for _ in range(CALLS)],
        lambda: [question.bare() for _ in range(CALLS)],
        rounds=rounds,
    )
    return Result(
        name=question.name,
        beside="psycopg and orjson",
        ours=ours,
        bare=bare,
        units=CALLS,
        unit="answers",
        goal=f"{question.goal:.0%} of bare",
        is_met=bare / ours >= question.goal,
        queries=count,
    )
