"""Subscriptions: what the operator of the register sells."""

from rest_framework.permissions import SAFE_METHODS

from config.api.errors import Refusal
from config.api.fields import NameString, SnowflakeString
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.filters import NamedFilter
from organisations.models import Subscription


class SubscriptionSerializer(FleetSerializer):
    """A number of seats for assets, for a time."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    name = NameString(min_length=2, max_length=20)

    class Meta:
        model = Subscription
        fields = (
            "id",
            "organisation_id",
            "name",
            "capacity",
            "allocated",
            "starts_at",
            "ends_at",
            "enabled",
        )
        read_only_fields = ("allocated",)


class SubscriptionViewSet(RegisterViewSet):
    """Subscriptions; members read them, staff among the members sell them."""

    queryset = Subscription.objects.all()
    serializer_class = SubscriptionSerializer
    filterset_class = NamedFilter
    path = "subscriptions"

    def check_access(self) -> None:
        """Let staff of the operator write, and nobody else."""
        self.access.require_member()
        if self.request.method not in SAFE_METHODS and not self.actor.is_staff:
            raise Refusal("missing_permission", "Only staff sell subscriptions.")
