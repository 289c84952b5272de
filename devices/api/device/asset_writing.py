"""POST and DELETE of assets: what may be written, by whom, and all or nothing of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework.request import Request

from assets.ephemerality import Ephemerality
from assets.models import AssetStatus, AssetType
from assets.services.membership import lock_groups
from config.api.device.elements import Element, Problems
from config.api.device.pairs import Pair
from devices.api.device.asset_checks import (
    check_new,
    keep_governed_places,
    noting,
    refuse_repeated,
    refuse_statuses,
)
from devices.api.device.asset_drafts import Writing, writing_of
from devices.api.device.asset_input import AssetInput
from devices.api.device.asset_items import find_items, find_parents
from devices.api.device.asset_values import FieldValues
from devices.models import Device
from devices.services.creation import DeviceChange, create_devices, update_devices
from devices.services.removal import delete_device
from devices.services.rows import without_device
from devices.services.saving import prepare
from organisations.api.device.base import CLIENT, PERSON, SITE, RegisterViewSet
from organisations.models import Organisation, User
from organisations.permissions import Permission


def own_types(user: User) -> Any:
    """Return the types of single assets that a body may name."""
    return AssetType.objects.visible_to(user).filter(ephemerality=Ephemerality.SINGLE)


def own_statuses(user: User) -> Any:
    """Return the statuses that a body may name."""
    return AssetStatus.objects.visible_to(user)


TYPE = Pair(
    "assettype",
    "type",
    "Asset type",
    own_types,
    required="An asset type is required.",
)
STATUS = Pair("status", "status", "Status", own_statuses)


class AssetWriting(RegisterViewSet):
    """Makes, changes and deletes assets as devices (device contract, sections 1, 3)."""

    noun = "Asset"
    area = "assets"
    input_serializer_class = AssetInput
    pairs = (CLIENT, SITE, PERSON, TYPE, STATUS)
    write_permission = Permission.MANAGE_DEVICES
    upsert_status = 201
    # What it takes to write an asset for the first time as a device.
    first_permission: ClassVar[str] = Permission.MANAGE_FLEETS

    # Who may.

    def authorise(self, request: Request) -> None:
        """Ask for more where the asset of the path is no device yet."""
        super().authorise(request)
        if self.action == "destroy":
            self.require_first([self.row])

    def check_elements(self, elements: Sequence[Element]) -> None:
        """Ask for more where elements change assets that are no devices yet."""
        super().check_elements(elements)
        self.require_first([one.row for one in elements if not one.is_new])

    def require_first(self, rows: Sequence[Any]) -> None:
        """Refuse who may not make devices of those of the assets that are none."""
        owners = {row.pk: self.owner_of(row) for row in rows}
        first = without_device(owners) if owners else set()
        for owner in sorted({owners[key] for key in first}):
            self.require(owner, self.first_permission)

    # POST.

    def values_of(self, element: Element) -> dict[str, Any]:
        """Read an element; what it does not hold stays away, in arrays as well."""
        serializer = AssetInput(data=element.body)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def lock_rows(self, rows: Sequence[Any]) -> None:
        """Leave it to `write`, which locks the organisations before the rows."""

    def upsert(self, elements: Sequence[Element], problems: Problems) -> list[Any]:
        """Make and change assets, a constant number of queries for each client."""
        writings = self.drafted(elements, problems)
        written: dict[int, Device] = {}
        if not problems.found:
            written = self.save(writings, problems)
        if problems.found:
            check_new(writings, problems)
            return []
        return [written[element.index] for element in elements]

    def drafted(self, elements: Sequence[Element], problems: Problems) -> list[Writing]:
        """Find all that the elements name, and note what is wrong with them."""
        owner_of, user = self.owner_of_element, self.actor
        items = find_items(elements, problems, user, owner_of)
        find_parents(elements, problems, user, owner_of)
        refuse_repeated(elements, problems)
        refuse_statuses(elements, problems)
        keep_governed_places(elements)
        fields = FieldValues(items, elements)
        clients = Organisation.objects.in_bulk(
            {owner for one in elements if (owner := owner_of(one)) is not None}
        )
        return [
            writing_of(
                element,
                clients.get(owner_of(element) or 0),
                items,
                fields.given(element, problems),
                problems,
            )
            for element in elements
        ]

    def save(
        self, writings: Sequence[Writing], problems: Problems
    ) -> dict[int, Device]:
        """Make and change the devices; note what the services refuse."""
        groups: dict[int, list[Writing]] = defaultdict(list)
        for one in writings:
            groups[one.organisation.pk].append(one)
        if len(writings) > 1:
            self.lock_all(groups, problems)
        written: dict[int, Device] = {}
        for key in sorted(groups):
            made = [one for one in groups[key] if one.element.is_new]
            changed = [one for one in groups[key] if not one.element.is_new]
            with noting(made, problems):
                written |= self.make(made)
            with noting(changed, problems):
                written |= self.change(changed)
        return written

    def lock_all(
        self, groups: Mapping[int, Sequence[Writing]], problems: Problems
    ) -> None:
        """Lock what several elements need, in the order in which everybody does.

        Clients first, then assets by id; the series of numbers and the licences follow
        when they are needed. So no two requests wait for each other.
        """
        for key in sorted(groups):
            these = groups[key]
            lock_groups(key)
            drafts = [one.draft for one in these]
            with noting(these, problems):
                prepare(these[0].organisation, drafts, actor=self.actor)
        rows = [one.element.row for these in groups.values() for one in these]
        super().lock_rows([row for row in rows if row is not None])

    def make(self, writings: Sequence[Writing]) -> dict[int, Device]:
        """Make the devices of one client's new elements."""
        if not writings:
            return {}
        devices = create_devices(
            organisation=writings[0].organisation,
            pairs=[one.pair for one in writings],
            actor=self.actor,
        )
        return _by_index(writings, devices)

    def change(self, writings: Sequence[Writing]) -> dict[int, Device]:
        """Change the assets of one client that elements name."""
        if not writings:
            return {}
        devices = update_devices(
            organisation=writings[0].organisation,
            changes=[
                DeviceChange(one.element.row.pk, one.body, one.draft)
                for one in writings
            ],
            actor=self.actor,
        )
        return _by_index(writings, devices)

    # DELETE.

    def perform_destroy(self, row: Any) -> None:
        """Hide the asset and free its seats."""
        delete_device(row, actor=self.actor)


def _by_index(
    writings: Sequence[Writing], devices: Sequence[Device]
) -> dict[int, Device]:
    pairs = zip(writings, devices, strict=True)
    return {one.element.index: device for one, device in pairs}
