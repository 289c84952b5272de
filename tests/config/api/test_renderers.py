from collections import OrderedDict
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ErrorDetail
from rest_framework.renderers import JSONRenderer

from config.api.renderers import JsonRenderer

VALUES = [
    "Ä🚂\u2028",
    2**63 - 1,
    1.5,
    True,
    None,
    [],
    datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    datetime(2026, 1, 2, 3, 4, 5, 60, tzinfo=UTC),
    datetime(2026, 1, 2, 3, 4, 5, 60_000, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 1, 2, 3, 4, 5),
    date(2026, 1, 2),
    time(3, 4, 5),
    timedelta(seconds=90),
    Decimal("1.25"),
    UUID(int=7),
    gettext_lazy("lazy"),
    ErrorDetail("wrong", code="invalid"),
    OrderedDict(b=1, a=2),
    {2: "two", None: "none", True: "yes"},
    {ErrorDetail("key"): 1},
    b"bytes",
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_it_prints_what_drf_would_print(value: Any) -> None:
    printed = JsonRenderer().render({"value": value})

    assert orjson.loads(printed) == orjson.loads(
        JSONRenderer().render({"value": value})
    )


def test_it_prints_a_moment_in_utc_with_z() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    assert JsonRenderer().render([moment]) == b'["2026-01-02T03:04:05Z"]'


def test_it_passes_json_text_through() -> None:
    fragment = orjson.Fragment(b'{"f1":2}')

    assert JsonRenderer().render({"fields": fragment}) == b'{"fields":{"f1":2}}'


def test_it_prints_no_body_for_nothing() -> None:
    assert JsonRenderer().render(None) == b""
