"""How files of work items are loaded."""

from collections.abc import (
    Callable,
    Collection,
    Iterator,
    Mapping,
    Sequence,
)
from typing import Any, ClassVar

from assets.imports import references
from assets.imports.authors import Authors
from assets.imports.members import Members, Names
from assets.imports.references import meant
from assets.models import WorkItem, WorkItemState, WorkItemType
from assets.services.conditions import WORK_ITEM_PROPERTIES
from assets.services.work_items import create_work_item, update_work_item
from config.api.errors import Refusal
from config.api.odata.filtering import condition_of
from config.api.odata.properties import Allowed
from organisations.imports import (
    Cells,
    Column,
    Export,
    Key,
    Outcome,
    Record,
    RowLoader,
    Terms,
    squashed,
)
from organisations.imports.catalogue import Once, PlainResource, key, typed
from organisations.imports.exporting import CHUNK, as_cell
from organisations.imports.prefixes import names_of as prefix_names
from organisations.models import Organisation
from organisations.services import rows

TYPES: Mapping[str, str] = {
    "summary": "text",
    "details": "text",
    "type": "text",
    "occurred_at": "datetime",
    "closed_at": "datetime",
}
# How other programs call the two states that there are.
STATES: Mapping[str, str] = {
    **dict.fromkeys(
        ("open", "new", "inprogress", "onhold", "pending"), WorkItemState.OPEN.value
    ),
    **dict.fromkeys(
        ("closed", "complete", "completed", "done", "resolved"),
        WorkItemState.CLOSED.value,
    ),
}


class WorkItemLoader(RowLoader[WorkItem]):
    """Loads the rows of one file as work items, found by their number in a series."""

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.assets = Members(terms.organisation)
        self.authors = Authors(terms)
        self.prefixes = references.prefixes(terms)
        self.once = Once("work item")

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""
        return super().is_matching and "number" in self.columns

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        cells = [Cells(record, self.columns) for record in records]
        self.assets.learn(text for row in cells if (text := row.text("asset")))
        return [self._loaded(row) for row in cells]

    def find(self, cells: Cells) -> WorkItem | None:
        """Return the item of that number."""
        if not cells.text("number"):
            return None
        found = WorkItem.objects.of(self.terms.organisation).filter(
            prefix=self._series(cells), number=_number(cells)
        )
        item = found.first()
        if item is not None:
            self.once.note(item, cells.record, "number")
        return item

    def create(self, cells: Cells) -> WorkItem:
        """Write an item down, with its number if it has one, in its author's name."""
        author = self.authors.find(cells)
        values = self._values(cells)
        if cells.text("prefix"):
            values["prefix_id"] = self._series(cells)
        if cells.text("number"):
            values["number"] = _number(cells)
        item = create_work_item(
            organisation=self.terms.organisation, values=values, actor=self.terms.actor
        )
        if author != self.terms.actor:
            named = {"created_by": author, "updated_by": author}
            rows.update(item, named, actor=self.terms.actor)
        self.once.note(item, cells.record)
        return item

    def update(self, row: WorkItem, cells: Cells) -> WorkItem:
        """Change an item; its number and its author stay."""
        values = self._values(cells)
        return update_work_item(row, values, actor=self.terms.actor)

    def state(self, row: WorkItem) -> Mapping[str, object]:
        """Return the columns but for who wrote last."""
        values = row.recorded()
        values.pop("updated_by_id", None)
        return values

    def _values(self, cells: Cells) -> dict[str, Any]:
        values = typed(cells, TYPES)
        if "type" in values:
            values["type"] = _word(cells, "type", dict(_types()))
        if cells.text("state"):
            values["state"] = _word(cells, "state", STATES)
        if cells.text("asset"):
            asset_id = self.assets.find(cells.text("asset"), "asset")
            values["asset_group_id"] = asset_id
        return values

    def _series(self, cells: Cells) -> int | None:
        text = cells.text("prefix")
        if not text:
            return self.terms.organisation.default_prefix_id
        return meant(self.prefixes.find(text), "prefix").pk


def _types() -> Iterator[tuple[str, str]]:
    return ((squashed(one.label), one.value) for one in WorkItemType)


def _word(cells: Cells, name: str, words: Mapping[str, str]) -> str:
    text = cells.text(name)
    if squashed(text) not in words:
        known = ", ".join(sorted(set(words.values())))
        raise Refusal("invalid_body", f"'{text}' is none of {known}.", field=name)
    return words[squashed(text)]


def _number(cells: Cells) -> int:
    number: int = typed(cells, {"number": "integer"})["number"]
    return number


class WorkItemResource(PlainResource):
    """Files with a work item a row."""

    name: ClassVar[str] = "work_items"
    keys: ClassVar[Sequence[Key]] = (
        key("number", "workitemnumber", "workorder", "workordernumber", "ticket"),
        key("prefix", "numberprefix", "series"),
        key("summary", "title", "subject", "workitem"),
        key("details", "description", "notes"),
        key("type", "kind", "workitemtype"),
        key("asset", "assetname", "assetnumber", "group", "vehicle", "unit"),
        key("state", "status"),
        key("occurred_at", "date", "datecreated", "createdat", "reportedat"),
        key("closed_at", "completedon", "datecompleted"),
        key("author", "username", "createdby", "reportedby"),
    )
    matches: ClassVar[Sequence[str]] = ("number",)

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> WorkItemLoader:
        """Make ready to load."""
        return WorkItemLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the items in the order of their making.

        `filter` is a condition as the fleet API takes it. Raise `odata_error`.
        """
        found = WorkItem.objects.of(organisation)
        if filter:
            allowed = Allowed(WORK_ITEM_PROPERTIES)
            found = found.filter(condition_of(filter, allowed))
        return self._export(organisation, found)

    def export_only(self, organisation: Organisation, ids: Collection[int]) -> Export:
        """Return the items of these ids, as `export` does."""
        found = WorkItem.objects.of(organisation).filter(pk__in=ids)
        return self._export(organisation, found)

    def _export(self, organisation: Organisation, found: Any) -> Export:
        return Export([one.name for one in self.keys], _rows(found, organisation))


def _rows(found: Any, organisation: Organisation) -> Iterator[list[str]]:
    names = Names(organisation)
    prefixes = prefix_names(organisation)
    write: Mapping[str, Callable[[Any], str]] = {
        "prefix_id": lambda key_: prefixes.get(key_, "")
    }
    before = ("number", "prefix_id", "summary", "details", "type")
    behind = ("state", "occurred_at", "closed_at", "created_by__username")
    asset = ("asset_group__formatted_number", "asset_group__name")
    items = found.order_by("id").values_list(*asset, *before, *behind)
    for number, name, *values in items.iterator(chunk_size=CHUNK):
        columns = zip((*before, *behind), values, strict=True)
        cells = [write.get(column, as_cell)(value) for column, value in columns]
        cells.insert(len(before), names.text_of(number, name) if number else "")
        yield cells
