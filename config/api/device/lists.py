"""Lists of the device API: which rows, in what order, in what envelope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet
from rest_framework.request import Request

from config.api.device.members import Members
from config.api.device.values import (
    LARGEST_INT,
    Errors,
    Malformed,
    Query,
    read_flag,
    read_integer,
)
from config.api.keyed import keyed_rows
from config.api.rows import Page, SerializerClass, columns_of, is_compiled, render

PAGE_SIZE, LARGEST_PAGE = 50, 1_000
COUNT, LARGEST_COUNT = 1_000, 10_000
COUNTED_FOR = 60
ORDERS = ("", "2", "3", "4", "5")

# Parameters that do not decide which rows match.
OF_THE_PAGE = frozenset(
    {"pageinate", "page_no", "page_size", "count", "idonly"}
    | {f"order{place}" for place in ORDERS}
    | {f"orderdesc{place}" for place in ORDERS}
)


@dataclass(frozen=True)
class Window:
    """Which part of the matches is asked for."""

    is_paged: bool = False
    page_no: int = 1
    page_size: int = PAGE_SIZE
    count: int = COUNT
    sent: frozenset[str] = frozenset()

    @property
    def first(self) -> int:
        """How many rows come before the window."""
        return (self.page_no - 1) * self.page_size if self.is_paged else 0

    @property
    def size(self) -> int:
        """How many rows fit in the window."""
        return self.page_size if self.is_paged else self.count

    def echo(self) -> dict[str, int]:
        """Return the page's members: those that were sent, as they are effective."""
        told = {"page_no": self.page_no, "page_size": self.page_size}
        return {name: told[name] for name in told if name in self.sent}


def read_window(query: Query, errors: Errors) -> Window:
    """Read the paging parameters; note what is malformed by name."""

    def number(name: str, default: int, most: int) -> int:
        if not query.is_sent(name):
            return default
        try:
            return min(read_integer(query.text(name), least=1), most)
        except Malformed as error:
            errors[name] = [str(error)]
            return default

    return Window(
        is_paged=read_word(query, "pageinate", errors),
        page_no=number("page_no", 1, LARGEST_INT),
        page_size=number("page_size", PAGE_SIZE, LARGEST_PAGE),
        count=number("count", COUNT, LARGEST_COUNT),
        sent=frozenset(
            name for name in ("page_no", "page_size") if query.is_sent(name)
        ),
    )


def read_word(query: Query, name: str, errors: Errors) -> bool:
    """Read a flag that is false when it is absent; note a malformed one by name."""
    try:
        return query.is_sent(name) and read_flag(query.text(name))
    except Malformed as error:
        errors[name] = [str(error)]
        return False


def read_order(
    query: Query, members: Members, errors: Errors, last: str = "id"
) -> tuple[Any, ...]:
    """Read `order` to `order5`, the id last, either way round; note unknown names."""
    keys: dict[str, Any] = {}
    for place in ORDERS:
        descending = read_word(query, f"orderdesc{place}", errors)
        name = query.text(f"order{place}")
        if not name:
            continue
        member = members.get(name.lower())
        if member is None:
            errors[f"order{place}"] = ["The list cannot be ordered by this."]
        else:
            keys.setdefault(member.column, member.order(descending=descending))
    keys.setdefault("id", last)
    # What comes after the id decides nothing.
    columns = list(keys)
    return tuple(keys[column] for column in columns[: columns.index("id") + 1])


@dataclass(frozen=True)
class Listing:
    """The rows of one answer and how many match in all."""

    rows: list[dict[str, Any]]
    record_count: int

    def envelope(
        self, window: Window, array: str, others: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the members of the answer in their order."""
        counted = {"record_count": self.record_count, array: self.rows}
        return {**window.echo(), **counted, **others}


def ids_of(rows: "QuerySet[Any, Any]") -> list[dict[str, Any]]:
    """Return the serials of the rows and nothing else."""
    serials = rows.values_list("id__serial", flat=True)
    return [{"id": serial} for serial in serials]


def read_page(
    serializer: SerializerClass, rows: "QuerySet[Any, Any]", context: dict[str, Any]
) -> list[dict[str, Any]]:
    """Render a sliced, ordered queryset, without what is unset."""
    if is_compiled(serializer):
        columns = columns_of(serializer)
        page = Page(columns, keyed_rows(rows, columns), dict(context))
        shown = render(serializer, page)
    else:
        shown = list(serializer(rows, many=True, context=context).data)
    return [set_members(row) for row in shown]


def set_members(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out texts and dates that are unset."""
    return {
        name: value for name, value in row.items() if value is not None and value != ""
    }


def record_count(window: Window, found: int, count: Callable[[], int], key: str) -> int:
    """Return how many rows match, counting only where the page does not tell.

    A page past the end says 0. Later pages take the number that the first one counted,
    for up to a minute.
    """
    if found < window.size and (found or not window.first):
        total = window.first + found
    elif not found:
        return 0
    else:
        kept = cache.get(key) if window.first else None
        if kept is not None:
            return int(kept)
        total = count()
    if window.is_paged:
        cache.set(key, total, COUNTED_FOR)
    return total


def filter_key(request: Request, query: Query) -> str:
    """Name the matches of a caller: the path, and all but the page's parameters."""
    path = request.path.lower().removeprefix("/api")
    narrowing = [item for item in query.items() if item[0] not in OF_THE_PAGE]
    digest = sha256(repr((path, request.user.pk, narrowing)).encode()).hexdigest()
    return f"record_count:{digest}"
