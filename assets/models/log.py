"""What people wrote down about assets, and the files they added."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, ClassVar
from uuid import uuid4

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
)
from django.db import models
from django.db.models import Q

from assets.models.group import AssetGroup
from organisations.fields import NameField, refuse_infinite, refuse_unstorable
from organisations.models import User
from organisations.models.base import Row, TenantRow

LONGEST_LOG = 16_000
LONGEST_EMBED = 4_000
LARGEST_INTEGER = 2_147_483_647


class TextHashField(models.CharField[str, str]):
    """The SHA-256 of another field's text in UTF-8, as hexadecimal digits."""

    def __init__(self, *args: Any, source: str = "log", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 64)
        kwargs["editable"] = False
        kwargs["blank"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the source in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Derive the hash at every save."""
        value = sha256(getattr(model_instance, self.source).encode()).hexdigest()
        setattr(model_instance, self.attname, value)
        return value


class LogType(models.TextChoices):
    """What an entry of the log is; the source knows one kind (resolution 28)."""

    COMMENT = "comment", "comment"


class AssetLog(TenantRow):
    """Something a person wrote down about an asset or a group, perhaps with a file.

    Written through the log services only, which keep the text that a change replaces
    in history and remove a file that nothing refers to any more.
    """

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {"log_hash"}

    asset_group = models.ForeignKey(
        AssetGroup, models.PROTECT, related_name="logs", db_index=False
    )
    type = models.CharField(
        max_length=20, choices=LogType.choices, default=LogType.COMMENT
    )
    log = models.TextField(
        blank=True, validators=[MaxLengthValidator(LONGEST_LOG), refuse_unstorable]
    )
    log_hash = TextHashField()
    embed = models.TextField(
        blank=True,
        default="",
        validators=[MaxLengthValidator(LONGEST_EMBED), refuse_unstorable],
        help_text="Opaque content of the client; never shown as HTML.",
    )
    duration = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(LARGEST_INTEGER)],
        help_text="In seconds.",
    )
    latitude = models.FloatField(
        null=True,
        blank=True,
        validators=[refuse_infinite, MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        null=True,
        blank=True,
        validators=[refuse_infinite, MinValueValidator(-180), MaxValueValidator(180)],
    )
    logged_at = models.DateTimeField()
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    updated_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="assets_log_position",
                violation_error_code="latitude_longitude_together",
                violation_error_message="Latitude and longitude are given together.",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asset_group", "id"], name="assets_log_list")
        ]

    def __str__(self) -> str:
        return self.log[:60] or str(self.pk)


def blob_path(blob: "Blob", file_name: str) -> str:
    """Return where the content is stored: a folder of its own, never used twice.

    Content that is removed and comes back at once must not lose its new copy to the
    removal of the old one.
    """
    folder = f"attachments/{blob.organisation_id}/{blob.file_hash[:2]}"
    return f"{folder}/{blob.file_hash}-{uuid4().hex[:12]}/original"


class Blob(TenantRow):
    """The content of files, stored once for an organisation however often it came."""

    file_hash = models.CharField(max_length=64)
    file = models.FileField(upload_to=blob_path, max_length=200)
    content_type = models.CharField(max_length=100)
    length = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)

    class Meta(TenantRow.Meta):
        constraints: ClassVar = [
            *TenantRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "file_hash"], name="assets_blob_once"
            ),
        ]

    def __str__(self) -> str:
        return self.file_hash


class Attachment(TenantRow):
    """The file of a log, under the name it had where it came from."""

    unrecorded: ClassVar[frozenset[str]] = TenantRow.unrecorded | {
        "blob",
        "created_by",
    }

    log = models.OneToOneField(AssetLog, models.CASCADE, related_name="attachment")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    file_name = NameField(max_length=255, min_length=1)
    created_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()

    class Meta(TenantRow.Meta):
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.file_name

    def recorded(self) -> dict[str, object]:
        """Return the values that history compares, the content by its hash."""
        return super().recorded() | {"file_hash": self.blob.file_hash}


class Nonce(Row):
    """A client's number for one submission: the same again is answered with the first.

    It outlives what was made, so that a late copy does not bring back what somebody
    has deleted (resolution 25).
    """

    class Kind(models.TextChoices):
        """What was submitted."""

        LOG = "log"
        WORK_ITEM = "work_item"

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    nonce = models.BigIntegerField()
    object_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(Row.Meta):
        constraints: ClassVar = [
            *Row.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "kind", "nonce"], name="assets_nonce_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "created_at"], name="assets_nonce_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.nonce}"
