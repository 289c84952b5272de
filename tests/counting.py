"""How many queries things cost: as many with many rows as with few."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries_of(ask: Callable[[], object]) -> int:
    """Count the queries of a call."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def queries_of_page(client: Client, address: str) -> int:
    """Count the queries of a page, which must be there."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return len(captured)


def queries_of_list(client: Client, path: str, rows: int) -> int:
    """Count the queries of a list, which must have so many rows."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert len(answer.json()) == rows
    return len(captured)


def require_as_many_queries(
    client: Client, address: str, add: Callable[[int], object], *, many: int
) -> None:
    """Assert that a page costs as much with many parts as with two."""
    for number in range(2):
        add(number)
    # What is kept for the next time is read by the first.
    client.get(address)
    few = queries_of_page(client, address)
    for number in range(2, many):
        add(number)
    assert queries_of_page(client, address) == few
