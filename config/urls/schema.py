"""The OpenAPI documents, one generator per API family."""

from drf_spectacular.generators import SchemaGenerator

from config.urls import fleet


class FleetSchema(SchemaGenerator):
    """Describes each route of the fleet API once, at the path its source prints."""

    def __init__(self, *, api_version: str | None = None, **_unused: object) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            api_version=api_version, patterns=fleet.documented
        )
