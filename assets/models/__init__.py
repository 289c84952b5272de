"""What is owned, and the words it is described with."""

from assets.models.catalogue import (
    AssetStatus,
    AssetType,
    AssetTypeField,
    AssetTypeZone,
    AssetZone,
)
from assets.models.field import AssetField, EnumValue, FieldType
from assets.models.group import Asset, AssetGroup, Equipment, GroupMember
from assets.models.log import AssetLog, Attachment, Blob, LogType, Nonce
from assets.models.work_item import WorkItem, WorkItemState, WorkItemType

__all__ = [
    "Asset",
    "AssetField",
    "AssetGroup",
    "AssetLog",
    "AssetStatus",
    "AssetType",
    "AssetTypeField",
    "AssetTypeZone",
    "AssetZone",
    "Attachment",
    "Blob",
    "EnumValue",
    "Equipment",
    "FieldType",
    "GroupMember",
    "LogType",
    "Nonce",
    "WorkItem",
    "WorkItemState",
    "WorkItemType",
]
