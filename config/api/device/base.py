"""Rows of the device API: who may see and write them, their ids, their looks."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.conditions import Single
from config.api.device.errors import device_exception_handler, not_valid
from config.api.device.fields import DeviceField, DeviceId
from config.api.device.on_demand import Extras
from config.api.device.parameters import Parameter, read_parameters
from config.api.device.schema import DeviceAutoSchema
from config.api.device.values import Errors, Query
from config.api.errors import Refusal, invalid
from config.api.keyed import ShownRow, read_keys
from config.api.parsers import JsonParser
from config.api.snowflake import serial_of
from config.api.views import ScopedViewSet


class TextJsonParser(JsonParser):
    """Reads JSON that calls itself a text, as some clients send it."""

    media_type = "text/json"


class AlwaysJson(DefaultContentNegotiation):
    """Answers JSON whatever the client says it accepts, as the family always has."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: Any = None
    ) -> Any:
        """Return the one renderer there is."""
        return renderers[0], renderers[0].media_type


class DeviceManners(APIView):
    """How any view of the family reads bodies and words its refusals."""

    parser_classes = [JsonParser, TextJsonParser]
    content_negotiation_class = AlwaysJson
    schema = DeviceAutoSchema()

    def get_exception_handler(self) -> Any:
        """Word refusals as the family does."""
        return device_exception_handler


class RowViewSet(DeviceManners, ScopedViewSet):
    """Rows with ids, the checks before the body, and what one row looks like."""

    # What reads an id.
    id_field: ClassVar[DeviceField] = DeviceId()
    # What one row is called in refusals.
    noun: ClassVar[str]
    # The second word of the scopes that cover the resource; None: any of them.
    area: ClassVar[str | None] = None
    serializer_class: Any = None
    # Parameters of one object's path.
    detail_parameters: ClassVar[Sequence[Parameter]] = ()
    # Members that those parameters add to the object.
    detail_extras: ClassVar[Extras] = ()
    # The parameters that were sent, read; and the query they were read from.
    asked: dict[str, Any]
    query: Query

    # Filled in by the layer that knows organisations.

    def visible(self, rows: "models.QuerySet[Any, Any]") -> Any:
        """Narrow rows to those that the caller sees."""
        return rows.visible_to(self.request.user)  # type: ignore[attr-defined]

    def owner_of(self, row: Any) -> int:
        """Return the id of the organisation that owns a row."""
        return int(row.organisation_id)

    def require(self, organisation_id: int, permission: str) -> None:
        """Refuse who lacks the permission in the organisation."""
        raise NotImplementedError

    def permission_for(self, row: Any) -> str | None:
        """Return the permission that the action needs on a row, None to make one."""
        return self.needed_permission

    def refuse_scope(self, request: Request) -> None:
        """Refuse what the token's scope does not cover."""

    # The checks before the body.

    def authorise(self, request: Request) -> None:
        """Find the row of the path, then check the token's scope and permission.

        Here 404 stands before 403, and 400 behind both.
        """
        if "id" in self.kwargs:
            try:
                self.row = self.find_row(self.kwargs["id"])
            except ValidationError:
                self.refuse_scope(request)
                raise
        self.refuse_scope(request)
        needed = self.permission_for(self.row) if self.row is not None else None
        if needed is not None:
            self.require(self.owner_of(self.row), needed)

    def find_row(self, text: str) -> Any:
        """Return the row that an id of the path names, among the visible ones."""
        key = self.read_keyed_id(text)
        if key is None:
            raise ValidationError({"id": [not_valid(text)]})
        return self.row_of(key)

    def row_of(self, key: Any) -> Any:
        """Return the visible row with an id, or refuse an unknown one."""
        return self.rows_of({key})[key]

    # Ids. A resource whose ids are no serials overrides the field, and two of these.

    def read_id(self, value: object) -> Any:
        """Read an id, None for none; raise a refusal for what is no id."""
        return self.id_field.run_validation(value)

    def read_keyed_id(self, value: object) -> Any:
        """Read an id; what is wrong with it stands under `id`."""
        try:
            return self.read_id(value)
        except ValidationError as error:
            raise ValidationError({"id": error.detail}) from error

    def id_of(self, row: Any) -> Any:
        """Return the id of a row as the wire shows it."""
        return serial_of(row.pk)

    def with_ids(self, ids: set[Any]) -> Q:
        """Hold for the rows with these ids."""
        return Q(id__serial__in=ids)

    def rows_of(self, ids: set[Any]) -> dict[Any, Any]:
        """Return the visible rows by id, or refuse the first that is unknown."""
        if not ids:
            return {}
        rows = self.visible(self.get_queryset()).filter(self.with_ids(ids))
        found = {self.id_of(row): row for row in rows}
        missing = sorted(ids - found.keys())
        if missing:
            raise self.not_found(missing[0])
        return found

    def not_found(self, key: Any) -> Refusal:
        """Return the refusal of an id that names no visible row."""
        return Refusal("not_found", f"{self.noun} {key} was not found.")

    # One object.

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the row of the path, with what the parameters ask for."""
        errors: Errors = {}
        self.query = Query(request.query_params)
        self.asked = read_parameters(self.query, self.detail_parameters, errors)
        if errors:
            raise invalid(errors)
        shown = self.shown(self.row)
        return Response(Single({**shown, **self.details(self.row)}))

    def details(self, row: Any) -> dict[str, Any]:
        """Return the members that one object has on demand."""
        return {}

    def shown(self, row: Any) -> Single:
        """Render one row, which may have been read by what is shown of it."""
        if isinstance(row, ShownRow):
            return Single(row.shown(dict(self.get_serializer_context())))
        return Single(self.shown_all([row])[0])

    def shown_all(self, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
        """Render rows in the order given."""
        context = dict(self.get_serializer_context())
        keys = [row.pk for row in rows]
        model = self.get_queryset().model
        found = read_keys(self.serializer_class, model, keys, context)
        by_key = dict(zip(sorted(set(keys)), found, strict=True))
        return [by_key[key] for key in keys]

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete the row of the path and answer its id."""
        key = self.id_of(self.row)
        self.perform_destroy(self.row)
        return Response({"id": key})

    def perform_destroy(self, row: Any) -> None:
        """Call the service that deletes the row."""
        raise NotImplementedError
