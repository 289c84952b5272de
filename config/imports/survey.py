"""The first reading of a file: what its columns hold."""

from collections.abc import Iterable, Sequence

from config.imports.failures import ImportFailure, Problem
from config.imports.headers import is_placed
from config.imports.records import Records
from config.imports.shapes import ColumnShape
from organisations.imports import Column, Guess, Key, Note, Record, squashed

BATCH = 1_000
# A column of identifiers may have some of them repeated: so many, or this share.
MOST_REPEATED, SHARE_REPEATED = 2, 0.1


def survey(
    records: Records,
    columns: Sequence[Column],
    left_out: Sequence[Column] = (),
    *,
    dates: str = "",
) -> int:
    """Learn what every column holds, and return how many rows there are.

    Of the columns that are left out only the filled cells are counted.
    """
    shapes = {column.index: ColumnShape(dates) for column in columns}
    count = 0
    for batch in records.batches(BATCH):
        count += len(batch)
        cells = [record.cells for record in batch if isinstance(record, Record)]
        for index, shape in shapes.items():
            shape.learn([row[index] for row in cells])
        for column in left_out:
            column.filled += sum(1 for row in cells if row[column.index])
    for column in columns:
        _describe(column, shapes[column.index])
    return count


def _describe(column: Column, shape: ColumnShape) -> None:
    found = shape.shape
    column.filled = shape.filled
    column.distinct = shape.filled - shape.repeated
    column.read = shape.read
    column.guess = Guess(
        type=found.type if found else "text",
        units=shape.units or "" if found and found.type == "decimal" else "",
        multi_line=shape.multi_line,
        longest=shape.longest,
    )


def without_misfits(columns: Iterable[Column], keys: Sequence[Key]) -> None:
    """Free the columns whose header means a key but whose cells do not fit it."""
    types = {key.name: key.type for key in keys}
    for column in columns:
        wanted = types.get(column.key, "text")
        fits = wanted == "text" or column.guess.type == wanted
        if not fits and not column.is_certain:
            column.key = ""


def without_empty(columns: Iterable[Column]) -> tuple[list[Column], list[Note]]:
    """Leave out the columns that hold nothing, and tell so."""
    kept: list[Column] = []
    empty: list[Column] = []
    for column in columns:
        (kept if column.filled else empty).append(column)
    named = [column.label for column in empty if column.header]
    if not named:
        return kept, []
    message = f"Columns without any value were left out: {', '.join(named)}."
    return kept, [Note("columns_empty", message, len(named))]


def without_unknown(
    columns: Iterable[Column], *, ignore: bool
) -> tuple[list[Column], list[Note]]:
    """Leave out the columns that go nowhere; raise ImportFailure unless asked to."""
    kept: list[Column] = []
    unknown: list[Column] = []
    for column in columns:
        (kept if is_placed(column) else unknown).append(column)
    if unknown and not ignore:
        raise ImportFailure(*(_unknown(column) for column in unknown))
    if not unknown:
        return kept, []
    named = ", ".join(column.label for column in unknown)
    message = f"Columns that mean nothing here were left out: {named}."
    return kept, [Note("columns_ignored", message, len(unknown))]


def _unknown(column: Column) -> Problem:
    message = (
        f"'{column.label}' means nothing here. Keep it as a custom field "
        f'(--create-missing fields), give it a place (--map "{column.label}=KEY"), '
        "or leave it out (--ignore-unknown)."
    )
    return Problem("column_unknown", message, column.label)


def unique_column(
    columns: Sequence[Column], identifiers: Sequence[str], asked: str
) -> Column | None:
    """Return the column in which no two rows may be alike, if there is one.

    `asked` is its header, `-` for none at all. Otherwise it is the column with the
    likeliest header whose cells are nearly all different.
    """
    if asked == "-":
        return None
    by_header = {squashed(column.label): column for column in reversed(columns)}
    if asked:
        if squashed(asked) in by_header:
            return by_header[squashed(asked)]
        message = f"The file has no column '{asked}' for --unique, or left it out."
        raise ImportFailure(Problem("unique_unknown", message, asked))
    found = (by_header[word] for word in identifiers if word in by_header)
    return next((c for c in found if _is_mostly_distinct(c)), None)


def _is_mostly_distinct(column: Column) -> bool:
    repeated = column.filled - column.distinct
    return repeated <= max(MOST_REPEATED, column.filled * SHARE_REPEATED)
