"""A fleet to be shared, with everything in it, and what stands beside it.

The fleet is one of `organisation`; `outsider` is the person it is shared with, the
owner of the organisation `other`.
"""

from dataclasses import dataclass
from typing import Any

from assets.models import AssetGroup
from organisations.models import FleetShare
from tests.assets.api.fleet.calls import refusal
from tests.cast import Cast
from tests.factories.assets import (
    AssetFieldFactory,
    AssetStatusFactory,
    AssetTypeFactory,
    AssetZoneFactory,
    make_asset,
)
from tests.factories.groups import make_equipment, make_group, make_unit
from tests.factories.organisations import (
    FleetFactory,
    LocationFactory,
)

NO_SHARE = refusal("not_member_no_share", status=403)
NO_MEMBER = refusal("not_a_member", status=403)
NO_PERMISSION = refusal("missing_permission", status=403)


@dataclass(frozen=True)
class Shared:
    """A fleet with everything in it, and the same beside it."""

    cast: Cast
    fleet: int
    inside: dict[str, AssetGroup]
    beside: dict[str, AssetGroup]
    words: dict[str, int]

    def offer(self, status: str = "accepted", **to: Any) -> FleetShare:
        """Share the fleet."""
        share = FleetShare.objects.create(fleet_id=self.fleet, status=status, **to)
        found: FleetShare = share
        return found

    @property
    def theirs(self) -> str:
        """The path of the collections of the organisation shared to."""
        return f"/api/organisations/{self.cast.other.pk}"


def furnish(cast: Cast) -> Shared:
    """Fill both organisations; nothing is shared yet."""
    own, organisation = {"organisation": cast.organisation}, cast.organisation
    fleet = FleetFactory(**own).pk
    field, zone = AssetFieldFactory(**own, name="power"), AssetZoneFactory(**own)
    kind = AssetTypeFactory(**own, with_fields=[field])
    yard, status = LocationFactory(**own), AssetStatusFactory(**own)
    places = {"location_id": yard.pk, "status_id": status.pk}

    def fill(**values: Any) -> dict[str, AssetGroup]:
        name = "in" if values["fleet_id"] else "out"
        asset, second = (
            make_asset(
                organisation,
                type_id=kind.pk,
                name=f"{name} {place}",
                fields={"power": "strong"},
                **values,
            )
            for place in ("asset", "car")
        )
        return {
            "asset": asset,
            "unit": make_unit(organisation, second, name=f"{name} unit", **values),
            "train": make_group(organisation, asset, name=f"{name} train", **values),
            "equipment": make_equipment(organisation, name=f"{name} crane", **values),
        }

    inside = fill(fleet_id=fleet, **places)
    beside = fill(fleet_id=None, **places)
    make_asset(cast.other, name="own asset")
    make_group(cast.other, make_asset(cast.other, name="own car"), name="own train")
    make_equipment(cast.other, name="own crane")
    words = {
        "status": status.pk,
        "type": kind.pk,
        "zone": zone.pk,
        "field": field.pk,
        "fleet": fleet,
        "location": yard.pk,
    }
    return Shared(cast, fleet, inside, beside, words)
