"""What lines of an asset's history say, worked out for a page at once."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Self

from django.db.models import CharField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from drf_spectacular.utils import extend_schema_field

from assets.models import (
    Asset,
    AssetField,
    AssetGroup,
    AssetStatus,
    AssetType,
    EnumValue,
)
from config.api.device.parameters import INTEGER, TEXT
from config.api.rows import Page, PageField, Read, Row
from config.api.snowflake import serial_of
from devices.models import DeviceReference
from devices.querysets import TAG
from licensing.api.device.changes import value_text
from licensing.kinds import ReferenceKind
from licensing.models import Licence, LicenceRole
from organisations.models import (
    Change,
    Fleet,
    Location,
    Prefix,
    SubLocation,
    Subscription,
    User,
)

CUSTOM, SOFTWARE = "fields", "software"
# Values of enum fields, each under the field that it is a value of.
ENUM = "values"
# What the API calls the columns that it has other words for.
WORDS: Mapping[str, str] = {"location_id": "site", "type_id": "assettype"}
# What the parts of an asset are called, each a line with an id behind a slash.
PARTS: Mapping[str, str] = {"licences": "licence"}
# The rows that columns name, and where their names stand.
NAMED: Mapping[str, tuple[Any, str]] = {
    "status_id": (AssetStatus, "name"),
    "type_id": (AssetType, "name"),
    "location_id": (Location, "name"),
    "sub_location_id": (SubLocation, "name"),
    "fleet_id": (Fleet, "name"),
    "subscription_id": (Subscription, "name"),
    "prefix_id": (Prefix, "name"),
    "group_id": (AssetGroup, "name"),
    "parent_id": (AssetGroup, "name"),
    "user_id": (User, "username"),
    "licence_id": (Licence, "name"),
    "role_id": (LicenceRole, "name"),
    CUSTOM: (AssetField, "name"),
    ENUM: (EnumValue, "value"),
}
NO_ASSET = ("", 0, 0)
ITEM = Subquery(
    DeviceReference.objects.filter(asset=OuterRef("pk"), kind=ReferenceKind.ITEM)
    .order_by("id")
    .values("reference__number")[:1]
)
COLUMNS = ("object_id", "organisation_id", "action", "field", "old", "new")


class Line:
    """One line: of which asset it tells what."""

    def __init__(self, values: Row) -> None:
        self.asset, self.organisation, self.action, self.field, self.old, self.new = (
            values
        )
        self.part, _, rest = self.field.partition("/")
        self.key, _, column = rest.partition("/")
        # A line that was written by hand says nothing but its words.
        self.is_recorded = self.action != Change.Action.NOTED
        self.column = column or ("" if rest else self.part)

    def serial_in(self, part: str) -> int:
        """Return the serial of the part that the line is about, 0 for none."""
        is_such = self.is_recorded and self.part == part and self.key.isdecimal()
        return serial_of(int(self.key)) if is_such else 0

    def values(self, name: str) -> tuple[Any, Any]:
        """Return what a column was and became, also when the row came or went."""
        if not self.is_recorded:
            return None, None
        if self.column == name:
            return self.old, self.new
        old, new = (
            one.get(name) if isinstance(one, dict) else None
            for one in (self.old, self.new)
        )
        return old, new


class Lines:
    """The lines of a page, with the assets and names that they mention."""

    def __init__(self, page: Page, prefix: str) -> None:
        reads = [page.reader(prefix + name) for name in COLUMNS]
        self.of_row = {
            id(row): Line(tuple(read(row) for read in reads)) for row in page.rows
        }

    @classmethod
    def of(cls, page: Page, prefix: str) -> Self:
        """Return the lines that the page's fields share."""
        if "lines" not in page.shared:
            page.shared["lines"] = cls(page, prefix)
        found: Self = page.shared["lines"]
        return found

    @cached_property
    def assets(self) -> dict[int, tuple[str, int, int]]:
        """The inventory number of each asset, where it is, which item it is one of."""
        keys = {line.asset for line in self.of_row.values()}
        rows = Asset._base_manager.filter(pk__in=keys).annotate(tag=TAG, item=ITEM)
        columns = ("pk", "tag", "governed_by__location_id", "location_id", "item")
        return {
            key: (tag, serial_of(governed or own or 0), item or 0)
            for key, tag, governed, own, item in rows.values_list(*columns)
        }

    @cached_property
    def names(self) -> dict[tuple[str, int], str]:
        """The name of each row that a line mentions, in one query."""
        wanted: dict[str, set[int]] = {}
        for line in self.of_row.values():
            for kind, key in mentioned(line):
                wanted.setdefault(kind, set()).add(key)
        if not wanted:
            return {}
        first, *others = (_named(kind, keys) for kind, keys in wanted.items())
        return {(kind, key): name for kind, key, name in first.union(*others, all=True)}

    def text(self, line: Line, value: Any) -> str:
        """Return a value as text, names instead of keys."""
        for kind, key in _keys_of(line, value):
            # A value of another field than the line's is no more than a number.
            home = line.field if kind == ENUM else kind
            if (home, key) in self.names:
                return self.names[home, key]
        return value_text(value)


