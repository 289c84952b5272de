"""How tests read the page of an asset: its sections, and what their tables say."""

from http import HTTPStatus
from typing import Any

from django.db import models
from django.test import Client

from tests.back_office import page


def seen(
    client: Client, row: models.Model, model: type[models.Model] | None = None
) -> dict[str, Any]:
    """Return the sections of a page of the row, as of that model, by their keys."""
    answer = client.get(page(model or type(row), "change", row.pk))
    assert answer.status_code == HTTPStatus.OK
    return {one.key: one for one in answer.context["sections"]}


def texts(section: Any) -> list[list[str]]:
    """Return what a table says."""
    return [[cell.text for cell in row] for row in section.rows]
