"""A file on its way into the register, and out of it again."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.config.imports.files import DATA, REAL

pytestmark = pytest.mark.browser

# A city's list of what it drives, or our own in its shape where it is not at hand.
REAL_LIST = REAL / "seattle-fleet" / "Active_Fleet_Complement.csv"
TWIN = DATA / "city-fleet.csv"
ROWS = 30


def a_list() -> FilePayload:
    """Return the head of a real list, as a file that a person chooses."""
    source = REAL_LIST if REAL_LIST.exists() else TWIN
    head = source.read_bytes().splitlines(keepends=True)[: ROWS + 1]
    return {"name": source.name, "mimeType": "text/csv", "buffer": b"".join(head)}


def counted(page: Page, word: str) -> int:
    """Return what the page of an import says under one of its words."""
    told = page.locator("dl div").filter(has_text=re.compile(f"^{word}")).locator("dd")
    return int(told.inner_text())


def upload(page: Page) -> None:
    """Upload the list, up to the page of its columns."""
    page.goto("/admin/organisations/importrun/")
    page.get_by_role("link", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(a_list())
    page.get_by_role("button", name="Continue").click()


def test_it_loads_a_file_and_takes_it_back(page: Page) -> None:
    upload(page)
    page.get_by_label("EquipID").select_option("name")
    page.get_by_label("Make", exact=True).select_option("type")
    page.get_by_label("types").check()
    page.get_by_role("button", name="Try it").click()

    expect(page.get_by_text("This was a dry run")).to_be_visible()
    tried = counted(page, "Created")
    page.get_by_role("button", name="Import", exact=True).click()
    assert counted(page, "Created") == tried > 0

    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back:")).to_be_visible()
