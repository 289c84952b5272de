"""What the start page counts, and the lists that hold just the rows that it counted.

Every number is of the rows that the list itself begins with, so that neither tells of
rows which the other hides. The database does the counting: nothing is read row by row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest

from assets.admin.filters import NONE, but
from assets.models import (
    Asset,
    AssetGroup,
    Equipment,
    WorkItem,
)
from assets.models.work_item import WorkItemState, WorkItemType
from licensing.admin.attention import FULL, NEARLY, PAST
from licensing.attention import (
    HORIZONS,
    ends_within,
    has_ended,
    is_full,
    is_nearly_full,
)
from licensing.models import Certificate, Licence
from organisations.admin.addresses import address_of
from organisations.models import Organisation

# The most bars of a chart; what is behind them is told as one sum.
MOST_BARS = 8


@dataclass(frozen=True, slots=True)
class Figure:
    """Some rows of a list: the condition they meet, and how the list is asked so."""

    label: str
    model: type[Model]
    condition: Q = field(default_factory=Q)
    asked: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with the address of the list of just those rows."""

    label: str
    count: int
    address: str = ""
    organisation: str = ""
    # Of the row that the rows name.
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, through which site, and of which organisation, if of one."""

    site: AdminSite
    request: HttpRequest
    organisation: Organisation | None = None
    # The ids of all organisations that the person works on, unless those are many.
    among: Sequence[int] = ()

    def rows(self, model: type[Model]) -> Any:
        """Return the rows that the list of the model begins with."""
        listed: Any = self.site.get_model_admin(model)
        rows = listed.get_queryset(self.request).order_by()
        return rows.of(self.organisation) if self.organisation else rows

    def counted(self, model: type[Model]) -> Any:
        """Return the same rows by the ids of their organisations, for the index's sake.

        Indexes begin with the organisation, and operators' lists do not ask for it.
        """
        rows = self.rows(model)
        is_by_ids = self.among and self.organisation is None
        return rows.filter(organisation__in=self.among) if is_by_ids else rows

    def may_add(self, model: type[Model]) -> bool:
        """Tell whether the person may add such rows anywhere."""
        listed: Any = self.site.get_model_admin(model)
        return bool(listed.has_add_permission(self.request))

    def address(self, model: type[Model], asked: Mapping[str, object]) -> str:
        """Return the address of the list, narrowed as the rows were."""
        narrowed = dict(asked)
        if self.organisation:
            narrowed["organisation__id__exact"] = self.organisation.pk
        return address_of(model, "changelist", asked=narrowed)


def count(reader: Reader, figures: Sequence[Figure]) -> list[Counted]:
    """Count all of the figures in one query."""
    counts = [
        reader.counted(figure.model)
        .filter(figure.condition)
        .annotate(place=Value(place, IntegerField()))
        .values("place")
        .annotate(found=Count("pk"))
        for place, figure in enumerate(figures)
    ]
    rows = counts[0].union(*counts[1:], all=True)
    found = {row["place"]: row["found"] for row in rows}
    return [
        Counted(
            figure.label,
            found.get(place, 0),
            reader.address(figure.model, figure.asked),
        )
        for place, figure in enumerate(figures)
    ]


# What a bar is called. A location may have a code instead of a name.
NAMES: Mapping[str, Any] = {
    "status": F("name"),
    "type": F("name"),
    "location": Coalesce(NullIf("name", Value("")), "code"),
}


# Where an asset is, as lists show it: with the group that governs it, else its own
# place. Few are governed, so that a join of all would cost more than these look-ups.
PLACE = Case(
    When(governed_by=None, then=F("location_id")),
    default=Coalesce(
        Subquery(
            AssetGroup.objects.filter(pk=OuterRef("governed_by_id")).values(
                "location_id"
            )
        ),
        F("location_id"),
        output_field=BigIntegerField(),
    ),
    output_field=BigIntegerField(),
)


# How often each row is named, by its id; None stands for assets that name none.
Counts = Sequence[tuple[int | None, int]]


def largest(reader: Reader, relations: Sequence[str]) -> dict[str, list[Counted]]:
    """Count the assets by each of their relations, and return the largest counts.

    Names are read for these alone, after the counting.
    """
    counts = {relation: _largest(reader, relation) for relation in relations}
    names = _names(counts)
    return {
        relation: [
            _bar(reader, relation, key, number, names.get((relation, key), ("", "")))
            for key, number in found
        ]
        for relation, found in counts.items()
    }


def _largest(reader: Reader, relation: str) -> Counts:
    of = PLACE if relation == "location" else F(f"{relation}_id")
    counts = reader.counted(Asset).annotate(of=of).values_list("of")
    return list(counts.annotate(found=Count("pk")).order_by("-found", "of")[:MOST_BARS])


def _names(counts: Mapping[str, Counts]) -> dict[Any, tuple[str, str]]:
    """Read in one query what the rows and their organisations are called."""
    named = []
    for relation, found in counts.items():
        related: Any = Asset._meta.get_field(relation).related_model
        rows = related.objects.filter(pk__in=[key for key, _ in found if key])
        row = (Value(relation), "pk", NAMES[relation], "organisation__name")
        named.append(rows.order_by().values_list(*row))
    read = named[0].union(*named[1:], all=True)
    return {(relation, key): (name, whose) for relation, key, name, whose in read}


def _bar(
    reader: Reader, relation: str, key: int | None, count: int, names: tuple[str, str]
) -> Counted:
    """Return a count of a group; a bar without a row is of those that name none."""
    name, organisation = names
    if key is None:
        asked: dict[str, object] = {f"{relation}__isnull": "True"}
        label = f"No {relation}"
    else:
        asked = {f"{relation}__id__exact": key}
        label = name or str(key)
    return Counted(label, count, reader.address(Asset, asked), organisation, key)


def rest(
    reader: Reader, relation: str, counts: Sequence[Counted], total: int
) -> Counted:
    """Return what is in none of these groups, which the address of the list names."""
    keys = [NONE if one.key is None else str(one.key) for one in counts]
    shown = sum(one.count for one in counts)
    address = reader.address(Asset, {but(relation): ".".join(keys)})
    return Counted("All others, together", max(0, total - shown), address)


def totals() -> list[Figure]:
    """Return what is counted as a whole."""
    return [
        Figure("Assets", Asset),
        Figure("Equipment", Equipment),
        Figure("Groups", AssetGroup),
        Figure("Licences", Licence),
        Figure("Certificates", Certificate),
    ]


def open_work() -> list[Figure]:
    """Return the open work items: all of them, then those of each type."""
    state = {"state__exact": WorkItemState.OPEN.value}
    is_open = Q(state=WorkItemState.OPEN)
    kinds = [
        Figure(
            kind.label.capitalize() + "s",
            WorkItem,
            is_open & Q(type=kind),
            {**state, "type__exact": kind.value},
        )
        for kind in WorkItemType
    ]
    return [Figure("Open work items", WorkItem, is_open, state), *kinds]


def seats() -> list[Figure]:
    """Return the active licences with no seat left, and with few."""
    active = {"is_active__exact": 1}
    return [
        Figure(label, Licence, Q(is_active=True) & condition, {**active, "seats": word})
        for label, condition, word in (
            ("No seat left", is_full(), FULL),
            ("A tenth left, or less", is_nearly_full(), NEARLY),
        )
    ]


def ends(model: type[Model], column: str, active: Mapping[str, object]) -> list[Figure]:
    """Return those that have ended, and those that end in each of the horizons."""
    condition = Q(is_active=True) if active else Q()
    past = Figure(
        "Past", model, condition & has_ended(column), {**active, "ends": PAST}
    )
    ahead = [
        Figure(
            f"Within {days} days",
            model,
            condition & ends_within(column, days),
            {**active, "ends": days},
        )
        for days in HORIZONS
    ]
    return [past, *ahead]
