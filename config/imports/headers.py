"""Which column goes where: by what was asked, by field name, by well-known header."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.imports.failures import ImportFailure, Problem
from organisations.imports import Column, Key, squashed, squeezed
from organisations.names import clean_name

LEFT_OUT = "-"


@dataclass(frozen=True, slots=True)
class Targets:
    """Where columns can go: the keys of a resource, and its custom fields by name."""

    keys: Sequence[Key]
    fields: Mapping[str, str]

    def key_named(self, text: str) -> Key | None:
        """Return the key of that name."""
        return next((k for k in self.keys if squashed(k.name) == squashed(text)), None)


def place_columns(
    header: Sequence[str], targets: Targets, asked: Mapping[str, str]
) -> list[Column]:
    """Give every header its column, placed where that is known; `asked` wins.

    `asked` maps a header to a key, to the name of a custom field, or to `-`, which
    leaves the column out. Raise ImportFailure for headers that are there twice and for
    an `asked` that fits nothing, all of them at once.
    """
    columns = labelled(header)
    problems = _place_asked(columns, targets, asked)
    problems += _repeated(columns)
    if problems:
        raise ImportFailure(*problems)
    refuse_contested(columns)
    kept = [column for column in columns if column.field_name != LEFT_OUT]
    _place_by_field(kept, targets)
    _place_by_synonym(kept, targets)
    return kept


def labelled(header: Sequence[str]) -> list[Column]:
    """Name the columns: their header, `Header#2` for its second use, `#5` for none."""
    uses: Counter[str] = Counter()
    columns = []
    for index, text in enumerate(header):
        text = readable(text)
        uses[squeezed(text)] += 1
        use = uses[squeezed(text)]
        label = f"#{index + 1}" if not text else f"{text}#{use}" if use > 1 else text
        columns.append(Column(index, text, label))
    return columns


def readable(text: str) -> str:
    """Return a header without line breaks and characters that do not print."""
    printable = "".join(c if c.isprintable() else " " for c in clean_name(text))
    return " ".join(printable.split())


def squashed_cells(header: Sequence[str]) -> dict[str, int]:
    """Return the places of headers by their letters and digits, the first of each."""
    places: dict[str, int] = {}
    for index, text in enumerate(header):
        places.setdefault(squashed(text), index)
    return places


def is_placed(column: Column) -> bool:
    """Tell whether it is known where the column goes."""
    return bool(column.key or column.field_name)


def _place_asked(
    columns: Sequence[Column], targets: Targets, asked: Mapping[str, str]
) -> list[Problem]:
    problems = []
    for header, target in asked.items():
        column = column_called(columns, header)
        if column is None:
            message = f"The file has no column '{header}' for --map."
            problems.append(Problem("map_unknown", message, header))
            continue
        key = targets.key_named(target)
        column.is_certain = True
        column.key = key.name if key else ""
        column.field_name = "" if key else target
    return problems


def column_called(columns: Sequence[Column], header: str) -> Column | None:
    """Return the column with this label, else the only one with such a header."""
    for column in columns:
        if column.label == header.strip():
            return column
    alike = [c for c in columns if "#" not in header and _is_alike(c, header)]
    return alike[0] if len(alike) == 1 else None


def _is_alike(column: Column, header: str) -> bool:
    return bool(column.header) and squashed(column.header) == squashed(header)


def _repeated(columns: Sequence[Column]) -> list[Problem]:
    unclear: dict[str, list[Column]] = {}
    for column in columns:
        if column.header and not column.is_certain:
            unclear.setdefault(squeezed(column.header), []).append(column)
    return [
        Problem(
            "header_duplicate",
            f"'{column.header}' heads columns {first.index + 1} and "
            f"{column.index + 1}. Say where this one goes, or leave it out: "
            f'--map "{column.label}=-".',
            column.label,
        )
        for first, *others in unclear.values()
        for column in others
    ]


def refuse_new_fields(columns: Sequence[Column], targets: Targets) -> None:
    """Raise ImportFailure when --map or --set name a field that does not exist."""
    known = {squeezed(name) for name in targets.fields.values()}
    keys = ", ".join(key.name for key in targets.keys)
    problems = [
        Problem(
            "target_unknown",
            f"'{column.field_name}' is neither a custom field nor one of: {keys}. "
            "To make the field, say --create-missing fields.",
            column.label,
        )
        for column in columns
        if column.field_name and squeezed(column.field_name) not in known
    ]
    if problems:
        raise ImportFailure(*problems)


def refuse_contested(columns: Sequence[Column]) -> None:
    """Raise ImportFailure when two columns go to one place."""
    problems = []
    # A custom field may be called as a key is.
    places: dict[tuple[bool, str], Column] = {}
    for column in columns:
        place = column.key or column.field_name
        if not place or place == LEFT_OUT:
            continue
        first = places.setdefault((bool(column.key), squeezed(place)), column)
        if first is not column:
            message = f"'{first.label}' and '{column.label}' both go to '{place}'."
            problems.append(Problem("map_conflict", message, column.label))
    if problems:
        raise ImportFailure(*problems)


def _place_by_field(columns: Sequence[Column], targets: Targets) -> None:
    taken = {squeezed(column.field_name) for column in columns}
    for column in columns:
        name = targets.fields.get(squeezed(column.header), "")
        if name and not is_placed(column) and squeezed(name) not in taken:
            column.field_name = name
            taken.add(squeezed(name))


def _place_by_synonym(columns: Sequence[Column], targets: Targets) -> None:
    taken = {column.key for column in columns}
    for key in targets.keys:
        if key.name in taken or (key.needs and key.needs not in taken):
            continue
        column = _meant(columns, key)
        if column:
            column.key = key.name
            taken.add(key.name)


def _meant(columns: Sequence[Column], key: Key) -> Column | None:
    free = {squashed(c.header): c for c in reversed(columns) if not is_placed(c)}
    return next((free[word] for word in key.synonyms if word in free), None)
