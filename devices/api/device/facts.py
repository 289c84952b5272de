"""What the devices of a page have to do with, read for all of them together."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple, Self

from django.db.models import CharField, Count, QuerySet, Value
from drf_spectacular.utils import extend_schema_field

from config.api.device.parameters import BOOLEAN, INTEGER, TEXT
from config.api.kept import kept_rows
from config.api.rows import Page, PageField, Row
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


NO_FACT, ALONE = Fact(), Relatives()
OfAssets = Mapping[int, Sequence[Fact]]


class Facts:
    """Gathers the assets of a page, then reads each kind of fact when first asked."""

    def __init__(self, page: Page) -> None:
        self.assets: set[int] = set()
        self.request = page.shared.get("request")

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return the facts that the page's fields share."""
        found: Self | None = page.shared.get("facts")
        if found is None:
            found = page.shared["facts"] = cls(page)
        return found

    @cached_property
    def _found(self) -> dict[str, dict[int, list[Fact]]]:
        user = self.request.user.pk if self.request else 0
        found: dict[str, dict[int, list[Fact]]] = {}
        rows = kept_rows(_facts_of, self.assets, user) if self.assets else []
        # In the order of their making.
        for asset, kind, number, label, line, _ in sorted(rows, key=lambda row: row[5]):
            of_kind = found.setdefault(kind, {})
            of_kind.setdefault(asset, []).append(Fact(number, label, line))
        return found

    @cached_property
    def relatives(self) -> dict[int, Relatives]:
        """How many assets stand above and below those that have any."""
        return count_relatives(self.assets)

    def of_kind(self, kind: str) -> OfAssets:
        """Return what assets have of a kind, the first made first."""
        return self._found.get(kind, {})


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


def first(facts: Sequence[Fact]) -> Fact:
    """Return the first of the facts, one that says nothing where there are none."""
    return facts[0] if facts else NO_FACT


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


class OfAsset(PageField):
    """A member that tells what an asset has to do with."""

    columns = ("id",)

    def gather(self, page: Page, prefix: str) -> None:
        """Ask for the assets of the page."""
        Facts.of(page).assets |= page.distinct(f"{prefix}id")


class FactField(OfAsset):
    """A member that tells what is known of an asset, of one kind."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[Any]:
        """Return the member of each asset; most pages know nothing of a kind."""
        found = Facts.of(page).of_kind(self.kind)
        if not found:
            return repeat(self.tell(()), len(rows))
        keys = map(page.reader(f"{prefix}id"), rows)
        return [self.tell(found.get(key, ())) for key in keys]

    def tell(self, facts: Sequence[Fact]) -> Any:
        """Return the member of an asset by what it has of the kind."""
        raise NotImplementedError


class ReferenceField(FactField):
    """A part of the record of a kind that an asset refers to."""

    def __init__(self, kind: ReferenceKind) -> None:
        super().__init__(kind.value)


@extend_schema_field(INTEGER)
class ReferenceNumber(ReferenceField):
    """The number of the record, 0 without one."""

    def tell(self, facts: Sequence[Fact]) -> int:
        """Return the number."""
        return first(facts).number


@extend_schema_field(TEXT)
class ReferenceLabel(ReferenceField):
    """The label of the record, empty without one."""

    def tell(self, facts: Sequence[Fact]) -> str:
        """Return the label."""
        return first(facts).label


@extend_schema_field(INTEGER)
class ReferenceLine(ReferenceField):
    """The line of the record that the asset stands on, 0 for none."""

    def tell(self, facts: Sequence[Fact]) -> int:
        """Return the line."""
        return first(facts).line


@extend_schema_field(INTEGER)
class ReferenceCount(ReferenceField):
    """How many records of a kind the asset refers to."""

    def tell(self, facts: Sequence[Fact]) -> int:
        """Return their number."""
        return len(facts)


@extend_schema_field(INTEGER)
class SeatCount(FactField):
    """How many seats of licences the asset has."""

    def __init__(self) -> None:
        super().__init__(SEATS)

    def tell(self, facts: Sequence[Fact]) -> int:
        """Return their number."""
        return first(facts).number


@extend_schema_field(BOOLEAN)
class Bookmarked(FactField):
    """Whether the caller has bookmarked the asset."""

    def __init__(self) -> None:
        super().__init__(BOOKMARK)

    def tell(self, facts: Sequence[Fact]) -> bool:
        """Return whether there is a bookmark."""
        return bool(facts)


@extend_schema_field(INTEGER)
class RelativeCount(OfAsset):
    """How many assets stand above the asset, or below it."""

    def __init__(self, count: Callable[[Relatives], int]) -> None:
        super().__init__()
        self.count = count

    def values(self, page: Page, prefix: str, rows: Collection[Row]) -> Iterable[int]:
        """Return the count of each asset; most pages have no relatives."""
        found = Facts.of(page).relatives
        if not found:
            return repeat(0, len(rows))
        keys = map(page.reader(f"{prefix}id"), rows)
        return [self.count(found.get(key, ALONE)) for key in keys]
