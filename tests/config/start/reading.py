"""How tests read the start page."""

from http import HTTPStatus
from typing import Any

from django.test import Client

from config.start.figures import Counted

START = "/admin/"


def shown(client: Client, **asked: Any) -> Any:
    """Return what the page shows."""
    answer = client.get(START, asked)
    assert answer.status_code == HTTPStatus.OK
    return answer.context


def numbers(counted: list[Counted]) -> dict[str, int]:
    return {one.label: one.count for one in counted}


def bars(context: Any, relation: str) -> dict[str, int]:
    """Return the numbers of a chart."""
    [chart] = [one for one in context["charts"] if one.relation == relation]
    found = numbers([bar.counted for bar in chart.bars])
    return found | ({"others": chart.others.count} if chart.others.count else {})


def all_numbers(context: Any) -> list[Counted]:
    """Return every number of the page that leads somewhere."""
    found = [bar.counted for chart in context["charts"] for bar in chart.bars]
    for name in ("totals", "work", "seats"):
        found += context[name]
    for _, *counts in context["ends_by_horizon"]:
        found += counts
    return found
