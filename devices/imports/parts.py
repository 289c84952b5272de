"""Rows that hang on devices, loaded many at once: what software and readings share."""

from collections.abc import Sequence
from typing import Generic, NoReturn, TypeVar

from django.core.exceptions import ValidationError

from assets.models import AssetGroup
from config.api.errors import Refusal
from devices.imports.finding import NamedDevices
from devices.services.rows import without_device
from organisations.imports import (
    SKIPPED,
    Cells,
    Column,
    Key,
    Note,
    Outcome,
    Record,
    Terms,
    refused_for,
)
from organisations.permissions import Permission
from organisations.services.access import access_to

T = TypeVar("T")

DEVICE = Key(
    "device",
    (
        *("device", "devicename", "devicenumber", "computer", "computername", "host"),
        *("hostname", "asset", "assetname", "assetnumber", "assettag"),
        *("inventorynumber", "serialnumber", "serial"),
    ),
)


class PartLoader(Generic[T]):
    """Loads rows of which each names its device.

    `read` says what a row means, `write` writes what many rows mean and says of each
    what became of it.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        self.terms = terms
        self.columns = {column.key: column for column in columns if column.key}
        self.devices = NamedDevices(terms.organisation)
        permissions = access_to(terms.actor, terms.organisation.pk).permissions
        self.may_make_devices = Permission.MANAGE_FLEETS.value in permissions

    @property
    def needs_look(self) -> bool:
        """Tell whether every row must be shown to `look` before any is loaded."""
        return False

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""
        return self.terms.match != "-"

    @property
    def notes(self) -> list[Note]:
        """What the report should tell beside the refusals."""
        return []

    def look(self, record: Record) -> None:
        """See a row that will be loaded later."""

    def read(self, cells: Cells, asset: AssetGroup) -> T:
        """Return what a row says of a device; raise what is wrong with it."""
        raise NotImplementedError

    def write(self, items: Sequence[tuple[Cells, T]]) -> list[Outcome]:
        """Write what rows say; say of each what became of it."""
        raise NotImplementedError

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        rows = [Cells(record, self.columns) for record in records]
        known = self.devices.find_all({cells.text("device") for cells in rows})
        assets = {one.pk for one in known.values() if isinstance(one, AssetGroup)}
        first = set() if self.may_make_devices else without_device(assets)
        outcomes = [SKIPPED] * len(rows)
        items: dict[int, tuple[Cells, T]] = {}
        for place, cells in enumerate(rows):
            try:
                asset = _permitted(known[cells.text("device")], cells, first)
                items[place] = (cells, self.read(cells, asset))
            except (Refusal, ValidationError) as error:
                outcomes[place] = refused_for(cells, error)
        written = self.write(list(items.values()))
        for place, outcome in zip(items, written, strict=True):
            outcomes[place] = outcome
        return outcomes


def _permitted(
    found: AssetGroup | Refusal, cells: Cells, first: set[int]
) -> AssetGroup:
    if not cells.text("device"):
        reason = "The row names no device."
        raise Refusal("asset_invalid", reason, field="device")
    if isinstance(found, Refusal):
        raise Refusal(found.code, found.message, field="device")
    if found.pk in first:
        refuse_first("device")
    return found


def refuse_first(field: str) -> NoReturn:
    """Refuse to make a device of the asset that a cell names."""
    reason = "The asset is no device yet: this needs MANAGE_FLEETS."
    raise Refusal("missing_permission", reason, field=field)


def met(cells: Cells, terms: Terms, called: str) -> Outcome | None:
    """Say what becomes of a row that is there already and is not to be changed."""
    if terms.on_conflict == "skip":
        return SKIPPED
    if terms.on_conflict == "fail":
        reason = f"'{called}' is in the register already."
        return refused_for(cells, Refusal("row_exists", reason))
    return None
