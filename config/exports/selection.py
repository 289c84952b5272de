"""What can be exported, by whom, and as it is at which moment."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from config.api.errors import Refusal
from config.exports.writing import FORMATS
from config.imports.resources import RESOURCES, Choosing, Exporting
from config.imports.whole import EVERYTHING, ORDER
from organisations.imports import Export
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.services.access import Access

logger = logging.getLogger(__name__)

# What the API asks, beside membership, of those who read such rows.
READING: Mapping[str, Permission] = {
    "prefixes": Permission.MANAGE_ORGANISATION,
    "roles": Permission.MANAGE_ROLES,
    # Their addresses are among the rows.
    "users": Permission.MANAGE_MEMBERS,
}


def exportable() -> list[str]:
    """Return the types that can be exported, in the order in which they are loaded."""
    return [type_ for type_ in ORDER if isinstance(RESOURCES.get(type_), Exporting)]


@dataclass(frozen=True)
class Selection:
    """Which rows of an organisation go out, in which form, and on whose behalf.

    `type` is a name of `exportable()`, `filter` a condition as OData writes it, `only`
    the ids of the rows, where they have been chosen one by one.
    """

    organisation: Organisation
    actor: User
    type: str
    form: str = "csv"
    filter: str = ""
    only: frozenset[int] | None = None

    def check(self, access: Access) -> None:
        """Raise a Refusal for what is not known, or not to be read with this access."""
        types = [EVERYTHING, *exportable()]
        if self.type not in types:
            raise _unknown("type", self.type, types)
        if self.form not in FORMATS:
            raise _unknown("format", self.form, list(FORMATS))
        if self.filter and self.type == EVERYTHING:
            message = "Only rows of one type can be filtered."
            raise Refusal("unsupported_query_option", message)
        access.require_member()
        for permission in dict.fromkeys(READING.get(one) for one in self.types):
            if permission:
                access.require(permission)

    @property
    def types(self) -> list[str]:
        """The types that go out, in the order in which they are loaded."""
        return exportable() if self.type == EVERYTHING else [self.type]

    def pieces(self, type_: str, counted: dict[str, int]) -> Iterator[bytes]:
        """Return the file of one type, read while it is written.

        `counted` gets the number of rows by type in the end.
        """
        export = self._export(type_)
        rows = _Counted(export.rows)
        yield from FORMATS[self.form](Export(export.header, rows), type_)
        counted[type_] = rows.count

    def _export(self, type_: str) -> Export:
        resource = RESOURCES[type_]
        if not isinstance(resource, Exporting):
            raise _unknown("type", type_, exportable())
        if self.only is None:
            return resource.export(self.organisation, filter=self.filter)
        if not isinstance(resource, Choosing):
            raise Refusal("invalid_filter", f"Not one by one: {type_}.", field="type")
        return resource.export_only(self.organisation, self.only)

    def log(self) -> None:
        """Leave a line that says who takes what out."""
        fields = {
            "organisation_id": str(self.organisation.pk),
            "user": self.actor.username,
            "type": self.type,
            "format": self.form,
            "filter": self.filter,
            "chosen": None if self.only is None else len(self.only),
        }
        logger.info("export", extra={"fields": fields})


class _Counted:
    """An iterator of rows that knows how many it has given."""

    def __init__(self, rows: Iterator[Sequence[str]]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> Sequence[str]:
        row = next(self.rows)
        self.count += 1
        return row


@contextmanager
def one_moment() -> Iterator[None]:
    """Let everything that is read be of one moment, where the database can.

    SQLite keeps each single reading to its moment.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _unknown(what: str, text: str, known: list[str]) -> Refusal:
    message = f"'{text}' is not one of: {', '.join(known)}."
    return Refusal("invalid_filter", message, field=what)
