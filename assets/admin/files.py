"""Files of logs in the back office, by the rules of the API for what may be shown."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import path

from assets.models import Attachment
from assets.services import attachments
from assets.services.images import RESIZABLE
from config.api import downloads
from config.api.errors import Refusal
from organisations.admin.base import ScopedAdmin

# Pixels of the longer edge, twice of what a page gives them.
THUMBNAIL = 320


def is_picture(attachment: Attachment) -> bool:
    """Tell whether browsers may show the file; all others they offer to save."""
    return attachment.blob.content_type in downloads.SHOWN_INLINE & RESIZABLE.keys()


class FilesAdmin(ScopedAdmin):
    """Answers the bytes of files, whole or as a small picture."""

    def get_urls(self) -> list[Any]:
        """Add the addresses of the bytes."""
        view = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/file/",
                view(self.whole),
                name="assets_attachment_file",
            ),
            path(
                "<path:object_id>/thumbnail/",
                view(self.thumbnail),
                name="assets_attachment_thumbnail",
            ),
            *super().get_urls(),
        ]

    def whole(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Answer the file as it came."""
        return self.sent(request, object_id, None)

    def thumbnail(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Answer a small picture; there is none of what is no picture."""
        return self.sent(request, object_id, THUMBNAIL)

    def sent(
        self, request: HttpRequest, object_id: str, size: int | None
    ) -> HttpResponseBase:
        """Answer bytes of a file that the person sees."""
        found: Attachment | None = self.get_object(request, object_id)
        if found is None or (size is not None and not is_picture(found)):
            raise Http404
        tag = attachments.tag_of(found.blob, size)
        unchanged = downloads.not_modified(request, tag)
        if unchanged is not None:
            return unchanged
        try:
            download = attachments.download_of(found, size)
        except Refusal as refusal:
            raise Http404(refusal.message) from refusal
        return downloads.send(request, download)
