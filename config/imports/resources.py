"""What can be loaded, and how the engine talks to it."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Protocol, runtime_checkable

from assets.imports import AssetResource
from assets.imports.definitions import FieldResource
from assets.imports.group_files import GroupResource
from assets.imports.logs import LogResource
from assets.imports.resource import EquipmentResource
from assets.imports.types import TypeResource
from assets.imports.words import StatusResource, ZoneResource
from assets.imports.work_items import WorkItemResource
from devices.imports import (
    CertificateOfDeviceResource,
    CheckoutResource,
    DeviceResource,
    LicenceOfDevicesResource,
    LinkResource,
    ReadingResource,
    SoftwareResource,
    SubscriptionOfDevicesResource,
)
from organisations.imports import Column, Export, Key, Note, Outcome, Record, Terms
from organisations.imports.fleets import FleetResource
from organisations.imports.locations import LocationResource
from organisations.imports.organisations import OrganisationResource
from organisations.imports.prefixes import PrefixResource
from organisations.imports.roles import RoleResource
from organisations.imports.users import UserResource
from organisations.models import Organisation


class Loader(Protocol):
    """Turns the rows of one file into calls of an app's services."""

    @property
    def notes(self) -> list[Note]:
        """What the report should tell beside the refusals."""

    @property
    def needs_look(self) -> bool:
        """Tell whether every row must be shown to `look` before any is loaded."""

    @property
    def is_matching(self) -> bool:
        """Tell whether rows of the file are found in the register."""

    def look(self, record: Record) -> None:
        """See a row that will be loaded later."""

    def load(self, records: Sequence[Record]) -> list[Outcome]:
        """Write the rows that are in order; say of each what became of it."""


class Resource(Protocol):
    """A kind of row that files hold.

    `keys` are the properties a column can fill, `identifiers` the headers of columns
    in which no two rows are alike, `missing` what --create-missing may name, `matches`
    what --match may.
    """

    name: ClassVar[str]
    keys: ClassVar[Sequence[Key]]
    identifiers: ClassVar[Sequence[str]]
    missing: ClassVar[Sequence[str]]
    matches: ClassVar[Sequence[str]]

    def permissions(self, missing: frozenset[str]) -> frozenset[str]:
        """Return what someone must hold to write such rows, and what they lack."""

    def fields(self, organisation: Organisation) -> Mapping[str, str]:
        """Return the names of the custom fields by the headers that mean them."""

    def defaults(
        self, terms: Terms, placed: set[str], file_name: str
    ) -> Mapping[str, tuple[str, Note]]:
        """Return values, with a note, for keys that rows need and no column fills."""

    def loader(
        self, terms: Terms, columns: Sequence[Column], unique: Column | None
    ) -> Loader:
        """Make ready to load; create the custom fields that columns need."""


@runtime_checkable
class Exporting(Resource, Protocol):
    """A resource whose rows can be written to files that it can load."""

    def export(self, organisation: Organisation, *, filter: str = "") -> Export:
        """Return the rows of an organisation in a settled order, a few at a time.

        `filter` is an OData condition; Refusal where the resource knows none.
        """


@runtime_checkable
class Choosing(Exporting, Protocol):
    """A resource whose rows can be written by their ids."""

    def export_only(self, organisation: Organisation, ids: Collection[int]) -> Export:
        """Return the rows of these ids that the organisation has, as `export` does."""


RESOURCES: dict[str, Resource] = {
    "work_items": WorkItemResource(),
    "logs": LogResource(),
    "groups": GroupResource(),
    "equipment": EquipmentResource(),
    "types": TypeResource(),
    "fields": FieldResource(),
    "zones": ZoneResource(),
    "statuses": StatusResource(),
    "users": UserResource(),
    "roles": RoleResource(),
    "prefixes": PrefixResource(),
    "organisations": OrganisationResource(),
    "locations": LocationResource(),
    "fleets": FleetResource(),
    "assets": AssetResource(),
    "licences": LicenceOfDevicesResource(),
    "certificates": CertificateOfDeviceResource(),
    "devices": DeviceResource(),
    "software": SoftwareResource(),
    "readings": ReadingResource(),
    "checkouts": CheckoutResource(),
    "links": LinkResource(),
    "subscriptions": SubscriptionOfDevicesResource(),
}
