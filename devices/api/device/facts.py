"""What the devices of a page have to do with, read for all of them together."""

from collections.abc import Collection
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db.models import CharField, Count, QuerySet, Value
from drf_spectacular.utils import extend_schema_field

from config.api.device.parameters import BOOLEAN, INTEGER, TEXT
from config.api.kept import kept_rows
from config.api.rows import Page, PageField, Read
from devices.models import Bookmark, DeviceReference
from devices.services.relatives import Relatives, count_relatives
from licensing.kinds import ReferenceKind
from licensing.models import Allocation

SEATS, BOOKMARK = "seats", "bookmark"
NOTHING: Any = (Value("", output_field=CharField()), Value(0), Value(0))


class Fact(NamedTuple):
    """A record of another system that an asset refers to; all unset without one."""

    number: int = 0
    label: str = ""
    line: int = 0


NO_FACT = Fact()


class Facts:
    """Gathers the assets of a page, then reads each kind of fact when first asked."""

    def __init__(self, page: Page) -> None:
        self.assets: set[int] = set()
        self.request = page.shared.get("request")

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the facts that the page's fields share."""
        found: Self = page.shared.setdefault("facts", cls(page))
        return found

    @cached_property
    def _found(self) -> dict[tuple[int, str], list[Fact]]:
        user = self.request.user.pk if self.request else 0
        found: dict[tuple[int, str], list[Fact]] = {}
        rows = kept_rows(_facts_of, self.assets, user) if self.assets else []
        # In the order of their making.
        for asset, kind, number, label, line, _ in sorted(rows, key=lambda row: row[5]):
            found.setdefault((asset, kind), []).append(Fact(number, label, line))
        return found

    @cached_property
    def _relatives(self) -> dict[int, Relatives]:
        return count_relatives(self.assets)

    def all_of(self, asset: int, kind: str) -> list[Fact]:
        """Return what an asset has of a kind, the first made first."""
        return self._found.get((asset, kind), [])

    def first(self, asset: int, kind: str) -> Fact:
        """Return the first that an asset has of a kind."""
        found = self.all_of(asset, kind)
        return found[0] if found else NO_FACT

    def relatives(self, asset: int) -> Relatives:
        """Return how many assets stand above and below one."""
        return self._relatives.get(asset) or Relatives()


def _facts_of(assets: Collection[int], user: int) -> QuerySet[Any, Any]:
    """Select the assets' references, seats and the person's bookmarks in one query."""
    references = DeviceReference.objects.filter(asset__in=assets).order_by()
    seats = Allocation.objects.filter(asset__in=assets).order_by().values("asset_id")
    marks = Bookmark.objects.filter(asset__in=assets, user=user).order_by()
    return references.values_list(
        "asset_id", "kind", "reference__number", "reference__label", "line", "id"
    ).union(
        seats.annotate(count=Count("pk")).values_list(
            "asset_id", _kind(SEATS), "count", *NOTHING
        ),
        marks.values_list("asset_id", _kind(BOOKMARK), Value(1), *NOTHING),
        all=True,
    )


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


class FactField(PageField):
    """A member that tells what an asset has to do with."""

    columns = ("id",)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the assets of the page."""
        Facts.of(page).assets |= page.distinct(f"{prefix}id")

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Return the function from a row to the fact."""
        facts, key = Facts.of(page), page.reader(f"{prefix}id")
        return lambda row: self.tell(facts, key(row))

    def tell(self, facts: Facts, asset: int) -> Any:
        """Return the member of an asset."""
        raise NotImplementedError


class ReferenceField(FactField):
    """A part of the record of a kind that an asset refers to."""

    def __init__(self, kind: ReferenceKind) -> None:
        super().__init__()
        self.kind = kind


@extend_schema_field(INTEGER)
class ReferenceNumber(ReferenceField):
    """The number of the record, 0 without one."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return the number."""
        return facts.first(asset, self.kind.value).number


@extend_schema_field(TEXT)
class ReferenceLabel(ReferenceField):
    """The label of the record, empty without one."""

    def tell(self, facts: Facts, asset: int) -> str:
        """Return the label."""
        return facts.first(asset, self.kind.value).label


@extend_schema_field(INTEGER)
class ReferenceLine(ReferenceField):
    """The line of the record that the asset stands on, 0 for none."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return the line."""
        return facts.first(asset, self.kind.value).line


@extend_schema_field(INTEGER)
class ReferenceCount(ReferenceField):
    """How many records of a kind the asset refers to."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return their number."""
        return len(facts.all_of(asset, self.kind.value))


@extend_schema_field(INTEGER)
class SeatCount(FactField):
    """How many seats of licences the asset has."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return their number."""
        return facts.first(asset, SEATS).number


@extend_schema_field(BOOLEAN)
class Bookmarked(FactField):
    """Whether the caller has bookmarked the asset."""

    def tell(self, facts: Facts, asset: int) -> bool:
        """Return whether there is a bookmark."""
        return bool(facts.all_of(asset, BOOKMARK))


@extend_schema_field(INTEGER)
class AscendantCount(FactField):
    """How many assets stand above the asset."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return their number."""
        return facts.relatives(asset).above


@extend_schema_field(INTEGER)
class DescendantCount(FactField):
    """How many assets stand below the asset."""

    def tell(self, facts: Facts, asset: int) -> int:
        """Return their number."""
        return facts.relatives(asset).below
