"""What any door says about a thing to be made or changed, before it is checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

# Stands for a key that the request did not send.
ABSENT: Any = object()


@dataclass(slots=True)
class AssetDraft:
    """An asset, a piece of equipment or a group to be made; values as the wire's.

    `fields` is keyed by field id or field name, its values bare or
    `{"value", "units"}`. Nothing here has been checked.
    """

    type_id: object = None
    name: object = ABSENT
    description: object = ""
    fleet_id: object = None
    location_id: object = None
    sub_location_id: object = None
    status_id: object = None
    prefix_id: object = None
    number: object = None
    active: object = True
    group_id: object = None
    subscription_id: object = None
    fields: object = field(default_factory=dict)

    @classmethod
    def from_wire(cls, body: Mapping[str, object]) -> Self:
        """Take the keys of a request body that a draft knows; others are ignored."""
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in body.items() if key in known})

    def references(self) -> dict[str, object]:
        """Return the values that name other rows, as `References.load` wants them."""
        return {
            "type_id": self.type_id,
            "fleet_id": self.fleet_id,
            "location_id": self.location_id,
            "sub_location_id": self.sub_location_id,
            "status_id": self.status_id,
            "prefix_id": self.prefix_id,
            "group_id": self.group_id,
            "fields": self.fields,
        }


# What only single assets have.
SINGLE_ONLY = frozenset({"group_id", "subscription_id"})


def without_groups(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without the keys that only single assets have."""
    return {key: value for key, value in body.items() if key not in SINGLE_ONLY}
