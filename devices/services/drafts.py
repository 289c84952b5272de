"""What a door says about a device to be written; values are plain and typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from licensing.kinds import ReferenceKind


@dataclass(frozen=True, slots=True)
class Linked:
    """A record of another system: its number, else its label; the line of an order."""

    number: int = 0
    label: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SoftwareDraft:
    """A program of a device, known by name and version; `values` by column.

    Foreign keys as ids: `licence_id`, `role_id`, `user_id`.
    """

    name: str
    version: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IntegrationDraft:
    """A device as another program knows it."""

    integration_type: str
    tenant_id: int = 0
    third_party_id: str = ""
    url: str = ""


@dataclass(slots=True)
class DeviceDraft:
    """What is to be written of a device; what is not given stays.

    `values` are columns of Device (`user_id` and `parent_id` as ids, None for none);
    `references` replace the records of each kind that is named; `licences` are to have
    a seat for it; `bookmarked` is the actor's own.
    """

    values: dict[str, Any] = field(default_factory=dict)
    references: dict[ReferenceKind, list[Linked]] = field(default_factory=dict)
    software: Sequence[SoftwareDraft] = ()
    licences: Sequence[int] = ()
    external_links: Sequence[IntegrationDraft] = ()
    bookmarked: bool | None = None
