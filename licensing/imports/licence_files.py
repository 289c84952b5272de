"""What the import engine has to know of licences."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import ClassVar

from django.db.models import Count, QuerySet

from licensing.imports.licences import (
    IDENTIFIERS,
    KEYS,
    PARTS,
    PLAIN,
    LicenceLoader,
    parts_of,
    with_parts,
)
from licensing.models import Licence
from organisations.imports import Column, Export, Key, Terms
from organisations.imports.catalogue import PlainResource
from organisations.imports.exporting import as_cell, parents_first, refuse_filter
from organisations.imports.locations import names_of as location_names
from organisations.models import Organisation
from organisations.permissions import Permission

BATCH = 500


class WrittenResource(PlainResource):
    """A resource whose rows are written by `rows_of`, and without custom fields."""

    matches: ClassVar[Sequence[str]] = ()
    also: ClassVar[Mapping[str, str]] = {
        "locations": Permission.MANAGE_LOCATIONS.value,
    }
    # The keys that exports have a column for; all of them where nothing is said.
    written: ClassVar[Sequence[str]] = ()

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the rows in a settled order; nothing narrows them."""
        refuse_filter(self.name, filter)
        header = self.written or [key.name for key in self.keys]
        return Export(header, self.rows_of(organisation))

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return the rows as they are written."""
        raise NotImplementedError


class LicenceResource(WrittenResource):
    """Files with a licence a row."""

    name: ClassVar[str] = "licences"
    keys: ClassVar[Sequence[Key]] = KEYS
    identifiers: ClassVar[Sequence[str]] = IDENTIFIERS
    missing: ClassVar[Sequence[str]] = ("locations",)
    matches: ClassVar[Sequence[str]] = ("name", "product_sku")
    needed: ClassVar[str | None] = Permission.MANAGE_LICENCES.value
    loader_class: ClassVar[type[LicenceLoader]] = LicenceLoader

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> LicenceLoader:
        """Make ready to load."""
        return self.loader_class(terms, columns, unique)

    def rows_of(self, organisation: Organisation) -> Iterator[Sequence[str]]:
        """Return those above others first, then by name."""
        own = Licence.objects.of(organisation).present()
        rows = with_parts(own.select_related("supplier", "parent"))
        order, shared = in_order(own), shared_names(own)
        places = location_names(organisation)
        for start in range(0, len(order), BATCH):
            found = rows.in_bulk(order[start : start + BATCH])
            for key in order[start : start + BATCH]:
                yield _cells(found[key], shared, places)


def in_order(licences: "QuerySet[Licence, Licence]") -> list[int]:
    """Return the ids by how many stand above each, then name, code and age."""
    told = licences.order_by("normalised_name", "name", "product_sku", "pk")
    return parents_first(told.values_list("pk", "parent_id"))


def shared_names(licences: "QuerySet[Licence, Licence]") -> set[str]:
    """Return the names that several licences have: parents go by their codes then."""
    names = licences.order_by().values("normalised_name").annotate(times=Count("pk"))
    shared = names.filter(times__gt=1).values_list("normalised_name", flat=True)
    return set(shared)


def parent_names(organisation: Organisation) -> dict[int, str]:
    """Return by id what cells call licences: names, codes where several have a name."""
    own = Licence.objects.of(organisation).present()
    shared = shared_names(own)
    rows = own.values_list("pk", "normalised_name", "name", "product_sku")
    return {
        key: (sku if word in shared else "") or name for key, word, name, sku in rows
    }


def _name_of(licence: Licence, shared: Container[str]) -> str:
    is_shared = licence.normalised_name in shared
    return (licence.product_sku if is_shared else "") or licence.name


def _cells(
    licence: Licence, shared: Container[str], places: Mapping[int, str]
) -> list[str]:
    supplier, parent = licence.supplier, licence.parent
    told = {name: as_cell(getattr(licence, name)) for name in PLAIN}
    told |= {
        "location": places.get(licence.location_id or 0, ""),
        "supplier_id": as_cell(supplier.number) if supplier else "",
        "supplier_name": supplier.label if supplier else "",
        "parent": _name_of(parent, shared) if parent and not parent.deleted else "",
    }
    told |= dict(zip(PARTS, parts_of(licence), strict=True))
    return [told[key.name] for key in KEYS]
