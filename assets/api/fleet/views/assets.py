"""Assets: reading them, making them, changing them; and the history of any row."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.filters import AssetFilter
from assets.api.fleet.odata import CustomFieldsViewSet
from assets.api.fleet.serializers.assets import AssetSerializer
from assets.api.fleet.serializers.requests import (
    FIELD_VALUES,
    AssetRequest,
    ChangedAssetRequest,
    ChangedAssetsItem,
)
from assets.ephemerality import Ephemerality
from assets.models import Asset, AssetGroup
from assets.services import changing, creation, removal
from assets.services.conditions import ORDER, PROPERTIES
from assets.services.drafts import AssetDraft
from assets.services.membership import lock_groups
from config.api.errors import Refusal, invalid
from config.api.keyed import KeptList, read_keys
from config.api.snowflake import parse_snowflake
from organisations.api.fleet.base import RegisterViewSet
from organisations.api.fleet.history import ChangeSerializer
from organisations.models import Change, FleetShare
from organisations.permissions import Permission
from organisations.services.access import Access, access_to

# How many rows one request makes, and changes (contract C16).
MOST_CREATED, MOST_CHANGED = 5_000, 200


def changed_id(body: Mapping[str, Any]) -> int | None:
    """Return the id that a body of a bulk change names; None for what is none."""
    try:
        return parse_snowflake(body.get("id"))
    except ValueError:
        return None


class AssetRowViewSet(CustomFieldsViewSet):
    """What assets, equipment and groups have in common."""

    ephemerality: ClassVar[Ephemerality]
    filterset_class = AssetFilter
    filter_properties = PROPERTIES
    ordering_fields = ORDER
    page_size = 50
    reads_what_it_shows = True
    # What somebody who is no member may read through an accepted share of a fleet.
    shared_actions: ClassVar[frozenset[str]] = frozenset()

    def access_to(self, organisation_id: int | None) -> Access:
        """Tell the caller's standing, for lists with what is shared to them."""
        is_list = self.action == "list"
        return access_to(self.actor, organisation_id, with_inbound=is_list)

    def check_access(self) -> None:
        """Let members read, and whom a fleet is shared with where the contract says."""
        if self.action not in self.shared_actions:
            super().check_access()
        elif not self.access.is_member and not self.shares().exists():
            sentence = "You are no member, and nothing is shared with you."
            raise Refusal("not_member_no_share", sentence)

    def shares(self) -> "models.QuerySet[Any, Any]":
        """Return the accepted shares that let somebody read who is no member."""
        found = FleetShare.objects.accepted().received_by(self.actor)
        if self.action == "list":
            return found.filter(fleet__organisation=self.access.organisation.pk)
        return found.filter(fleet=self.row.fleet_id)

    def listed(self) -> Any:
        """Return the rows that the list may show."""
        rows: Any = type(self).queryset
        if self.access.is_member and not self.access.inbound_fleets:
            return KeptList(rows.model, rows.of, (self.access.organisation.pk,))
        return self.in_sight(self.get_queryset())

    def in_sight(self, rows: Any) -> "models.QuerySet[Any, Any]":
        """Return own and inbound rows for a member, shared ones for anybody else."""
        if self.access.is_member:
            inbound = self.access.inbound_fleets
            return rows.listed_in(self.access.organisation, inbound)  # type: ignore[no-any-return]
        return rows.shared_from(self.access.organisation, self.actor)  # type: ignore[no-any-return]

    def lock_row(self) -> None:
        """Lock the groups before the row, in the order in which services do."""
        lock_groups(self.row.organisation_id)
        super().lock_row()

    @extend_schema(request=AssetRequest)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a row from the body, or one of each body in an array (C16)."""
        is_array = isinstance(request.data, list)
        bodies = self.bodies(MOST_CREATED) if is_array else [self.body]
        rows = creation.create_assets(
            organisation=self.access.organisation,
            drafts=[AssetDraft.from_wire(self.known(body)) for body in bodies],
            actor=self.actor,
            ephemerality=self.ephemerality,
        )
        if not is_array:
            return self.created(rows[0])
        return Response(self.shown_all(rows), status=status.HTTP_201_CREATED)

    @extend_schema(
        request=ChangedAssetsItem(many=True), responses=AssetSerializer(many=True)
    )
    def bulk_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change each row that the array names by `id` (C16)."""
        bodies = self.bodies(MOST_CHANGED)
        rows = changing.update_assets(
            self.access.organisation,
            [(changed_id(body), self.known(body)) for body in bodies],
            actor=self.actor,
            ephemerality=self.ephemerality,
        )
        return Response(self.shown_all(rows))

    def bodies(self, most: int) -> list[dict[str, Any]]:
        """Return the request's array of objects, of a bounded length."""
        data = self.request.data
        if not isinstance(data, list) or not 1 <= len(data) <= most:
            raise Refusal("invalid_body", f"An array of 1 to {most} is expected.")
        wrong = [place for place, body in enumerate(data) if not isinstance(body, dict)]
        if wrong:
            raise invalid({f"[{place}]": ["An object is expected."] for place in wrong})
        return data

    def known(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return the keys of a body that rows of this kind have."""
        return body

    def shown_all(self, rows: Sequence[AssetGroup]) -> list[dict[str, Any]]:
        """Render rows in the order given."""
        keys = [row.pk for row in rows]
        found = read_keys(self.serializer_class, AssetGroup, keys)
        by_id = dict(zip(sorted(keys), found, strict=True))
        return [by_id[key] for key in keys]

    @extend_schema(request=ChangedAssetRequest)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names."""
        body = self.known(self.body)
        row = changing.update_asset(self.row, body, actor=self.actor)
        return Response(self.shown(row))

    @extend_schema(request=FIELD_VALUES)
    def update_fields(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change values by field name or id."""
        row = changing.update_asset_fields(self.row, self.body, actor=self.actor)
        return Response(self.shown(row))

    def perform_destroy(self, row: AssetGroup) -> None:
        """Hide the row; it can be restored in the back office."""
        removal.delete_asset(row, actor=self.actor)


class AssetViewSet(AssetRowViewSet):
    """Contract rows 23 to 27."""

    queryset = Asset.objects.present()
    serializer_class = AssetSerializer
    write_permission = Permission.MANAGE_FLEETS
    shared_actions = frozenset({"list", "retrieve"})
    ephemerality = Ephemerality.SINGLE
    path = "assets"

    @property
    def missing(self) -> tuple[str, str]:  # type: ignore[override]
        """Changing a missing asset is 400, the rest 404 (the source's habit)."""
        is_change = self.action in {"partial_update", "update_fields"}
        code = "asset_not_found" if is_change else "not_found"
        return code, "The asset does not exist."


class HistoryViewSet(RegisterViewSet):
    """The changes of an asset, a piece of equipment or a group (section 6)."""

    queryset = AssetGroup.objects.present()
    serializer_class = ChangeSerializer
    asks_of_row = ("organisation_id",)
    page_size = 50

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the newest changes first."""
        return super().list(request, *args, **kwargs)

    def listed(self) -> Any:
        """Return the changes of the row of the path."""
        return KeptList(Change, changes_of, (self.row.pk,), order=("-id",))


def changes_of(key: int) -> "models.QuerySet[Any, Any]":
    """Return the changes of an asset, a piece of equipment or a group."""
    rows: models.QuerySet[Any, Any] = Change.objects.filter(
        model="assetgroup", object_id=key
    )
    return rows
