"""How the device API's views describe themselves in its OpenAPI document."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from config.api.device.fields import Kind
from config.api.device.lists import ORDERS
from config.api.device.on_demand import extended, fields_of
from config.api.device.parameters import BOOLEAN, INTEGER, LIST, TEXT, Parameter
from config.api.schema import ANY_REFUSAL, KEY, WHAT, WRITE_REFUSAL, query

ID = {"type": "integer", "format": "int32", "minimum": 1}
SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.ID: dict(INTEGER),
    Kind.UUID: {"type": "string", "format": "uuid"},
    Kind.INTEGER: dict(INTEGER),
    Kind.NUMBER: {"type": "number", "format": "double"},
    Kind.TEXT: dict(TEXT),
    Kind.FLAG: dict(BOOLEAN),
    Kind.DAY: {"type": "string", "format": "date-time"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}
PAGING = (
    query("pageinate", dict(BOOLEAN), "Answer one page."),
    query("page_no", dict(INTEGER), "Which page, from 1."),
    query("page_size", dict(INTEGER), "How many rows a page has; 1,000 at most."),
)
CAP = query("count", dict(INTEGER), "How many rows without pages; 10,000 at most.")
SEARCH = query("search", dict(TEXT), "Words that must all be found.")
ADVANCED = query(
    "advanced_search",
    dict(TEXT),
    "A JSON array of objects with filter_name, filter_type and filter_value.",
)


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a request was refused."""

    ClassName = serializers.CharField()
    Message = serializers.CharField()

    class Meta:
        ref_name = "Refusal"


class DeletedSerializer(serializers.Serializer[Any]):
    """The row that is no more."""

    id = serializers.IntegerField()

    class Meta:
        ref_name = "Deleted"


