"""Everything can be done without a mouse, and one sees where one is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.facts import Facts

pytestmark = pytest.mark.browser

MOST_STOPS = 40
OUTLINE = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
}"""
NAME = """() => {
    const here = document.activeElement;
    const shown = here.cloneNode(true);
    shown.querySelectorAll("[aria-hidden]").forEach((icon) => icon.remove());
    return (here.getAttribute("aria-label") ?? here.labels?.[0]?.textContent
        ?? shown.textContent).trim();
}"""


def stops(page: Page, last: str) -> list[str]:
    """Press Tab until an element of that name is reached; return the names of all."""
    names: list[str] = []
    while len(names) < MOST_STOPS and not (names and names[-1].startswith(last)):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE), f"nobody sees that {names[-1:]} was left"
        names.append(page.evaluate(NAME))
    return names


def skip_menu(page: Page) -> None:
    """Take the first stop of a page, which leads past the menu."""
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")


def test_it_reaches_the_menu_by_tab(page: Page) -> None:
    page.goto("/admin/")
    names = stops(page, "Work items")
    assert names[0] == "Skip to the content"
    page.keyboard.press("Enter")
    expect(page).to_have_title("Select work item to change | Consist")


def test_it_filters_a_list_by_keyboard(page: Page) -> None:
    page.goto("/admin/assets/asset/")
    skip_menu(page)
    stops(page, "Filters")
    page.keyboard.press("Enter")
    expect(page.get_by_label("By field")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("By field")).to_be_hidden()


def test_it_saves_a_form_by_keyboard(page: Page, facts: Facts) -> None:
    key = facts.own["organisations.location"]
    page.goto(f"/admin/organisations/location/{key}/change/")
    skip_menu(page)
    stops(page, "Address")
    page.keyboard.type("Reached by Tab")
    stops(page, "Save")
    page.keyboard.press("Enter")
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def test_it_chooses_a_row_by_keyboard(page: Page, facts: Facts) -> None:
    key = facts.own["organisations.membership"]
    page.goto(f"/admin/organisations/membership/{key}/change/")
    skip_menu(page)
    stops(page, "Roles")
    page.keyboard.type("Dispa")
    expect(page.get_by_role("option", name="Dispatchers")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem", name="Dispatchers")).to_be_visible()


def test_it_opens_the_menu_of_the_person_by_keyboard(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("button", name="Aino Salo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change password")).to_be_visible()
