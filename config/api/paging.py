"""Query options of the fleet API's lists (contract C13 and 7.1)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.keyed import KeptList, Narrowing, keyed_rows
from config.api.odata.continuation import after, binding_of, token_after, values_in
from config.api.odata.errors import refuse
from config.api.odata.filtering import condition_of
from config.api.odata.ordering import SortKey, named_order, own_order, read_order
from config.api.odata.properties import Allowed, plain
from config.api.rows import (
    Page,
    SerializerClass,
    columns_of,
    is_compiled,
    render,
    template,
)

MOST_ROWS = 1000
MOST_SKIPPED = 1_000_000
IGNORED = frozenset({"$format", "$expand"})
# What tells where a page begins.
PLACES = frozenset({"$skip", "$skiptoken"})
KNOWN = (
    frozenset({"$top", "$skip", "$skiptoken", "$count", "$orderby", "$select"})
    | IGNORED
)
# What says nothing of which rows are wanted, nor of their order.
OF_THE_LOOK = IGNORED | {"$select"}


@dataclass(frozen=True)
class Options:
    """The query options of one request, read and checked."""

    top: int
    skip: int
    count: bool
    select: frozenset[str] | None
    is_filtered: bool


@dataclass(frozen=True)
class Found:
    """The rows of a page, rendered; and how the list goes on, if it does."""

    rows: list[dict[str, Any]]
    following: dict[str, str] | None = None


def _integer(query: Mapping[str, str], option: str, default: int, most: int) -> int:
    text = query.get(option, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise refuse(option, "A whole number of 0 or more is expected.")
    value = int(text)
    if option == "$skip" and value > most:
        raise refuse(option, f"At most {most} rows can be skipped.")
    return min(value, most)


def _flag(query: Mapping[str, str], option: str) -> bool:
    text = query.get(option, "").lower()
    if text not in {"", "true", "false"}:
        raise refuse(option, "true or false is expected.")
    return text == "true"


def _select(query: Mapping[str, str], serializer: SerializerClass) -> Any:
    text = query.get("$select", "").strip()
    if not text or text == "*":
        return None
    known = {plain(name): name for name in template(serializer)}
    names = [plain(name.strip()) for name in text.split(",")]
    if any(name not in known for name in names):
        raise refuse("$select", "The answer has no such key.")
    return frozenset(known[name] for name in names)


class FleetPage:
    """One page of a list: which rows, in what order, and how the answer goes on.

    `allowed` is what the list may be filtered and sorted by; without properties or
    custom fields `$filter` is not supported.
    """

    def __init__(self, request: Request, page_size: int, allowed: Allowed) -> None:
        self.request, self.page_size, self.allowed = request, page_size, allowed
        self.query = request.query_params

    def options(self, serializer: SerializerClass) -> Options:
        """Read the query options, or refuse the request for one of them."""
        known = KNOWN | ({"$filter"} if self.allowed.properties else set())
        for name in self.query:
            if name.startswith("$") and name not in known:
                raise Refusal(
                    "unsupported_query_option",
                    f"{name} is not supported.",
                    errors={name: ["The option is not supported."]},
                )
        if self.query.get("$skip") and self.query.get("$skiptoken"):
            raise refuse("$skiptoken", "It is not taken together with $skip.")
        return Options(
            top=_integer(self.query, "$top", self.page_size, MOST_ROWS),
            skip=_integer(self.query, "$skip", 0, MOST_SKIPPED),
            count=_flag(self.query, "$count"),
            select=_select(self.query, serializer),
            is_filtered=bool(self.query.get("$filter", "").strip()),
        )

    def answer(
        self, queryset: "QuerySet[Any, Any]", serializer: SerializerClass
    ) -> Response:
        """Answer the page: a bare array, or the envelope when a count is asked for."""
        options = self.options(serializer)
        matching = self._filtered(queryset)
        found = self._found(matching, options, serializer)
        count = matching.count() if options.count else None
        return self._answered(found, options, serializer, count)

    @property
    def deciding(self) -> Collection[str]:
        """The names of what is said of which rows are wanted, or of their order."""
        return self.query.keys() - OF_THE_LOOK

    def answer_first(
        self, listed: KeptList, narrowing: Narrowing, serializer: SerializerClass
    ) -> Response:
        """Answer the first page of all rows that narrowing leaves.

        The serializer must have a compiled form.
        """
        options = self.options(serializer)
        keys = named_order(listed.model, listed.order) or ()
        sort = [key.column for key in keys if key.column]
        columns = _columns(serializer, sort)
        rows = listed.first(narrowing, columns, options.top + 1)
        shown, last = _shown(serializer, Page(columns, rows), sort, options)
        following = None if last is None else self._following(options, keys, last)
        return self._answered(Found(shown, following), options, serializer)

    def _answered(
        self,
        found: Found,
        options: Options,
        serializer: SerializerClass,
        count: int | None = None,
    ) -> Response:
        rows = found.rows
        if options.select is not None:
            kept = [key for key in template(serializer) if key in options.select]
            rows = [{key: row[key] for key in kept} for row in rows]
        following = self._address(found.following) if found.following else None
        if count is not None:
            return self._envelope(rows, count, following)
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return Response(rows, headers=headers)

    def _filtered(self, queryset: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
        """Narrow the rows, which are within the caller's scope already."""
        text = self.query.get("$filter", "").strip()
        return queryset.filter(condition_of(text, self.allowed)) if text else queryset

    def _found(
        self, queryset: "QuerySet[Any, Any]", options: Options, serializer: Any
    ) -> Found:
        """Read the page and one row more, which tells whether others follow."""
        order = self.query.get("$orderby", "")
        asked = read_order(order, self.allowed, queryset.model)
        keys = asked or own_order(queryset)
        token = self.query.get("$skiptoken", "")
        if keys is None and token:
            raise refuse("$skiptoken", "The token does not belong to this list.")
        if token and keys:
            values = values_in(token, binding_of(self.request), keys)
            queryset = queryset.filter(after(keys, values))
        if keys:
            queryset = queryset.order_by(*(key.order() for key in keys))
        if not options.top:
            return Found([])
        sliced = Slice(queryset, keys or (), options)
        rows, last = sliced.read(serializer, self.request)
        if last is None:
            return Found(rows)
        return Found(rows, self._following(options, keys, last))

    def _following(
        self, options: Options, keys: Sequence[SortKey] | None, last: Sequence[Any]
    ) -> dict[str, str] | None:
        """Return the option that continues the list."""
        if keys:
            return {"$skiptoken": token_after(binding_of(self.request), last)}
        skip = options.skip + options.top
        return {"$skip": str(skip)} if skip <= MOST_SKIPPED else None

    def _address(self, following: Mapping[str, str]) -> str:
        pairs = [
            (name, value)
            for name, values in self.query.lists()
            if name not in PLACES
            for value in values
        ]
        pairs += following.items()
        address = self.request.build_absolute_uri(self.request.path)
        return f"{address}?{urlencode(pairs, safe='$')}"

    def _envelope(
        self, rows: list[dict[str, Any]], count: int, following: str | None
    ) -> Response:
        address = self.request.build_absolute_uri(self.request.path)
        body: dict[str, Any] = {
            "@odata.context": address,
            "@odata.count": count,
            "value": rows,
        }
        if following:
            body["@odata.nextLink"] = following
        return Response(body, headers={"OData-Version": "4.0"})


