"""The syntax tree is what was written, whatever it names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from config.api.odata.errors import Misread
from config.api.odata.parsing import parse
from config.api.odata.syntax import (
    Both,
    Call,
    Comparison,
    CustomPath,
    Either,
    Literal,
    Membership,
    Not,
    Path,
    Truth,
)

LITERALS: dict[str, Any] = {
    "'it''s'": "it's",
    "''": "",
    "'ä '' ( , and'": "ä ' ( , and",
    "null": None,
    "TRUE": True,
    "false": False,
    "5": 5,
    "-5": -5,
    "5L": 5,
    "5m": 5,
    "5.50M": Decimal("5.50"),
    "5.5d": Decimal("5.5"),
    "1e3": Decimal("1e3"),
    "-1.5E-3F": Decimal("-0.0015"),
    "9223372036854775807": 2**63 - 1,
    "2026-11-22": date(2026, 11, 22),
    "2026-11-22T09:20": datetime(2026, 11, 22, 9, 20, tzinfo=UTC),
    "2026-11-22T09:20:30Z": datetime(2026, 11, 22, 9, 20, 30, tzinfo=UTC),
    "2026-11-22t09:20:30z": datetime(2026, 11, 22, 9, 20, 30, tzinfo=UTC),
    "2026-11-22T09:20:30.5+02:00": datetime(2026, 11, 22, 7, 20, 30, 500000, UTC),
    "2026-11-22T09:20:30 02:00": datetime(2026, 11, 22, 7, 20, 30, tzinfo=UTC),
    "2026-11-22T09:20:30-02:00": datetime(2026, 11, 22, 11, 20, 30, tzinfo=UTC),
    # As .NET writes a moment, to a ten-millionth of a second.
    "2026-11-22T09:20:30.1234567Z": datetime(2026, 11, 22, 9, 20, 30, 123456, UTC),
    "datetime'2026-11-22T09:20:30'": datetime(2026, 11, 22, 9, 20, 30, tzinfo=UTC),
    "datetimeoffset'2026-11-22T09:20:30+02:00'": datetime(
        2026, 11, 22, 7, 20, 30, tzinfo=UTC
    ),
    "DATE'2026-11-22'": date(2026, 11, 22),
}


@pytest.mark.parametrize("text", LITERALS)
def test_it_reads_a_literal(text: str) -> None:
    expected = Comparison("eq", Path("a", 0), Literal(LITERALS[text], 5))
    assert parse(f"a eq {text}") == expected


def test_it_binds_and_before_or_and_not_before_both() -> None:
    a, b, c = (
        Truth(Path(name, place)) for name, place in (("a", 0), ("b", 5), ("c", 15))
    )
    assert parse("a or b and not c") == Either((a, Both((b, Not(c)))))


def test_it_keeps_a_chain_flat() -> None:
    condition = parse(" or ".join(["a"] * 300))
    assert isinstance(condition, Either)
    assert len(condition.conditions) == 300


def test_it_drops_brackets() -> None:
    assert parse("((a))") == Truth(Path("a", 2))


def test_it_reads_what_is_compared_and_called() -> None:
    assert parse("Contains(ToLower(type/name),'x') EQ true") == Comparison(
        "eq",
        Call(
            "contains",
            (Call("tolower", (Path("type/name", 17),), 9), Literal("x", 28)),
            0,
        ),
        Literal(True, 36),
    )


def test_it_reads_lists_and_custom_fields() -> None:
    assert parse("fields/'a b'/value in (1,null)") == Membership(
        CustomPath("a b", 0), (Literal(1, 23), Literal(None, 25))
    )


@pytest.mark.parametrize("text", ["", " ", "a or", "a eq", "not", "(a", "a in (1"])
def test_it_points_behind_what_ends_too_early(text: str) -> None:
    with pytest.raises(Misread) as caught:
        parse(text)
    assert caught.value.position == len(text)


def test_it_parses_for_many_threads_at_once() -> None:
    texts = [f"a{n} eq {n} and not (b in ({n},{n + 1}))" for n in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert [*threads.map(parse, texts)] == [parse(text) for text in texts]
