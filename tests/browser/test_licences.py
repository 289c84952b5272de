"""The seats of a licence, down to the last one and one further."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.register import Register

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, name: str) -> None:
    """Choose a row by searching for its name."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("option", name=re.compile(name)).click()


def give_seat(page: Page, licence: str, asset: str) -> None:
    """Give an asset a seat."""
    page.goto("/admin/licensing/allocation/add/")
    choose(page, "Licence", licence)
    choose(page, "Asset", asset)
    page.get_by_role("button", name="Save", exact=True).click()


def test_it_gives_away_the_last_seat_and_no_other(
    page: Page, register: Register
) -> None:
    for name in ("Seated 1", "Standing 1"):
        register.make_asset(name)
    page.goto("/admin/licensing/licence/add/")
    page.get_by_label("Name*", exact=True).fill("Walked Suite")
    page.get_by_role("spinbutton", name="Count").fill("1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    give_seat(page, "Walked Suite", "Seated 1")
    expect(page.get_by_text("was added successfully")).to_be_visible()
    give_seat(page, "Walked Suite", "Standing 1")
    expect(page.get_by_text("No licences available.")).to_be_visible()

    page.goto("/admin/licensing/licence/?q=Walked+Suite")
    expect(page.locator(".field-seats_available")).to_have_text("0")
    page.goto("/admin/licensing/allocation/?q=Walked+Suite")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator(".field-asset")).to_have_text("Seated 1")
