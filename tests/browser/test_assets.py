"""Assets: found, changed, changed back, written about, and fought over."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from config.demo.day import draw_photo
from tests.browser.register import Register

pytestmark = pytest.mark.browser

ASSETS = "/admin/assets/asset/"


def page_of(asset: Any) -> str:
    """Return the address of an asset's page."""
    return f"{ASSETS}{asset['id']}/change/"


def rows(page: Page) -> list[str]:
    """Return the names that a list shows."""
    return page.locator("#result_list tbody .field-name").all_inner_texts()


def test_it_finds_an_asset_by_a_field_of_its_own(page: Page) -> None:
    page.goto(ASSETS)
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("By field").select_option(label="UIC number")
    page.get_by_role("button", name="Apply Filters").click()
    page.get_by_role("button", name="Filters").click()
    page.get_by_label("UIC number is").fill("92 99 0201 001-6")
    page.get_by_role("button", name="Apply Filters").click()

    expect(page.get_by_role("link", name="Kuovi")).to_be_visible()
    assert rows(page) == ["Kuovi"]


def test_it_changes_an_asset_and_takes_the_change_back(
    page: Page, register: Register
) -> None:
    asset = register.make_asset("Turned 1", description="Green")
    page.goto(page_of(asset))
    page.get_by_label("Description").fill("Red")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    page.goto(page_of(asset))
    page.get_by_role("link", name="History").first.click()
    page.get_by_role("link", name="Revert").click()
    page.get_by_role("button", name="Revert").click()

    page.goto(page_of(asset))
    expect(page.get_by_label("Description")).to_have_value("Green")


def test_it_attaches_a_photo_to_the_log_of_an_asset(
    page: Page, register: Register
) -> None:
    photo: FilePayload = {
        "name": "axle.jpg",
        "mimeType": "image/jpeg",
        "buffer": draw_photo(),
    }
    page.goto(page_of(register.make_asset("Photographed 1")))
    page.get_by_label("Text").fill("A flat spot on axle 2.")
    page.get_by_label("Photos and other files").set_input_files(photo)
    page.get_by_role("button", name="Write it down").click()

    expect(page.get_by_text("A flat spot on axle 2.")).to_be_visible()
    picture = page.get_by_role("img", name="axle.jpg")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_it_tells_who_comes_second(page: Page, register: Register) -> None:
    asset = register.make_asset("Contested 1")
    slower = page.context.new_page()
    for tab in (page, slower):
        tab.goto(page_of(asset))
    page.get_by_label("Description").fill("The first to save")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    slower.get_by_label("Description").fill("The second to save")
    slower.get_by_role("button", name="Save", exact=True).click()

    told = slower.get_by_text("Somebody has changed this since you opened it")
    expect(told).to_be_visible()
    expect(slower.get_by_text("The first to save").first).to_be_visible()
    kept = register.get(f"/assets?name={asset['name']}".replace(" ", "%20"))
    assert [one["description"] for one in kept] == ["The first to save"]
