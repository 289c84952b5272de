"""Windows of a browser in which somebody has logged in, and that are watched."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.browser.facts import Facts
from tests.browser.pages import MISSING, OPEN_PAGES, PAGES, address_of
from tests.browser.watching import Watch

# Debian's; what playwright downloads is neither needed nor wanted.
CHROMIUM = "/usr/bin/chromium"
# The machine has nobody to protect from its own pages; names lead nowhere but here.
OPTIONS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
MILLISECONDS = 15_000
DESKTOP = {"width": 1280, "height": 900}
LOGIN = "/admin/login/"


@contextmanager
def launched() -> Iterator[Browser]:
    """Run chromium."""
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


class Visits:
    """Opens windows for one walk."""

    def __init__(
        self, browser: Browser, facts: Facts, known: dict[str, StorageState]
    ) -> None:
        self.browser, self.facts, self.known = browser, facts, known
        self.watch = Watch(urlsplit(facts.address).netloc)
        self.contexts: list[BrowserContext] = []

    def open(self, who: str = "", **options: Any) -> Page:
        """Open a window with cookies of its own, of somebody who has logged in."""
        if who and who not in self.known:
            self.known[who] = self._log_in(who)
        context = self.browser.new_context(
            base_url=self.facts.address,
            storage_state=self.known.get(who),
            **{"viewport": DESKTOP, "reduced_motion": "reduce", **options},
        )
        context.set_default_timeout(MILLISECONDS)
        self.contexts.append(context)
        self.watch.follow(context)
        return context.new_page()

    def go(self, page: Page, name: str, rows: Mapping[str, int] | None = None) -> None:
        """Go to one of the pages of `pages.py`, the one that is missing among them."""
        if name == MISSING:
            self.watch.expect(HTTPStatus.NOT_FOUND)
        page.goto(address_of({**OPEN_PAGES, **PAGES}[name], rows or self.facts.own))

    def close(self) -> None:
        """Close the windows."""
        for context in self.contexts:
            context.close()

    def _log_in(self, who: str) -> StorageState:
        """Return the cookies of a person who has just logged in."""
        with self.browser.new_context(base_url=self.facts.address) as context:
            context.request.get(LOGIN)
            cookies = {one.get("name"): one.get("value") for one in context.cookies()}
            form: dict[str, str | float | bool] = {
                "username": who,
                "password": self.facts.password,
                "csrfmiddlewaretoken": str(cookies["csrftoken"]),
            }
            answer = context.request.post(LOGIN, form=form, max_redirects=0)
            assert answer.status == HTTPStatus.FOUND, answer.text()
            return context.storage_state()


def darken(page: Page) -> None:
    """Turn the light off: by the system, and in the back office by its own key."""
    page.emulate_media(color_scheme="dark")
    if page.locator("html[x-data]").count():
        # From "as the system" on, it takes two turns.
        for _ in range(2 - page.locator("html.light").count()):
            page.keyboard.press("Control+e")
        expect(page.locator("html")).to_have_class("dark")


def lighten(page: Page) -> None:
    """Turn the light on again."""
    page.emulate_media(color_scheme="light")
    if page.locator("html[x-data]").count():
        page.keyboard.press("Control+e")
        expect(page.locator("html")).to_have_class("light")
