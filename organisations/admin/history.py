"""The history of a row, from the register's own record of changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from organisations.admin.base import gone
from organisations.admin.ids import is_id
from organisations.admin.paginator import BoundedPaginator
from organisations.admin.rights import desk_of
from organisations.models import Change

PER_PAGE = 50
Names = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a change, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Offer:
    """That a change can be taken back: where, or nowhere once it is overwritten."""

    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One change, with a line for each of its values."""

    change: Change
    lines: list[Line]
    offer: Offer | None = None


class HistoryMixin:
    """Shows the changes of a row in place of Django's log of the back office."""

    model: Any
    opts: Any
    admin_site: Any
    # Recorded values that name other rows, beside the foreign keys.
    named: ClassVar[Mapping[str, type[models.Model]]] = {}

    def labels(self, request: HttpRequest, row: Any) -> Mapping[str, str]:
        """Return what recorded values are called, where no column is so named."""
        return {}

    def texts(self, row: Any, changes: Sequence[Change]) -> Names:
        """Return what values are called that neither columns nor rows explain."""
        return {}

    def offers(
        self, request: HttpRequest, row: Any, changes: Iterable[Change]
    ) -> Mapping[int, Offer]:
        """Return which changes can be taken back; none where nothing is written."""
        return {}

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer a page of changes, the latest first."""
        me: Any = self
        row = me.get_object(request, unquote(object_id))
        if row is None:
            return gone(me, request, object_id)
        paginator = BoundedPaginator(changes_of(row, request), PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR))
        changes = list(page.object_list)
        offers = self.offers(request, row, changes)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {self.opts.verbose_name}",
            "subtitle": str(row),
            "entries": self.entries(request, row, changes, offers),
            "has_offers": bool(offers),
            "page": page,
            "page_var": PAGE_VAR,
            "is_cut": paginator.is_cut,
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/history.html", context)

    def entries(
        self,
        request: HttpRequest,
        row: Any,
        changes: Sequence[Change],
        offers: Mapping[int, Offer] = MappingProxyType({}),
    ) -> list[Entry]:
        """Put changes into words; other rows are named within the person's scope."""
        labels = {**_column_labels(self.opts), **self.labels(request, row)}
        names = {
            **_choices(self.opts),
            **self._names(request, changes),
            **self.texts(row, changes),
        }
        return [
            Entry(
                change,
                [
                    Line(
                        labels.get(key) or _plain(key),
                        _words(old, names.get(key, {})),
                        _words(new, names.get(key, {})),
                    )
                    for key, old, new in values_of(change)
                ],
                offers.get(change.pk),
            )
            for change in changes
        ]

    def _names(self, request: HttpRequest, changes: Sequence[Change]) -> Names:
        """Read the rows that the changes name, one query for each kind."""
        related = {
            field.attname: field.remote_field.model
            for field in self.opts.concrete_fields
            if field.many_to_one
        }
        related |= self.named
        wanted: dict[str, set[str]] = defaultdict(set)
        for change in changes:
            for key, old, new in values_of(change):
                if key in related:
                    wanted[key] |= {*ids_in(old), *ids_in(new)}
        return {
            key: self._names_of(request, related[key], ids)
            for key, ids in wanted.items()
        }

    def _names_of(
        self, request: HttpRequest, model: type[models.Model], ids: Iterable[str]
    ) -> dict[str, str]:
        admin = self.admin_site.get_model_admin(model)
        rows = admin.scoped(model._default_manager.all(), request)
        return {str(row.pk): str(row) for row in rows.filter(pk__in=list(ids))}


def changes_of(row: Any, request: HttpRequest) -> "models.QuerySet[Change]":
    """Return the changes of a row that the person may see, the latest first."""
    found = Change.objects.staffed_by(desk_of(request).actor).filter(
        model=row._meta.concrete_model._meta.model_name, object_id=row.pk
    )
    return found.order_by("-id")


def values_of(change: Change) -> Iterator[tuple[str, Any, Any]]:
    """Split a change into its values: one, or all those of a creation or deletion."""
    if change.field:
        yield change.field, change.old, change.new
        return
    old, new = change.old or {}, change.new or {}
    for key in [*old, *(key for key in new if key not in old)]:
        yield key, old.get(key), new.get(key)


def _column_labels(opts: Any) -> dict[str, str]:
    return {field.attname: str(field.verbose_name) for field in opts.concrete_fields}


def _choices(opts: Any) -> dict[str, dict[str, str]]:
    """Return what the values of columns with choices are called."""
    return {
        field.attname: {str(value): str(label) for value, label in field.flatchoices}
        for field in opts.concrete_fields
        if field.choices
    }


def ids_in(value: Any) -> Iterator[str]:
    """Yield what could be ids of rows in a recorded value."""
    values = value if isinstance(value, list) else [value]
    return (str(one) for one in values if one is not None and is_id(str(one)))


def _words(value: Any, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(
            f"{_plain(key)}: {_words(one, {})}" for key, one in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_words(one, names) for one in value) or "—"
    return names.get(str(value), str(value))


def _plain(key: str) -> str:
    """Call a value that no column is named after by what its key says, without ids."""
    steps = [one for one in key.split("/") if not one.isdigit()]
    return " ".join(steps).replace("_", " ")
