"""What axe finds on a page of each kind, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.pages import OPEN_PAGES, PAGES
from tests.browser.register import Register
from tests.browser.test_imports import upload
from tests.browser.visits import Visits, darken, lighten

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
RESULTS = {"resultTypes": ["violations"]}


def findings(page: Page) -> list[str]:
    """Return what axe calls serious or critical, with the elements it is about."""
    violations = Axe().run(page, options=RESULTS).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} | {node['failureSummary'][:300]}"
        for one in violations
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def keeps_out(page: Page) -> dict[str, list[str]]:
    """Return what is found in either light, by the light; nothing if all is well."""
    light = findings(page)
    darken(page)
    dark = findings(page)
    lighten(page)
    found = {"light": light, "dark": dark}
    return {name: told for name, told in found.items() if told}


@pytest.mark.parametrize("name", [*OPEN_PAGES, *PAGES])
def test_it_keeps_nobody_out(name: str, visits: Visits) -> None:
    page = visits.open("" if name in OPEN_PAGES else "clerk")
    visits.go(page, name)
    assert keeps_out(page) == {}


def test_it_keeps_nobody_out_of_what_is_done_to_many_rows(page: Page) -> None:
    page.goto("/admin/assets/asset/?q=Snps+00")
    for place in range(2):
        page.get_by_role("checkbox", name="Select record").nth(place).check()
    page.get_by_label("Select action to run").select_option(label="Set status")
    assert keeps_out(page) == {}
    page.get_by_role("button", name="Run").click()
    assert keeps_out(page) == {}
    page.get_by_role("combobox", name="Status").select_option(label="Reserve")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Change 2 assets")).to_be_visible()
    assert keeps_out(page) == {}


def test_it_keeps_nobody_out_of_an_import(page: Page) -> None:
    upload(page)
    assert keeps_out(page) == {}
    page.get_by_role("button", name="Try it").click()
    # Nothing says which column has the names: all rows are refused.
    expect(page.get_by_role("link", name="Refused rows")).to_be_visible()
    assert keeps_out(page) == {}


def test_it_keeps_nobody_out_of_filters_and_refusals(
    page: Page, register: Register
) -> None:
    page.goto("/admin/assets/asset/")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_label("By field")).to_be_visible()
    assert keeps_out(page) == {}

    asset = register.make_asset("Refused 1")
    page.goto(f"/admin/assets/asset/{asset['id']}/change/")
    page.get_by_label("Name*").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    assert keeps_out(page) == {}
    page.get_by_label("Name*").fill("Refused 2")
    page.get_by_role("button", name="Save", exact=True).click()
    assert keeps_out(page) == {}
    page.goto(f"/admin/assets/asset/{asset['id']}/history/")
    page.get_by_role("link", name="Revert").click()
    assert keeps_out(page) == {}
