"""What happened last: changes, those of one step told as one line, and imports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.apps import apps
from django.db.models import Case, CharField, Model, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast

from assets.models import AssetField, AssetGroup, AssetStatus, AssetType, WorkItem
from config.start.figures import Reader
from licensing.models import Certificate, Licence
from organisations.admin.addresses import address_of
from organisations.models import (
    Change,
    Fleet,
    ImportRun,
    Location,
    Organisation,
    Prefix,
)
from organisations.models.base import Recorded

# How many changes are read, and how many lines are told of them at most.
CHANGES_READ = 60
MOST_LINES = 8
MOST_IMPORTS = 5

# Whose names are told, and by which column; others go by their kind alone.
NAMED: Mapping[type[Model], str] = {
    AssetField: "name",
    AssetGroup: "name",
    AssetStatus: "name",
    AssetType: "name",
    Certificate: "name",
    Fleet: "name",
    Licence: "name",
    Location: "name",
    Organisation: "name",
    Prefix: "number_format",
    WorkItem: "summary",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Changes of one kind that somebody made in one step, by the latest of them."""

    change: Change
    kind: str
    name: str
    # What was changed of it, in the words of its columns; nothing for custom fields.
    field: str
    count: int
    # Whether there may be more of the same behind what was read.
    is_cut: bool
    address: str


def changes(reader: Reader) -> list[Line]:
    """Return the latest changes, read through an index that ends with their order.

    Operators read the whole history by its ids; others that of their organisations,
    each of which the feed's index holds in order.
    """
    rows = reader.rows(Change)
    is_whole = reader.organisation is None and reader.request.user.is_superuser
    order = ("-id",) if is_whole else ("-transaction", "-id")
    latest = rows.order_by(*order).values("pk")[:CHANGES_READ]
    found = Change.objects.filter(pk__in=latest).annotate(named=_names())
    found = found.select_related("organisation").order_by(*order)
    return list(islice(_lines(reader, list(found)), MOST_LINES))


def _names() -> Case:
    """Return the name of the row that a change is about, where there is one."""
    return Case(
        *(
            When(
                model=model._meta.model_name,
                then=Cast(
                    Subquery(
                        model._default_manager.filter(pk=OuterRef("object_id")).values(
                            column
                        )
                    ),
                    CharField(),
                ),
            )
            for model, column in NAMED.items()
        ),
        default=Value(""),
        output_field=CharField(),
    )


def _step(change: Change) -> tuple[str, ...]:
    """Return what changes of one step have in common: a request, else a moment."""
    step = change.request_id or change.at.isoformat()
    return (step, change.model, change.action, change.who)


def _lines(reader: Reader, found: list[Change]) -> Iterator[Line]:
    kinds = _kinds()
    seen = 0
    for _, group in groupby(found, _step):
        step: list[Any] = list(group)
        seen += len(step)
        kind = kinds[step[0].model]
        count = len({one.object_id for one in step})
        yield Line(
            change=step[0],
            kind=str(kind._meta.verbose_name),
            name=step[0].named or "",
            field=_column(kind, step),
            count=count,
            is_cut=seen == CHANGES_READ,
            address=_address(reader, step[0], kind, count),
        )


def _column(kind: type[Model], step: list[Change]) -> str:
    """Return which columns were changed, in their own words."""
    labels = {one.attname: str(one.verbose_name) for one in kind._meta.concrete_fields}
    names = dict.fromkeys(labels.get(one.field, "field values") for one in step)
    return ", ".join(names) if step[0].field else ""


def _address(reader: Reader, change: Change, kind: type[Model], count: int) -> str:
    """Return the page of the row, or a list of changes where there is none for all."""
    if count > 1:
        asked = {"model": change.model, "action__exact": change.action}
        return reader.address(Change, asked)
    is_gone = change.action == Change.Action.DELETED
    if is_gone or not reader.site.is_registered(kind):
        return reader.address(Change, {"q": change.object_id})
    return address_of(kind, "change", change.object_id)


def _kinds() -> dict[str, type[Model]]:
    """Return the models whose changes are kept, by the name that history calls them."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_models()
        if issubclass(model, Recorded) and not model._meta.proxy
    }


def imports(reader: Reader) -> list[ImportRun]:
    """Return the latest imports, without what they have reported."""
    rows = reader.rows(ImportRun).select_related("organisation")
    found = rows.defer("report", "options").order_by("-id")[:MOST_IMPORTS]
    return list(found)