class DeviceAutoSchema(AutoSchema):
    """Adds what every view of the family takes and refuses, said once."""

    view: Any

    @property
    def action(self) -> str | None:
        """The view's action."""
        return getattr(self.view, "action", None)

    def get_override_parameters(self) -> list[Any]:
        """Describe the view's tables of parameters, and the key of unsafe requests."""
        if self.method not in {"GET", "HEAD"}:
            return [KEY]
        if self.action == "retrieve":
            return described(self.view.detail_parameters)
        return list_parameters(self.view) if self.action == "list" else []

    def _is_list_view(self, serializer: Any = None) -> bool:
        # With a serializer, whether what it describes is a bare array.
        if serializer is not None:
            return isinstance(serializer, serializers.ListSerializer)
        return self.action == "list"

    def get_request_serializer(self) -> Any:
        """Describe the array of a POST."""
        if self.action != "create":
            return None
        return self._input_class()(many=True)

    def _input_class(self) -> Any:
        view = self.view
        return view.input_serializer_class or view.serializer_class

    def get_response_serializers(self) -> Any:
        """Describe what the action answers."""
        match self.action:
            case "list":
                return list_answer(self.view)
            case "create":
                return {
                    str(self.view.upsert_status): object_answer(self.view.__class__)
                }
            case "destroy":
                return {"200": DeletedSerializer}
            case "retrieve":
                return object_answer(self.view.__class__)
        return self.view.serializer_class

    def _get_response_for_code(
        self, serializer: Any, status_code: str, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        """Describe an answer; that to several elements is the array of theirs."""
        describe: Any = super()._get_response_for_code
        answer: dict[str, Any] = describe(serializer, status_code, *args, **kwargs)
        if self.action == "create" and status_code.startswith("2"):
            for media in answer["content"].values():
                one = media["schema"]
                media["schema"] = {"oneOf": [one, {"type": "array", "items": one}]}
        return answer

    def _resolve_path_parameters(self, variables: Any) -> list[Any]:
        """Describe the ids of the path."""
        return [
            build_parameter_type(name=name, location="path", schema=ID)
            for name in variables
        ]

    def _map_serializer(
        self, serializer: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        """Add pairs of ids and names to bodies; promise no member of an answer."""
        schema = super()._map_serializer(  # type: ignore[no-untyped-call]
            serializer, direction, bypass_extensions
        )
        if direction == "response" and not isinstance(serializer, RefusalSerializer):
            schema.pop("required", None)
        if direction == "request" and isinstance(serializer, self._input_class()):
            schema["properties"] = {**schema.get("properties", {}), **self._pairs()}
        return schema

    def _pairs(self) -> dict[str, Any]:
        pairs: dict[str, Any] = {"id": dict(SCHEMAS[self.view.id_field.kind])}
        for pair in self.view.pairs:
            pairs[pair.id_member] = dict(INTEGER)
            pairs[pair.name_member] = dict(TEXT)
        return pairs

    def _map_serializer_field(
        self, field: Any, direction: Any, bypass_extensions: bool = False
    ) -> Any:
        """Leave what is read-only out of requests, whatever it nests."""
        if direction == "request" and field.read_only:
            return None
        return super()._map_serializer_field(  # type: ignore[no-untyped-call]
            field, direction, bypass_extensions
        )

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        """Add the refusals to what the view answers."""
        responses = super()._get_response_bodies(direction)
        refusals = ANY_REFUSAL
        if self.method not in {"GET", "HEAD"}:
            refusals += WRITE_REFUSAL
        for code in refusals:
            serializer = RefusalSerializer
            refusal = self._get_response_for_code(serializer, code, direction=direction)
            if code == "400":
                refusal["content"] = {"application/json": {"schema": MODEL_STATE}}
            responses.setdefault(code, refusal | {"description": WHAT[code]})
        if self.method == "GET" and self.action == "retrieve":
            responses["304"] = {"description": WHAT["304"]}
        return responses


MODEL_STATE = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}


def described(parameters: Any) -> list[OpenApiParameter]:
    """Describe the lines of a table of parameters."""
    return [_described(parameter) for parameter in parameters]


def _described(parameter: Parameter) -> OpenApiParameter:
    is_list = parameter.schema == LIST
    return OpenApiParameter(
        parameter.name,
        dict(parameter.schema),
        OpenApiParameter.QUERY,
        explode=False if is_list else None,
        style="form" if is_list else None,
    )


def list_parameters(view: Any) -> list[Any]:
    """Describe all that a list takes."""
    found = described(view.parameters)
    found += [CAP] if view.array is None else [*PAGING, CAP]
    if view.is_ordered:
        for place in ORDERS:
            found.append(query(f"order{place}", dict(TEXT), "A member of the rows."))
            found.append(query(f"orderdesc{place}", dict(BOOLEAN), "Largest first."))
    found += [SEARCH] if view.search_columns else []
    found += [ADVANCED] if view.has_advanced_search else []
    return found


@cache
def object_answer(view: Any) -> Any:
    """Describe one object with all that a view's parameters add to it."""
    return extended(view.serializer_class, view.detail_extras, "Detail")


@cache
def row_answer(view: Any) -> Any:
    """Describe a row of a view's list with all that its parameters add."""
    rows = view.list_serializer_class or view.serializer_class
    return extended(rows, view.list_extras, "Listed")


def list_answer(view: Any) -> Any:
    """Describe the envelope of a list, or its bare array."""
    rows = row_answer(view.__class__)
    if view.array is None:
        return rows(many=True)
    number = serializers.IntegerField
    fields: dict[str, Any] = {
        "page_no": number(required=False),
        "page_size": number(required=False),
        "record_count": number(),
        view.array: rows(many=True),
        **fields_of(view.envelope_extras),
    }
    name = f"{view.noun.title().replace(' ', '')}List"
    return inline_serializer(name, fields)


class FieldExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A member, by its kind."""

    target_class = "config.api.device.fields.DeviceField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the kind."""
        return dict(SCHEMAS[self.target.kind])


class ColumnExtension(FieldExtension):  # type: ignore[no-untyped-call]
    """A member of a related row, by its kind."""

    target_class = "config.api.device.serializers.Column"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of the kind, which may be null where that means unset."""
        schema = dict(SCHEMAS[self.target.kind])
        return (
            schema | {"nullable": True} if self.target.field.unset is None else schema
        )
