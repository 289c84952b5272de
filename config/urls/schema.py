"""The OpenAPI documents, one generator per API family."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

from config.urls import device, fleet

DEVICE_TITLE = "Consist: device API"
DEVICE_DESCRIPTION = "IT devices, their software and the licences for it."


class FleetSchema(SchemaGenerator):
    """Describes each route of the fleet API once, at the path its source prints."""

    def __init__(self, *, api_version: str | None = None, **_unused: object) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            api_version=api_version, patterns=fleet.documented
        )


class DeviceSchema(SchemaGenerator):
    """Describes each route of the device API once, at the path clients write."""

    def __init__(self, *, api_version: str | None = None, **_unused: object) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            api_version=api_version, patterns=device.documented
        )

    def get_schema(self, *args: Any, **kwargs: Any) -> Any:
        """Return the document under the family's own title."""
        document = super().get_schema(*args, **kwargs)  # type: ignore[no-untyped-call]
        told = {"title": DEVICE_TITLE, "description": DEVICE_DESCRIPTION}
        document["info"] |= told
        return document
