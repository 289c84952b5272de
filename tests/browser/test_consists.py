"""A consist is put together on its page, by the mouse and by the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.register import Register

pytestmark = pytest.mark.browser

COMPOSER = "/admin/assets/assetgroup/compose/"


def members(page: Page) -> list[str]:
    """Return the names of the members, in their order."""
    labels = page.locator(".compose-what strong").all_inner_texts()
    return [label.partition(" ")[2] for label in labels]


def find(page: Page, *names: str) -> None:
    """Find assets by their names, and add them."""
    for name in names:
        page.get_by_label("Find assets and groups to add").fill(name)
        page.get_by_role("button", name=re.compile(f"^Add .*{name}$")).click()
        expect(page.locator("#compose-members")).to_contain_text(name)


def test_it_composes_by_mouse_and_keyboard(page: Page, register: Register) -> None:
    names = ["Linked A", "Linked B", "Linked C"]
    for name in names:
        register.make_asset(name)
    page.goto(COMPOSER)
    find(page, *names)
    assert members(page) == names

    handle = page.get_by_role("button", name=re.compile("^Move .* Linked C$"))
    handle.drag_to(page.locator(".compose-row").first)
    assert members(page) == ["Linked C", "Linked A", "Linked B"]
    expect(page.get_by_role("status")).to_contain_text("place 1 of 3")

    handle.focus()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+End")
    assert members(page) == names
    page.get_by_role("button", name=re.compile("^Move .* Linked A$")).focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)
    assert members(page) == ["Linked B", "Linked A", "Linked C"]

    page.get_by_label("Name").fill("Walked 1")
    page.get_by_role("button", name="Save and activate").click()
    expect(page.get_by_text("The group was saved and is active.")).to_be_visible()
    assert members(page) == ["Linked B", "Linked A", "Linked C"]


def test_it_says_what_stands_against_a_consist(page: Page, register: Register) -> None:
    register.make_asset("Wanted A")
    for name in ("Walked 2", "Walked 3"):
        page.goto(COMPOSER)
        find(page, "Wanted A")
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Save and activate").click()
        if name == "Walked 2":
            expect(
                page.get_by_text("The group was saved and is active")
            ).to_be_visible()

    told = page.get_by_role("alertdialog")
    expect(told).to_contain_text("Wanted A")
    expect(told).to_contain_text("Walked 2")
    told.get_by_role("button", name="Take them and activate").click()
    expect(page.get_by_text("The group was saved and is active.")).to_be_visible()

    page.get_by_role("button", name="Save and release").click()
    expect(page.get_by_text("The group was saved and released.")).to_be_visible()
