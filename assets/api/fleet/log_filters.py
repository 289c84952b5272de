"""How the lists of logs and work items narrow, and the size of a picture."""

import re
from collections.abc import Mapping

import django_filters

from assets.models import LogType, WorkItemState, WorkItemType
from config.api.errors import Refusal
from config.api.filters import IdFilter, MomentFilter
from config.api.odata.properties import Kind, Property

SMALLEST, LARGEST = 16, 4_096

# What `$filter` and `$orderby` of logs may name (contract 7.3).
LOG_PROPERTIES: Mapping[str, Property] = {
    "id": Property(Kind.ID, "id", nullable=False),
    "type": Property(Kind.TEXT, "type", nullable=False),
    "log": Property(Kind.TEXT, "log", nullable=False),
    "logged_at": Property(Kind.DATETIME, "logged_at", nullable=False),
    "created_at": Property(Kind.DATETIME, "created_at", nullable=False),
    "updated_at": Property(Kind.DATETIME, "updated_at", nullable=False),
    "duration": Property(Kind.INTEGER, "duration"),
    "latitude": Property(Kind.NUMBER, "latitude"),
    "longitude": Property(Kind.NUMBER, "longitude"),
    "created_by/id": Property(Kind.ID, "created_by_id"),
}

WORK_ITEM_PROPERTIES: Mapping[str, Property] = {
    "id": Property(Kind.ID, "id", nullable=False),
    "type": Property(Kind.TEXT, "type", nullable=False),
    "state": Property(Kind.TEXT, "state", nullable=False),
    "number": Property(Kind.INTEGER, "number", nullable=False),
    "formatted_number": Property(Kind.TEXT, "formatted_number", nullable=False),
    "summary": Property(Kind.TEXT, "summary", nullable=False),
    "details": Property(Kind.TEXT, "details", nullable=False),
    "asset_group_id": Property(Kind.ID, "asset_group_id"),
    "occurred_at": Property(Kind.DATETIME, "occurred_at", nullable=False),
    "closed_at": Property(Kind.DATETIME, "closed_at"),
    "created_at": Property(Kind.DATETIME, "created_at", nullable=False),
    "updated_at": Property(Kind.DATETIME, "updated_at", nullable=False),
    "created_by/id": Property(Kind.ID, "created_by_id"),
}


class AssetLogFilter(django_filters.FilterSet):
    """Logs from a moment on, and by type (contract row 37)."""

    logged_at = MomentFilter()
    type = django_filters.ChoiceFilter(choices=LogType.choices)


class WorkItemFilter(django_filters.FilterSet):
    """Work items by what describes them."""

    type = django_filters.ChoiceFilter(choices=WorkItemType.choices)
    state = django_filters.ChoiceFilter(choices=WorkItemState.choices)
    asset_group = IdFilter("asset_group")
    occurred_at = MomentFilter()


def wanted_size(query: Mapping[str, str]) -> int | None:
    """Return the pixels asked for on a picture's longer edge, None for no wish."""
    text = query.get("size", "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not SMALLEST <= int(text) <= LARGEST:
        sentence = f"A number from {SMALLEST} to {LARGEST} is expected."
        raise Refusal(
            "invalid_filter", f"size: {sentence}", errors={"size": [sentence]}
        )
    return int(text)
