"""The dialect of the fleet API: its views, paging and query options."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.http import Http404
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from config.api.conditions import Single
from config.api.errors import Refusal
from config.api.filters import FleetFilterBackend, kept_narrowing
from config.api.keyed import KeptList, ShownRow, find_partly, find_shown, read_keys
from config.api.odata.properties import Allowed, CustomProperty, Property
from config.api.paging import FleetPage
from config.api.schema import FleetAutoSchema
from config.api.snowflake import parse_snowflake
from config.api.views import ScopedViewSet, Standing


class FleetViewSet(ScopedViewSet):
    """A resource of the fleet API.

    Collection routes carry `organisation_id`, item routes `id`. Declare `queryset`,
    `serializer_class` and permissions; override a hook for what truly differs.
    """

    schema = FleetAutoSchema()
    filter_backends: Any = [FleetFilterBackend]
    serializer_class: Any = None
    filterset_class: ClassVar[Any] = None
    # What `$filter` and `$orderby` may name, and columns to sort by instead of these.
    filter_properties: ClassVar[Mapping[str, Property]] = {}
    ordering_fields: ClassVar[Mapping[str, str]] = {}
    page_size: ClassVar[int] = 1000
    missing: ClassVar[tuple[str, str]] = ("not_found", "It does not exist.")
    # Whether a row that is only shown is read once, by the columns that are: where the
    # serializer is compiled and no more is asked of the row than what it shows.
    reads_what_it_shows: ClassVar[bool] = False
    # What a list asks of the row of its path beside the id, where that is not all.
    asks_of_row: ClassVar[tuple[str, ...]] = ()

    access: Standing

    # Filled in by the layer that knows organisations.

    def access_to(self, organisation_id: int | None) -> Standing:
        """Tell the caller's standing, or raise `organisation_not_found`."""
        raise NotImplementedError

    def organisation_of(self, row: Any) -> int:
        """Return the id of the organisation that owns the row."""
        return int(row.organisation_id)

    # The checks before the body.

    def authorise(self, request: Request) -> None:
        """Find the row or the organisation of the path, then check permission."""
        if "id" in self.kwargs:
            self.row = self.find_row()
            self.access = self.access_to(self.organisation_of(self.row))
        else:
            self.access = self.access_to(self.path_id("organisation_id"))
        self.check_access()

    def check_access(self) -> None:
        """Refuse who lacks the permission, or is no member where that suffices."""
        needed = self.needed_permission
        if needed is None:
            self.access.require_member()
        else:
            self.access.require(needed)

    def path_id(self, name: str) -> int | None:
        """Read an id of the path; None, like an unknown one, for a malformed one."""
        try:
            return parse_snowflake(self.kwargs[name])
        except ValueError:
            return None

    def find_row(self) -> Any:
        """Return the row that the path names, or refuse with the view's own code."""
        key = self.path_id("id") or 0
        found: Any
        rows: Any = type(self).queryset
        if self.reads_what_it_shows and self.action == "retrieve":
            found = find_shown(self.serializer_class, rows, key)
        elif self.asks_of_row and self.action == "list":
            found = find_partly(rows, key, self.asks_of_row)
        else:
            found = self.get_queryset().filter(pk=key).first()
        if found is None:
            raise Refusal(*self.missing)
        return found

    # What the views answer.

    def listed(self) -> "models.QuerySet[Any, Any]":
        """Return the rows of the organisation in the path; it may be a KeptList."""
        return self.get_queryset().filter(organisation=self.access.organisation)

    def custom_property(self, name: str) -> CustomProperty | None:
        """Find a custom field of the organisation by its id or name."""
        return None

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page of the filtered list."""
        allowed = Allowed(
            self.filter_properties, self.custom_property, self.ordering_fields
        )
        page = FleetPage(request, self.page_size, allowed)
        rows: Any = self.listed()
        if isinstance(rows, KeptList):
            sent = {name: page.query[name] for name in page.deciding}
            narrowing = kept_narrowing(self.filterset_class, sent, rows.model)
            if narrowing is not None:
                return page.answer_first(rows, narrowing, self.serializer_class)
            rows = rows.queryset()
        return page.answer(self.filter_queryset(rows), self.serializer_class)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the row of the path."""
        return Response(self.shown(self.row))

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a row from the body and answer it with its address."""
        row = self.perform_create(self.validated(data=request.data))
        return self.created(row)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names and answer the row."""
        serializer = self.validated(self.row, data=request.data, partial=True)
        return Response(self.shown(self.perform_update(serializer)))

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the row of the path."""
        self.perform_destroy(self.row)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def perform_create(self, serializer: BaseSerializer[Any]) -> Any:
        """Call the service that makes the row."""
        raise NotImplementedError

    def perform_update(self, serializer: BaseSerializer[Any]) -> Any:
        """Call the service that changes the row."""
        raise NotImplementedError

    def perform_destroy(self, row: Any) -> None:
        """Call the service that deletes the row."""
        raise NotImplementedError

    def validated(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """Return the serializer of the body, or raise naming all that is wrong."""
        serializer = self.get_serializer(*args, **kwargs)
        serializer.is_valid(raise_exception=True)
        return serializer

    def shown(self, row: Any) -> Single:
        """Render one row as the resource shows it."""
        context = dict(self.get_serializer_context())
        if isinstance(row, ShownRow):
            return Single(row.shown(context))
        found = read_keys(self.serializer_class, type(row), [row.pk], context)
        if not found:
            raise Http404
        return Single(found[0])

    def created(self, row: Any) -> Response:
        """Answer 201 with the row and where it is."""
        body = self.shown(row)
        headers = {"Location": self.location_of(row)}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)

    def location_of(self, row: Any) -> str:
        """Return the path of a row of this resource."""
        raise NotImplementedError
