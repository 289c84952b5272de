"""Answers kept for requests that may come twice."""

import uuid
from typing import ClassVar

from django.db import models

from organisations.models.base import Row
from organisations.models.user import User


class IdempotencyKey(Row):
    """A person's key for one unsafe request, and the answer it got (contract C17).

    Without a `status` the request still runs, or has died; `holder` tells which
    request may write the answer.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    holder = models.UUIDField(default=uuid.uuid4)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    body = models.TextField(blank=True, default="")
    location = models.CharField(max_length=255, blank=True, default="")

    class Meta(Row.Meta):
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "key"], name="organisations_idempotency_key"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "claimed_at"], name="idempotency_by_age")
        ]

    def __str__(self) -> str:
        return self.key
