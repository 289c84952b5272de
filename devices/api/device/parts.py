"""Rows that hang on one asset: who may write them, and in which organisation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from config.api.device.elements import Element
from config.api.device.pairs import Pair
from config.api.errors import Refusal
from devices.models import DeviceAsset
from devices.services.rows import without_device
from organisations.api.device.base import RegisterViewSet
from organisations.models import User
from organisations.permissions import Permission


def seen_assets(user: User) -> Any:
    """Return the assets that a body may name."""
    return DeviceAsset.objects.present().visible_to(user)


ASSET = Pair(
    "asset",
    "asset",
    "Asset",
    seen_assets,
    required="An asset is required.",
    within=False,
)


class AssetPartViewSet(RegisterViewSet):
    """Rows of an asset, which belong to its organisation and stay with it."""

    area = "assets"
    pairs: ClassVar[Sequence[Pair]] = (ASSET,)
    write_permission = Permission.MANAGE_DEVICES

    def asset_of(self, row: Any) -> int:
        """Return the id of the asset that a row hangs on."""
        return int(row.asset_id)

    def owner_of_element(self, element: Element) -> int | None:
        """Return the organisation of the row, of the named asset for a new one."""
        if not element.is_new:
            return self.owner_of(element.row)
        asset = element.values.get("asset")
        return None if asset is None else int(asset.organisation_id)

    def refuse_move(self, row: Any, asset: DeviceAsset | None) -> None:
        """Refuse another asset than the one that the row hangs on."""
        if asset is not None and asset.pk != self.asset_of(row):
            sentence = "It stays with its asset."
            raise Refusal("invalid_body", sentence, field=ASSET.id_member)

    def check_elements(self, elements: Sequence[Element]) -> None:
        """Ask for more where an asset is not yet one of the family (section 1)."""
        super().check_elements(elements)
        owners = {}
        for one in elements:
            owner = self.owner_of_element(one)
            if owner is None:
                continue
            key = one.values["asset"].pk if one.is_new else self.asset_of(one.row)
            owners[key] = owner
        for owner in sorted({owners[key] for key in without_device(list(owners))}):
            self.require(owner, Permission.MANAGE_FLEETS)
