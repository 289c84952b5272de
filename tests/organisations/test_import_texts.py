from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.api.errors import Refusal
from organisations.imports import (
    Cells,
    Column,
    Record,
    joined,
    number_and_label,
    numbered_label,
    parted,
    shown,
)


@given(st.lists(st.text(min_size=1).filter(lambda text: text == text.strip() != "")))
def test_it_takes_apart_what_it_put_together(texts: list[str]) -> None:
    assert parted(joined(texts)) == texts


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", []), (" a ;; b; ", ["a", "b"]), ("a\\;b;c", ["a;b", "c"]), ("a\\", ["a\\"])],
)
def test_it_takes_apart_what_people_write(text: str, parts: list[str]) -> None:
    assert parted(text) == parts


@pytest.mark.parametrize("told", [(0, "Cisco"), (7, ""), (7, "Cisco Systems")])
def test_it_reads_a_number_and_a_label(told: tuple[int, str]) -> None:
    assert number_and_label(numbered_label(*told)) == told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (0.1, "0.1"),
        (1e15, "1000000000000000"),
        (Decimal("1E+2"), "100"),
        (date(2026, 1, 2), "2026-01-02"),
        (
            datetime(2026, 1, 2, 2, tzinfo=timezone(timedelta(hours=2))),
            "2026-01-02T00:00:00+00:00",
        ),
    ],
)
def test_it_writes_values_plainly(value: object, text: str) -> None:
    assert shown(value).removesuffix(".0") == text


def moment(text: str) -> datetime | None:
    columns = {"at": Column(0, "At", "At", key="at")}
    return Cells(Record(2, [text]), columns).moment("at")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:00:00+02:00", datetime(2026, 1, 2, 1, tzinfo=UTC)),
        ("2026-01-02 03:04", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
    ],
)
def test_it_reads_moments_and_days(text: str, found: datetime | None) -> None:
    assert moment(text) == found


@pytest.mark.parametrize("text", ["soon", "2026-02-30", "0001-01-01T00:00:00+14:00"])
def test_it_refuses_what_is_no_moment(text: str) -> None:
    with pytest.raises(Refusal, match="is not a moment"):
        moment(text)
