"""`GET` of many: the list of a resource of the device API."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.device import lists
from config.api.device.base import RowViewSet
from config.api.device.lists import Window
from config.api.device.members import Member, members_of
from config.api.device.on_demand import Extras
from config.api.device.pages import Keys, ShownRows, counted_keys, read_keyed
from config.api.device.parameters import Parameter, narrowed, read_parameters
from config.api.device.searching import advanced_condition, words_condition
from config.api.device.values import Errors, Malformed, Query
from config.api.errors import invalid
from config.api.rows import SerializerClass
from config.api.snowflake import serial_of


class ListViewSet(RowViewSet):
    """Answers lists: filtered, searched, ordered, in an envelope or bare."""

    # The member of the envelope that holds the rows; without one the array is bare.
    array: ClassVar[str | None] = None
    # Rows of lists, where they differ from one object.
    list_serializer_class: ClassVar[Any] = None
    parameters: ClassVar[Sequence[Parameter]] = ()
    # Members that those parameters add to the rows, and to the envelope.
    list_extras: ClassVar[Extras] = ()
    envelope_extras: ClassVar[Extras] = ()
    # Columns that `search` looks in; whether `order` and `advanced_search` are taken.
    search_columns: ClassVar[Sequence[str]] = ()
    is_ordered: ClassVar[bool] = True
    has_advanced_search: ClassVar[bool] = False
    # How rows stand that nothing else puts in order: `-id` is the newest first.
    last_order: ClassVar[str] = "id"
    # Members that lists are sorted and compared by, beside the columns of the row.
    members: ClassVar[Mapping[str, Member]] = {}

    def list_serializer(self) -> SerializerClass:
        """Return the serializer of list rows."""
        found: SerializerClass = self.list_serializer_class or self.serializer_class
        return found

    def listed(self) -> Any:
        """Return the rows that the list starts from."""
        return self.visible(self.get_queryset())

    def custom_condition(self, serial: int, operator: int, value: str) -> Q | None:
        """Compare a custom field for `advanced_search`; None for an unknown one."""
        return None

    def others(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return what the envelope holds after the rows."""
        return {}

    def extended(self, rows: ShownRows) -> ShownRows:
        """Add to the rows of a page what the parameters ask for."""
        return rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the matches, or one page of them."""
        errors: Errors = {}
        window, order, matches = self.matching(request, errors)
        if errors:
            raise invalid(errors)
        keys = self.keys(matches, order, window)
        rows = self.page(matches, order, keys, window)
        if self.array is None:
            return Response(rows)

        def count() -> int:
            known = None if keys is None else keys.total
            return self.count(matches) if known is None else known

        key = lists.filter_key(request, self.query)
        total = lists.record_count(window, len(rows), count, key)
        listing = lists.Listing(rows, total)
        return Response(listing.envelope(window, self.array, self.others(rows)))

    def keys(self, matches: Any, order: Any, window: Window) -> Keys | None:
        """Return the keys of the page, where they are to be read before its rows.

        What is searched for is found once, not once more to be counted.
        """
        if not self.is_searched():
            return None
        return counted_keys(matches.order_by(*order), window)

    def is_searched(self) -> bool:
        """Tell whether words are looked for."""
        return self.query.is_sent("search")

    def page(
        self, matches: Any, order: Any, keys: Keys | None, window: Window
    ) -> ShownRows:
        """Render a page of matches in an order, known by its keys or not."""
        is_bare = self.asked.get("idonly")
        context = dict(self.get_serializer_context())
        serializer = self.list_serializer()
        if keys is not None:
            if is_bare:
                return [{"id": serial_of(key)} for key in keys.found]
            found = read_keyed(serializer, matches.model, keys.found, context)
            return self.extended(found)
        page = matches.order_by(*order)[window.first : window.first + window.size]
        if is_bare:
            return lists.ids_of(page)
        return self.extended(lists.read_page(serializer, page, context))

    def count(self, matches: Any) -> int:
        """Count the rows that match."""
        return int(matches.order_by().count())

    def matching(self, request: Request, errors: Errors) -> tuple[Any, Any, Any]:
        """Return the window, the order and the rows that match; note what is wrong."""
        self.query = Query(request.query_params)
        window = lists.read_window(self.query, errors)
        order = self.order(errors)
        self.asked = read_parameters(self.query, self.parameters, errors)
        return window, order, self.matches(window, errors)

    def order(self, errors: Errors) -> Any:
        """Return what the matches are ordered by; note what is wrong."""
        if not self.is_ordered:
            return (self.last_order,)
        known = self.all_members()
        return lists.read_order(self.query, known, errors, self.last_order)

    def all_members(self) -> Mapping[str, Member]:
        """Return the members that lists are sorted and compared by."""
        return {**members_of(self.list_serializer()), **self.members}

    def matches(self, window: Window, errors: Errors) -> Any:
        """Return the rows that match; note what is wrong."""
        return self.searched(self.narrowed(errors), self.all_members(), errors)

    def narrowed(self, errors: Errors) -> Any:
        """Return the rows that the parameters leave; note what is wrong."""
        return narrowed(self.listed(), self.parameters, self.asked, self, errors)

    def searched(self, rows: Any, members: Mapping[str, Member], errors: Errors) -> Any:
        """Narrow rows by `search` and `advanced_search`."""
        tests: dict[str, Callable[[Any, str], Any]] = {}
        if self.search_columns:
            tests["search"] = self.with_words
        if self.has_advanced_search:
            tests["advanced_search"] = lambda rows, text: self.with_conditions(
                rows, text, members
            )
        found = rows
        for name, narrow in tests.items():
            if not self.query.is_sent(name):
                continue
            try:
                found = narrow(found, self.query.text(name))
            except Malformed as error:
                errors[name] = [str(error)]
        return found

    def with_words(self, rows: Any, text: str) -> Any:
        """Narrow to rows in which every word stands somewhere, or raise Malformed."""
        return rows.filter(words_condition(text, self.columns_to_search()))

    def with_conditions(
        self, rows: Any, text: str, members: Mapping[str, Member]
    ) -> Any:
        """Narrow to rows for which every condition holds, or raise Malformed."""
        condition = advanced_condition(text, rows.model, members, self.custom_condition)
        return rows.filter(condition)

    def columns_to_search(self) -> Sequence[str]:
        """Return the columns in which every word of `search` must be found."""
        return self.search_columns
