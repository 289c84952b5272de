"""A server with the demo for all walks; windows, and rows of its own, for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.facts import Facts, staged
from tests.browser.register import Register
from tests.browser.visits import CHROMIUM, Visits, launched


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Facts]:
    """Serve the demo."""
    with staged(tmp_path_factory.mktemp("stage")) as facts:
        yield facts


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Run chromium, where it is installed."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs {CHROMIUM}")
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def known() -> dict[str, StorageState]:
    """Keep the cookies of people who have logged in."""
    return {}


@pytest.fixture
def visits(
    browser: Browser, facts: Facts, known: dict[str, StorageState]
) -> Iterator[Visits]:
    """Open windows, and look at the end what was wrong with their pages."""
    visits = Visits(browser, facts, known)
    yield visits
    visits.close()
    assert visits.watch.faults == []


@pytest.fixture
def page(visits: Visits) -> Page:
    """Return a window in which the clerk has logged in."""
    return visits.open("clerk")


@pytest.fixture
def register(page: Page, facts: Facts) -> Register:
    """Make rows of a walk's own."""
    return Register(page.request, facts)
