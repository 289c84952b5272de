"""What every test can ask for."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from oauth2_provider.models import AccessToken
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from organisations.models import User
from tests.cast import Cast, Troupe
from tests.sampling import split

# Files whose tests share what is dear to make, and so run in one process.
TOGETHER = {
    "tests/config/exports/test_round_trip.py",
    "tests/config/management/test_quickstart.py",
    "tests/config/test_demo_day.py",
}
# Marks of tests that need more than Python: each has a target of the Makefile.
APART = ("browser", "faults")
# Two races at once would be more connections than a server takes: they queue up.
RACES = "races.py"


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # without types
    """Hand out test functions one by one, but those of some files together.

    The plugin's own groups have no effect since pytest 9.2; and it counts all that it
    handed out before anew after each test, so there had better be few of them.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.endswith(RACES):
            return RACES
        return file if file in TOGETHER else nodeid.partition("[")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Tell the plugin who hands out the tests."""
    return Scheduling(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let CI insist on a run in which every test ran."""
    parser.addoption(
        "--fail-on-skip", action="store_true", help="fail when any test was skipped"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Run some cases of each test; skip on SQLite what only PostgreSQL can show."""
    asked = str(config.getoption("markexpr"))
    apart = {item for item in items if _runs_apart(item, asked)}
    items[:], others = split([item for item in items if item not in apart])
    others += apart
    if others:
        config.hook.pytest_deselected(items=others)
    if connection.vendor == "postgresql":
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL")
    for item in items:
        if item.get_closest_marker("postgresql"):
            item.add_marker(skip)


def _runs_apart(item: pytest.Item, asked: str) -> bool:
    """Tell whether a test runs only when its mark is asked for."""
    return any(item.get_closest_marker(mark) and mark not in asked for mark in APART)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays: modules, thousands of tests.

    It would walk them all again and again, for a sixth of the time of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a passing run with skipped tests into a failing one, if asked to."""
    if not session.config.getoption("--fail-on-skip"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Forget the throttle counts of the test before."""
    yield
    cache.clear()


@pytest.fixture(scope="session")
def troupe(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Troupe:
    """Make the people of the tests once; every test begins with them."""
    with django_db_blocker.unblock():
        if User.objects.exists():  # kept from a run before, with --reuse-db
            call_command("flush", interactive=False, verbosity=0)
        return Troupe()


@pytest.fixture(autouse=True)
def _empty_database(request: pytest.FixtureRequest) -> None:
    """Let a test that commits begin with nothing, as it leaves nothing."""
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        if User.objects.exists():
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def cast(troupe: Troupe, db: None) -> Cast:
    """Return the people of the tests and their organisations, fresh for each test."""
    return troupe.on_stage()


@pytest.fixture
def without_tokens(cast: Cast) -> None:
    """Let nobody have a token yet, where tokens are what is looked at."""
    AccessToken.objects.all().delete()
    cast.tokens.clear()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the connection with the test's transaction when a WSGI handler answers.

    Around each request it closes those that others might have left in a bad state.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
