"""Photographs every page: `make screenshots` writes them to `screenshots/`.

With ARGS="docs/screenshots start asset-dark" it writes those two, and elsewhere.
"""

import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, StorageState

from tests.browser.facts import staged
from tests.browser.pages import OPEN_PAGES, PAGES
from tests.browser.visits import Visits, darken, launched

DARK, PHONE = "-dark", "-phone"
SHOTS = (
    *OPEN_PAGES,
    *PAGES,
    *(f"{name}{DARK}" for name in ("start", "asset", "composer", "login")),
    *(f"{name}{PHONE}" for name in ("start", "asset-list", "asset", "composer")),
)
SMALL = {"width": 390, "height": 844}
COLOURS = 128


def take(visits: Visits, shot: str, folder: Path) -> None:
    """Photograph a page as its suffix says: in the light, in the dark, on a phone."""
    name = shot.removesuffix(DARK).removesuffix(PHONE)
    size = {"viewport": SMALL} if shot.endswith(PHONE) else {}
    page = visits.open("" if name in OPEN_PAGES else "clerk", **size)
    visits.go(page, name)
    if shot.endswith(DARK):
        darken(page)
    save(page, folder / f"{shot}.png")
    page.context.close()


def save(page: Page, path: Path) -> None:
    """Write what the window shows, in as few colours as do."""
    page.wait_for_load_state("networkidle")
    image = Image.open(BytesIO(page.screenshot())).convert("RGB")
    image.quantize(COLOURS).save(path, optimize=True)


def main(place: str = "screenshots", *shots: str) -> None:
    """Serve the demo and photograph it."""
    folder = Path(place)
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, StorageState] = {}
    with (
        TemporaryDirectory() as scratch,
        staged(Path(scratch)) as facts,
        launched() as browser,
    ):
        for shot in shots or SHOTS:
            take(Visits(browser, facts, known), shot, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
