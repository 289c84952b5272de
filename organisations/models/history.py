"""The one history of the register."""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from organisations.models.base import Row
from organisations.models.user import User
from organisations.querysets import ChangeQuerySet


class WritingTransaction(models.Func):
    """The number of the transaction that writes the row; 0 where they queue up.

    PostgreSQL commits transactions in another order than they take ids in; SQLite
    lets one write at a time.
    """

    output_field = models.BigIntegerField()

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the constant of a database with one writer."""
        return "0", ()

    def as_postgresql(self, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the current transaction's number."""
        return "(pg_current_xact_id()::text::bigint)", ()


class Change(Row):
    """One changed field of one row, or the creation or deletion of a row.

    `old` and `new` are JSON values; a creation carries every value in `new`, a
    deletion every value in `old`. Rows are written by services and never altered, but
    for those that are noted by hand.
    """

    class Action(models.TextChoices):
        """What happened to the row."""

        CREATED = "created"
        CHANGED = "changed"
        DELETED = "deleted"
        RESTORED = "restored"
        # A line that somebody wrote by hand, and a secret that somebody looked at.
        NOTED = "noted"
        READ = "read"

    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    model = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=10, choices=Action.choices)
    field = models.CharField(max_length=60, blank=True, default="")
    old = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    new = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    user = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    who = models.CharField(max_length=150, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    transaction = models.BigIntegerField(
        db_default=WritingTransaction(), editable=False
    )

    objects = ChangeQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Row.Meta):
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(
                fields=["model", "object_id", "id"], name="organisations_change_object"
            ),
            models.Index(
                fields=["organisation", "transaction", "id"],
                name="organisations_change_feed",
            ),
            models.Index(
                fields=["organisation", "model", "id"],
                name="organisations_change_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id} {self.action} {self.field}".rstrip()
