"""Prefixes: series of numbers."""

from typing import Any, ClassVar

from config.api.fields import DescriptionString, SnowflakeString
from organisations.api.fleet.base import FleetSerializer, IdOf, RegisterViewSet
from organisations.api.fleet.filters import EnabledFilter
from organisations.models import Prefix
from organisations.permissions import Permission
from organisations.services import prefixes


class PrefixSerializer(FleetSerializer):
    """A series of numbers."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    description = DescriptionString(max_length=1000, required=False)

    class Meta:
        model = Prefix
        fields = (
            "id",
            "organisation_id",
            "description",
            "number_format",
            "number_digits",
            "last_number",
            "unique_number",
            "enabled",
        )


class PrefixViewSet(RegisterViewSet):
    """Prefixes; every member reads the list, one by one those who manage them."""

    queryset = Prefix.objects.all()
    serializer_class = PrefixSerializer
    filterset_class = EnabledFilter
    write_permission = Permission.MANAGE_ORGANISATION
    permissions: ClassVar = {"retrieve": Permission.MANAGE_ORGANISATION}
    path = "prefixes"
    missing: ClassVar[tuple[str, str]] = (
        "prefix_invalid",
        "The prefix does not exist.",
    )

    def perform_update(self, serializer: Any) -> Prefix:
        """Change what may still change."""
        return prefixes.update_prefix(
            prefix=self.row, values=serializer.validated_data, actor=self.actor
        )

    def perform_destroy(self, row: Prefix) -> None:
        """Delete a prefix that has never been used."""
        prefixes.delete_prefix(prefix=row, actor=self.actor)