def _columns(serializer: SerializerClass, sort: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*columns_of(serializer), *sort)))


def _shown(
    serializer: SerializerClass, page: Page, sort: Sequence[str], options: Options
) -> tuple[list[dict[str, Any]], list[Any] | None]:
    """Render a page that was read with one row more.

    Return the sort keys of its last row as well, if that other one is there.
    """
    last = None
    if len(page.rows) > options.top:
        del page.rows[options.top :]
        last = [page.reader(column)(page.rows[-1]) for column in sort]
    return render(serializer, page), last


class Slice:
    """The rows of one page and the one after, with the sort keys of each."""

    def __init__(
        self, queryset: "QuerySet[Any, Any]", keys: Sequence[SortKey], options: Options
    ) -> None:
        self.queryset, self.keys, self.options = queryset, keys, options
        self.names = [f"sort_{place}" for place in range(len(keys))]
        self.places = slice(options.skip, options.skip + options.top + 1)

    def read(
        self, serializer: SerializerClass, request: Request
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        """Return the rendered rows, and the keys of the last one if more follow."""
        if not is_compiled(serializer):
            return self._plain(serializer, request)
        sort = [key.column for key in self.keys if key.column]
        if len(sort) == len(self.keys):
            columns = _columns(serializer, sort)
            found = self.queryset[self.places]
            rows = keyed_rows(found, columns, keys_first=self.options.is_filtered)
        else:
            # A key that is no column cannot be repeated outside of the key query.
            sort = self.names
            columns = _columns(serializer, sort)
            rows = list(self._annotated().values_list(*columns)[self.places])
        return _shown(serializer, Page(columns, rows), sort, self.options)

    def _plain(
        self, serializer: SerializerClass, request: Request
    ) -> tuple[list[dict[str, Any]], list[Any] | None]:
        """Let DRF render what no compiled form exists for."""
        found: list[Any] = list(self._annotated()[self.places])
        page = found[: self.options.top]
        rows = list(serializer(page, many=True, context={"request": request}).data)
        if len(found) == len(page):
            return rows, None
        return rows, [getattr(page[-1], name) for name in self.names]

    def _annotated(self) -> Any:
        values = (key.value for key in self.keys)
        return self.queryset.annotate(**dict(zip(self.names, values, strict=True)))
