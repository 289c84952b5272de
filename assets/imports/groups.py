"""How files of groups are loaded: trains, units and the like, with their members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assets.ephemerality import Ephemerality
from assets.imports import references
from assets.imports.fields import FieldColumns
from assets.imports.members import Members
from assets.imports.references import References, SubLocations, meant
from assets.models import AssetGroup, AssetType, GroupMember
from assets.services.changing import update_asset
from assets.services.groups import (
    CONSIST,
    MOST_IDS,
    create_group,
    empty_group,
    set_members,
)
from config.api.errors import Refusal
from organisations.imports import (
    Cells,
    Column,
    Note,
    Outcome,
    Record,
    RowLoader,
    Terms,
    joined,
    listed,
    parted,
)
from organisations.imports.catalogue import Finder, Once, typed

PLAIN: Mapping[str, str] = {
    "name": "text",
    "description": "text",
    "active": "boolean",
}


class GroupCells(Cells):
    """The cells of a row of groups, where fields and members are filled as well."""

    def __init__(
        self, record: Record, columns: Mapping[str, Column], fields: FieldColumns
    ) -> None:
        super().__init__(record, columns)
        self.fields = fields

    def _column_of(self, key: str) -> Column | None:
        if key.startswith(CONSIST):
            return self.columns.get("members") or self.columns.get("member")
        return self.fields.column_of(key) or super()._column_of(key)


@dataclass
class Named:
    """What the cells of groups name, beside their members."""

    types: References[AssetType]
    others: Mapping[str, References[Any]]
    sub_locations: SubLocations

    @classmethod
    def of(cls, terms: Terms) -> "Named":
        """Read the rows of an organisation."""
        others: dict[str, References[Any]] = {
            "status": references.statuses(terms),
            "fleet": references.fleets(terms),
            "location": references.locations(terms),
            "prefix": references.prefixes(terms),
        }
        types = references.types(terms, Ephemerality.PERMANENT)
        return cls(types, others, SubLocations(terms))

    def ids(self, cells: Cells) -> dict[str, int]:
        """Return the ids of all that a row names; raise the first refusal."""
        known: dict[str, References[Any]] = {"type": self.types, **self.others}
        ids = {
            f"{name}_id": meant(one.find(text), name).pk
            for name, one in known.items()
            if (text := cells.text(name))
        }
        if text := cells.text("sub_location"):
            found = self.sub_locations.find(text, ids.get("location_id"))
            ids["sub_location_id"] = meant(found, "sub_location").pk
        return ids

    @property
    def notes(self) -> list[Note]:
        """Tell what was made."""
        made = {"types": self.types.made, "sub_locations": self.sub_locations.made}
        for kind, word in (
            ("statuses", "status"),
            ("fleets", "fleet"),
            ("locations", "location"),
        ):
            made[kind] = self.others[word].made
        return [
            Note(f"{kind}_made", f"{_title(kind)} made: {listed(names)}.", len(names))
            for kind, names in made.items()
            if names
        ]


def _title(kind: str) -> str:
    return kind.replace("_", "-").capitalize()


class GroupLoader(RowLoader[AssetGroup]):
    """Loads the rows of one file as groups, the cell of members naming all of them.

    A row with a number means the group of it, any other that of its name. Groups are
    temporary unless the row says permanent or has a type.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.fields = FieldColumns(terms, columns)
        self.named = Named.of(terms)
        self.members = Members(terms.organisation)
        texts = {
            "number": lambda row: f"{row.prefix_id}/{row.number}",
            "name": lambda row: str(row.name),
        }
        known = AssetGroup.objects.of(terms.organisation).present().groups()
        self.finder: Finder[AssetGroup] = Finder("group", texts, known)
        self.once = Once("group")

    @property
    def notes(self) -> list[Note]:
        """Tell what was made beside the groups."""
        return [*self.fields.notes, *self.named.notes]

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        rows = [GroupCells(record, self.columns, self.fields) for record in records]
        self.members.learn(t for row in rows for t in parted(row.text("members")))
        return [self._loaded(row) for row in rows]

    def find(self, cells: Cells) -> AssetGroup | None:
        """Return the group of that number, else of that name."""
        wanted = cells.filled(self.terms.match or "name")
        if cells.text("number") and self.terms.match != "name":
            wanted = {"number": self._numbered(cells)}
        if not wanted:
            return None
        found = self.finder.find(wanted, {})
        if found is not None:
            self.once.note(found, cells.record, next(iter(wanted)))
        return found

    def create(self, cells: Cells) -> AssetGroup:
        """Make a group with its members."""
        ids = self.ids_of(cells)
        body = self._body(cells) | {"ephemerality": self._kind(cells).label}
        if not body.get("name"):
            raise Refusal("invalid_body", "A name is required.", field="name")
        number = typed(cells, {"number": "integer"})
        group = create_group(
            organisation=self.terms.organisation,
            body={**body, **number, CONSIST: [str(one) for one in ids[:MOST_IDS]]},
            actor=self.terms.actor,
            is_emptied=_names_nobody(cells),
        )
        if len(ids) > MOST_IDS:
            set_members(group, ids, actor=self.terms.actor)
        self._keep(group, cells)
        return group

    def update(self, row: AssetGroup, cells: Cells) -> AssetGroup:
        """Change a group, and make its members those of the row."""
        if cells.text("ephemerality") and self._kind(cells) != row.ephemerality:
            sentence = "A group stays temporary or permanent."
            raise Refusal("invalid_ephemerality", sentence, field="ephemerality")
        ids = self.ids_of(cells)
        body = self._body(cells)
        body.pop("prefix_id", None)
        changed = update_asset(row, body, actor=self.terms.actor)
        if ids:
            set_members(changed, ids, actor=self.terms.actor)
        elif _names_nobody(cells):
            empty_group(changed, actor=self.terms.actor)
        changed.refresh_from_db()
        self._keep(changed, cells)
        return changed

    def state(self, row: AssetGroup) -> Mapping[str, object]:
        """Return the columns, and the members in their order."""
        members = GroupMember.objects.filter(group=row).order_by("position")
        numbers = members.values_list("asset__formatted_number", flat=True)
        return {**row.recorded(), "members": joined(numbers)}

    def ids_of(self, cells: Cells) -> list[int]:
        """Return what the row names as members, in order."""
        texts = parted(cells.text("members"))
        return [self.members.find(text, "members") for text in texts]

    def _keep(self, group: AssetGroup, cells: Cells) -> None:
        self.finder.keep(group)
        self.members.forget(group)
        self.once.note(group, cells.record)

    def _body(self, cells: Cells) -> dict[str, Any]:
        body = {**typed(cells, PLAIN), **self.named.ids(cells)}
        if fields := self.fields.values(cells.record, None):
            body["fields"] = fields
        return body

    def _kind(self, cells: Cells) -> Ephemerality:
        word = cells.text("ephemerality")
        if not word:
            has_type = bool(cells.text("type"))
            return Ephemerality.PERMANENT if has_type else Ephemerality.TEMPORARY
        try:
            return Ephemerality.parse(word)
        except ValueError as error:
            sentence = f"'{word}' is not temporary or permanent."
            code, field = "invalid_ephemerality", "ephemerality"
            raise Refusal(code, sentence, field=field) from error

    def _numbered(self, cells: Cells) -> str:
        """Return the series and the number that a row names."""
        number = typed(cells, {"number": "integer"})["number"]
        series = self.terms.organisation.default_prefix_id
        if text := cells.text("type"):
            series = meant(self.named.types.find(text), "type").prefix_id or series
        if text := cells.text("prefix"):
            series = meant(self.named.others["prefix"].find(text), "prefix").pk
        return f"{series}/{number}"


def _names_nobody(cells: Cells) -> bool:
    """Tell whether the row says that the group is empty, with a list of nothing."""
    return bool(cells.text("members")) and not parted(cells.text("members"))
