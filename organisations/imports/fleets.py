"""How files of fleets are loaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from organisations.imports.catalogue import (
    CatalogueLoader,
    CatalogueResource,
    key,
)
from organisations.imports.exporting import told_apart
from organisations.imports.loading import Cells
from organisations.imports.words import Column, Key, Terms
from organisations.models import Fleet, Organisation
from organisations.permissions import Permission
from organisations.services import rows


class FleetLoader(CatalogueLoader[Fleet]):
    """Loads the rows of one file as fleets."""

    noun: ClassVar[str] = "fleet"
    called: ClassVar[Sequence[str]] = ("code", "name")
    types: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("name", "code", "description", "color", "root_system_id"), "text"
    )

    def rows(self) -> Iterable[Fleet]:
        """Return the organisation's fleets."""
        return Fleet.objects.of(self.terms.organisation)

    def make(self, cells: Cells) -> Fleet:
        """Make a fleet."""
        fleet = Fleet(organisation=self.terms.organisation, **self.values(cells))
        return rows.create(fleet, actor=self.terms.actor)


class FleetResource(CatalogueResource):
    """Files with a fleet a row."""

    name: ClassVar[str] = "fleets"
    model = Fleet
    keys: ClassVar[Sequence[Key]] = (
        key("name", "fleet", "fleetname"),
        key("code", "fleetcode"),
        key("description", "notes", "comments"),
        key("color", "colour"),
        key("root_system_id"),
    )
    matches: ClassVar[Sequence[str]] = ("code", "name")
    needed = Permission.MANAGE_FLEETS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> FleetLoader:
        """Make ready to load."""
        return FleetLoader(terms, columns, unique)


def names_of(organisation: Organisation) -> dict[int, str]:
    """Return for each fleet the text by which a file names it."""
    found = Fleet.objects.of(organisation).values_list("pk", "name", "code")
    return told_apart({key_: texts for key_, *texts in found})
