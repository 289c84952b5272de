"""What history looks like in the fleet API."""

from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.errors import Refusal
from config.api.fields import SnowflakeString
from config.api.rows import NestedField, read_rows
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.people import EmbeddedUserSerializer
from organisations.models import Change


@extend_schema_field(EmbeddedUserSerializer(allow_null=True))
class ActorField(NestedField):
    """Who made the change, while the person exists."""

    def __init__(self) -> None:
        super().__init__(EmbeddedUserSerializer, "user")


class ChangeSerializer(FleetSerializer):
    """One changed field, or a creation or deletion with all values.

    `field` is the property, or `fields/<id>` for a custom field.
    """

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    object_id = SnowflakeString(read_only=True)
    user = ActorField()

    class Meta:
        model = Change
        fields = (
            "id",
            "organisation_id",
            "model",
            "object_id",
            "action",
            "field",
            "old",
            "new",
            "user",
            "who",
            "at",
            "request_id",
        )
        read_only_fields = fields


CURSORS = signing.Signer(salt="organisations.changes")
DEFAULT_LIMIT, MOST = 100, 1_000


class FeedSerializer(serializers.Serializer[Any]):
    """A page of the change feed."""

    value = ChangeSerializer(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()


class ChangeFeedViewSet(RegisterViewSet):
    """Everything that changed in the organisation, oldest first (section 6).

    `after` is the cursor of an earlier answer. The feed is complete: what transactions
    that still run will add comes behind the cursor.
    """

    queryset = Change.objects.all()
    serializer_class = ChangeSerializer
    filter_backends = ()

    @extend_schema(responses=FeedSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the changes behind the cursor, and the cursor behind these."""
        limit = self.limit()
        place = self.place()
        found = Change.objects.filter(organisation=self.access.organisation)
        behind = found.settled().after(*place)
        places = list(behind.values_list("transaction", "id")[: limit + 1])
        keys = [key for _, key in places[:limit]]
        rows = Change.objects.filter(pk__in=keys).order_by("transaction", "id")
        cursor = places[:limit][-1] if keys else place
        return Response(
            {
                "value": read_rows(ChangeSerializer, rows),
                "cursor": CURSORS.sign_object(self.bound(cursor)),
                "more": len(places) > limit,
            }
        )

    def bound(self, place: tuple[int, int]) -> tuple[int, ...]:
        """Return the place together with the organisation it is good for."""
        return (self.access.organisation.pk, *place)

    def place(self) -> tuple[int, int]:
        """Read the cursor; without one the feed begins."""
        text = self.request.query_params.get("after", "")
        if not text:
            return 0, 0
        try:
            organisation, *place = CURSORS.unsign_object(text)
        except signing.BadSignature:
            organisation, place = None, []
        if organisation != self.access.organisation.pk:
            sentence = "The cursor is not one of this feed."
            raise Refusal("invalid_filter", sentence, field="after")
        return place[0], place[1]

    def limit(self) -> int:
        """Read how many changes are wanted."""
        text = self.request.query_params.get("limit", "") or str(DEFAULT_LIMIT)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST:
            sentence = f"A number from 1 to {MOST} is expected."
            raise Refusal("invalid_filter", sentence, field="limit")
        return int(text)
