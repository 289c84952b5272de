"""Custody of assets in the fleet API: handing them over, taking them back."""

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.serializers.assets import AssetSerializer
from assets.models import Asset
from config.api.errors import Refusal
from config.api.fields import SnowflakeString, StrictString
from config.api.keyed import read_keys
from devices.models import Checkout
from devices.services.custody import Handover, check_in, check_out
from devices.services.rows import without_device
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.people import PersonField
from organisations.models import Location, User
from organisations.permissions import Permission

LONGEST_NOTE = 1_000


class CheckoutSerializer(FleetSerializer):
    """An asset in the keeping of a person or a place; returned once it is back."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    asset_id = IdOf("asset")
    user = PersonField("user")
    location_id = IdOf("location")
    checked_out_by = PersonField("checked_out_by")
    returned_by = PersonField("returned_by")

    class Meta:
        model = Checkout
        fields: Any = (
            "id",
            "organisation_id",
            "asset_id",
            "user",
            "location_id",
            "due_at",
            "note",
            "checked_out_at",
            "checked_out_by",
            "returned_at",
            "returned_by",
        )
        read_only_fields = fields


class CheckinRequest(serializers.Serializer[Any]):
    """What is said when an asset comes back; without a note the first one stays."""

    note = StrictString(max_length=LONGEST_NOTE, required=False, allow_blank=True)


class CheckoutRequest(CheckinRequest):
    """To whom or where an asset goes, one of the two, and until when."""

    user_id = SnowflakeString(required=False, allow_null=True)
    location_id = SnowflakeString(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)


def named(rows: "models.QuerySet[Any, Any]", key: int | None, what: str) -> Any:
    """Return the row that a body names by `WHAT_id`, None where it names none."""
    if key is None:
        return None
    row = rows.filter(pk=key).first()
    if row is None:
        sentence = f"The {what} does not exist."
        raise Refusal("invalid_body", sentence, field=f"{what}_id")
    return row


class CustodyViewSet(RegisterViewSet):
    """Who has an asset; the device API shows them as its user."""

    queryset = Asset.objects.present()
    # What `If-Match` speaks of is the asset.
    serializer_class = AssetSerializer
    missing = ("not_found", "The asset does not exist.")
    write_permission = Permission.MANAGE_DEVICES

    def check_access(self) -> None:
        """Ask for more where an asset is not yet an IT device."""
        super().check_access()
        if without_device([self.row.pk]):
            self.access.require(Permission.MANAGE_FLEETS)

    @extend_schema(request=CheckoutRequest, responses={201: CheckoutSerializer})
    def check_out(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Hand the asset over.

        409 `already_checked_out` while somebody has it.
        """
        wanted = self.wanted(CheckoutRequest)
        people = User.objects.visible_to(self.actor)
        places = Location.objects.visible_to(self.actor)
        to = Handover(
            user=named(people, wanted.pop("user_id", None), "user"),
            location=named(places, wanted.pop("location_id", None), "location"),
            **wanted,
        )
        checkout = check_out(self.row, to, actor=self.actor)
        return Response(rendered(checkout), status=status.HTTP_201_CREATED)

    @extend_schema(request=CheckinRequest, responses=CheckoutSerializer)
    def check_in(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the asset back; 409 `not_checked_out` when nobody has it."""
        wanted = self.wanted(CheckinRequest)
        return Response(rendered(check_in(self.row, **wanted, actor=self.actor)))

    def wanted(self, request_class: Any) -> dict[str, Any]:
        """Return what the body says, or raise naming all that is wrong."""
        serializer = request_class(data=self.body)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def rendered(checkout: Checkout) -> dict[str, Any]:
    """Return a checkout as the fleet API shows it."""
    return read_keys(CheckoutSerializer, Checkout, [checkout.pk])[0]
