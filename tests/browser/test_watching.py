"""The watch over every page sees what it is there to see."""

import pytest

from tests.browser.visits import Visits

pytestmark = pytest.mark.browser

ILL_MANNERED = """
    <img src="http://elsewhere.example/picture.png">
    <script>
        console.error("Something is missing.");
        alert("Look here!");
        throw new Error("That was too much.");
    </script>
"""


def test_it_notes_what_no_page_may_do(visits: Visits) -> None:
    page = visits.open()
    page.set_content(ILL_MANNERED)
    page.goto("/no/such/page")

    told = " ".join(visits.watch.faults)
    visits.watch.faults.clear()
    assert "asks another host: http://elsewhere.example/picture.png" in told
    assert "gets no answer (net::ERR_NAME_NOT_RESOLVED)" in told
    assert "complains: Something is missing." in told
    assert "opens a dialog: Look here!" in told
    assert "breaks: That was too much." in told
    assert "is answered 404" in told
