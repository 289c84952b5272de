"""Files of logs: kept by content, shown whole or smaller, removed with the last log."""

import logging
from functools import partial
from posixpath import dirname

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import IntegrityError, transaction

from assets.models import AssetLog, Attachment, Blob
from assets.models.log import blob_path
from assets.services import images
from assets.services.contents import Content
from config.api.downloads import Download
from config.api.errors import Refusal
from organisations.models import User
from organisations.services import history

logger = logging.getLogger(__name__)

# Sizes of one picture that are kept; others are made anew each time.
MOST_SIZES = 16


@transaction.atomic
def attach(log: AssetLog, content: Content, *, actor: User) -> Attachment:
    """Give a log its file; content the organisation has already is not stored again.

    Storing comes last: what fails before leaves no file behind.
    """
    blob, is_new = _blob_of(log.organisation_id, content)
    attachment = Attachment(
        organisation_id=log.organisation_id,
        log=log,
        blob=blob,
        file_name=content.file_name,
        created_by=actor,
        created_at=log.created_at,
    )
    attachment.save(force_insert=True)
    history.record_created([attachment], actor=actor)
    if is_new:
        _store(blob, content)
    return attachment


def _blob_of(organisation_id: int, content: Content) -> tuple[Blob, bool]:
    """Return the row of the content, locked, and whether it was made just now."""
    same = Blob.objects.filter(
        organisation=organisation_id, file_hash=content.file_hash
    ).select_for_update(no_key=True)
    if found := same.first():
        return found, False
    blob = Blob(
        organisation_id=organisation_id,
        file_hash=content.file_hash,
        content_type=content.content_type,
        length=content.length,
        width=content.width,
        height=content.height,
    )
    blob.file = blob_path(blob, content.file_name)
    try:
        with transaction.atomic():
            blob.save(force_insert=True)
    except IntegrityError:
        # Somebody else stores the same content at this moment, and has just finished.
        if found := same.first():
            return found, False
        raise
    return blob, True


def _store(blob: Blob, content: Content) -> None:
    content.file.seek(0)
    try:
        blob.file.storage.save(str(blob.file.name), content.file)
    except OSError:
        remove_files(blob.file.storage, str(blob.file.name))
        raise


@transaction.atomic
def detach(attachment: Attachment, *, actor: User | None) -> None:
    """Take the file away; its bytes go after the commit, unless another log has them.

    The lock keeps others from taking up content that is about to go.
    """
    blob = Blob.objects.select_for_update().get(pk=attachment.blob_id)
    history.record_deleted(attachment, actor=actor)
    attachment.delete()
    if blob.attachments.exists():
        return
    blob.delete()
    remove = partial(remove_files, blob.file.storage, str(blob.file.name))
    transaction.on_commit(remove, robust=True)


def remove_files(storage: Storage, path: str) -> None:
    """Remove the content at the path and the smaller pictures beside it."""
    folder = dirname(path)
    try:
        names = storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


def is_smaller(blob: Blob, size: int | None) -> bool:
    """Tell whether a picture of this size is another one than the original.

    Pictures are never enlarged, and of other files there is one size only.
    """
    if size is None or blob.content_type not in images.RESIZABLE:
        return False
    return max(blob.width or 0, blob.height or 0) > size


def tag_of(blob: Blob, size: int | None) -> str:
    """Name the bytes that are sent: the content's hash, and the size if smaller."""
    return f"{blob.file_hash}-{size}" if is_smaller(blob, size) else blob.file_hash


def download_of(attachment: Attachment, size: int | None) -> Download:
    """Open the file to be sent, or the picture with `size` pixels on its longer edge.

    Raise `not_found` when the storage has lost it.
    """
    blob = attachment.blob
    file = _open(blob, size)
    return Download(
        file=file,
        length=file.size,
        content_type=blob.content_type,
        tag=tag_of(blob, size),
        name=attachment.file_name,
    )


def _open(blob: Blob, size: int | None) -> File:  # type: ignore[type-arg]
    try:
        if size is not None and is_smaller(blob, size):
            return _open_smaller(blob, size)
        return blob.file.storage.open(str(blob.file.name))
    except FileNotFoundError as error:
        logger.exception("the storage has no %s", blob.file.name)
        raise Refusal("not_found", "The file is gone.") from error


def _open_smaller(blob: Blob, size: int) -> File:  # type: ignore[type-arg]
    """Return a smaller picture, made once and then kept beside the original."""
    storage, path = blob.file.storage, f"{dirname(str(blob.file.name))}/{size}"
    kept = _kept(storage, path)
    if kept is not None and images.is_whole(kept, blob.content_type):
        return ContentFile(kept)
    with storage.open(str(blob.file.name)) as original:
        made = images.resized(original, blob.content_type, size)
    if made is None:
        return storage.open(str(blob.file.name))
    if kept is None:
        _keep(blob, path, made)
    return ContentFile(made)


def _kept(storage: Storage, path: str) -> bytes | None:
    try:
        with storage.open(path) as file:
            found: bytes = file.read()
            return found
    except FileNotFoundError:
        return None


def _keep(blob: Blob, path: str, made: bytes) -> None:
    """Keep the picture, unless there are many already or the content has just gone."""
    storage = blob.file.storage
    if len(storage.listdir(dirname(path))[1]) > MOST_SIZES:
        return
    storage.save(path, ContentFile(made))
    if not Blob.objects.filter(pk=blob.pk).exists():
        remove_files(storage, path)
