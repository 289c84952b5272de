"""How files of statuses and zones are loaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from assets.models import AssetStatus, AssetZone
from organisations.imports import Cells, Column, Key, Terms
from organisations.imports.catalogue import (
    CatalogueLoader,
    CatalogueResource,
    key,
)
from organisations.permissions import Permission
from organisations.services import rows


class StatusLoader(CatalogueLoader[AssetStatus]):
    """Loads the rows of one file as statuses."""

    noun: ClassVar[str] = "status"
    types: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "description": "text",
        "active": "boolean",
    }

    def rows(self) -> Iterable[AssetStatus]:
        """Return the organisation's statuses."""
        return AssetStatus.objects.of(self.terms.organisation)

    def make(self, cells: Cells) -> AssetStatus:
        """Make a status."""
        values = self.values(cells)
        row = AssetStatus(organisation=self.terms.organisation, **values)
        return rows.create(row, actor=self.terms.actor)


class StatusResource(CatalogueResource):
    """Files with a status a row."""

    name: ClassVar[str] = "statuses"
    model: ClassVar[Any] = AssetStatus
    keys: ClassVar[Sequence[Key]] = (
        key("name", "status", "statusname"),
        key("description", "notes", "comments"),
        key("active", "inservice", "deployable"),
    )
    needed = Permission.MANAGE_FLEETS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> StatusLoader:
        """Make ready to load."""
        return StatusLoader(terms, columns, unique)


class ZoneLoader(CatalogueLoader[AssetZone]):
    """Loads the rows of one file as zones."""

    noun: ClassVar[str] = "zone"
    called: ClassVar[Sequence[str]] = ("code", "name")
    types: ClassVar[Mapping[str, str]] = {
        "name": "text",
        "code": "text",
        "description": "text",
    }

    def rows(self) -> Iterable[AssetZone]:
        """Return the organisation's zones."""
        return AssetZone.objects.of(self.terms.organisation)

    def make(self, cells: Cells) -> AssetZone:
        """Make a zone."""
        row = AssetZone(organisation=self.terms.organisation, **self.values(cells))
        return rows.create(row, actor=self.terms.actor)


class ZoneResource(CatalogueResource):
    """Files with a zone a row."""

    name: ClassVar[str] = "zones"
    model: ClassVar[Any] = AssetZone
    keys: ClassVar[Sequence[Key]] = (
        key("name", "zone", "zonename"),
        key("code", "zonecode"),
        key("description", "notes", "comments"),
    )
    matches: ClassVar[Sequence[str]] = ("code", "name")
    needed = Permission.MANAGE_FLEETS

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> ZoneLoader:
        """Make ready to load."""
        return ZoneLoader(terms, columns, unique)
