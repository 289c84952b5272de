"""Work to be done on assets."""

from typing import ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from assets.models.group import AssetGroup
from organisations.fields import CodePointCharField, NameField, refuse_unstorable
from organisations.models import Prefix, User
from organisations.models.base import TenantRow

LONGEST_DETAILS = 16_000


class WorkItemType(models.TextChoices):
    """What kind of work it is."""

    TASK = "task", "task"
    DEFECT = "defect", "defect"
    INSPECTION = "inspection", "inspection"


class WorkItemState(models.TextChoices):
    """Whether the work is still to be done."""

    OPEN = "open", "open"
    CLOSED = "closed", "closed"


class WorkItem(TenantRow):
    """A task, a defect or an inspection, of an asset or group or of none.

    Written through the work item services only, which number it and keep the counts
    of open and closed items on the group true.
    """

    type = models.CharField(
        max_length=20, choices=WorkItemType.choices, default=WorkItemType.TASK
    )
    state = models.CharField(
        max_length=10, choices=WorkItemState.choices, default=WorkItemState.OPEN
    )
    summary = NameField(max_length=100)
    details = models.TextField(
        blank=True,
        default="",
        validators=[MaxLengthValidator(LONGEST_DETAILS), refuse_unstorable],
    )
    asset_group = models.ForeignKey(
        AssetGroup,
        models.PROTECT,
        related_name="work_items",
        null=True,
        blank=True,
        db_index=False,
    )
    prefix = models.ForeignKey(Prefix, models.PROTECT, related_name="+", db_index=False)
    number = models.BigIntegerField(editable=False)
    formatted_number = CodePointCharField(max_length=60, editable=False)
    occurred_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    updated_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["prefix", "number"], name="assets_work_item_number"
            ),
            models.CheckConstraint(
                condition=Q(state=WorkItemState.OPEN, closed_at__isnull=True)
                | Q(state=WorkItemState.CLOSED, closed_at__isnull=False),
                name="assets_work_item_closed_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="assets_work_item_list"),
            models.Index(
                fields=["asset_group", "state"], name="assets_work_item_group"
            ),
            models.Index(
                fields=["organisation", "type", "id"],
                condition=Q(state=WorkItemState.OPEN),
                name="assets_work_item_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.formatted_number} {self.summary}"

    @property
    def is_open(self) -> bool:
        """Whether the work is still to be done."""
        return self.state == WorkItemState.OPEN
