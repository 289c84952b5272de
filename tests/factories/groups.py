"""Makes groups of assets and equipment for tests, through the services."""

from typing import Any

from assets.ephemerality import Ephemerality
from assets.models import AssetGroup
from assets.services.groups import create_group
from organisations.models import Organisation
from tests.factories.assets import AssetTypeFactory, make_asset


def make_group(
    organisation: Organisation, *members: AssetGroup, **values: Any
) -> AssetGroup:
    """Make a temporary group of these members."""
    body = {
        "ephemerality": Ephemerality.TEMPORARY.value,
        "consist_asset_group_ids": [str(one.pk) for one in members],
        **values,
    }
    return create_group(organisation=organisation, body=body, actor=organisation.owner)


def make_unit(
    organisation: Organisation, *members: AssetGroup, **values: Any
) -> AssetGroup:
    """Make a permanent group, of a type of its own unless one is given."""
    if "type_id" not in values:
        values["type_id"] = make_type(organisation, Ephemerality.PERMANENT)
    kind = {"ephemerality": Ephemerality.PERMANENT.value}
    return make_group(organisation, *members, **kind, **values)


def make_equipment(organisation: Organisation, **values: Any) -> AssetGroup:
    """Make a piece of equipment, of a type of its own unless one is given."""
    if "type_id" not in values:
        values["type_id"] = make_type(organisation, Ephemerality.EQUIPMENT)
    return make_asset(organisation, ephemerality=Ephemerality.EQUIPMENT, **values)


def make_type(organisation: Organisation, kind: Ephemerality, **values: Any) -> int:
    """Make a type of a kind and return its id."""
    made = AssetTypeFactory(organisation=organisation, ephemerality=kind, **values)
    return int(made.pk)
