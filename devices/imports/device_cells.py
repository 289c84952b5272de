"""From the cells of a row to what is to be written of a device."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assets.imports.references import References
from config.api.errors import Refusal
from config.api.snowflake import SERIAL_MASK
from devices.imports.device_keys import COLUMNS
from devices.models import Device
from devices.services.custody import Handover
from devices.services.drafts import DeviceDraft, Linked
from devices.words import MEMBERS, ReferenceMember
from licensing.imports.columns import read_columns
from licensing.imports.finding import People
from licensing.kinds import ReferenceKind
from organisations.imports import Cells, Refused, number_and_label, parted
from organisations.models import Location

LISTED = {
    "services": ReferenceKind.SERVICE,
    "articles": ReferenceKind.ARTICLE,
}


@dataclass(slots=True)
class Told:
    """What a row says of a device beside its asset, and what is wrong with it."""

    draft: DeviceDraft = field(default_factory=DeviceDraft)
    parent: str = ""
    handover: Handover | None = None
    faults: list[Refused] = field(default_factory=list)


class DeviceCells:
    """Reads the device's own cells of rows."""

    def __init__(self, people: People, locations: References[Location]) -> None:
        self.people = people
        self.locations = locations

    def read(self, cells: Cells) -> Told:
        """Return what a row says, with every fault that it has."""
        told = Told(parent=cells.text("parent"))

        def take(part: Callable[[Cells, Told], None]) -> None:
            try:
                part(cells, told)
            except Refusal as refusal:
                told.faults += cells.reasons(refusal)

        for part in (self._columns, self._user, self._records, self._custody):
            take(part)
        return told

    def _columns(self, cells: Cells, told: Told) -> None:
        told.draft.values |= read_columns(cells, Device, COLUMNS)

    def _user(self, cells: Cells, told: Told) -> None:
        if text := cells.text("user"):
            told.draft.values["user_id"] = self.people.need(text, field="user")

    def _records(self, cells: Cells, told: Told) -> None:
        for member in MEMBERS:
            if linked := _linked(cells, member):
                told.draft.references[member.kind] = [linked]
        for key, kind in LISTED.items():
            if parts := parted(cells.text(key)):
                several = [Linked(*number_and_label(part)) for part in parts]
                told.draft.references.setdefault(kind, []).extend(several)

    def _custody(self, cells: Cells, told: Told) -> None:
        told.handover = handover_of(cells, self.people, self.locations)


def handover_of(
    cells: Cells, people: People, locations: References[Location]
) -> Handover | None:
    """Return to whom or where a row says that an asset went, None where it does not."""
    person = cells.text("checked_out_to")
    place = cells.text("checked_out_location")
    if not person and not place:
        return None
    location: Any = locations.find(place) if place and not person else None
    if isinstance(location, Refusal):
        raise Refusal(location.code, location.message, field="checked_out_location")
    return Handover(
        user=people.need_user(person, field="checked_out_to") if person else None,
        location=location,
        due_at=cells.moment("due_at"),
        note=cells.text("checkout_note"),
        since=cells.moment("checked_out_at"),
    )


def _linked(cells: Cells, member: ReferenceMember) -> Linked | None:
    """Return the record of a kind that a row names, if it names one."""
    number = cells.typed(member.number, "integer") or 0
    label = cells.text(member.label or "")
    line = cells.typed(member.line, "integer") if member.line else 0
    if line and not number:
        reason = "A line needs the number of its order."
        raise Refusal("invalid_body", reason, field=member.line)
    if line and not 0 < line <= SERIAL_MASK:
        reason = f"'{line}' is not the number of a line."
        raise Refusal("invalid_body", reason, field=member.line)
    return Linked(number, label, line or 0) if number or label else None
