"""Logs and their files, as the fleet API shows and takes them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assets.api.fleet.serializers.words import UserField
from assets.models import AssetLog, Attachment, LogType
from assets.models.log import LARGEST_INTEGER, LONGEST_EMBED, LONGEST_LOG
from config.api.fields import (
    OptionalString,
    SnowflakeString,
    StrictInteger,
    StrictNumber,
    StrictString,
)
from config.api.rows import NestedField, Page, PageField, Read
from organisations.api.fleet.base import FleetSerializer, IdOf


class OfContent(PageField):
    """What is known of the content of a file."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.columns = (f"blob__{column}",)

    def bind_page(self, page: Page, prefix: str) -> Read:
        """Read the column of the content."""
        return page.reader(prefix + self.columns[0])


@extend_schema_field(serializers.CharField())
class TextOfContent(OfContent):
    """A text."""


@extend_schema_field(serializers.IntegerField())
class NumberOfContent(OfContent):
    """A number."""


@extend_schema_field(serializers.IntegerField(allow_null=True))
class EdgeOfContent(OfContent):
    """Width or height, of pictures only."""


class AttachmentSerializer(FleetSerializer):
    """The file of a log."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    asset_log_id = IdOf("log")
    file_hash = TextOfContent("file_hash")
    content_type = TextOfContent("content_type")
    length = NumberOfContent("length")
    width = EdgeOfContent("width")
    height = EdgeOfContent("height")
    created_by = UserField("created_by")

    class Meta:
        model = Attachment
        fields: Any = (
            "id",
            "organisation_id",
            "asset_log_id",
            "file_name",
            "file_hash",
            "content_type",
            "length",
            "width",
            "height",
            "created_at",
            "created_by",
        )
        read_only_fields = fields


@extend_schema_field(AttachmentSerializer(allow_null=True))
class AttachmentField(NestedField):
    """The file of the log, if there is one."""

    def __init__(self) -> None:
        super().__init__(AttachmentSerializer, "attachment")

    def to_representation(self, instance: AssetLog) -> Any:
        """Render one log, which may lack the row at the other end."""
        if not hasattr(instance, "attachment"):
            return None
        return super().to_representation(instance)


class AssetLogSerializer(FleetSerializer):
    """Something that a person wrote down about an asset or a group."""

    id = SnowflakeString(read_only=True)
    organisation_id = IdOf("organisation")
    asset_group_id = IdOf("asset_group")
    embed = OptionalString(read_only=True)
    attachment = AttachmentField()
    created_by = UserField("created_by")
    updated_by = UserField("updated_by")

    class Meta:
        model = AssetLog
        fields: Any = (
            "id",
            "organisation_id",
            "asset_group_id",
            "type",
            "log",
            "log_hash",
            "embed",
            "duration",
            "latitude",
            "longitude",
            "logged_at",
            "attachment",
            "created_by",
            "updated_by",
            "created_at",
            "updated_at",
        )
        read_only_fields = fields


class UploadField(serializers.FileField):
    """The one file of a form; a JSON body has none."""

    default_error_messages = {"several": "One file is taken."}

    def get_value(self, dictionary: Any) -> Any:
        """Take every file of the name, so that none is dropped silently."""
        if not hasattr(dictionary, "getlist"):
            return super().get_value(dictionary)
        found = [one for one in dictionary.getlist(self.field_name) if one != ""]
        if len(found) > 1:
            return found
        return found[0] if found else serializers.empty

    def to_internal_value(self, data: Any) -> Any:
        """Refuse texts, and several files."""
        if isinstance(data, list):
            self.fail("several")
        return super().to_internal_value(data)


class LogTextField(StrictString):
    """The text of a log, kept as it is to the last space: its hash is compared."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            allow_blank=True,
            trim_whitespace=False,
            max_length=LONGEST_LOG,
            help_text="Not empty unless there is an attachment.",
            **kwargs,
        )


class DurationField(StrictInteger):
    """How long something took, in seconds."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            allow_null=True,
            min_value=0,
            max_value=LARGEST_INTEGER,
            help_text="In seconds.",
        )


class NewLogSerializer(serializers.Serializer[Any]):
    """What a body says of a log to be written; numbers may come as texts."""

    type = serializers.ChoiceField(LogType.choices, required=False)
    log = LogTextField(default="")
    nonce = SnowflakeString(
        required=False,
        allow_null=True,
        help_text="The same nonce again is answered 304 with the first log's address.",
    )
    embed = OptionalString(max_length=LONGEST_EMBED, trim_whitespace=False)
    duration = DurationField()
    latitude = StrictNumber(
        required=False, allow_null=True, min_value=-90, max_value=90
    )
    longitude = StrictNumber(
        required=False, allow_null=True, min_value=-180, max_value=180
    )
    logged_at = serializers.DateTimeField(required=False)
    attachment = UploadField(
        required=False, allow_null=True, help_text="At most 25 MiB, in a form only."
    )


class ChangedLogSerializer(serializers.Serializer[Any]):
    """What the writer of a log may change."""

    log = LogTextField(required=False)
    duration = DurationField()
