"""Pages in the dark, on a phone, and to who cannot see them at all."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import OPEN_PAGES, PAGES
from tests.browser.visits import Visits, darken

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 150))"""
SCROLLS = "() => document.documentElement.scrollWidth > innerWidth"
# Inputs that say nothing of what they are for.
UNNAMED = """() => [...document.querySelectorAll("input, select, textarea")]
    .filter((one) => one.type !== "hidden" && one.checkVisibility())
    .filter((one) => !one.labels?.length && !one.getAttribute("aria-label")
        && !one.getAttribute("aria-labelledby") && !one.title)
    .map((one) => one.outerHTML.slice(0, 150))"""
GROUND = "() => getComputedStyle(document.getElementById('main')).backgroundColor"
WHITE = "rgb(255, 255, 255)"


@pytest.mark.parametrize("name", [*OPEN_PAGES, *PAGES])
def test_it_fits_a_phone(name: str, visits: Visits) -> None:
    page = visits.open("" if name in OPEN_PAGES else "clerk", viewport=PHONE)
    visits.go(page, name)
    wide = page.evaluate(TOO_WIDE) if page.evaluate(SCROLLS) else []
    assert wide == []
    assert page.evaluate(UNNAMED) == []


def test_it_stays_dark_from_page_to_page(page: Page) -> None:
    page.goto("/admin/")
    assert page.evaluate(GROUND) == WHITE
    darken(page)
    page.goto("/admin/assets/asset/")
    expect(page.locator("html")).to_have_class("dark")
    assert page.evaluate(GROUND) != WHITE


def test_it_opens_the_menu_on_a_phone(visits: Visits) -> None:
    page = visits.open("clerk", viewport=PHONE)
    page.goto("/admin/")
    link = page.locator("nav").get_by_role("link", name="Work items")
    expect(link).not_to_be_in_viewport()
    page.get_by_role("button", name="Show or hide the menu").click()
    expect(link).to_be_in_viewport()
