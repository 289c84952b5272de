"""Asks a list for a page without a client: what options do, and nothing else."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.test import RequestFactory
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.odata.properties import Allowed
from config.api.paging import FleetPage


def request_for(path: str, query: Mapping[str, str]) -> Request:
    """Return a request with these query parameters, also such as no URL can hold."""
    request = RequestFactory().get(path)
    parameters = QueryDict(mutable=True)
    for name, value in query.items():
        parameters[name] = value
    request.GET = parameters  # type: ignore[assignment]
    return Request(request)


def ask(
    queryset: Any,
    serializer: Any,
    allowed: Allowed,
    query: Mapping[str, str],
    path: str = "/api/list",
) -> Response:
    """Answer a page of a queryset, or raise the refusal."""
    page = FleetPage(request_for(path, query), 50, allowed)
    return page.answer(queryset, serializer)


def following(response: Response) -> str | None:
    """Return the address of the next page, if there is one."""
    if isinstance(response.data, dict):
        address: str | None = response.data.get("@odata.nextLink")
        return address
    link = response.headers.get("Link")
    return None if link is None else link.split(">")[0].removeprefix("<")
