"""Lists whose rows have custom fields."""

from functools import cached_property

from assets.services.conditions import custom_property
from assets.services.definitions import Definitions
from config.api.odata.properties import CustomProperty
from organisations.api.fleet.base import RegisterViewSet


class CustomFieldsViewSet(RegisterViewSet):
    """A list whose rows have custom fields, those of the request's organisation."""

    @cached_property
    def definitions(self) -> Definitions:
        """The fields of the organisation, read when one is named."""
        return Definitions.of_organisation(self.access.organisation)

    def custom_property(self, name: str) -> CustomProperty | None:
        """Find a custom field by its id or name."""
        return custom_property(self.definitions, name)
