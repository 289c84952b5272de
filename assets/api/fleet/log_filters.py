"""How the lists of logs and work items narrow, and the size of a picture."""

import re
from collections.abc import Mapping

import django_filters

from assets.models import LogType, WorkItemState, WorkItemType
from config.api.errors import Refusal
from config.api.filters import IdFilter, MomentFilter

SMALLEST, LARGEST = 16, 4_096


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
