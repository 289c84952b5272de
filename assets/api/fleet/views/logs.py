"""Logs of assets and groups, and their files."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.log_filters import AssetLogFilter, wanted_size
from assets.api.fleet.serializers.logs import (
    AssetLogSerializer,
    ChangedLogSerializer,
    NewLogSerializer,
)
from assets.api.fleet.views.once import OnceViewSet
from assets.models import AssetGroup, AssetLog, Nonce
from assets.services import attachments, logs
from assets.services.conditions import LOG_PROPERTIES
from config.api import downloads
from config.api.errors import Refusal
from config.api.parsers import JsonParser
from config.api.schema import ErrorSerializer
from config.api.uploads import MultipartParser
from organisations.api.fleet.base import RegisterViewSet
from organisations.permissions import Permission


class LogOfGroupViewSet(OnceViewSet):
    """Contract rows 36 and 37: the logs of the group in the path."""

    queryset = AssetGroup.objects.present()
    serializer_class = AssetLogSerializer
    filterset_class = AssetLogFilter
    filter_properties = LOG_PROPERTIES
    parser_classes = [JsonParser, MultipartParser]
    page_size = 50
    nonce_kind = Nonce.Kind.LOG
    missing = ("not_found", "The asset group does not exist.")
    path = "assetlogs"

    def listed(self) -> "models.QuerySet[Any, Any]":
        """Return the logs, the newest first."""
        return AssetLog.objects.filter(asset_group=self.row)

    @extend_schema(
        request={
            "application/json": NewLogSerializer,
            "multipart/form-data": NewLogSerializer,
        },
        responses={201: AssetLogSerializer, 304: None},
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write something down, once for its nonce."""
        return super().create(request, *args, **kwargs)

    def submit(self) -> AssetLog:
        """Write the log."""
        logs.check_position(self.body)
        wanted = NewLogSerializer(data=self.body)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        values.pop("nonce", None)
        file = values.pop("attachment", None)
        return logs.create_log(
            group=self.row, values=values, file=file, actor=self.actor
        )


class AssetLogViewSet(RegisterViewSet):
    """Contract rows 38, 40 and 41."""

    queryset = AssetLog.objects.filter(asset_group__deleted_at=None)
    serializer_class = AssetLogSerializer
    permissions: ClassVar = {"destroy": Permission.MANAGE_FLEETS}
    missing = ("not_found", "The asset log does not exist.")
    path = "assetlogs"

    def check_access(self) -> None:
        """Let members read, and of the members only the writer change."""
        super().check_access()
        is_change = self.action == "partial_update"
        if is_change and self.row.created_by_id != self.actor.pk:
            raise Refusal("not_creator", "Somebody else has written this.")

    @extend_schema(request=ChangedLogSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the text or the duration."""
        wanted = ChangedLogSerializer(data=self.body)
        wanted.is_valid(raise_exception=True)
        log = logs.update_log(self.row, wanted.validated_data, actor=self.actor)
        return Response(self.shown(log))

    def perform_destroy(self, row: AssetLog) -> None:
        """Delete the log and its file."""
        logs.delete_log(row, actor=self.actor)


class AttachmentViewSet(RegisterViewSet):
    """Contract row 39: the file of a log, which outsiders cannot tell from none."""

    queryset = AssetLog.objects.filter(asset_group__deleted_at=None)
    missing = ("not_found", "The attachment does not exist.")

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Take any `Accept`: browsers ask for images with one that excludes JSON."""
        return super().perform_content_negotiation(request, force=True)

    def authorise(self, request: Request) -> None:
        """Find the file, and say that there is none to whoever may not read it."""
        try:
            super().authorise(request)
        except Refusal as refusal:
            raise Refusal(*self.missing) from refusal

    def find_row(self) -> AssetLog:
        """Find the log by its id and the hash of its file."""
        rows = self.get_queryset().select_related("attachment__blob")
        found: AssetLog | None = rows.filter(
            pk=self.path_id("id"),
            attachment__blob__file_hash=self.kwargs["file_hash"],
        ).first()
        if found is None:
            raise Refusal(*self.missing)
        return found

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "size", int, description="Pixels on the longer edge, 16 to 4096."
            )
        ],
        responses={
            (200, "*/*"): OpenApiTypes.BINARY,
            (206, "*/*"): OpenApiTypes.BINARY,
            416: ErrorSerializer,
        },
    )
    def retrieve(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Answer the bytes, whole or a range, or a smaller picture."""
        size = wanted_size(request.query_params)
        attachment = self.row.attachment
        tag = attachments.tag_of(attachment.blob, size)
        unchanged = downloads.not_modified(request, tag)
        if unchanged is not None:
            return unchanged
        return downloads.send(request, attachments.download_of(attachment, size))
