"""Imports: who loaded which file, how far it came, and what it did."""

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from organisations.models.base import TenantRow
from organisations.models.user import User


class ImportRun(TenantRow):
    """One file on its way into the register.

    Its lines of history carry `request_id`, so that all it did can be found, told and
    taken back. `options` and `report` are those of config.imports, as JSON. While a run
    waits or runs, no other of the same file may start.
    """

    class State(models.TextChoices):
        """How far a run has come; a draft is asked for, but not yet to be loaded."""

        DRAFT = "draft"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDONE = "undone"

    OPEN: ClassVar = (State.WAITING, State.RUNNING)

    user = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, db_index=False
    )
    who = models.CharField(max_length=150)
    type = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True, max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    options = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    is_dry_run = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    loaded = models.PositiveIntegerField(
        default=0, help_text="Rows of the file that need not be looked at again."
    )
    report = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=150, blank=True, default="")

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "type", "sha256"],
                condition=Q(state__in=["waiting", "running"], is_dry_run=False),
                name="organisations_importrun_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="importrun_list")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def request_id(self) -> str:
        """What the lines of history carry that this run wrote."""
        return f"import-{self.pk}"

    @property
    def undo_id(self) -> str:
        """What the lines of history carry that took this run back."""
        return f"undo-{self.pk}"
