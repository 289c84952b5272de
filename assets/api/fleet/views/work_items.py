"""Work items."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.fleet.log_filters import WorkItemFilter
from assets.api.fleet.serializers.work_items import (
    ChangedWorkItemSerializer,
    NewWorkItemSerializer,
    WorkItemSerializer,
)
from assets.api.fleet.views.once import OnceViewSet
from assets.models import Nonce, WorkItem
from assets.services import work_items
from assets.services.conditions import WORK_ITEM_PROPERTIES


class WorkItemViewSet(OnceViewSet):
    """Work items of an organisation; every member reads and writes (section 6)."""

    queryset = WorkItem.objects.all()
    serializer_class = WorkItemSerializer
    filterset_class = WorkItemFilter
    filter_properties = WORK_ITEM_PROPERTIES
    nonce_kind = Nonce.Kind.WORK_ITEM
    missing = ("not_found", "The work item does not exist.")
    path = "workitems"

    @extend_schema(
        request=NewWorkItemSerializer, responses={201: WorkItemSerializer, 304: None}
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write down work to be done, once for its nonce."""
        return super().create(request, *args, **kwargs)

    def submit(self) -> WorkItem:
        """Make the work item."""
        wanted = NewWorkItemSerializer(data=self.body)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        values.pop("nonce", None)
        return work_items.create_work_item(
            organisation=self.access.organisation, values=values, actor=self.actor
        )

    @extend_schema(request=ChangedWorkItemSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body names."""
        wanted = ChangedWorkItemSerializer(data=self.body, partial=True)
        wanted.is_valid(raise_exception=True)
        item = work_items.update_work_item(
            self.row, wanted.validated_data, actor=self.actor
        )
        return Response(self.shown(item))
