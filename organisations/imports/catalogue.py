"""Loading lists of words and places: rows that are found by code or name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar

from config.api.errors import Refusal, invalid
from organisations.imports.exporting import exported, refuse_filter
from organisations.imports.loading import Cells, RowLoader
from organisations.imports.words import (
    Column,
    Export,
    Key,
    Note,
    Record,
    Terms,
    squashed,
    squeezed,
)
from organisations.models import Organisation
from organisations.models.base import Recorded
from organisations.services import rows

# More than any column holds.
MOST_DIGITS = 25

R = TypeVar("R", bound=Recorded)
TextOf = Callable[[Any], str]


def key(name: str, *synonyms: str) -> Key:
    """Return a key that its own name means, and these headers."""
    return Key(name, (squashed(name), *synonyms))


def typed(cells: Cells, types: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the keys that a row fills, each of its field type.

    `float` beside the types of fields; moments are in UTC. Raise `invalid_body` naming
    all that are wrong.
    """
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, type_ in types.items():
        if not cells.text(name):
            continue
        try:
            values[name] = _typed(cells, name, type_)
        except Refusal as refusal:
            errors[name] = [refusal.message]
    if errors:
        raise invalid(errors)
    return values


def _typed(cells: Cells, name: str, type_: str) -> Any:
    text = cells.text(name)
    if type_ == "text":
        return text
    if type_ == "integer" and text.isascii() and text.isdigit():
        # The rules of the column say what is too large; no text of any length is read.
        return int(text[:MOST_DIGITS])
    try:
        if type_ == "float":
            return float(cells.typed(name, "decimal"))
        if type_ == "datetime":
            return _in_utc(cells.typed(name, type_))
    except (ValueError, OverflowError) as error:
        raise Refusal("invalid_body", f"'{text}' is out of range.") from error
    return cells.typed(name, type_)


def _in_utc(moment: datetime) -> datetime:
    """Take a moment without an offset as one in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC)


class Finder(Generic[R]):
    """The rows of a kind by the texts that mean them, kept true while a file is loaded.

    `texts` say what a row is called, the strongest first.
    """

    def __init__(
        self, noun: str, texts: Mapping[str, TextOf], known: Iterable[R]
    ) -> None:
        self.noun = noun
        self.texts = texts
        self.known: dict[tuple[str, str], dict[int, R]] = {}
        self.called: dict[int, dict[str, str]] = {}
        for row in known:
            self.keep(row)

    def keep(self, row: R) -> None:
        """Let a new or changed row be found."""
        for word in self.called.pop(row.pk, {}).items():
            self.known[word].pop(row.pk, None)
        words = {name: squeezed(text(row)) for name, text in self.texts.items()}
        self.called[row.pk] = words
        for word in words.items():
            self.known.setdefault(word, {})[row.pk] = row

    def find(self, wanted: Mapping[str, str], fields: Mapping[str, str]) -> R | None:
        """Return the row that these texts mean; raise `match_ambiguous` of several.

        Where the stronger text means none, a row of the weaker one is meant if it has
        no stronger text itself. `fields` are the keys of the file, for refusals.
        """
        weaker: list[str] = []
        for name, text in wanted.items():
            named = self.known.get((name, squeezed(text)), {})
            found = [
                row
                for key_, row in named.items()
                if not any(self.called[key_][one] for one in weaker)
            ]
            if len(found) > 1:
                reason = f"{len(found)} {self.noun} rows are called '{text}'."
                raise Refusal("match_ambiguous", reason, field=fields.get(name, name))
            if found:
                return found[0]
            weaker.append(name)
        return None


class Once:
    """Sees to it that no two rows of a file mean the same row of the register."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.lines: dict[int, int] = {}

    def note(self, row: Recorded, record: Record, field: str | None = None) -> None:
        """Raise `duplicate_row` where an earlier line means the row."""
        first = self.lines.setdefault(row.pk, record.line)
        if first != record.line:
            reason = f"Line {first} means the same {self.noun}."
            raise Refusal("duplicate_row", reason, field=field)


