"""The register's one table of things: assets, equipment and groups of assets."""

from typing import Any, ClassVar

import orjson
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from assets.ephemerality import Ephemerality
from assets.models.catalogue import AssetStatus, AssetType
from assets.querysets import AssetGroupQuerySet, OfGroup
from organisations.fields import (
    CodePointCharField,
    DescriptionField,
    NameField,
    NormalisedNameField,
)
from organisations.models import (
    Fleet,
    Location,
    Prefix,
    SubLocation,
    Subscription,
)
from organisations.models.base import Row, TenantRow
from organisations.models.prefix import LARGEST_NUMBER

PRESENT = Q(deleted_at=None)
DELETED = Q(deleted_at__isnull=False)


class FieldValuesField(models.JSONField[Any, Any]):
    """Custom field values: `{"f<field id>": canonical value}`."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Read the text of the column with the fast parser."""
        return orjson.loads(value) if isinstance(value, str | bytes) else value


class AssetGroup(TenantRow):
    """An asset, a piece of equipment, or a group of assets (contract 3.1).

    Written through the asset services only, which validate the field values, take
    the number, keep `governed_by` and `position` true and leave history.
    """

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {
        "unique_number",
        "governed_by",
        "position",
        "activated_at",
        "deleted_at",
        "open_work_item_count",
        "closed_work_item_count",
    }

    ephemerality = models.PositiveSmallIntegerField(choices=Ephemerality.choices)
    type = models.ForeignKey(
        AssetType,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    status = models.ForeignKey(
        AssetStatus,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    fleet = models.ForeignKey(
        Fleet, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    sub_location = models.ForeignKey(
        SubLocation,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    name = NameField()
    normalised_name = NormalisedNameField()
    description = DescriptionField()
    fields = FieldValuesField(default=dict, blank=True)
    active = models.BooleanField(default=True)
    prefix = models.ForeignKey(Prefix, models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_NUMBER)]
    )
    unique_number = models.BooleanField(default=True, editable=False)
    formatted_number = CodePointCharField(max_length=60, editable=False)
    group = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="The permanent group the asset is in.",
    )
    governed_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="governed",
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        help_text="The active group whose location the asset has.",
    )
    position = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    activated_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the group was last activated: the latest one governs.",
    )

    # Kept true by the services of work items.
    open_work_item_count = models.PositiveIntegerField(default=0, editable=False)
    closed_work_item_count = models.PositiveIntegerField(default=0, editable=False)

    objects = AssetGroupQuerySet.as_manager()  # type: ignore[misc]

    # The group that a new asset joins once it is stored.
    joining: "AssetGroup | None" = None

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["prefix", "number"],
                condition=Q(unique_number=True),
                name="assets_group_number",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                # Those after the id are for who counts: by a read of the index alone.
                fields=[
                    *("organisation", "ephemerality", "id"),
                    *("active", "type", "status", "location", "governed_by"),
                ],
                condition=PRESENT,
                name="assets_group_list",
            ),
            models.Index(
                fields=["organisation", "normalised_name", "id"],
                condition=PRESENT,
                name="assets_group_name",
            ),
            models.Index(
                fields=["organisation", "id"],
                condition=DELETED,
                name="assets_group_deleted",
            ),
            models.Index(fields=["type", "id"], name="assets_group_type"),
            models.Index(fields=["status", "id"], name="assets_group_status"),
            models.Index(fields=["fleet", "id"], name="assets_group_fleet"),
            models.Index(fields=["location", "id"], name="assets_group_location"),
            models.Index(fields=["prefix", "number"], name="assets_group_prefix"),
            # Most rows name none of these, and cost nothing here.
            *(
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"assets_group_{name}",
                )
                for name in ("group", "governed_by", "sub_location", "subscription")
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def recorded(self) -> dict[str, object]:
        """Return the values that history compares, each custom field for itself."""
        values = super().recorded()
        values.pop("fields")
        custom = {f"fields/{key[1:]}": value for key, value in self.fields.items()}
        return values | custom

    @property
    def in_service(self) -> bool:
        """Active, and in no status or an active one (resolution 10)."""
        return self.active and (self.status is None or self.status.active)


class AssetManager(models.Manager.from_queryset(AssetGroupQuerySet)):  # type: ignore[misc]
    """Single assets only."""

    def get_queryset(self) -> AssetGroupQuerySet[Any]:
        """Narrow every query to ephemerality 0."""
        return super().get_queryset().single()  # type: ignore[no-any-return]


class EquipmentManager(models.Manager.from_queryset(AssetGroupQuerySet)):  # type: ignore[misc]
    """Equipment only."""

    def get_queryset(self) -> AssetGroupQuerySet[Any]:
        """Narrow every query to ephemerality 3."""
        return super().get_queryset().equipment()  # type: ignore[no-any-return]


class Asset(AssetGroup):
    """A row of the register that is one asset."""

    objects = AssetManager()  # type: ignore[misc]

    class Meta:
        proxy = True


class Equipment(AssetGroup):
    """A row of the register that is a piece of equipment."""

    objects = EquipmentManager()  # type: ignore[misc]

    class Meta:
        proxy = True
        verbose_name_plural = "equipment"


class GroupMember(Row):
    """The place of an asset in a group."""

    group = models.ForeignKey(
        AssetGroup, models.CASCADE, related_name="members", db_index=False
    )
    asset = models.ForeignKey(
        AssetGroup, models.CASCADE, related_name="memberships", db_index=False
    )
    position = models.IntegerField()
    source_group = models.ForeignKey(
        AssetGroup,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text="The permanent group as part of which the asset came in.",
    )

    objects = OfGroup.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["group", "position"]
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["group", "position"], name="assets_member_position"
            ),
            models.UniqueConstraint(
                fields=["asset", "group"], name="assets_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.asset} in {self.group}"
