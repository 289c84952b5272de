"""Makes statuses, types, fields, zones and assets for tests."""

from typing import Any

import factory
from django.utils import timezone

from assets.ephemerality import Ephemerality
from assets.models import (
    AssetField,
    AssetGroup,
    AssetStatus,
    AssetType,
    AssetTypeField,
    AssetZone,
    EnumValue,
    FieldType,
)
from assets.services.creation import create_assets
from assets.services.drafts import AssetDraft
from organisations.models import Organisation
from tests.factories.base import RowFactory


class AssetStatusFactory(RowFactory):
    """A status of an organisation that must be given."""

    class Meta:
        model = AssetStatus

    name = factory.Sequence(lambda n: f"status {n}")


class AssetZoneFactory(RowFactory):
    """A zone of an organisation that must be given."""

    class Meta:
        model = AssetZone

    name = factory.Sequence(lambda n: f"zone {n}")


class AssetFieldFactory(RowFactory):
    """A text field of an organisation that must be given."""

    class Meta:
        model = AssetField

    name = factory.Sequence(lambda n: f"field {n}")
    type = FieldType.TEXT


class EnumValueFactory(RowFactory):
    """A value of an enum field that must be given."""

    class Meta:
        model = EnumValue

    value = factory.Sequence(lambda n: f"value {n}")
    updated_at = factory.LazyFunction(timezone.now)


class AssetTypeFactory(RowFactory):
    """A type of single assets, of an organisation that must be given.

    `with_fields=[...]` hangs fields on it.
    """

    class Meta:
        model = AssetType
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"type {n}")
    ephemerality = Ephemerality.SINGLE

    @factory.post_generation  # type: ignore[untyped-decorator]
    def with_fields(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Hang the given fields on the type."""
        for field in extracted or ():
            AssetTypeField.objects.create(type=self, field=field)


def make_assets(
    organisation: Organisation, count: int = 1, **values: Any
) -> list[AssetGroup]:
    """Make assets through the service, of a type of their own unless one is given."""
    if "type_id" not in values:
        values["type_id"] = AssetTypeFactory(organisation=organisation).pk
    kind = values.pop("ephemerality", Ephemerality.SINGLE)
    drafts = [AssetDraft(**{"name": f"asset {n}", **values}) for n in range(count)]
    return create_assets(
        organisation=organisation,
        drafts=drafts,
        actor=organisation.owner,
        ephemerality=kind,
    )


def make_asset(organisation: Organisation, **values: Any) -> AssetGroup:
    """Make one asset through the service."""
    return make_assets(organisation, 1, **values)[0]
