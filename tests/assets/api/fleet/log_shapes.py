"""What logs, attachments and work items look like, written out by hand."""

from assets.models import AssetLog, Attachment, WorkItem
from tests.assets.api.fleet.shapes import Json, moment, reference, user_shape


def log_shape(row: AssetLog) -> Json:
    """Return the AssetLog."""
    attachment = Attachment.objects.filter(log=row).first()
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "asset_group_id": reference(row.asset_group),
        "type": row.type,
        "log": row.log,
        "log_hash": row.log_hash,
        "embed": row.embed or None,
        "duration": row.duration,
        "latitude": row.latitude,
        "longitude": row.longitude,
        "logged_at": moment(row.logged_at),
        "attachment": attachment and attachment_shape(attachment),
        "created_by": user_shape(row.created_by),
        "updated_by": user_shape(row.updated_by),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def attachment_shape(row: Attachment) -> Json:
    """Return the Attachment."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "asset_log_id": reference(row.log),
        "file_name": row.file_name,
        "file_hash": row.blob.file_hash,
        "content_type": row.blob.content_type,
        "length": row.blob.length,
        "width": row.blob.width,
        "height": row.blob.height,
        "created_at": moment(row.created_at),
        "created_by": user_shape(row.created_by),
    }


def item_shape(row: WorkItem) -> Json:
    """Return the WorkItem without the asset that it embeds."""
    return {
        "id": reference(row),
        "organisation_id": reference(row.organisation),
        "type": row.type,
        "state": row.state,
        "number": row.number,
        "prefix_id": reference(row.prefix),
        "formatted_number": row.formatted_number,
        "summary": row.summary,
        "details": row.details,
        "asset_group_id": reference(row.asset_group),
        "occurred_at": moment(row.occurred_at),
        "closed_at": moment(row.closed_at) if row.closed_at else None,
        "created_by": user_shape(row.created_by),
        "updated_by": user_shape(row.updated_by),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }
