"""How the fleet API's views describe themselves in its OpenAPI document."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

SNOWFLAKE = {"type": "string", "pattern": r"^[0-9]{1,19}$"}
SNOWFLAKE_IN = {"oneOf": [SNOWFLAKE, {"type": "integer", "minimum": 0}]}

ANY_REFUSAL: tuple[str, ...] = ("400", "401", "403", "404", "406", "429")
WRITE_REFUSAL: tuple[str, ...] = ("409", "412", "413", "415", "422")

WHAT = {
    "304": "The client has the answer already.",
    "400": "The request is not valid, or names what does not exist.",
    "401": "The request carries no valid token.",
    "403": "The caller may not do this.",
    "404": "It does not exist.",
    "406": "No such representation.",
    "409": "The request conflicts with another one.",
    "412": "The object has changed since the client read it.",
    "413": "The body is too large.",
    "415": "The body is of another type than the ones taken.",
    "422": "The idempotency key stands for another request.",
    "429": "Too many requests, or no seat of the subscription is left.",
}


class ErrorSerializer(serializers.Serializer[Any]):
    """Why a request was refused (contract C6)."""

    code = serializers.CharField()
    message = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )

    class Meta:
        ref_name = "Error"


def query(name: str, schema: dict[str, Any], description: str) -> OpenApiParameter:
    """Describe a query option."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, False, description)


LIST_OPTIONS = (
    query("$top", {"type": "integer", "minimum": 0}, "How many rows; 1,000 at most."),
    query(
        "$skip",
        {"type": "integer", "minimum": 0, "maximum": 1_000_000},
        "How many rows to pass over.",
    ),
    query("$count", {"type": "boolean"}, "Answer an envelope with the count."),
    query("$orderby", {"type": "string"}, "Properties, each with asc or desc."),
    query("$select", {"type": "string"}, "The keys of the answer."),
    query("$skiptoken", {"type": "string"}, "Where to go on, from a next link."),
)
FILTER = query("$filter", {"type": "string"}, "A condition, as OData writes it.")
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    False,
    "The same request with the same key runs once.",
)


class FleetAutoSchema(AutoSchema):
    """Adds what every view of the family takes and refuses, said once."""

    def get_override_parameters(self) -> list[Any]:
        """Add list options, and the key of unsafe requests."""
        if self.method not in {"GET", "HEAD"}:
            return [KEY]
        if not self._is_list_view():
            return []
        has_filter = getattr(self.view, "filter_properties", None)
        return [*LIST_OPTIONS, FILTER] if has_filter else list(LIST_OPTIONS)

    def _is_list_view(self, serializer: Any = None) -> bool:
        return getattr(self.view, "action", None) == "list"

    def _resolve_path_parameters(self, variables: Any) -> list[Any]:
        """Describe the ids of the path."""
        return [
            build_parameter_type(
                name=name,
                location=OpenApiParameter.PATH,
                schema={"type": "string"} if name == "file_hash" else SNOWFLAKE,
            )
            for name in variables
        ]

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
            if code in responses:
                continue
            refusal = self._get_response_for_code(  # type: ignore[no-untyped-call]
                ErrorSerializer, code, direction=direction
            )
            responses[code] = refusal | {"description": WHAT[code]}
        if self.method == "GET" and not self._is_list_view():
            responses["304"] = {"description": WHAT["304"]}
        return responses


class SnowflakeExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An id: a string of digits out, digits or an integer in."""

    target_class = "config.api.fields.SnowflakeString"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema for the direction."""
        return dict(SNOWFLAKE_IN if direction == "request" else SNOWFLAKE)


class ObjectOrIdExtension(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An id, or an object that has it."""

    target_class = "config.api.fields.ObjectOrId"
    priority = 1

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the schema of requests, which alone take objects."""
        whole = {"type": "object", "required": ["id"], "properties": {"id": SNOWFLAKE}}
        return {"oneOf": [*SNOWFLAKE_IN["oneOf"], whole]}
