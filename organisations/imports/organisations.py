"""How files of organisations are loaded, by operators of the register."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from config.api.errors import Refusal
from organisations.imports.catalogue import (
    CatalogueLoader,
    PlainResource,
    key,
)
from organisations.imports.exporting import exported, refuse_filter
from organisations.imports.loading import Cells
from organisations.imports.words import Column, Export, Key, Terms
from organisations.models import Organisation, User
from organisations.services.organisations import (
    create_organisation,
    update_organisation,
)
from organisations.services.users import find_user


class OrganisationLoader(CatalogueLoader[Organisation]):
    """Loads the rows of one file as organisations."""

    noun: ClassVar[str] = "organisation"
    types: ClassVar[Mapping[str, str]] = {"name": "text", "description": "text"}

    def rows(self) -> Iterable[Organisation]:
        """Return every organisation."""
        return Organisation.objects.all()

    def make(self, cells: Cells) -> Organisation:
        """Found an organisation, owned by whoever loads it unless told otherwise."""
        owner = self._owner(cells) or self.terms.actor
        return create_organisation(
            owner=owner, actor=self.terms.actor, **self.values(cells)
        )

    def change(self, row: Organisation, cells: Cells) -> Organisation:
        """Change what the row names; a new owner is one of the members."""
        values: dict[str, Any] = self.values(cells)
        if owner := self._owner(cells):
            values["owner_id"] = owner.pk
        return update_organisation(
            organisation=row, values=values, actor=self.terms.actor, is_operator=True
        )

    def _owner(self, cells: Cells) -> User | None:
        username = cells.text("owner")
        if not username:
            return None
        try:
            return find_user(username)
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, field="owner") from refusal


class OrganisationResource(PlainResource):
    """Files with an organisation a row."""

    name: ClassVar[str] = "organisations"
    keys: ClassVar[Sequence[Key]] = (
        key("name", "organisation", "organization", "company", "companyname"),
        key("description", "notes", "comments"),
        key("owner", "ownerusername"),
    )

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> OrganisationLoader:
        """Make ready to load; raise `missing_permission` for who is no operator."""
        if not terms.actor.is_superuser:
            sentence = "Only operators of the register load organisations."
            raise Refusal("missing_permission", sentence)
        return OrganisationLoader(terms, columns, unique)

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the organisation itself."""
        refuse_filter(self.name, filter)
        found = Organisation.objects.filter(pk=organisation.pk)
        columns = ["name", "description", "owner__username"]
        return Export([one.name for one in self.keys], exported(found, columns))
