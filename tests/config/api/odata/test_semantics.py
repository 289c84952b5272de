"""Filters mean the same to both databases as to plain Python."""

import pytest
from hypothesis import HealthCheck, given, settings

from config.api.odata.filtering import condition_of
from tests.cast import Cast
from tests.config.api.odata.grammar import Pair, filters
from tests.config.api.odata.scattered import Scattered, scatter
from tests.examples import examples


@pytest.fixture
def scattered(cast: Cast) -> Scattered:
    """Return assets with random values."""
    return scatter(cast)


@settings(
    max_examples=examples(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=filters())
def test_it_finds_what_python_finds(scattered: Scattered, drawn: Pair) -> None:
    expected = {key for key, row in scattered.rows.items() if drawn.of(row)}
    found = scattered.assets.filter(condition_of(drawn.text, scattered.allowed))
    assert set(found.values_list("pk", flat=True)) == expected
