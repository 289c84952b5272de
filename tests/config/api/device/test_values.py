"""Query values and members: whatever is sent is read or refused, never a bug."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from config.api.device.fields import (
    DeviceBoolean,
    DeviceDay,
    DeviceField,
    DeviceId,
    DeviceInteger,
    DeviceMoment,
    DeviceNumber,
    DeviceString,
    moment_text,
)
from config.api.device.values import (
    LARGEST_INT,
    Malformed,
    Query,
    read_day,
    read_flag,
    read_id,
    read_ids,
    read_integer,
    read_moment,
)

FEW = settings(max_examples=30, deadline=None, derandomize=True)
FIELDS = (
    DeviceBoolean(),
    DeviceDay(),
    DeviceId(),
    DeviceInteger(),
    DeviceMoment(),
    DeviceNumber(),
    DeviceString(max_length=5),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=3,
)


@FEW
@given(st.sampled_from(FIELDS), JSON)
def test_it_reads_or_refuses_whatever_a_body_holds(
    field: DeviceField, value: object
) -> None:
    told: object = ""
    try:
        field.run_validation(value)
    except ValidationError as error:
        told = error.detail
    assert len(str(told)) < 400


@FEW
@given(st.text())
def test_it_reads_or_refuses_any_text_of_a_query(text: str) -> None:
    told = set()
    for read in (read_day, read_flag, read_id, read_integer, read_moment):
        try:
            read(text)
        except Malformed as error:
            told.add(str(error))
    assert told <= {f"The value '{text[:100]}' is not valid."}


@FEW
@given(st.integers(1, LARGEST_INT))
def test_it_takes_numbers_and_their_digits_alike(number: int) -> None:
    for sent in (number, str(number), f" {number} ", float(number)):
        assert DeviceId().run_validation(sent) == number
        assert DeviceInteger().run_validation(sent) == number
        assert DeviceNumber().run_validation(sent) == number
    assert DeviceString().run_validation(number) == str(number)
    assert read_id(str(number)) == number


@FEW
@given(st.datetimes(timezones=st.just(UTC)))
def test_it_reads_the_moments_that_it_writes(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    written = moment_text(moment)

    assert len(written) == 20
    assert DeviceMoment().run_validation(written) == moment
    assert read_moment(written) == moment
    assert DeviceDay().run_validation(written) == moment.date()


@FEW
@given(st.lists(st.integers(1, LARGEST_INT), min_size=1, max_size=9))
def test_it_reads_each_spelling_of_a_list_alike(numbers: list[int]) -> None:
    texts = [str(number) for number in numbers]
    queries = (
        f"x={','.join(texts)}",
        "&".join(f"x={text}" for text in texts),
        "&".join(f"X[]={text}" for text in texts),
    )

    for query in queries:
        assert read_ids(Query(QueryDict(query)).texts("x")) == numbers


def test_it_reads_the_spellings_of_no_id() -> None:
    assert [read_id(text) for text in ("0", "-1", "null", "NULL")] == [None] * 4
    assert read_ids(["null", "0"]) is None
    assert read_ids(["null", "7"]) == [7]


@pytest.mark.parametrize(
    ("field", "sent", "stored"),
    [
        (DeviceId(), [0, -1, "0", "-1", "", None, " 0 "], None),
        (DeviceInteger(), ["", None], None),
        (DeviceInteger(stores_null=False), ["", None, 0, "0"], 0),
        (DeviceNumber(stores_null=False), ["", None, 0.0], 0),
        (DeviceString(), ["", None, "  "], ""),
        (DeviceBoolean(), ["", None, False, "False", 0, "0"], False),
        (DeviceBoolean(), [True, "TRUE", 1, "1"], True),
        (DeviceMoment(), ["", None], None),
    ],
)
def test_it_knows_the_spellings_of_none(
    field: DeviceField, sent: list[object], stored: object
) -> None:
    assert [field.run_validation(one) for one in sent] == [stored] * len(sent)


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        (DeviceId(), [True, 1.5, "1_0", "٣", 2**31, -2, "0x1", [1], {}]),
        (DeviceInteger(), [True, 1.5, "1_0", 2**31, -(2**31) - 1, "1e3", []]),
        (DeviceInteger(least=0), [-1, "-1"]),
        (DeviceNumber(), [True, "1_0", "nan", "inf", 1e999, "x", []]),
        (DeviceString(max_length=3), [True, "four", 1000, [], {}]),
        (DeviceBoolean(), ["yes", 2, 1.0, []]),
        (DeviceMoment(), [1, "10000-01-01", "2026-02-30", "soon", []]),
        (DeviceDay(), [1, "10000-01-01", "2026-02-30", "soon", []]),
    ],
)
def test_it_refuses_what_the_member_cannot_be(
    field: DeviceField, sent: list[object]
) -> None:
    for one in sent:
        with pytest.raises(ValidationError):
            field.run_validation(one)


def test_it_takes_a_member_that_must_be_given_for_missing_when_it_is_none() -> None:
    for none in (None, ""):
        with pytest.raises(ValidationError, match="This field is required"):
            DeviceString(required=True).run_validation(none)


def test_it_reads_a_moment_whose_offset_lost_its_plus() -> None:
    assert read_moment("2026-01-29T22:00:00 02:00") == datetime(
        2026, 1, 29, 20, tzinfo=UTC
    )
