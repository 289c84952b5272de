"""GET /Asset/GetAllSoftwareVersions: the versions of programs that are installed."""

from typing import Any

from django.db.models import Exists, OuterRef
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.device.lists import LARGEST_COUNT, read_window
from config.api.device.values import Errors, Query
from config.api.errors import invalid
from devices.models import Software, SoftwareTitle
from organisations.api.device.base import RegisterViewSet


class SoftwareVersionSerializer(serializers.Serializer[Any]):
    """A version of a program, and the program with it."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class SoftwareVersionViewSet(RegisterViewSet):
    """Versions of programs, each once however many assets have it."""

    noun = "Software version"
    area = "assets"
    queryset = SoftwareTitle.objects.all()
    serializer_class = SoftwareVersionSerializer
    is_ordered = False

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer the versions in the order of names, as many as `count` lets."""
        errors: Errors = {}
        query = Query(request.query_params)
        window = read_window(query, errors)
        if errors:
            raise invalid(errors)
        count = window.count if query.is_sent("count") else LARGEST_COUNT
        installed = Software.objects.on_present_assets().filter(title=OuterRef("pk"))
        titles = self.visible(self.get_queryset()).filter(Exists(installed))
        pairs = titles.order_by("name", "version").values_list("name", "version")
        return Response(
            [
                {"label": f"{name} {version}".rstrip(), "value": version}
                for name, version in pairs.distinct()[:count]
            ]
        )
