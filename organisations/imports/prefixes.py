"""How files of prefixes are loaded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from config.api.errors import Refusal
from organisations.imports.catalogue import Once, PlainResource, key, typed
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter, told_apart
from organisations.imports.loading import Cells, RowLoader
from organisations.imports.words import Column, Export, Key, Terms, squeezed
from organisations.models import Organisation, Prefix
from organisations.permissions import Permission
from organisations.services import rows
from organisations.services.organisations import update_organisation
from organisations.services.prefixes import update_prefix

TYPES: Mapping[str, str] = {
    "number_format": "text",
    "description": "text",
    "number_digits": "integer",
    "last_number": "integer",
    "unique_number": "boolean",
    "enabled": "boolean",
}


class PrefixLoader(RowLoader[Prefix]):
    """Loads the rows of one file as prefixes.

    A row means the prefix of its format; of several, the one of its description, else
    the one that no earlier row means.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.prefixes = list(Prefix.objects.of(terms.organisation))
        self.once = Once("prefix")

    def find(self, cells: Cells) -> Prefix | None:
        """Return the prefix that the row means."""
        number_format = cells.text("number_format")
        text = squeezed(cells.text("description"))
        alike = [one for one in self.prefixes if one.number_format == number_format]
        exact = [one for one in alike if squeezed(one.description) == text]
        free = [one for one in alike if one.pk not in self.once.lines]
        if "description" in self.columns and (text or not free):
            # What tells prefixes of one format apart names one that is not there.
            alike = free
        found = exact or alike
        if len(found) > 1:
            reason = f"{len(found)} prefixes are written '{number_format}'."
            raise Refusal("match_ambiguous", reason, field="number_format")
        if not found:
            return None
        self.once.note(found[0], cells.record, "number_format")
        return found[0]

    def create(self, cells: Cells) -> Prefix:
        """Make a prefix."""
        if not cells.text("number_format"):
            sentence = "A number_format is required."
            raise Refusal("invalid_body", sentence, field="number_format")
        values = typed(cells, TYPES)
        prefix = Prefix(organisation=self.terms.organisation, **values)
        rows.create(prefix, actor=self.terms.actor)
        self._choose(prefix, cells)
        self.prefixes.append(prefix)
        self.once.note(prefix, cells.record)
        return prefix

    def update(self, row: Prefix, cells: Cells) -> Prefix:
        """Change what may still change of a prefix."""
        changed = update_prefix(
            prefix=row, values=typed(cells, TYPES), actor=self.terms.actor
        )
        self._choose(changed, cells)
        self.prefixes = [changed if one == row else one for one in self.prefixes]
        return changed

    def state(self, row: Prefix) -> Mapping[str, object]:
        """Return the columns, and whether the organisation numbers by it."""
        is_default = self.terms.organisation.default_prefix_id == row.pk
        return {**row.recorded(), "default": is_default}

    def _choose(self, prefix: Prefix, cells: Cells) -> None:
        """Let the organisation number by the prefix from now on, if the row says so."""
        organisation = self.terms.organisation
        wanted: dict[str, Any] = typed(cells, {"default": "boolean"})
        if not wanted.get("default") or organisation.default_prefix_id == prefix.pk:
            return
        values = {"default_prefix_id": prefix.pk}
        update_organisation(
            organisation=organisation, values=values, actor=self.terms.actor
        )
        organisation.default_prefix = prefix


class PrefixResource(PlainResource):
    """Files with a series of numbers a row."""

    name: ClassVar[str] = "prefixes"
    keys: ClassVar[Sequence[Key]] = (
        key("number_format", "format", "prefix"),
        key("description", "name", "notes"),
        key("number_digits", "digits"),
        key("last_number", "lastnumber"),
        key("unique_number", "unique"),
        key("enabled", "active"),
        key("default", "isdefault"),
    )
    matches: ClassVar[Sequence[str]] = ("number_format",)
    needed = Permission.MANAGE_ORGANISATION

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> PrefixLoader:
        """Make ready to load."""
        return PrefixLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the prefixes in the order of their making."""
        refuse_filter(self.name, filter)
        return Export([one.name for one in self.keys], _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    found = Prefix.objects.of(organisation).order_by("id")
    for key_, *values in found.values_list("pk", *TYPES).iterator(chunk_size=CHUNK):
        is_default = key_ == organisation.default_prefix_id
        yield [*map(as_cell, values), as_cell(is_default)]


def names_of(organisation: Organisation) -> dict[int, str]:
    """Return for each prefix the text by which a file names it."""
    found = Prefix.objects.of(organisation)
    return told_apart({one.pk: [one.number_format, one.description] for one in found})
