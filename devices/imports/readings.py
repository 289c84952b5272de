"""Files of what meters of devices showed."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.parts import DEVICE, PartLoader, met
from devices.models import MeterReading
from devices.services.reading_batches import ReadingDraft, add_readings
from devices.services.readings import update_reading
from licensing.imports.columns import differing, read_columns
from licensing.imports.licence_files import WrittenResource
from organisations.imports import (
    CREATED,
    SKIPPED,
    Cells,
    Column,
    Key,
    Outcome,
    Record,
    Terms,
    changed,
    refused_for,
    squashed,
    squeezed,
)
from organisations.imports.batches import write_all
from organisations.imports.exporting import CHUNK, as_cell
from organisations.models import Organisation
from organisations.permissions import Permission

PLAIN = (
    *("who", "reason", "reviewed", "reading_type", "pack_id", "invoice_id"),
    "recurringinvoice_line_id",
)
METER = ("asset_meter_id", "meter_name")
WRITTEN = ("device", *METER, "timestamp", "reading", "confirmed", *PLAIN)
MOST_DIGITS = 18


def _key(name: str, *synonyms: str, type: str = "text") -> Key:
    return Key(name, (squashed(name), *synonyms), type)


KEYS = (
    DEVICE,
    _key("asset_meter_id", "meterid", type="integer"),
    _key("meter_name", "meter", "metername", "counter"),
    _key("timestamp", "readat", "readingdate", "moment", "datetime", "date", "start"),
    _key("reading", "value", "meterreading", "hours", "mileage"),
    _key("confirmed", "newreadingconfirmationok", type="boolean"),
    _key("multiplier", type="integer"),
    _key("who", "readby"),
    _key("reason", "note", "notes"),
    _key("reviewed", type="boolean"),
    *(
        _key(name, type="integer")
        for name in (
            *("reading_type", "pack_id", "invoice_id"),
            "recurringinvoice_line_id",
        )
    ),
)
Moment = tuple[int, int, datetime]


class ReadingLoader(PartLoader[ReadingDraft]):
    """Loads the rows of one file as readings of meters.

    A meter is known by its number on the device, or by its name, which gets the next
    number where it is new. One is found by its meter and moment.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.meters: dict[int, dict[str, int]] = {}
        self.lines: dict[Moment, int] = {}

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Read at once which meters the devices have."""
        rows = (Cells(record, self.columns) for record in records)
        found = self.devices.find_all({cells.text("device") for cells in rows})
        assets = {one.pk for one in found.values() if isinstance(one, AssetGroup)}
        self._read_meters(assets - self.meters.keys())
        return super().load(records)

    def read(self, cells: Cells, asset: AssetGroup) -> ReadingDraft:
        """Return what a row says; raise what is wrong with it."""
        moment = cells.moment("timestamp")
        if moment is None:
            reason = "A reading needs its moment."
            raise Refusal("invalid_body", reason, field="timestamp")
        values = read_columns(cells, MeterReading, (*METER, *PLAIN))
        values |= {"timestamp": moment, "reading": reading_of(cells)}
        if "asset_meter_id" not in values:
            name = values.get("meter_name", "")
            values["asset_meter_id"] = self._meter(asset.pk, name)
        draft = ReadingDraft(asset, values, bool(cells.typed("confirmed", "boolean")))
        first = self.lines.setdefault(_moment(draft), cells.record.line)
        if first != cells.record.line:
            reason = f"Line {first} is of the same meter and moment."
            raise Refusal("duplicate_row", reason, field="timestamp")
        return draft

    def write(self, items: Sequence[tuple[Cells, ReadingDraft]]) -> list[Outcome]:
        """Keep new readings in one call, and change those that are there."""
        stored = self._stored([draft for _, draft in items])
        outcomes = [CREATED] * len(items)
        new: list[int] = []
        for place, (cells, draft) in enumerate(items):
            row = stored.get(_moment(draft))
            if row is None:
                new.append(place)
            else:
                outcomes[place] = self._changed(cells, draft, row)
        results = write_all([items[place][1] for place in new], self._add)
        for place, result in zip(new, results, strict=True):
            if isinstance(result, Refusal):
                outcomes[place] = refused_for(items[place][0], result)
        return outcomes

    def _add(self, drafts: Sequence[ReadingDraft]) -> list[MeterReading]:
        return add_readings(drafts, actor=self.terms.actor)

    def _changed(self, cells: Cells, draft: ReadingDraft, row: MeterReading) -> Outcome:
        outcome = met(cells, self.terms, str(row))
        values = differing(row, draft.values)
        if outcome is not None or not values:
            return outcome or SKIPPED
        before = row.recorded()
        try:
            after = update_reading(
                reading=row,
                values=values,
                is_confirmed=draft.is_confirmed,
                actor=self.terms.actor,
            )
        except (Refusal, ValidationError) as error:
            return refused_for(cells, error)
        return changed(cells.record.line, str(row), before, after.recorded())

    def _stored(self, drafts: Sequence[ReadingDraft]) -> dict[Moment, MeterReading]:
        if not self.is_matching:
            return {}
        rows = MeterReading.objects.select_related("asset").filter(
            asset__in={one.asset.pk for one in drafts},
            timestamp__in={one.values["timestamp"] for one in drafts},
        )
        return {
            (row.asset_id, row.asset_meter_id, row.timestamp): row
            for row in rows.order_by("-pk")
        }

    def _read_meters(self, assets: set[int]) -> None:
        self.meters |= {key: {} for key in assets}
        rows = MeterReading.objects.filter(asset__in=assets).order_by()
        columns = ("asset_id", "meter_name", "asset_meter_id")
        for asset, name, number in rows.values_list(*columns).distinct():
            known = self.meters[asset]
            word = squeezed(name)
            known[word] = min(number, known.get(word, number))

    def _meter(self, asset: int, name: str) -> int:
        """Return the number of a meter by its name; a new one gets the next."""
        known = self.meters[asset]
        if not name:
            return 0
        return known.setdefault(squeezed(name), max(known.values(), default=0) + 1)


def _moment(draft: ReadingDraft) -> Moment:
    return (*draft.meter, draft.values["timestamp"])


def reading_of(cells: Cells) -> int:
    """Return the reading of a row: a whole number, once it is multiplied.

    Raise `invalid_body` for anything else.
    """
    text = cells.text("reading")
    if not text:
        raise Refusal("invalid_body", "The row has no reading.", field="reading")
    value: Decimal = Decimal(cells.typed("reading", "decimal"))
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        raise Refusal("invalid_body", f"'{text}' is no reading.", field="reading")
    shown = value * (cells.typed("multiplier", "integer") or 1)
    if shown != shown.to_integral_value():
        reason = (
            f"'{text}' is not a whole number: --set multiplier=100 keeps hundredths."
        )
        raise Refusal("invalid_body", reason, field="reading")
    return int(shown)


class ReadingResource(WrittenResource):
    """Files with the reading of a meter a row."""

    name: ClassVar[str] = "readings"
    keys: ClassVar[Sequence[Key]] = KEYS
    written: ClassVar[Sequence[str]] = WRITTEN
    needed: ClassVar[str | None] = Permission.MANAGE_DEVICES.value

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> ReadingLoader:
        """Make ready to load."""
        return ReadingLoader(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return the readings of each meter in time; lower ones are confirmed."""
        rows: Any = MeterReading.objects.of(organisation)
        rows = rows.filter(asset__deleted_at=None).select_related("asset")
        rows = rows.order_by(
            "asset__formatted_number", "asset_meter_id", "timestamp", "pk"
        )
        last: dict[tuple[int, int], int] = defaultdict(int)
        for row in rows.iterator(chunk_size=CHUNK):
            meter = row.asset_id, row.asset_meter_id
            is_lower = row.reading < last[meter]
            last = defaultdict(int, {meter: row.reading})
            yield [
                row.asset.formatted_number,
                *(as_cell(getattr(row, name)) for name in METER),
                as_cell(row.timestamp),
                as_cell(row.reading),
                "true" if is_lower else "",
                *(as_cell(getattr(row, name)) for name in PLAIN),
            ]
