"""The door of the back office."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.facts import Facts
from tests.browser.visits import Visits

pytestmark = pytest.mark.browser


def test_it_lets_somebody_in_for_the_first_time(visits: Visits, facts: Facts) -> None:
    page = visits.open()
    page.goto("/admin/")
    expect(page).to_have_url(re.compile(r"/admin/login/\?next=/admin/$"))

    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill("not my password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("open nothing here")).to_be_visible()

    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(facts.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/admin/$"))
    expect(page.get_by_role("link", name="Assets").first).to_be_visible()
