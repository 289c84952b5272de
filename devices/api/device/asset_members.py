"""Members of the list row that no single column holds, as lists sort and compare them.

The columns of the row and of its device speak for themselves (`rows.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    CharField,
    Exists,
    F,
    FilteredRelation,
    OrderBy,
    OuterRef,
    PositiveIntegerField,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from assets.querysets import EFFECTIVE_LOCATION
from config.api.device.fields import Kind
from config.api.device.members import Member, order_by
from devices.models import DeviceReference
from devices.querysets import KEY_FIELDS, TAG, shown_key_field
from devices.words import MEMBERS as RECORDS
from licensing.kinds import MANY, ReferenceKind
from organisations.models import Location

SITE_NAME = Coalesce("governed_by__location__name", "location__name")


@dataclass(frozen=True)
class Worked(Member):
    """A member that is worked out: by an expression for sorting, by aliases otherwise.

    A query gets the aliases of the members that it names, and no others: each is a
    join or a subquery.
    """

    expression: Any = None
    aliases: tuple[tuple[str, Any], ...] = ()

    def order(self, *, descending: bool) -> OrderBy:
        """Return the member as a queryset sorts by it."""
        return order_by(self.expression, descending=descending)


@dataclass(frozen=True)
class OfRecord(Worked):
    """A member of the one record of a kind that an asset may refer to."""

    record: str = ""

    def parts(self, rows: Any, order: Sequence[Any], *, descending: bool) -> list[Any]:
        """Return rows by this member, then in this order: those without a record apart.

        The database sorts what the records bring, and passes by the many without one.
        """
        links = DeviceReference.objects.filter(asset=OuterRef("pk"), kind=self.record)
        bare = rows.filter(~Exists(links)).order_by(*order)
        aliases = {name: fresh(made) for name, made in self.aliases}
        told = rows.alias(**aliases).filter(**{f"{self.column}__isnull": False})
        member = OrderBy(F(self.column), descending=descending)
        parts = [bare, told.order_by(member, *order)]
        return parts[::-1] if descending else parts


@dataclass(frozen=True)
class Site(Worked):
    """The effective location."""

    def with_serial(self, model: Any, serial: int) -> Q:
        """Hold for the rows at the location with this serial."""
        there = Location.objects.filter(id__serial=serial)
        at_one = Q(**{f"{self.column}__in": there.values("pk")})
        # False, not null, where there is no place: the opposite holds there.
        return Q(IsNull(F(self.column), False)) & at_one


def worked(kind: Kind, name: str, expression: Any, *, nullable: bool) -> Worked:
    """Return a member that an expression works out."""
    return Worked(name, kind, nullable, False, expression, ((name, expression),))


def of_record(kind: ReferenceKind, name: str, column: str, is_text: bool) -> Worked:
    """Return a member of the record of a kind that an asset refers to, the first one.

    Where there is but one it is joined, which lets the database begin with the record.
    """
    field: Any = CharField() if is_text else PositiveIntegerField()
    links = DeviceReference.objects.filter(asset=OuterRef("pk"), kind=kind.value)
    first = Subquery(links.order_by("id").values(column)[:1], output_field=field)
    shape = Kind.TEXT if is_text else Kind.INTEGER
    if kind in MANY:
        unset = Value("" if is_text else 0, output_field=field)
        return worked(shape, name, Coalesce(first, unset), nullable=False)
    alias = f"record_{kind.value}"
    joined = FilteredRelation("references", condition=Q(references__kind=kind.value))
    path = f"{alias}__{column}"
    aliases = ((alias, joined),)
    return OfRecord(path, shape, True, False, first, aliases, kind.value)


def of_records() -> Iterable[tuple[str, Worked]]:
    """Return the members of every kind of record, out of the one table of them."""
    for one in RECORDS:
        parts = (
            (one.number, "reference__number", False),
            (one.label, "reference__label", True),
            (one.line, "line", False),
        )
        for name, column, is_text in parts:
            if name is not None:
                yield name, of_record(one.kind, name, column, is_text)


MEMBERS: Mapping[str, Worked] = {
    "inventory_number": worked(Kind.TEXT, "tag", TAG, nullable=False),
    **{
        name: worked(Kind.TEXT, name, shown_key_field(place), nullable=True)
        for place, name in enumerate(KEY_FIELDS)
    },
    "site_id": Site(
        "at_location",
        Kind.ID,
        True,
        False,
        EFFECTIVE_LOCATION,
        (("at_location", EFFECTIVE_LOCATION),),
    ),
    "site_name": worked(Kind.TEXT, "site_name", SITE_NAME, nullable=True),
    **dict(of_records()),
}


def aliases_of(names: Iterable[str]) -> dict[str, Any]:
    """Return the aliases that conditions on these members need."""
    found = (MEMBERS[name].aliases for name in names if name in MEMBERS)
    return {alias: fresh(made) for aliases in found for alias, made in aliases}


def fresh(made: Any) -> Any:
    """Return what a query may keep: it changes the relations that it is given."""
    return made.clone() if isinstance(made, FilteredRelation) else made
