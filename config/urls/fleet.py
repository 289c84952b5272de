"""Every route of the fleet API, on one page.

`documented` holds the paths as the source prints them, some with `/api` and some
without; `urlpatterns` answers at both forms of each (contract C1).
"""

from typing import Any

from django.urls import URLPattern, path

from assets.api.fleet.views.assets import HistoryViewSet
from assets.api.fleet.views.equipment import EquipmentViewSet
from assets.api.fleet.views.fields import AssetFieldViewSet, EnumValueViewSet
from assets.api.fleet.views.groups import AssetGroupViewSet, GroupAssetViewSet
from assets.api.fleet.views.logs import (
    AssetLogViewSet,
    AttachmentViewSet,
    LogOfGroupViewSet,
)
from assets.api.fleet.views.types import (
    AssetTypeFieldViewSet,
    AssetTypeViewSet,
    AssetTypeZoneViewSet,
)
from assets.api.fleet.views.words import AssetStatusViewSet, AssetZoneViewSet
from assets.api.fleet.views.work_items import WorkItemViewSet
from config.exports.api import ExportViewSet
from config.imports.api import ImportViewSet, UndoViewSet
from config.urls.forms import both_forms
from devices.api.fleet.assets import AssetViewSet
from devices.api.fleet.custody import CustodyViewSet
from organisations.api.fleet.fleets import (
    FleetOfOrganisationViewSet,
    FleetShareViewSet,
    InboxViewSet,
    ShareOfFleetViewSet,
)
from organisations.api.fleet.history import ChangeFeedViewSet
from organisations.api.fleet.locations import (
    LocationViewSet,
    PartOfLocationViewSet,
    SubLocationViewSet,
)
from organisations.api.fleet.members import MemberViewSet
from organisations.api.fleet.organisations import (
    OrganisationViewSet,
    OwnOrganisationsViewSet,
    RoleViewSet,
)
from organisations.api.fleet.people import MeViewSet, UserViewSet
from organisations.api.fleet.prefixes import PrefixViewSet
from organisations.api.fleet.subscriptions import SubscriptionViewSet
from organisations.api.fleet.tokens import TokenViewSet

# Which method of a view answers which HTTP method.
Actions = dict[str, Any]

ORGANISATION = "organisations/<organisation_id>"

COLLECTION: Actions = {"get": "list", "post": "create"}
ITEM: Actions = {"get": "retrieve", "patch": "partial_update"}
ITEM_WITH_DELETE: Actions = {**ITEM, "delete": "destroy"}
PART: Actions = {"put": "update", "delete": "destroy"}