class CatalogueLoader(RowLoader[R]):
    """Loads rows that are found by the texts of some columns, the strongest first.

    Subclasses name the rows there are, the keys by which they are called, and the
    keys that fill columns of the same name with their types.
    """

    noun: ClassVar[str]
    called: ClassVar[Sequence[str]] = ("name",)
    types: ClassVar[Mapping[str, str]]

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        texts = {name: self.text_of(name) for name in self.called}
        self.finder: Finder[R] = Finder(self.noun, texts, self.rows())
        self.once = Once(self.noun)

    def text_of(self, name: str) -> TextOf:
        """Return how a row tells the text by which it is called."""
        return lambda row: str(getattr(row, name))

    def rows(self) -> Iterable[R]:
        """Return the rows there are."""
        raise NotImplementedError

    def make(self, cells: Cells) -> R:
        """Make a row by the app's service."""
        raise NotImplementedError

    def change(self, row: R, cells: Cells) -> R:
        """Change a row by the app's service."""
        return rows.update(rows.locked(row), self.values(cells), actor=self.terms.actor)

    def values(self, cells: Cells) -> dict[str, Any]:
        """Return what a row says, empty cells left out."""
        return typed(cells, self.types)

    def wanted(self, cells: Cells) -> dict[str, str]:
        """Return the texts by which the row is to be found."""
        if self.terms.match:
            return cells.filled(self.terms.match)
        return cells.filled(*self.called)

    def find(self, cells: Cells) -> R | None:
        """Return the row that is called so."""
        wanted = self.wanted(cells)
        found = self.finder.find(wanted, {})
        if found is not None:
            self.once.note(found, cells.record, next(iter(wanted)))
        return found

    def create(self, cells: Cells) -> R:
        """Make a row, and know it from now on."""
        made = self.made(cells)
        self.finder.keep(made)
        self.once.note(made, cells.record)
        return made

    def made(self, cells: Cells) -> R:
        """Make a row; raise `invalid_body` for one without anything to call it by."""
        if not cells.filled(*self.called):
            words = " or ".join(self.called)
            field = self.called[-1]
            raise Refusal("invalid_body", f"A {words} is required.", field=field)
        return self.make(cells)

    def update(self, row: R, cells: Cells) -> R:
        """Change the row, and what it is called."""
        changed = self.change(row, cells)
        self.finder.keep(changed)
        return changed


class PlainResource:
    """What resources without custom fields have in common.

    `needed` is what the API asks of those who write such rows, None where membership
    is enough; `also` what making the missing of a kind asks beside it.
    """

    name: ClassVar[str]
    keys: ClassVar[Sequence[Key]]
    identifiers: ClassVar[Sequence[str]] = ()
    missing: ClassVar[Sequence[str]] = ()
    matches: ClassVar[Sequence[str]] = ("name",)
    needed: ClassVar[str | None] = None
    also: ClassVar[Mapping[str, str]] = {}

    def permissions(self, missing: frozenset[str]) -> frozenset[str]:
        """Return what someone must hold to write such rows, and what they lack."""
        own = {self.needed} if self.needed else set()
        return frozenset(own | {self.also[kind] for kind in missing})

    def fields(self, organisation: Organisation) -> Mapping[str, str]:
        """Return no custom field."""
        return {}

    def defaults(
        self, terms: Terms, placed: set[str], file_name: str
    ) -> Mapping[str, tuple[str, Note]]:
        """Assume nothing."""
        return {}


class CatalogueResource(PlainResource):
    """A resource whose rows are those of one model, each key a column of it."""

    model: ClassVar[Any]

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the rows in the order of their making; nothing narrows them."""
        refuse_filter(self.name, filter)
        header = [one.name for one in self.keys]
        found = self.model.objects.of(organisation).order_by("id")
        return Export(header, exported(found, header))
