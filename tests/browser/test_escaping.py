"""What people typed is text on every page, whatever it would do as a program."""

import pytest
from playwright.sync_api import Page

from tests.browser.facts import Facts
from tests.browser.pages import PAGES
from tests.browser.visits import Visits

pytestmark = pytest.mark.browser

# Elements that came out of what somebody typed, and links that are programs.
BROUGHT_IN = """(root) => [
    ...root.querySelectorAll("img[src^='x'], [onerror]"),
    ...[...root.querySelectorAll("a, form")].filter(
        (one) => /^\\s*javascript:/i.test(one.getAttribute("href") ?? one.action)
    ),
].map((one) => one.outerHTML)"""
# Reads a page without showing it, which takes a tenth of the time.
READ = f"""async (address) => {{
    const answer = await fetch(address, {{ redirect: "error" }});
    const root = new DOMParser().parseFromString(await answer.text(), "text/html");
    return [({BROUGHT_IN})(root), root.documentElement.textContent.includes("onerror")];
}}"""


def brought_in(page: Page) -> list[str]:
    """Return what a page has in it that no template of ours wrote."""
    found: list[str] = page.evaluate(f"() => ({BROUGHT_IN})(document)")
    return found


@pytest.mark.parametrize("kind", ["", "{}/change/", "{}/history/"])
def test_it_writes_what_was_typed_as_text(
    kind: str, visits: Visits, facts: Facts
) -> None:
    page = visits.open("neighbour")
    page.goto("/admin/password_change/")
    attacked = 0
    for label, key in facts.foreign.items():
        address = f"/admin/{label.replace('.', '/')}/{kind.format(key)}"
        elements, is_there = page.evaluate(READ, address)
        assert elements == [], address
        attacked += is_there
    assert attacked > len(facts.foreign) / 2


@pytest.mark.parametrize("name", PAGES)
def test_it_runs_nothing_that_was_typed(
    name: str, visits: Visits, facts: Facts
) -> None:
    page = visits.open("neighbour")
    visits.go(page, name, facts.foreign)
    assert brought_in(page) == []
