"""What the page of an asset shows beside its form: the newest rows of each kind.

A section costs the same number of queries however many rows there are, shows no row
that the person's own list would not show, and leads to that list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from organisations.admin.addresses import address_of, page_of

MOST_SHOWN = 20
TABLE = "assets/page/table.html"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a table, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What can be done about the rows of a section."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: rows under a heading, and the list that has all of them."""

    key: str
    title: str
    icon: str
    rows: Sequence[Any]
    url: str = ""
    is_cut: bool = False
    headings: Sequence[str] = ()
    template: str = TABLE
    links: Sequence[Link] = ()
    empty: str = "None."
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> str:
        """How many rows there are, as far as they were read."""
        return f"{len(self.rows)}+" if self.is_cut else str(len(self.rows))


def shown_of(model: type[models.Model], request: HttpRequest) -> Any:
    """Return the rows of a model that the person's own list would show."""
    of_model: Any = admin.site.get_model_admin(model)
    return of_model.scoped(model._default_manager.all(), request)


def newest(rows: Any, most: int = MOST_SHOWN) -> tuple[list[Any], bool]:
    """Return the first rows of a query, and whether there are more."""
    found = list(rows[: most + 1])
    return found[:most], len(found) > most


def list_of(model: type[models.Model], **narrowed: object) -> str:
    """Return the address of a list, narrowed by its filters."""
    asked = {f"{key}__id__exact": value for key, value in narrowed.items()}
    return address_of(model, "changelist", asked=asked)


def named(row: models.Model | None, asset: Any) -> Cell:
    """Name a row of the asset's own organisation; of any other say nothing."""
    of = getattr(row, "organisation_id", None)
    if row is None or of != asset.organisation_id:
        return Cell("—")
    return Cell(str(row), page_of(row))


def said(value: object) -> Cell:
    """Write a value into a cell."""
    if isinstance(value, datetime):
        return Cell(f"{value:%Y-%m-%d %H:%M}")
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    return Cell("—" if value is None or value == "" else str(value))


def table(lines: Iterable[Iterable[Cell | object]]) -> list[list[Cell]]:
    """Make cells of all values that are none yet."""
    return [
        [one if isinstance(one, Cell) else said(one) for one in line] for line in lines
    ]
