"""Custom fields that columns fill: those there are, and those made for a file."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from assets.models import AssetField, AssetType, AssetTypeField, FieldType
from assets.models.field_names import RESERVED, bare_name, looks_like_number
from assets.services.fields import create_field
from assets.services.types import add_fields
from organisations.imports import (
    LONGEST_NAME,
    PUNCTUATION,
    Column,
    Guess,
    Note,
    Record,
    Terms,
    cut_at_word,
    listed,
    numbered,
    squeezed,
)
from organisations.models import Organisation

FROM_FILE = " (file)"
# So many characters of a header tell it from others.
TELLING = 10
LONGEST_LINE, LONGEST_TEXT = 255, 16_000
LONGEST_CELL = 65_535
LONGEST_DESCRIPTION = 1_000


def field_names(organisation: Organisation) -> dict[str, str]:
    """Return the names of an organisation's fields by the headers that mean them.

    A field made for a header that could not be its name keeps it as description.
    """
    names: dict[str, str] = {}
    fields = list(AssetField.objects.of(organisation))
    for field in fields:
        if field.description and not is_legal(field.description):
            names[squeezed(field.description)] = field.name
    return names | {squeezed(field.name): field.name for field in fields}


def is_legal(header: str) -> bool:
    """Tell whether a header could be the name of a field (contract 3.3)."""
    return (
        2 <= len(header) <= LONGEST_NAME
        and not header.startswith("$")
        and not looks_like_number(header)
        and bare_name(header) not in RESERVED
    )


def legal_names(headers: Sequence[str], taken: Sequence[str]) -> dict[str, str]:
    """Return a free and legal field name for every header.

    A long header is cut at a word. Where that leaves little, and where long headers
    start alike, the last words are kept instead of the first; what is still alike gets
    a number.
    """
    used = {squeezed(name) for name in taken}
    starts = Counter(_start(header) for header in headers if _is_long(header))
    names: dict[str, str] = {}
    for header in sorted(headers, key=lambda text: (not is_legal(text), text)):
        wish = cut = _cut(header)
        says_little = starts[_start(header)] > 1 or len(cut) < TELLING
        if _is_long(header) and says_little:
            wish = _last_words(header)
        offers = numbered(wish if is_legal(wish) else cut)
        name = next(offer for offer in offers if squeezed(offer) not in used)
        used.add(squeezed(name))
        names[header] = name
    return names


def _is_long(header: str) -> bool:
    return len(header) > LONGEST_NAME


def _start(header: str) -> str:
    return squeezed(header)[:TELLING]


def _cut(header: str) -> str:
    name = cut_at_word(header.lstrip("$ ") or "Column")
    if len(name) < 2 or looks_like_number(name):
        return cut_at_word(f"Column {name}")
    if bare_name(name) in RESERVED:
        return cut_at_word(name, LONGEST_NAME - len(FROM_FILE)) + FROM_FILE
    return name


def _last_words(header: str) -> str:
    words = header.split()
    starts = (" ".join(words[start:]) for start in count(1))
    return next(text for text in starts if len(text) <= LONGEST_NAME).strip(PUNCTUATION)


@dataclass(frozen=True, slots=True)
class _Cell:
    """How the cell of a column becomes the value of a field."""

    index: int
    field: AssetField
    id: int
    key: str
    type: str
    read: Callable[[str, str], object] | None

    @classmethod
    def of(cls, column: Column, field: AssetField) -> "_Cell":
        """Read cells by the field's type; a text field takes them as they are."""
        type_ = FieldType(field.type)
        read = None if type_ is FieldType.TEXT else column.read
        key = field.pk
        return cls(column.index, field, key, str(key), type_.label, read)


class FieldColumns:
    """The custom fields that the columns of a file fill, and on which types they are.

    Fields that do not exist are created when the terms allow it, with the type and the
    traits that the column seems to have.
    """

    def __init__(self, terms: Terms, columns: Sequence[Column]) -> None:
        self.terms = terms
        self.notes: list[Note] = []
        known = {
            squeezed(field.name): field
            for field in AssetField.objects.of(terms.organisation)
        }
        wanted = [column for column in columns if not column.key]
        new = [c.field_name for c in wanted if squeezed(c.field_name) not in known]
        names = legal_names(new, [field.name for field in known.values()])
        self.places: list[tuple[Column, AssetField]] = []
        for column in wanted:
            field = known.get(squeezed(column.field_name))
            field = field or self._made(column, names[column.field_name])
            self.places.append((column, field))
        self._tell(names)
        self.cells = [_Cell.of(column, field) for column, field in self.places]
        self.links = self._links()
        self.wanted: list[tuple[AssetType, AssetField]] = []
        self.may_make = "fields" in terms.missing

    def _made(self, column: Column, name: str) -> AssetField:
        guess = column.guess
        wish, column.field_name = column.field_name, name
        body: dict[str, object] = {
            "name": name,
            "description": "" if name == wish else wish[:LONGEST_DESCRIPTION],
            "type": guess.type,
        }
        if guess.units:
            body["units"] = guess.units
        if guess.type == "text":
            body["multi_line"] = guess.multi_line
            body["max_length"] = _room_for(guess)
        return create_field(
            organisation=self.terms.organisation, body=body, actor=self.terms.actor
        )

    def _tell(self, names: Mapping[str, str]) -> None:
        if names:
            message = f"Custom fields made: {listed(list(names.values()))}."
            self.notes.append(Note("fields_made", message, len(names)))
        other = [f"{wish} -> {name}" for wish, name in names.items() if wish != name]
        if other:
            message = f"Headers that could not be field names: {listed(other)}."
            self.notes.append(Note("fields_renamed", message, len(other)))

    def _links(self) -> dict[int, set[int]]:
        """Return the fields that each type has."""
        links: dict[int, set[int]] = defaultdict(set)
        ids = [field.pk for _, field in self.places]
        found = AssetTypeField.objects.filter(field__in=ids)
        for type_id, field_id in found.values_list("type_id", "field_id"):
            links[type_id].add(field_id)
        return links

    def values(self, record: Record, type_: AssetType | None) -> dict[str, object]:
        """Return the values of a row, keyed by field id.

        Groups have any field of the organisation, whether of their type or not.
        """
        values: dict[str, object] = {}
        links = self.links[type_.pk] if type_ else set()
        for cell in self.cells:
            text = record.cells[cell.index]
            if not text:
                continue
            if self.may_make and type_ and cell.id not in links:
                links.add(cell.id)
                self.wanted.append((type_, cell.field))
            values[cell.key] = cell.read(cell.type, text) if cell.read else text
        return values

    def column_of(self, key: str) -> Column | None:
        """Return the column that fills the field of a refused key."""
        for column, field in self.places:
            if key.removeprefix("fields").strip("./[]") == str(field.pk):
                return column
        return None

    def link(self) -> bool:
        """Give types the fields that rows have values of, when fields may be made.

        Tell whether any type has got one.
        """
        if not self.wanted:
            return False
        add_fields(self.wanted, actor=self.terms.actor)
        self.wanted.clear()
        return True


def _room_for(guess: Guess) -> int | None:
    usual = LONGEST_TEXT if guess.multi_line else LONGEST_LINE
    if guess.longest <= usual:
        return None
    return LONGEST_TEXT if guess.longest <= LONGEST_TEXT else LONGEST_CELL
