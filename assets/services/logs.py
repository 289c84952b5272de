"""What people write down about assets (contract rows 36 to 41)."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from assets.models import AssetGroup, AssetLog, Attachment
from assets.services.attachments import attach, detach
from assets.services.contents import check_content
from config.api.errors import Refusal, invalid
from organisations.models import User
from organisations.services import history, rows

POSITION = ("latitude", "longitude")
NOT_GIVEN = (None, "")


def check_position(values: Mapping[str, object]) -> None:
    """Raise `latitude_longitude_together` for half a position (resolution 31)."""
    missing = [key for key in POSITION if values.get(key) in NOT_GIVEN]
    if len(missing) == 1:
        sentence = "Latitude and longitude are given together."
        raise Refusal("latitude_longitude_together", sentence, field=missing[0])


@transaction.atomic
def create_log(
    *,
    group: AssetGroup,
    values: Mapping[str, Any],
    file: File | None = None,  # type: ignore[type-arg]
    actor: User,
) -> AssetLog:
    """Write something down about an asset or a group, perhaps with a file.

    Without `logged_at` it is now. Raise `latitude_longitude_together`, `invalid_body`
    for values and for a broken file, and `file_too_large`, in this order.
    """
    check_position(values)
    _refuse_empty(values.get("log", ""), has_file=file is not None)
    content = check_content(file) if file is not None else None
    now = timezone.now()
    log = AssetLog(
        organisation_id=group.organisation_id,
        asset_group=group,
        created_by=actor,
        updated_by=actor,
        created_at=now,
        updated_at=now,
        **{"logged_at": now, **values},
    )
    rows.create(log, actor=actor)
    if content is not None:
        attach(log, content, actor=actor)
    return log


@transaction.atomic
def update_log(
    log: AssetLog, values: Mapping[str, Any], *, actor: User | None
) -> AssetLog:
    """Change the text or the duration; history keeps the old ones (resolution 32)."""
    log = rows.locked(log)
    changed = {
        key: value for key, value in values.items() if getattr(log, key) != value
    }
    if not changed:
        return log
    if "log" in changed:
        has_file = Attachment.objects.filter(log=log).exists()
        _refuse_empty(changed["log"], has_file=has_file)
    return rows.update(log, {**changed, "updated_by": actor}, actor=actor)


@transaction.atomic
def delete_log(log: AssetLog, *, actor: User | None) -> None:
    """Delete a log and its file; history keeps the text, and the nonce its meaning."""
    log = rows.locked(log)
    attachment = Attachment.objects.filter(log=log).select_related("blob").first()
    if attachment is not None:
        detach(attachment, actor=actor)
    history.record_deleted(log, actor=actor)
    log.delete()


def _refuse_empty(text: str, *, has_file: bool) -> None:
    if not text and not has_file:
        raise invalid({"log": ["A text is required unless a file comes with it."]})