documented: list[URLPattern] = [
    # Statuses
    path(
        "api/assetstatuses/<id>",
        AssetStatusViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-status",
    ),
    path(
        f"{ORGANISATION}/asset-statuses",
        AssetStatusViewSet.as_view(COLLECTION),
        name="asset-statuses",
    ),
    # Types
    path(
        f"{ORGANISATION}/asset-types",
        AssetTypeViewSet.as_view(COLLECTION),
        name="asset-types",
    ),
    path(
        "api/assettype/<id>",
        AssetTypeViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-type",
    ),
    path(
        "api/assettype/<id>/asset-fields/<part_id>",
        AssetTypeFieldViewSet.as_view(PART),
        name="asset-type-field",
    ),
    path(
        "api/assettype/<id>/asset-zones/<part_id>",
        AssetTypeZoneViewSet.as_view(PART),
        name="asset-type-zone",
    ),
    # Zones
    path(
        "api/assetzones/<id>",
        AssetZoneViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-zone",
    ),
    path(
        f"{ORGANISATION}/asset-zones",
        AssetZoneViewSet.as_view(COLLECTION),
        name="asset-zones",
    ),
    # Fields
    path(
        f"{ORGANISATION}/asset-fields",
        AssetFieldViewSet.as_view(COLLECTION),
        name="asset-fields",
    ),
    path(
        "api/assetfield/<id>",
        AssetFieldViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-field",
    ),
    path(
        "api/assetfield/<id>/values",
        EnumValueViewSet.as_view({"post": "create"}),
        name="enum-values",
    ),
    path(
        "api/assetfield/<id>/values/<value_id>",
        EnumValueViewSet.as_view(ITEM_WITH_DELETE),
        name="enum-value",
    ),
    # Assets
    path("api/assets/<id>", AssetViewSet.as_view(ITEM_WITH_DELETE), name="asset"),
    path(
        "api/assets/<id>/fields",
        AssetViewSet.as_view({"patch": "update_fields"}),
        name="asset-field-values",
    ),
    path(
        f"{ORGANISATION}/assets",
        AssetViewSet.as_view({**COLLECTION, "patch": "bulk_update"}),
        name="assets",
    ),
    # Custody
    path(
        "api/assets/<id>/checkout",
        CustodyViewSet.as_view({"post": "check_out"}),
        name="asset-checkout",
    ),
    path(
        "api/assets/<id>/checkin",
        CustodyViewSet.as_view({"post": "check_in"}),
        name="asset-checkin",
    ),
    # Groups
    path(
        f"{ORGANISATION}/asset-groups",
        AssetGroupViewSet.as_view(COLLECTION),
        name="asset-groups",
    ),
    path(
        "api/assetgroups/<id>",
        AssetGroupViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-group",
    ),
    path(
        "api/assetgroups/<id>/fields",
        AssetGroupViewSet.as_view({"patch": "update_fields"}),
        name="asset-group-field-values",
    ),
    path(
        "api/assetgroups/<id>/assets/<asset_id>",
        GroupAssetViewSet.as_view({**PART, "patch": "partial_update"}),
        name="asset-group-asset",
    ),
    # Logs
    path(
        "api/assetgroups/<id>/logs",
        LogOfGroupViewSet.as_view(COLLECTION),
        name="asset-logs",
    ),
    path(
        "api/assetlogs/<id>",
        AssetLogViewSet.as_view(ITEM_WITH_DELETE),
        name="asset-log",
    ),
    path(
        "api/assetlogs/<id>/attachments/<file_hash>",
        AttachmentViewSet.as_view({"get": "retrieve"}),
        name="asset-log-attachment",
    ),
    # Work items
    path(
        f"{ORGANISATION}/workitems",
        WorkItemViewSet.as_view(COLLECTION),
        name="work-items",
    ),
    path("api/workitems/<id>", WorkItemViewSet.as_view(ITEM), name="work-item"),
    # Equipment
    path(
        "api/equipment/<id>",
        EquipmentViewSet.as_view(ITEM_WITH_DELETE),
        name="equipment-item",
    ),
    path(
        "api/equipment/<id>/fields",
        EquipmentViewSet.as_view({"patch": "update_fields"}),
        name="equipment-field-values",
    ),
    path(
        f"{ORGANISATION}/equipment",
        EquipmentViewSet.as_view(COLLECTION),
        name="equipment",
    ),
    # History
    path(
        "api/assetgroups/<id>/history",
        HistoryViewSet.as_view({"get": "list"}),
        name="asset-group-history",
    ),
    path(
        f"{ORGANISATION}/changes",
        ChangeFeedViewSet.as_view({"get": "list"}),
        name="changes",
    ),
    # Imports
    path(f"{ORGANISATION}/imports", ImportViewSet.as_view(COLLECTION), name="imports"),
    path("api/imports/<id>", ImportViewSet.as_view({"get": "retrieve"}), name="import"),
    path(
        "api/imports/<id>/undo",
        UndoViewSet.as_view({"post": "undo"}),
        name="import-undo",
    ),
    # Exports
    path(
        f"{ORGANISATION}/exports",
        ExportViewSet.as_view({"get": "export"}),
        name="exports",
    ),
    # Organisations
    path(
        "api/organisations",
        OrganisationViewSet.as_view({"post": "create"}),
        name="organisations",
    ),
    path(
        "api/organisations/<id>", OrganisationViewSet.as_view(ITEM), name="organisation"
    ),
    path(f"{ORGANISATION}/members", MemberViewSet.as_view(COLLECTION), name="members"),
    path(
        f"{ORGANISATION}/members/<user_id>",
        MemberViewSet.as_view(ITEM_WITH_DELETE),
        name="member",
    ),
    path(f"{ORGANISATION}/roles", RoleViewSet.as_view(COLLECTION), name="roles"),
    path("api/roles/<id>", RoleViewSet.as_view(ITEM_WITH_DELETE), name="role"),
    path(
        f"{ORGANISATION}/prefixes", PrefixViewSet.as_view(COLLECTION), name="prefixes"
    ),
    path("api/prefixes/<id>", PrefixViewSet.as_view(ITEM_WITH_DELETE), name="prefix"),
    path(
        f"{ORGANISATION}/subscriptions",
        SubscriptionViewSet.as_view(COLLECTION),
        name="subscriptions",
    ),
    path(
        "api/subscriptions/<id>", SubscriptionViewSet.as_view(ITEM), name="subscription"
    ),
    # Fleets and shares
    path(
        f"{ORGANISATION}/fleets",
        FleetOfOrganisationViewSet.as_view(COLLECTION),
        name="fleets",
    ),
    path(
        "api/fleets/<id>",
        FleetOfOrganisationViewSet.as_view(ITEM_WITH_DELETE),
        name="fleet",
    ),
    path(
        "api/fleets/<id>/shares",
        ShareOfFleetViewSet.as_view(COLLECTION),
        name="fleet-shares",
    ),
    path(
        "api/fleetshares/<id>",
        FleetShareViewSet.as_view(ITEM_WITH_DELETE),
        name="fleet-share",
    ),
    # Locations
    path(
        f"{ORGANISATION}/locations",
        LocationViewSet.as_view(COLLECTION),
        name="locations",
    ),
    path(
        "api/locations/<id>",
        LocationViewSet.as_view(ITEM_WITH_DELETE),
        name="location",
    ),
    path(
        "api/locations/<id>/sub-locations",
        PartOfLocationViewSet.as_view(COLLECTION),
        name="sub-locations",
    ),
    path(
        "api/sublocations/<id>",
        SubLocationViewSet.as_view(ITEM_WITH_DELETE),
        name="sub-location",
    ),
    # People
    path("api/users/@me", MeViewSet.as_view(ITEM), name="me"),
    path(
        "api/users/@me/organisations",
        OwnOrganisationsViewSet.as_view({"get": "list"}),
        name="my-organisations",
    ),
    path(
        "api/users/@me/fleet-shares",
        InboxViewSet.as_view({"get": "list"}),
        name="my-fleet-shares",
    ),
    path("api/users/<id>", UserViewSet.as_view({"get": "retrieve"}), name="user"),
    path(
        "api/tokens",
        TokenViewSet.as_view({"get": "list", "post": "create"}),
        name="tokens",
    ),
    path(
        "api/tokens/<id>",
        TokenViewSet.as_view({"get": "retrieve", "delete": "destroy"}),
        name="token",
    ),
]

urlpatterns = both_forms(documented)
