"""Staff of one organisation ask for every page of a row that another owns."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import product

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from tests.browser.facts import Facts
from tests.browser.visits import Visits

pytestmark = pytest.mark.browser

# What stands in every text of the neighbour's rows; see `neighbour.py`.
TEXTS = ("onerror", "img src", "Baltic")
# Pages that are looked at for whether they would have shown it to the neighbour.
SAMPLE = 20


def addresses(facts: Facts) -> Iterator[str]:
    """Yield every address of the back office that has ids, with those of foreign rows.

    That is the pages of each model, and whatever other pages its admin class adds.
    """
    for model, model_admin in admin.site._registry.items():
        key = facts.foreign.get(model._meta.label_lower)
        if key is None:
            continue
        names = {one.name for one in model_admin.get_urls() if one.name}
        for name, count in product(sorted(names), (1, 2)):
            try:
                yield reverse(f"admin:{name}", args=[key] * count)
            except NoReverseMatch:
                continue


def test_it_shows_nothing_of_a_neighbour(
    page: Page, visits: Visits, facts: Facts
) -> None:
    asked = list(addresses(facts))
    answers = [page.request.get(one, max_redirects=0) for one in asked]
    # Where the redirects lead, with all that was said on the way.
    page.goto("/admin/")

    assert len(asked) > 3 * len(facts.foreign)
    assert [answer.url for answer in answers if answer.ok] == []
    assert max(answer.status for answer in answers) < HTTPStatus.INTERNAL_SERVER_ERROR
    told = [page.content(), *(answer.text() for answer in answers)]
    assert [text for text in told if any(one in text for one in TEXTS)] == []

    theirs = visits.open("neighbour").request
    shown = [theirs.get(one).text() for one in asked[:: len(asked) // SAMPLE]]
    assert sum(TEXTS[0] in text for text in shown) > SAMPLE / 4
