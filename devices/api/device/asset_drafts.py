"""Elements of POST /Asset as the services take them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.services.drafts import AssetDraft
from config.api.device.elements import Element, Problems
from devices.api.device.asset_input import AssetInput
from devices.api.device.asset_items import Items
from devices.api.device.asset_values import Given
from devices.models import Device
from devices.services.drafts import (
    DeviceDraft,
    IntegrationDraft,
    Linked,
    SoftwareDraft,
)
from devices.words import MEMBERS, ReferenceMember
from licensing.kinds import ReferenceKind

# Members that are columns of the device as they are.
COLUMNS = frozenset(AssetInput.Meta.fields) & {
    column.name for column in Device._meta.concrete_fields
}
# What an element names of the register, and the services' word for it.
OF_ASSET = {"type": "type_id", "status": "status_id", "location": "location_id"}
OF_DEVICE = {"user": "user_id", "parent": "parent_id"}
OF_SOFTWARE = {"licence": "licence_id", "role": "role_id", "user": "user_id"}
# Sums: what is not told is shown as 0, and comes back as that.
SUMS = ("item_cost", "cost")
LINE_ALONE = "A line needs the number of its order."


@dataclass(frozen=True)
class Writing:
    """An element with all that is to be written of it."""

    element: Element
    organisation: Any
    body: Mapping[str, object]
    draft: DeviceDraft
    # Where in the element the value of each custom field stands.
    paths: Mapping[str, str]

    @property
    def pair(self) -> tuple[AssetDraft, DeviceDraft]:
        """What makes a device."""
        return AssetDraft.from_wire(self.body), self.draft


def writing_of(
    element: Element,
    organisation: Any,
    items: Mapping[str, Items],
    given: Given,
    problems: Problems,
) -> Writing:
    """Turn an element and what it names into drafts."""
    values = element.values
    body: dict[str, object] = {**_keys(values, OF_ASSET)}
    if "inactive" in values:
        body["active"] = not values["inactive"]
    if given.values:
        body["fields"] = given.values
    columns = _columns(values, COLUMNS & values.keys())
    draft = DeviceDraft(
        values=columns | _keys(values, OF_DEVICE),
        references=_references(element, problems),
        software=_software(element, items["software"][element.index]),
        licences=_licences(items["add_licences"][element.index]),
        external_links=[
            IntegrationDraft(**one) for one in values.get("external_links") or ()
        ],
        bookmarked=values.get("bookmarked"),
    )
    return Writing(element, organisation, body, draft, given.paths)


def _columns(values: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return the values of columns; a sum of 0 is none."""
    return {
        name: (values[name] or None) if name in SUMS else values[name] for name in names
    }


def _keys(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, int | None]:
    """Return the ids of the rows that are named, None where none is to be."""
    return {
        word: values[name].pk if values[name] is not None else None
        for name, word in names.items()
        if name in values
    }


def _references(
    element: Element, problems: Problems
) -> dict[ReferenceKind, list[Linked]]:
    """Return the records of each kind that the element speaks of."""
    values = element.values
    found: dict[ReferenceKind, list[Linked]] = {}
    for member in MEMBERS:
        if {member.number, member.label} & values.keys():
            found[member.kind] = [_linked(values, member)]
        if member.line and values.get(member.line) and not values.get(member.number):
            problems.note(element, {member.line: [LINE_ALONE]})
    if "service_ids" in values:
        more = [Linked(number=number) for number in values["service_ids"] or ()]
        found.setdefault(ReferenceKind.SERVICE, []).extend(more)
    if "kbs" in values:
        found[ReferenceKind.ARTICLE] = [
            Linked(number=one.get("id") or 0, label=one.get("name") or "")
            for one in values["kbs"] or ()
        ]
    return found


def _linked(values: Mapping[str, Any], member: ReferenceMember) -> Linked:
    return Linked(
        number=values.get(member.number) or 0,
        label=values.get(member.label or "") or "",
        line=values.get(member.line or "") or 0,
    )


def _software(element: Element, parts: Sequence[Element]) -> list[SoftwareDraft]:
    """Return the programs, each with the rows that its item names."""
    found = []
    sent = element.values.get("software") or ()
    for one, part in zip(sent, parts, strict=bool(sent)):
        values = _columns(one, one.keys() - NAMING)
        named = _keys(part.values, OF_SOFTWARE)
        found.append(
            SoftwareDraft(one["name"], one.get("version") or "", values | named)
        )
    return found


NAMING = frozenset({"name", "version"}).union(
    *({f"{name}_id", f"{name}_name"} for name in OF_SOFTWARE)
)


def _licences(parts: Sequence[Element]) -> list[int]:
    found = (part.values.get("licence") for part in parts)
    return [licence.pk for licence in found if licence is not None]
