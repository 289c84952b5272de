"""How files of roles are loaded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from organisations.imports.catalogue import (
    CatalogueLoader,
    CatalogueResource,
    key,
)
from organisations.imports.exporting import exported, refuse_filter
from organisations.imports.loading import Cells
from organisations.imports.texts import joined, parted
from organisations.imports.words import Column, Export, Key, Terms
from organisations.models import Organisation, Role
from organisations.permissions import Permission
from organisations.services.roles import create_role, update_role


class RoleLoader(CatalogueLoader[Role]):
    """Loads the rows of one file as roles; nobody grants what they lack."""

    noun: ClassVar[str] = "role"
    types: ClassVar[Mapping[str, str]] = {"name": "text", "description": "text"}

    def rows(self) -> Iterable[Role]:
        """Return the organisation's roles."""
        return Role.objects.of(self.terms.organisation)

    def values(self, cells: Cells) -> dict[str, Any]:
        """Return the columns; the cell of permissions names all of them."""
        values = super().values(cells)
        if names := parted(cells.text("permissions")):
            values["permissions"] = [name.upper() for name in names]
        return values

    def make(self, cells: Cells) -> Role:
        """Make a role."""
        return create_role(
            organisation=self.terms.organisation,
            values=self.values(cells),
            actor=self.terms.actor,
        )

    def change(self, row: Role, cells: Cells) -> Role:
        """Change a role."""
        return update_role(role=row, values=self.values(cells), actor=self.terms.actor)


class RoleResource(CatalogueResource):
    """Files with a role a row."""

    name: ClassVar[str] = "roles"
    model = Role
    keys: ClassVar[Sequence[Key]] = (
        key("name", "role", "rolename"),
        key("description", "notes"),
        key("permissions"),
    )
    needed = Permission.MANAGE_ROLES

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> RoleLoader:
        """Make ready to load."""
        return RoleLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the roles in the order of their making."""
        refuse_filter(self.name, filter)
        header = [one.name for one in self.keys]
        found = Role.objects.of(organisation).order_by("id")
        return Export(header, exported(found, header, {"permissions": joined}))
