"""How files of logs are loaded: what people wrote down about assets and groups."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import ClassVar

from assets.imports.authors import Authors
from assets.imports.members import Members, Names
from assets.models import AssetLog, Nonce
from assets.services.logs import create_log, update_log
from assets.services.nonces import claim, settle
from config.api.errors import Refusal
from organisations.imports import (
    Cells,
    Column,
    Export,
    Key,
    Outcome,
    Record,
    RowLoader,
    Terms,
)
from organisations.imports.catalogue import Once, PlainResource, key, typed
from organisations.imports.exporting import CHUNK, as_cell, refuse_filter
from organisations.models import Organisation
from organisations.services import rows

TYPES: Mapping[str, str] = {
    "log": "text",
    "logged_at": "datetime",
    "duration": "integer",
    "latitude": "float",
    "longitude": "float",
    "embed": "text",
}
# What of a log that is there may still change.
CHANGED = ("log", "duration")


class LogLoader(RowLoader[AssetLog]):
    """Loads the rows of one file as logs.

    A row with a nonce means the log that was submitted with it; any other the log of
    that asset, moment and text, where a file alone says what it is.
    """

    def __init__(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> None:
        super().__init__(terms, columns, unique)
        self.assets = Members(terms.organisation)
        self.authors = Authors(terms)
        self.once = Once("log")

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""
        cells = [Cells(record, self.columns) for record in records]
        self.assets.learn(text for row in cells if (text := row.text("asset")))
        return [self._loaded(row) for row in cells]

    def find(self, cells: Cells) -> AssetLog | None:
        """Return the log that the row means."""
        found = self._of_nonce(cells) if cells.text("nonce") else self._alike(cells)
        if found is not None:
            self.once.note(
                found, cells.record, "nonce" if cells.text("nonce") else None
            )
        return found

    def create(self, cells: Cells) -> AssetLog:
        """Write a log, in the name of its author."""
        author = self.authors.find(cells)
        values = typed(cells, TYPES)
        group = self.assets.row(cells)
        nonce = claim(user=author, kind=Nonce.Kind.LOG, value=cells.text("nonce"))
        if nonce.original is not None:
            sentence = "The log of this nonce has been deleted."
            raise Refusal("conflict", sentence, field="nonce")
        log = create_log(group=group, values=values, actor=self.terms.actor)
        if author != self.terms.actor:
            named = {"created_by": author, "updated_by": author}
            rows.update(log, named, actor=self.terms.actor)
        settle(nonce, log)
        self.once.note(log, cells.record)
        return log

    def update(self, row: AssetLog, cells: Cells) -> AssetLog:
        """Change the text and the duration, where the writer may."""
        values = typed(cells, TYPES)
        changed = {name: values[name] for name in CHANGED if name in values}
        if changed.get("log") == _text_of(row):
            del changed["log"]
        if all(getattr(row, name) == value for name, value in changed.items()):
            return row
        if row.created_by_id != self.terms.actor.pk:
            raise Refusal("not_creator", "Somebody else has written this.")
        return update_log(row, changed, actor=self.terms.actor)

    def _of_nonce(self, cells: Cells) -> AssetLog | None:
        nonce = _nonce(cells)
        author = self.authors.find(cells)
        found = Nonce.objects.filter(user=author, kind=Nonce.Kind.LOG, nonce=nonce)
        keys = found.values("object_id")
        logs = AssetLog.objects.of(self.terms.organisation)
        return logs.filter(pk__in=keys).first()

    def _alike(self, cells: Cells) -> AssetLog | None:
        values = typed(cells, TYPES)
        if "logged_at" not in values or not cells.text("asset"):
            return None
        text = str(values.get("log", ""))
        logs = AssetLog.objects.select_related("attachment__blob").filter(
            asset_group=self.assets.find(cells.text("asset"), "asset"),
            logged_at=values["logged_at"],
            log_hash__in=[sha256(one.encode()).hexdigest() for one in ("", text)],
        )
        # Of logs that are all alike each is meant by a row of its own.
        free = (log for log in logs.order_by("id") if log.pk not in self.once.lines)
        found = next((log for log in free if text in {log.log, _text_of(log)}), None)
        if found is not None:
            self.once.note(found, cells.record)
        return found


def _nonce(cells: Cells) -> int:
    text = cells.text("nonce")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal("invalid_body", f"'{text}' is no nonce.", field="nonce")
    return int(text)


def _text_of(log: AssetLog) -> str:
    """Return what a table says of a log."""
    file = getattr(log, "attachment", None)
    if log.log or file is None:
        return log.log
    return _stand_in(file.file_name, file.blob.content_type, file.blob.length)


def _stand_in(file_name: str, content_type: str, length: int) -> str:
    """Tell of a file that does not travel, in the log that it was all of."""
    return f"File left behind: {file_name} ({content_type}, {length} bytes)"


class LogResource(PlainResource):
    """Files with a log a row; files that hang on logs do not fit into a table."""

    name: ClassVar[str] = "logs"
    keys: ClassVar[Sequence[Key]] = (
        key("asset", "assetnumber", "assetname", "number", "group", "vehicle", "unit"),
        key("log", "text", "comment", "note", "notes", "message", "description"),
        key("logged_at", "at", "date", "datetime", "time", "occurredat", "createdat"),
        key("author", "username", "user", "createdby", "writtenby"),
        key("duration"),
        key("latitude", "lat"),
        key("longitude", "lon", "lng"),
        key("embed"),
        key("nonce"),
    )
    matches: ClassVar[Sequence[str]] = ("nonce",)

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> LogLoader:
        """Make ready to load."""
        return LogLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the logs in the order of their making, without nonces and files.

        A log that is a file alone says which one was left behind.
        """
        refuse_filter(self.name, filter)
        header = [one.name for one in self.keys if one.name != "nonce"]
        return Export(header, _rows(organisation))


def _rows(organisation: Organisation) -> Iterator[list[str]]:
    names = Names(organisation)
    found = AssetLog.objects.of(organisation).filter(asset_group__deleted_at=None)
    found = found.exclude(log="", attachment=None)
    file = ("file_name", "blob__content_type", "blob__length")
    told = ("logged_at", "created_by__username", "duration", "latitude", "longitude")
    rows_ = found.order_by("id").values_list(
        *("asset_group__formatted_number", "asset_group__name", "log"),
        *(f"attachment__{name}" for name in file),
        *(*told, "embed"),
    )
    for number, name, text, *rest in rows_.iterator(chunk_size=CHUNK):
        text = text or _stand_in(*rest[: len(file)])
        yield [names.text_of(number, name), *map(as_cell, [text, *rest[len(file) :]])]
