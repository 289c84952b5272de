"""Files of subscriptions, with the assets that have their seats."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

from assets.models import AssetGroup
from assets.services.changing import update_assets
from config.api.errors import Refusal
from licensing.imports.columns import differing
from licensing.imports.finding import NamedAssets
from licensing.imports.licence_files import WrittenResource
from licensing.imports.licences import blaming
from organisations.imports import (
    Cells,
    Column,
    Key,
    RowLoader,
    Terms,
    joined,
    parted,
)
from organisations.imports.catalogue import Finder, Once, key, typed
from organisations.imports.exporting import CHUNK, as_cell
from organisations.models import Organisation, Subscription
from organisations.permissions import Permission
from organisations.services import rows

TYPES: Mapping[str, str] = {
    "capacity": "integer",
    "starts_at": "datetime",
    "ends_at": "datetime",
    "enabled": "boolean",
}
# So many assets fit into a cell, of a workbook as well.
MOST_ASSETS = 500


class SubscriptionLoader(RowLoader[Subscription]):
    """Loads the rows of one file as subscriptions; staff alone sell and change them.

    A row that only names assets gives them seats of the subscription: a list that is
    too long for a cell stands in such rows.
    """

    finder: type[NamedAssets] = NamedAssets

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.assets = self.finder(terms.organisation)
        known = Subscription.objects.of(terms.organisation)
        texts = {"name": lambda row: str(row.name)}
        self.known: Finder[Subscription] = Finder("subscription", texts, known)
        self.once = Once("subscription")

    def find(self, cells: Cells) -> Subscription | None:
        """Return the subscription of that name."""
        found = self.known.find(cells.filled("name"), {})
        if found is not None:
            self._note(found, cells)
        return found

    def create(self, cells: Cells) -> Subscription:
        """Make a subscription and give its seats, before its time and switch are set.

        So that seats stay taken of one that has ended since.
        """
        if not cells.text("name"):
            raise Refusal("invalid_body", "A name is required.", field="name")
        values = typed(cells, TYPES)
        capacity = values.pop("capacity", None)
        self._refuse_customer()
        row = rows.create(
            Subscription(
                organisation=self.terms.organisation,
                name=cells.text("name"),
                capacity=capacity,
            ),
            actor=self.terms.actor,
        )
        self._give_seats(row, cells)
        row = self._changed(row, values)
        self.known.keep(row)
        self._note(row, cells)
        return row

    def update(self, row: Subscription, cells: Cells) -> Subscription:
        """Change a subscription; seats that the row does not name stay taken."""
        row = self._changed(row, typed(cells, TYPES))
        self._give_seats(row, cells)
        return row

    def state(self, row: Subscription) -> Mapping[str, object]:
        """Return the columns as they are now, with the number of seats taken."""
        return Subscription.objects.get(pk=row.pk).recorded()

    def _note(self, row: Subscription, cells: Cells) -> None:
        """Let one row of the file say what the subscription is."""
        if cells.filled(*TYPES) or not cells.text("assets"):
            self.once.note(row, cells.record, "name")

    def _changed(self, row: Subscription, values: Mapping[str, Any]) -> Subscription:
        row = rows.locked(row)
        if differing(row, values):
            self._refuse_customer()
        return rows.update(row, values, actor=self.terms.actor)

    def _refuse_customer(self) -> None:
        if not self.terms.actor.is_staff:
            raise Refusal("missing_permission", "Only staff sell subscriptions.")

    def _give_seats(self, row: Subscription, cells: Cells) -> None:
        named = parted(cells.text("assets"))
        self.assets.find_all(named)
        keys = {self.assets.need(one, field="assets").pk for one in named}
        without = AssetGroup.objects.filter(pk__in=keys).exclude(subscription=row)
        body = {"subscription_id": row.pk}
        changes = [(key_, body) for key_ in without.values_list("pk", flat=True)]
        if changes:
            with blaming("assets"):
                update_assets(self.terms.organisation, changes, actor=self.terms.actor)


class SubscriptionResource(WrittenResource):
    """Files with a subscription a row."""

    name: ClassVar[str] = "subscriptions"
    keys: ClassVar[Sequence[Key]] = (
        key("name", "subscription", "subscriptionname", "plan"),
        key("capacity", "seats", "quantity"),
        key("starts_at", "startdate", "start", "validfrom"),
        key("ends_at", "enddate", "end", "expires", "validto"),
        key("enabled", "active", "isactive"),
        key("assets", "asset", "allocations", "devices"),
    )
    matches: ClassVar[Sequence[str]] = ("name",)
    needed: ClassVar[str | None] = Permission.MANAGE_FLEETS.value
    loader_class: ClassVar[type[SubscriptionLoader]] = SubscriptionLoader

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> SubscriptionLoader:
        """Make ready to load."""
        return self.loader_class(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return the subscriptions in the order of their making.

        Assets that fill several cells stand in rows of their own, above the one that
        says until when: of what has ended nobody could be given a seat.
        """
        for row in Subscription.objects.of(organisation).order_by("id"):
            told = [as_cell(getattr(row, name)) for name in TYPES]
            cells = list(_cells_of_assets(row)) or [""]
            if len(cells) > 1:
                yield from ([row.name, *[""] * len(told), cell] for cell in cells)
                cells = [""]
            yield [row.name, *told, *cells]


def _cells_of_assets(row: Subscription) -> Iterator[str]:
    found = AssetGroup.objects.present().filter(subscription=row).order_by("id")
    numbers = found.values_list("formatted_number", flat=True)
    texts = numbers.iterator(chunk_size=CHUNK)
    while part := list(islice(texts, MOST_ASSETS)):
        yield joined(part)
