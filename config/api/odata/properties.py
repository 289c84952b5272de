"""What lists may be filtered and sorted by: declared on views, all else unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from django.db.models import Expression

from config.api.odata.errors import Misread
from config.api.odata.syntax import CustomPath, Path


class Kind(Enum):
    """What a property is compared with."""

    ID = auto()
    TEXT = auto()
    INTEGER = auto()
    # A double.
    NUMBER = auto()
    # At most 15 digits, 6 of them behind the point (contract 3.2, type 2).
    DECIMAL = auto()
    BOOLEAN = auto()
    DATE = auto()
    DATETIME = auto()


@dataclass(frozen=True)
class Property:
    """A property of the rows: its kind, and the column or expression of its value."""

    kind: Kind
    value: str | Expression
    # Whether it may be null; what never is makes simpler queries.
    nullable: bool = True


@dataclass(frozen=True)
class CustomProperty:
    """A custom field, whose values stand at a key of a JSON column.

    `choices` holds the texts of an enum by the ids that are stored.
    """

    kind: Kind
    key: str
    column: str = "fields"
    choices: Mapping[str, str] | None = None


Resolve = Callable[[str], CustomProperty | None]


def plain(name: str) -> str:
    """Return a property's name without case and underscores (`FleetId`)."""
    return name.replace("_", "").lower()


def no_custom_fields(name: str) -> CustomProperty | None:
    """Find no custom field."""
    return None


@dataclass(frozen=True)
class Allowed:
    """What one list may be filtered and sorted by.

    `custom` finds a custom field of the request's organisation by its id or name.
    """

    properties: Mapping[str, Property] = field(default_factory=dict)
    custom: Resolve = no_custom_fields
    # Columns that sort better than the value, or are sorted by only.
    orders: Mapping[str, str] = field(default_factory=dict)

    def find(self, path: Path) -> Property:
        """Return the property, or raise Misread without saying which ones there are."""
        for name, one in self.properties.items():
            if plain(name) == plain(path.name):
                return one
        raise Misread("The list has no such property.", path.position)

    def find_custom(self, path: CustomPath) -> CustomProperty:
        """Return the custom field, or raise Misread: unknown and foreign are alike."""
        found = self.custom(path.name)
        if found is None:
            raise Misread("There is no such field.", path.position)
        return found

    def find_order(self, path: Path) -> str | Property:
        """Return the column or property to sort by, or raise Misread."""
        for name, column in self.orders.items():
            if plain(name) == plain(path.name):
                return column
        for name, one in self.properties.items():
            if plain(name) == plain(path.name):
                return one
        raise Misread("The list cannot be ordered by this.", path.position)