def _named(kind: str, keys: set[int]) -> QuerySet[Any, Any]:
    model, column = NAMED[kind]
    told: Any = Value(kind, output_field=CharField())
    if kind == ENUM:
        field = Cast("field_id", CharField())
        told = Concat(Value(f"{CUSTOM}/"), field, output_field=CharField())
    rows = model._base_manager.filter(pk__in=keys).order_by()
    return rows.values_list(told, "pk", Cast(column, TextField()))  # type: ignore[no-any-return]


def mentioned(line: Line) -> Iterator[tuple[str, int]]:
    """Yield the kind and key of every row whose name the line is shown with."""
    for value in (line.old, line.new):
        yield from _keys_of(line, value)
    if line.serial_in(CUSTOM):
        yield CUSTOM, int(line.key)


def _keys_of(line: Line, value: Any) -> Iterator[tuple[str, int]]:
    if not line.is_recorded or not isinstance(value, str):
        return
    if not (value.isascii() and value.isdecimal() and len(value) <= 19):
        return
    if line.part == CUSTOM:
        yield ENUM, int(value)
    elif line.column in NAMED and (line.part == SOFTWARE or not line.key):
        yield line.column, int(value)


class LineField(PageField):
    """A member that a line tells."""

    columns = COLUMNS

    def gather(self, page: Page, prefix: str) -> None:
        """Share the lines of the page."""
        Lines.of(page, prefix)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the member."""
        lines = Lines.of(page, prefix)
        return lambda row: self.tell(lines, lines.of_row[id(row)])

    def tell(self, lines: Lines, line: Line) -> Any:
        """Return the member of a line."""
        raise NotImplementedError


@extend_schema_field(TEXT)
class AssetNumber(LineField):
    """The inventory number of the asset."""

    def tell(self, lines: Lines, line: Line) -> str:
        """Return it as it is now."""
        return lines.assets.get(line.asset, NO_ASSET)[0]


@extend_schema_field(INTEGER)
class AssetSite(LineField):
    """The site of the asset."""

    def tell(self, lines: Lines, line: Line) -> int:
        """Return it as it is now."""
        return lines.assets.get(line.asset, NO_ASSET)[1]


@extend_schema_field(INTEGER)
class AssetItem(LineField):
    """The number of the item that the asset is one of, 0 for none."""

    def tell(self, lines: Lines, line: Line) -> int:
        """Return it as it is now."""
        return lines.assets.get(line.asset, NO_ASSET)[2]


@extend_schema_field(TEXT)
class MemberName(LineField):
    """What changed, or what happened to the asset as a whole."""

    def tell(self, lines: Lines, line: Line) -> str:
        """Return the API's word for it."""
        if not line.is_recorded:
            return str(line.field)
        if line.serial_in(CUSTOM):
            return str(lines.names.get((CUSTOM, int(line.key)), line.field))
        if line.part == "references":
            return str(line.key)
        word = WORDS.get(line.column, line.column.removesuffix("_id"))
        part = PARTS.get(line.part, line.part) if line.key else ""
        return f"{part} {word}".strip() or str(line.action)


@extend_schema_field(TEXT)
class Happened(LineField):
    """What kind of line it is: changed, created, deleted, restored, noted."""

    def tell(self, lines: Lines, line: Line) -> str:
        """Return the word; a line that was written by hand is `noted`."""
        return str(line.action)


@extend_schema_field(TEXT)
class OldText(LineField):
    """What it was."""

    def tell(self, lines: Lines, line: Line) -> str:
        """Return it as text."""
        return lines.text(line, line.old)


@extend_schema_field(TEXT)
class NewText(LineField):
    """What it became."""

    def tell(self, lines: Lines, line: Line) -> str:
        """Return it as text."""
        return lines.text(line, line.new)


@extend_schema_field(INTEGER)
class PartId(LineField):
    """The id of what the line is about beside the asset, 0 for none."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self.part = part

    def tell(self, lines: Lines, line: Line) -> int:
        """Return the serial."""
        return line.serial_in(self.part)


@extend_schema_field(INTEGER)
class ChangedId(LineField):
    """The id that a column held before or after, 0 for none."""

    def __init__(self, column: str, place: int, part: str = "") -> None:
        super().__init__()
        self.column, self.place, self.part = column, place, part

    def tell(self, lines: Lines, line: Line) -> int:
        """Return the serial."""
        if (line.part if line.key else "") != self.part:
            return 0
        value = line.values(self.column)[self.place]
        return serial_of(int(value)) if value else 0
