"""Fleets, and what is shared of them."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.fields import (
    DescriptionString,
    NameString,
    ObjectOrId,
    OptionalString,
    SnowflakeString,
    StrictBoolean,
)
from config.api.rows import NestedField, Page, PageField, Read
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.filters import NamedFilter, ShareFilter
from organisations.api.fleet.people import PersonField
from organisations.models import Fleet, FleetShare, Organisation
from organisations.permissions import Permission
from organisations.services import fleets

Status = FleetShare.Status


class FleetRowSerializer(FleetSerializer):
    """A fleet."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    code = NameString(max_length=12, allow_blank=True, required=False)
    name = NameString(min_length=1, max_length=200)
    description = DescriptionString(max_length=1000, required=False)
    color = OptionalString(max_length=7)
    root_system_id = OptionalString(max_length=64)

    class Meta:
        model = Fleet
        fields = (
            "id",
            "organisation_id",
            "code",
            "name",
            "description",
            "color",
            "root_system_id",
        )


class FleetOfOrganisationViewSet(RegisterViewSet):
    """Fleets of an organisation."""

    queryset = Fleet.objects.all()
    serializer_class = FleetRowSerializer
    filterset_class = NamedFilter
    ordering_fields: ClassVar = {"name": "normalised_name", "code": "code"}
    write_permission = Permission.MANAGE_FLEETS
    path = "fleets"

    def perform_destroy(self, row: Fleet) -> None:
        """Delete the fleet with its shares, unless assets are in it."""
        fleets.delete_fleet(fleet=row, actor=self.actor)


class EmbeddedOrganisationSerializer(FleetSerializer):
    """An organisation, as others see it that share fleets with it."""

    id = SnowflakeString(read_only=True)

    class Meta:
        model = Organisation
        fields = ("id", "name")
        read_only_fields = fields


@extend_schema_field(FleetRowSerializer())
class FleetField(NestedField):
    """The fleet that is shared."""

    def __init__(self) -> None:
        super().__init__(FleetRowSerializer, "fleet")


@extend_schema_field(EmbeddedOrganisationSerializer(allow_null=True))
class OrganisationField(NestedField):
    """The organisation that the fleet is shared with."""

    def __init__(self) -> None:
        super().__init__(EmbeddedOrganisationSerializer, "organisation")


@extend_schema_field(serializers.JSONField(allow_null=True))
class WorkItemTypeField(PageField):
    """The type of work items that the share is narrowed to: none, as yet."""

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Show null."""
        return lambda row: None


class ShareSerializer(FleetSerializer):
    """The offer of a fleet, and how it was answered."""

    id = SnowflakeString(read_only=True)
    fleet = FleetField()
    user = PersonField("user")
    organisation = OrganisationField()
    work_item_type = WorkItemTypeField()
    shared_by = PersonField("shared_by")

    class Meta:
        model = FleetShare
        fields = (
            "id",
            "fleet",
            "user",
            "organisation",
            "work_item_type",
            "shared_by",
            "status",
            "scope",
            "share_to_users_organisation",
            "shared_at",
        )
        read_only_fields = fields


class OfferSerializer(serializers.Serializer[Any]):
    """Whom to offer the fleet to: an organisation, a person, or both."""

    organisation = ObjectOrId(source="organisation_id", allow_null=True, default=None)
    user = ObjectOrId(source="user_id", allow_null=True, default=None)
    share_to_users_organisation = StrictBoolean(default=False)
    scope = serializers.ChoiceField(["read"], write_only=True, required=False)


class AnswerSerializer(serializers.Serializer[Any]):
    """The next step of a share."""

    status = serializers.ChoiceField(Status.choices, required=False)


class ShareOfFleetViewSet(RegisterViewSet):
    """The shares of the fleet in the path, for those who share fleets."""

    queryset = Fleet.objects.all()
    serializer_class = ShareSerializer
    filterset_class = ShareFilter
    read_permission = write_permission = Permission.SHARE_FLEETS
    path = "fleetshares"

    def listed(self) -> Any:
        """Return those of the fleet."""
        return FleetShare.objects.filter(fleet=self.row)

    @extend_schema(request=OfferSerializer)
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Offer the fleet."""
        offer = OfferSerializer(data=request.data)
        offer.is_valid(raise_exception=True)
        wanted = {**offer.validated_data}
        # The only one there is.
        wanted.pop("scope", None)
        share = fleets.offer_fleet(fleet=self.row, actor=self.actor, **wanted)
        return self.created(share)


class FleetShareViewSet(RegisterViewSet):
    """One share: its two sides read it, one answers and the other revokes it."""

    queryset = FleetShare.objects.select_related("fleet")
    serializer_class = ShareSerializer
    missing: ClassVar[tuple[str, str]] = ("not_found", "The share does not exist.")

    def organisation_of(self, row: FleetShare) -> int:
        """Return the organisation that owns the fleet."""
        return int(row.fleet.organisation_id)

    def check_access(self) -> None:
        """Refuse who is on neither side, and who may not take the side's step."""
        may_revoke = Permission.SHARE_FLEETS in self.access.permissions
        if self.action == "destroy":
            self.access.require(Permission.SHARE_FLEETS)
        elif self.action == "partial_update":
            if not may_revoke and not fleets.may_answer(self.row, self.actor):
                sentence = "The recipient answers an offer, and its owner revokes it."
                raise Refusal("missing_permission", sentence)
        elif not may_revoke and not fleets.may_read(self.row, self.actor):
            self.access.require_member()
            self.access.require(Permission.SHARE_FLEETS)

    @extend_schema(request=AnswerSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Accept, reject or revoke."""
        answer = AnswerSerializer(data=request.data, partial=True)
        answer.is_valid(raise_exception=True)
        if "status" in answer.validated_data:
            fleets.update_share(
                share=self.row, actor=self.actor, **answer.validated_data
            )
        return Response(self.shown(self.row))

    def perform_destroy(self, row: FleetShare) -> None:
        """Revoke the share; the row stays, to tell that there was one."""
        fleets.update_share(share=row, status=Status.REVOKED, actor=self.actor)


class InboxViewSet(RegisterViewSet):
    """What others share with the caller, and with the caller's organisations."""

    queryset = FleetShare.objects.all()
    serializer_class = ShareSerializer
    filterset_class = ShareFilter

    def authorise(self, request: Request) -> None:
        """Let everybody read their own."""

    def listed(self) -> Any:
        """Return those of the caller, from organisations that are on."""
        received = FleetShare.objects.received_by(self.actor)
        return received.filter(fleet__organisation__enabled=True)
