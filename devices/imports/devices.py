"""Files of devices: assets of the register with what they are as devices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from assets.imports.rows import AssetLoader
from assets.models import AssetGroup, AssetType
from assets.services.checks import NAME
from assets.services.drafts import ABSENT, AssetDraft
from config.api.errors import Refusal
from devices.imports.device_cells import LISTED, DeviceCells
from devices.imports.finding import NamedDevices
from devices.imports.matching import matching
from devices.imports.parents import Parents
from devices.imports.states import states_of
from devices.imports.writing import DeviceWriter, Item
from devices.services.rows import without_device
from devices.services.statuses import refused_statuses
from devices.words import MEMBERS
from licensing.imports.finding import People
from organisations.imports import (
    CREATED,
    SKIPPED,
    Cells,
    Column,
    Note,
    Outcome,
    Record,
    Refused,
    Terms,
    changed,
    refusal_of,
    refused,
    squeezed,
)
from organisations.imports.batches import write_all
from organisations.models import Prefix
from organisations.permissions import Permission
from organisations.services.access import access_to

# What a device is called after that nobody has named.
NUMBERS = ("number", "inventory_number")
LISTS = {kind: key for key, kind in LISTED.items()}
# What keys members of the device API have, the likeliest first.
IN_FILES: Mapping[str, Sequence[str]] = {
    "assettype_id": ("type",),
    "site_id": ("location",),
    "inactive": ("active",),
    "inventory_number": ("name",),
    "article": ("articles",),
    **{
        member.label: (member.number, LISTS.get(member.kind, ""))
        for member in MEMBERS
        if member.label
    },
}


class DeviceLoader(AssetLoader):
    """Loads the rows of one file as devices, as POST /Asset would."""

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.people = People(terms.organisation)
        self.own = DeviceCells(self.people, self.locations)
        self.devices = NamedDevices(terms.organisation)
        self.all_series = Prefix.objects.of(terms.organisation).in_bulk()
        self.parents = Parents(self.devices, self._shown_number)
        self.ways = matching(
            terms.organisation,
            terms.match,
            self.columns,
            self._number,
            self._called_after_line,
        )
        self.writer = DeviceWriter(terms, self.devices, self.parents)
        self.stored: AssetGroup | None = None
        permissions = access_to(terms.actor, terms.organisation.pk).permissions
        self.may_make_devices = Permission.MANAGE_FLEETS.value in permissions

    def _matching(self, columns: Sequence[Column], unique: Column | None) -> None:
        """Leave it to `ways`, which know devices."""

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""
        return self.ways is not None and bool(self.ways.ways)

    @property
    def needs_look(self) -> bool:
        """Tell whether names will be cut, or parents may follow."""
        return super().needs_look or "parent" in self.columns

    def look(self, record: Record) -> None:
        """Note what a row is called."""
        super().look(record)
        self.parents.announce(Cells(record, self.columns))

    @property
    def notes(self) -> list[Note]:
        """Tell also of parents that never came."""
        return super().notes + self.parents.notes

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        outcomes = [CREATED] * len(records)
        items = self._items(records, outcomes)
        known = [one.stored.pk for one in items if one.stored is not None]
        before = states_of(known) if known else {}
        results = write_all(items, self.writer.write)
        after = states_of(known) if known else {}
        for item, result in zip(items, results, strict=True):
            if isinstance(result, Refusal):
                reasons = self._reasons(item.cells.record, result)
                outcomes[item.place] = refusal_of(reasons)
                continue
            if result.waits_for:
                self.parents.waiting[result.key] = result.waits_for
            if item.stored is not None:
                line, name = item.cells.record.line, str(item.stored)
                both = before[result.key], after[result.key]
                outcomes[item.place] = changed(line, name, *both)
        self._link_late()
        return outcomes

    def _link_late(self) -> None:
        """Put devices under parents that came after them."""
        if not self.parents.waiting:
            return
        arrived = list(self.parents.arrived().items())
        results = write_all(arrived, self.writer.link)
        self.parents.lost += sum(isinstance(one, Refusal) for one in results)

    def _items(self, records: Sequence[Record], outcomes: list[Outcome]) -> list[Item]:
        """Return the rows that are in order so far; note of the others why not."""
        rows = [Cells(record, self.columns) for record in records]
        self.parents.arrive(rows)
        items: list[Item] = []
        found = self._found(rows, outcomes)
        stored = AssetGroup.objects.select_related("type", "organisation").in_bulk(
            [key for key in found.values() if key is not None]
        )
        for place, key in found.items():
            item = Item(place, rows[place], stored.get(key or 0))
            outcome = self._met(item) or self._filled(item)
            if outcome is None:
                items.append(item)
            else:
                outcomes[place] = outcome
        self.fields.link()
        return self._permitted(items, outcomes)

    def _found(
        self, rows: Sequence[Cells], outcomes: list[Outcome]
    ) -> dict[int, int | None]:
        """Return by place the id of the asset that a row means, None for a new one."""
        found: dict[int, int | None] = {}
        for place, cells in enumerate(rows):
            try:
                found[place] = self.ways.find(cells) if self.ways else None
            except Refusal as refusal:
                outcomes[place] = refusal_of(self._reasons(cells.record, refusal))
        return found

    def _met(self, item: Item) -> Outcome | None:
        """Say what becomes of a row that is there already and is not to be changed."""
        if item.stored is None or self.terms.on_conflict == "update":
            return None
        if self.terms.on_conflict == "skip":
            return SKIPPED
        refusal = Refusal("row_exists", "The asset is in the register already.")
        return refusal_of(self._reasons(item.cells.record, refusal))

    def _filled(self, item: Item) -> Outcome | None:
        """Read what a row says; return why it is refused, if it is."""
        record = item.cells.record
        self.stored = item.stored
        draft = self._draft(record)
        item.told = self.own.read(item.cells)
        faults = [*(draft if isinstance(draft, list) else ()), *item.told.faults]
        if isinstance(draft, AssetDraft):
            item.draft, item.body = draft, self._body(record, draft)
            faults += self._wrong_name(record, draft)
        return refusal_of(faults) if faults else None

    def _wrong_name(self, record: Record, draft: AssetDraft) -> list[Refused]:
        """Blame the name itself: the device services know it as something else."""
        if draft.name is ABSENT:
            return []
        try:
            NAME.clean(draft.name, None)
        except ValidationError as error:
            said = " ".join(error.messages)
            return [refused(record, self.columns.get("name"), "invalid_body", said)]
        return []

    def _permitted(self, items: Sequence[Item], outcomes: list[Outcome]) -> list[Item]:
        """Return the rows that may be written; refuse the others as the API does."""
        wanted = {one.place: _standing(one) for one in items}
        wrong = refused_statuses({one for one in wanted.values() if one})
        known = [one.stored.pk for one in items if one.stored is not None]
        first = set() if self.may_make_devices else without_device(known)
        kept = []
        for item in items:
            refusal = None
            if wanted[item.place] in wrong:
                reason = "The status is not one of the asset type's."
                refusal = Refusal("status_invalid", reason, field="status")
            elif item.stored is not None and item.stored.pk in first:
                reason = "The asset is no device yet: this needs MANAGE_FLEETS."
                refusal = Refusal("missing_permission", reason)
            if refusal is None:
                kept.append(item)
            else:
                reasons = self._reasons(item.cells.record, refusal)
                outcomes[item.place] = refusal_of(reasons)
        return kept

    # What differs from rows that are assets only.

    def _type(self, row: Any) -> AssetType | None:
        """Return the type of a row; a device that is there already keeps its own."""
        if self.stored is not None and not self._text(row.record, "type"):
            kept: AssetType | None = self.stored.type
            return kept
        return super()._type(row)

    def _name(self, record: Record, type_: AssetType) -> tuple[Any, str]:
        """Leave the name to the service where a row has a number of any kind."""
        told = any(self._text(record, key) for key in NUMBERS)
        if told and not self._text(record, "name"):
            return ABSENT, ""
        name, whole = super()._name(record, type_)
        if whole:
            self.parents.cut[squeezed(whole)] = name
        return name, whole

    def _body(self, record: Record, draft: AssetDraft) -> dict[str, object]:
        """Return what a row says of an asset that there is."""
        body = super()._body(record, draft)
        if not self._text(record, "type"):
            body.pop("type_id", None)
        return body

    def _column_of(self, key: str) -> Column | None:
        """Return the column behind a member of the device API."""
        words = (key, *IN_FILES.get(key, ()))
        found = next((word for word in words if word in self.columns), key)
        return self.columns.get(found) or super()._column_of(key)

    def _called_after_line(self, cells: Cells) -> str:
        """Return what a row is called that says nothing of itself."""
        text = cells.text("type")
        kind = self.types.find(text) if text else None
        if not isinstance(kind, AssetType):
            return ""
        return squeezed(self._stand_in(cells.record, kind))

    # Numbers.

    def _number(self, cells: Cells) -> str:
        """Return the series and the number of a row, empty without a number."""
        prefix, number = self._prefix(cells), self._integer(cells)
        return f"{prefix.pk}/{number}" if prefix and number else ""

    def _shown_number(self, cells: Cells) -> str:
        """Return the number of a row as it will be shown."""
        prefix, number = self._prefix(cells), self._integer(cells)
        return prefix.formatted(number) if prefix and number else ""

    def _integer(self, cells: Cells) -> int:
        text = cells.text("number")
        found = self.columns["number"].read("integer", text) if text else 0
        return found if isinstance(found, int) else 0

    def _prefix(self, cells: Cells) -> Prefix | None:
        """Return the series of a row: its own, its type's, or the organisation's."""
        if text := cells.text("prefix"):
            prefix = self.prefixes.find(text)
            return None if isinstance(prefix, Refusal) else prefix
        text = cells.text("type")
        kind = self.types.find(text) if text else None
        own = kind.prefix_id if isinstance(kind, AssetType) else None
        return self.all_series.get(
            own or self.terms.organisation.default_prefix_id or 0
        )


def _standing(item: Item) -> tuple[int, int] | None:
    """Return the type and the status that a row asks for, None for what it has."""
    body, stored = item.body, item.stored
    draft = item.draft
    kind, status = draft.type_id, draft.status_id
    if stored is not None:
        kind = body.get("type_id", stored.type_id)
        status = body.get("status_id", stored.status_id)
        if (kind, status) == (stored.type_id, stored.status_id):
            return None
    if not isinstance(kind, int) or not isinstance(status, int):
        return None
    return kind, status
